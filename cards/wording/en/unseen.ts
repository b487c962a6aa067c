import type { Lines } from '../line.ts';
import { toolSaid } from '../tool-said.ts';
import { list } from './grammar.ts';

type Host = { readonly host: string };
type Output = Host & { readonly output?: string | null };

type Told = (d: Host & { readonly roles: readonly string[] }) => string;

/** The reason in sqlcmd's own words, since a code is too coarse; it follows the sentence that it explains. */
function inWords({ output }: Output): string {
  const said = toolSaid(output);
  return said === null ? '' : ` (${said})`;
}

/** Why it cannot be seen, from a code alone: the questions about packages need this role. */
export function unseenOn(host: string, code: unknown): string {
  const id = `unseen.${code}`;
  const line = Object.hasOwn(unseenWords, id) ? (unseenWords[id as keyof typeof unseenWords] as Told) : undefined;
  return line === undefined ? '' : line({ host, roles: ['ssis_logreader'] });
}

/** Why SSISDB cannot be seen, and what to do: must never be read as "none". */
export const unseenWords = {
  'unseen.not-asked': (d: Host) => `${d.host}'s runner is of an older version and does not ask. Update it.`,
  'unseen.sqlcmd-missing': (d: Host) =>
    `there is no sqlcmd on ${d.host}. Install the command line utilities, or name sqlcmdFolder in its runner.json.`,
  'unseen.sqlcmd-blocked': (d: Host) => `policy on ${d.host} does not let sqlcmd run. Allow it for the runner.`,
  'unseen.sqlcmd-slow': (d: Host) => `sqlcmd on ${d.host} got no answer in time. Look at the SQL Server.`,
  'unseen.sqlcmd-version': (d: Host) =>
    `sqlcmd on ${d.host} is of a version that cannot be asked. Install 13 to 18, or the newest go-sqlcmd.`,
  'unseen.certificate-not-trusted': (d: Output) =>
    `${d.host} does not trust the SQL Server's certificate${inWords(d)}. Trust it, or set trustSqlServerCertificate in its runner.json.`,
  'unseen.login-refused': (d: Output) =>
    `the SQL Server refuses ${d.host}'s runner${inWords(d)}. Create a login for its account.`,
  'unseen.server-away': (d: Output) =>
    `the SQL Server of ${d.host}'s MasterSettings.config does not answer${inWords(d)}. Start it, or correct the name.`,
  'unseen.no-catalog': (d: Output) =>
    `${d.host}'s runner cannot open an SSISDB with Scale Out${inWords(d)}. Create its user there; if it has one, SSISDB must be online and readable on that server, and upgraded with it.`,
  'unseen.no-role': (d: Host & { login?: string | null; roles?: readonly string[] }) =>
    `${d.login ?? `${d.host}'s runner`} has no role in SSISDB. Make it a member of ${list(d.roles ?? [], 'and')}.`,
  'unseen.sqlcmd-refused': (d: Output & { error?: string | null }) =>
    d.output == null || d.output === ''
      ? `sqlcmd on ${d.host} says nothing${d.error == null ? '' : ` (${d.error})`}. Run it there by hand.`
      : `sqlcmd on ${d.host} says no: ${d.output}`,
  'unseen.server-unknown': (d: Host) =>
    `SqlServerName in ${d.host}'s MasterSettings.config cannot be read. Correct it.`,
  'unseen.other-master': (d: Host & { master: string }) =>
    `${d.host}'s runner.json names ${d.master} as the master, so it may not wait for packages. Name ${d.host} there: node runner.mjs keys --master ${d.host}`,
} satisfies Lines;
