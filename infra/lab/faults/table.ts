import type { Role } from '../world/state.ts';

/** An operation of a tool for which faults can be armed. */
export type Operation =
  | 'netsh-show'
  | 'netsh-add'
  | 'netsh-update'
  | 'netsh-delete'
  | 'certutil-store'
  | 'certutil-import'
  | 'certutil-addstore'
  | 'certutil-delstore'
  | 'certutil-delkey'
  | 'icacls-grant'
  | 'icacls-save'
  | 'sc-query'
  | 'sc-stop'
  | 'sc-start'
  | 'reg-query'
  | 'sqlcmd-query';
export type Point =
  | Operation
  | 'start'
  | 'stop'
  | 'writes'
  | 'half-import'
  | FilePoint
  | 'blocked'
  | 'presents'
  | 'worker'
  | 'ssisdb'
  | 'now';

/** Files that the product itself writes. */
export type FilePoint = 'settings' | 'cer';

export interface FaultKind {
  readonly id: string;
  readonly point: Point;
  readonly mode: string;
  /** One-shot: used up the first time it takes effect. Otherwise it stays until it is cleared. */
  readonly once: boolean;
  /** Takes effect at the moment it is armed. */
  readonly immediate: boolean;
  /** Null: on every host. */
  readonly role: Role | null;
  readonly sentence: string;
}

const OPERATIONS: readonly (readonly [Operation, string, Role | null])[] = [
  ['netsh-add', 'netsh http add sslcert', 'master'],
  ['netsh-update', 'netsh http update sslcert', 'master'],
  ['netsh-delete', 'netsh http delete sslcert', 'master'],
  ['certutil-import', 'certutil -importpfx', null],
  ['certutil-addstore', 'certutil -addstore', null],
  ['certutil-delstore', 'certutil -delstore', null],
  ['certutil-delkey', 'certutil -delkey', null],
  ['icacls-grant', 'icacls /grant', null],
  ['sc-stop', 'sc stop', null],
  ['sc-start', 'sc start', null],
];

const READINGS: readonly (readonly [Operation, string, Role | null])[] = [
  ['netsh-show', 'netsh http show sslcert', 'master'],
  ['certutil-store', 'certutil -store', null],
  ['icacls-save', 'icacls /save', null],
  ['sc-query', 'sc query', null],
  ['reg-query', 'reg query', null],
  ['sqlcmd-query', 'sqlcmd', 'master'],
];

const READING_MODES: readonly (readonly [mode: string, what: string])[] = [
  ['fails', 'fails'],
  ['garbage', 'prints something nobody can read'],
  ['hangs', 'never ends'],
  ['slow', 'takes two seconds longer'],
];

const MODES: readonly (readonly [mode: string, what: string])[] = [
  ['fails', 'fails and changes nothing'],
  ['lies', 'says it worked and changes nothing'],
  ['hangs', 'changes nothing and never ends'],
  ['hangs-after', 'does its work and never ends'],
  ['slow', 'takes two seconds longer'],
];

const ONCE_OR_ALWAYS: readonly (readonly [id: string, point: Point, role: Role | null, sentence: string])[] = [
  ['start-1053', 'start', null, 'its service does not answer in time and does not start (1053)'],
  [
    'start-1053-then-running',
    'start',
    null,
    'its service does not answer in time (1053), and runs after all a while later',
  ],
  ['start-1058', 'start', null, 'its service is disabled (1058)'],
  ['start-1069', 'start', null, 'the logon of its service fails (1069)'],
  ['crash-loop', 'start', null, 'its service starts, dies half a second later, is restarted, and dies again'],
  ['start-pending-forever', 'start', null, 'its service stays in START_PENDING'],
  ['stop-pending-forever', 'stop', null, 'its service stays in STOP_PENDING'],
  ['disk-full', 'writes', null, 'a tool that must write a file finds the disk full'],
  [
    'certutil-import-half',
    'half-import',
    null,
    'certutil -importpfx writes the private key, and fails before there is a certificate that names it',
  ],
  ['settings-undone', 'settings', null, 'what is written into a settings file is gone a moment later (a lying disk)'],
  ['cer-undone', 'cer', null, 'what is written into a .cer file is gone a moment later (a lying disk)'],
  ['stays-away', 'worker', 'worker', 'the worker, once cut off, does not come back until it is restarted'],
  [
    'presents-other',
    'presents',
    'master',
    'the master presents a certificate that nobody bound, until it is restarted',
  ],
];

const STANDING: readonly (readonly [id: string, point: Point, mode: string, sentence: string])[] = [
  ['settings-read-only-always', 'settings', 'read-only', 'settings files cannot be changed'],
  ['netsh-blocked-always', 'blocked', 'netsh', 'policy does not let netsh run'],
  ['certutil-blocked-always', 'blocked', 'certutil', 'policy does not let certutil run'],
  ['icacls-blocked-always', 'blocked', 'icacls', 'policy does not let icacls run'],
  ['sc-blocked-always', 'blocked', 'sc', 'policy does not let sc run'],
  ['sqlcmd-blocked-always', 'blocked', 'sqlcmd', 'policy does not let sqlcmd run'],
  ['sqlcmd-missing-always', 'blocked', 'sqlcmd-missing', 'there is no sqlcmd'],
  ['ssisdb-no-role-always', 'ssisdb', 'no-role', 'whoever asks SSISDB has no role in it, and its views are empty'],
  ['ssisdb-refused-always', 'ssisdb', 'refused', 'SQL Server refuses the login'],
  ['ssisdb-away-always', 'ssisdb', 'away', 'SQL Server cannot be reached'],
];

const IMMEDIATE: readonly (readonly [id: string, mode: string, role: Role | null, sentence: string])[] = [
  ['settings-locked', 'settings-locked', null, 'its settings files cannot be opened for some seconds'],
  ['service-dies', 'service-dies', null, 'its services die now'],
  ['binding-gone', 'binding-gone', 'master', 'nothing is bound to its port any more; connections that stand stay'],
  ['package-runs', 'package-runs', 'worker', 'a package begins on it that takes 20 seconds'],
  ['package-runs-on', 'package-runs-on', 'worker', 'a package begins on it that takes an hour'],
];

/** Faults worth trying first: a list for people begins with these. */
export const COMMON: readonly string[] = [
  'start-1053',
  'start-1053-then-running',
  'start-1069',
  'crash-loop',
  'stop-pending-forever',
  'stays-away',
  'presents-other',
  'netsh-add-fails',
  'netsh-add-lies',
  'certutil-import-fails',
  'certutil-addstore-hangs',
  'icacls-grant-lies',
  'settings-locked',
  'settings-undone',
  'disk-full',
  'service-dies',
  'binding-gone',
  'package-runs',
  'package-runs-on',
  'ssisdb-no-role-always',
];

/** Every fault the lab knows. Ids that end in `-always` stay until cleared, the others take effect once. */
export const FAULTS: readonly FaultKind[] = [
  ...OPERATIONS.flatMap(([point, call, role]) =>
    MODES.flatMap(([mode, what]) => both(`${point}-${mode}`, point, mode, role, `${call} ${what}`)),
  ),
  ...READINGS.flatMap(([point, call, role]) =>
    READING_MODES.flatMap(([mode, what]) => both(`${point}-${mode}`, point, mode, role, `${call} ${what}`)),
  ),
  ...ONCE_OR_ALWAYS.flatMap(([id, point, role, sentence]) => both(id, point, id, role, sentence)),
  ...STANDING.map(
    ([id, point, mode, sentence]): FaultKind => ({
      id,
      point,
      mode,
      once: false,
      immediate: false,
      role: /^(?:netsh|sqlcmd|ssisdb)/u.test(id) ? 'master' : null,
      sentence,
    }),
  ),
  ...IMMEDIATE.map(
    ([id, mode, role, sentence]): FaultKind => ({
      id,
      point: 'now',
      mode,
      once: true,
      immediate: true,
      role,
      sentence,
    }),
  ),
];

function both(id: string, point: Point, mode: string, role: Role | null, sentence: string): FaultKind[] {
  const common = { point, mode, role, immediate: false };
  return [
    { ...common, id, once: true, sentence: `${sentence}, once` },
    { ...common, id: `${id}-always`, once: false, sentence: `${sentence}, until cleared` },
  ];
}
