import type { Lines } from '../line.ts';
import { list } from './grammar.ts';

type Host = { readonly host: string };
type Output = Host & { readonly output?: string | null };

type Told = (d: Host & { readonly roles: readonly string[] }) => string;

const quoted = (output: string | null | undefined): string => (output == null || output === '' ? '' : `: ${output}`);

/** Why it cannot be seen, of a code alone: what is asked about packages needs this role. */
export function unseenOn(host: string, code: unknown): string {
  const id = `unseen.${code}`;
  const line = Object.hasOwn(unseenWords, id) ? (unseenWords[id as keyof typeof unseenWords] as Told) : undefined;
  return line === undefined ? '' : line({ host, roles: ['ssis_logreader'] });
}

/** Why SSISDB cannot be seen, and what to do: never to be read as "none". */
export const unseenWords = {
  'unseen.not-asked': (d: Host) => `${d.host}'s runner is of an older version and does not ask. Update it.`,
  'unseen.sqlcmd-missing': (d: Host) =>
    `there is no sqlcmd on ${d.host}. Install the command line utilities, or name sqlcmdFolder in its runner.json.`,
  'unseen.sqlcmd-blocked': (d: Host) => `policy on ${d.host} does not let sqlcmd run. Allow it for the runner.`,
  'unseen.sqlcmd-slow': (d: Host) => `sqlcmd on ${d.host} got no answer in time. Look at the SQL Server.`,
  'unseen.sqlcmd-version': (d: Host) => `sqlcmd on ${d.host} is of a version that cannot be asked. Install 13 to 18.`,
  'unseen.certificate-not-trusted': (d: Host) =>
    `${d.host} does not trust the SQL Server's certificate. Trust it, or set trustSqlServerCertificate in its runner.json.`,
  'unseen.login-refused': (d: Host) => `the SQL Server refuses ${d.host}'s runner. Create a login for its account.`,
  'unseen.server-away': (d: Host) =>
    `the SQL Server of ${d.host}'s MasterSettings.config does not answer. Start it, or correct the name.`,
  'unseen.no-catalog': (d: Host) =>
    `${d.host}'s runner finds no SSISDB with Scale Out that it may open. Create its user there.`,
  'unseen.no-role': (d: Host & { login?: string | null; roles?: readonly string[] }) =>
    `${d.login ?? `${d.host}'s runner`} has no role in SSISDB. Make it a member of ${list(d.roles ?? [], 'and')}.`,
  'unseen.sqlcmd-refused': (d: Output) => `sqlcmd on ${d.host} says no${quoted(d.output)}`,
  'unseen.server-unknown': (d: Host) =>
    `SqlServerName in ${d.host}'s MasterSettings.config cannot be read. Correct it.`,
  'unseen.other-master': (d: Host & { master: string }) =>
    `${d.host}'s runner.json names ${d.master} as the master, so it may not wait for packages. Name ${d.host} there: certops runner keys --master ${d.host}.`,
} satisfies Lines;
