import { DAY_MS } from '../time.ts';
import type { Data, Instant, Thumbprint } from '../values.ts';

/** Why a part of SSISDB cannot be seen: a stable code, and the data its remedy needs. Never to be read as "none". */
export interface Unseen {
  readonly code: UnseenCode;
  readonly data: Data;
}

export const UNSEEN_CODES = [
  /** There is no sqlcmd on the host. */
  'sqlcmd-missing',
  /** It exists but may not be run. */
  'sqlcmd-blocked',
  /** No answer in time. */
  'sqlcmd-slow',
  /** It lacks an option we use, or answers in the form of another version. */
  'sqlcmd-version',
  /** The SQL Server's certificate is not trusted, and this runner's configuration does not say to accept that. */
  'certificate-not-trusted',
  'login-refused',
  'server-away',
  /** The catalog is missing, or from a version without Scale Out. */
  'no-catalog',
  /** Logged in, but in none of the roles without which the views are empty. */
  'no-role',
  /** Any other refusal from sqlcmd. */
  'sqlcmd-refused',
  'server-unknown',
] as const;
export type UnseenCode = (typeof UNSEEN_CODES)[number];

export type Seen<T> = { readonly seen: T; readonly unseen: null } | { readonly seen: null; readonly unseen: Unseen };

/** A row of catalog.worker_agents. */
export interface SsisdbWorker {
  /** MachineName, as the worker reported it. */
  readonly machine: string;
  /** LastOnlineTime, by the SQL Server's clock; null: never. */
  readonly lastOnline: Instant | null;
  readonly enabled: boolean;
}

/** An execution that is running or being stopped. */
export interface RunningPackage {
  /** execution_id, as text because it may be too large for JavaScript. */
  readonly id: string;
  readonly project: string;
  readonly package: string;
  readonly since: Instant | null;
  /**
   * The worker it runs on, as catalog.worker_agents names it; null: the catalog does not say, so it may be any. Never
   * its machine_name, which can also be the SQL Server's own machine.
   */
  readonly worker: string | null;
}

/** `LoadOrders.dtsx (SQLW02)`: a package as shown in a sentence, with its worker if the catalog says. */
export const packageName = ({ id, package: name, worker }: RunningPackage): string =>
  `${name === '' ? id : name}${worker === null ? '' : ` (${worker})`}`;

export interface HourCount {
  /** `YYYY-MM-DDTHH` in UTC. */
  readonly hour: string;
  readonly count: number;
}

/** What the master's host could see in SSISDB, each part on its own. */
export interface SsisdbLook {
  /** SqlServerName of MasterSettings.config; null: could not be read. */
  readonly server: string | null;
  /** The SQL Server's own clock when asked; null: not reached. */
  readonly now: Instant | null;
  /**
   * SSLCERT_THUMBPRINT of catalog.master_properties, which everybody may read. null: not there, or nothing could be
   * seen.
   */
  readonly thumbprint: Thumbprint | null;
  readonly workers: Seen<readonly SsisdbWorker[]>;
  readonly running: Seen<readonly RunningPackage[]>;
  /** Executions started per hour over the last week; hours without any are left out. */
  readonly hours: Seen<readonly HourCount[]>;
}

export const seen = <T>(what: T): Seen<T> => ({ seen: what, unseen: null });
export const notSeen = <T>(code: UnseenCode, data: Unseen['data']): Seen<T> => ({
  seen: null,
  unseen: { code, data },
});

/** Nothing at all can be seen, for a single reason. */
export function blindLook(server: string | null, code: UnseenCode, data: Unseen['data'] = {}): SsisdbLook {
  const blind = { workers: notSeen<never>(code, data), running: notSeen<never>(code, data) };
  return { server, now: null, thumbprint: null, ...blind, hours: notSeen(code, data) };
}

/** NetBIOS names are cut at this length. */
const NETBIOS = 15;

/** Whether SSISDB's MachineName is that host, ignoring case and any domain behind either. */
export function sameMachine(machine: string, host: string): boolean {
  const [one = '', other = ''] = [machine, host].map((name) => name.toLowerCase().split('.')[0] ?? '');
  return one === other || (one.length === NETBIOS && other.startsWith(one));
}

/**
 * SSISDB's row for a machine: a reinstalled worker has another row with an id of its own, and the one last online
 * counts.
 */
export const workerOn = (workers: readonly SsisdbWorker[], host: string): SsisdbWorker | undefined =>
  workers
    .filter(({ machine }) => sameMachine(machine, host))
    .sort((one, other) => Date.parse(other.lastOnline ?? NEVER) - Date.parse(one.lastOnline ?? NEVER))[0];

const NEVER: Instant = '1970-01-01T00:00:00.000Z';

const RECENT_DAYS = 7;

/** Workers that SSISDB saw within a week and that are none of these hosts: a switch would leave them behind. */
export function unknownWorkers(look: SsisdbLook, hosts: readonly string[]): Seen<readonly SsisdbWorker[]> {
  const { workers, now } = look;
  if (workers.seen === null) return workers;
  const since = Date.parse(now ?? '') - RECENT_DAYS * DAY_MS;
  return seen(
    workers.seen.filter(({ machine, lastOnline }) => {
      const isRecent = lastOnline !== null && Date.parse(lastOnline) > since;
      return isRecent && !hosts.some((host) => sameMachine(machine, host));
    }),
  );
}
