import type { Line, Lines } from '../line.ts';
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
  'unseen.not-asked': ((d) => `${d.host}'s runner is of an older version and does not ask. Update it.`) as Line<Host>,
  'unseen.sqlcmd-missing': ((d) =>
    `there is no sqlcmd on ${d.host}. Install the command line utilities, or name sqlcmdFolder in its runner.json.`) as Line<Host>,
  'unseen.sqlcmd-blocked': ((d) =>
    `policy on ${d.host} does not let sqlcmd run. Allow it for the runner.`) as Line<Host>,
  'unseen.sqlcmd-slow': ((d) => `sqlcmd on ${d.host} got no answer in time. Look at the SQL Server.`) as Line<Host>,
  'unseen.sqlcmd-version': ((d) =>
    `sqlcmd on ${d.host} is of a version that cannot be asked. Install 13 to 18.`) as Line<Host>,
  'unseen.certificate-not-trusted': ((d) =>
    `${d.host} does not trust the SQL Server's certificate. Trust it, or set trustSqlServerCertificate in its runner.json.`) as Line<Host>,
  'unseen.login-refused': ((d) =>
    `the SQL Server refuses ${d.host}'s runner. Create a login for its account.`) as Line<Host>,
  'unseen.server-away': ((d) =>
    `the SQL Server of ${d.host}'s MasterSettings.config does not answer. Start it, or correct the name.`) as Line<Host>,
  'unseen.no-catalog': ((d) =>
    `${d.host}'s runner finds no SSISDB with Scale Out that it may open. Create its user there.`) as Line<Host>,
  'unseen.no-role': ((d) =>
    `${d.login ?? `${d.host}'s runner`} has no role in SSISDB. Make it a member of ${list(d.roles ?? [], 'and')}.`) as Line<
    Host & { login?: string | null; roles?: readonly string[] }
  >,
  'unseen.sqlcmd-refused': ((d) => `sqlcmd on ${d.host} says no${quoted(d.output)}`) as Line<Output>,
  'unseen.server-unknown': ((d) =>
    `SqlServerName in ${d.host}'s MasterSettings.config cannot be read. Correct it.`) as Line<Host>,
  'unseen.other-master': ((d) =>
    `${d.host}'s runner.json names ${d.master} as the master, so it may not wait for packages. Name ${d.host} there: certops runner keys --master ${d.host}.`) as Line<
    Host & { master: string }
  >,
} satisfies Lines;
