import { type ErrorData, isDiskFull, isTold } from '../../fault-words.ts';
import { brief, list } from '../grammar.ts';
import { factOf } from '../names.ts';

export type { ErrorData, Fault, Faults } from '../../fault-words.ts';

export const text = (value: unknown): string => (typeof value === 'string' ? value : brief(value));
/** A list by its names, at most twelve; anything else as `text` words it. */
export const listed = (value: unknown): string =>
  Array.isArray(value) ? list(value.map(String), 'and', 12) : text(value);
/** ` (value)` of the first datum that is present; an empty list does not count. */
export const named = (d: ErrorData, ...names: readonly string[]): string => {
  const name = names.find((one) => isTold(d[one]));
  return name === undefined ? '' : ` (${text(d[name])})`;
};

/** The fact that is not as planned, as `named` words it. */
export const fact = ({ fact }: ErrorData): string =>
  typeof fact === 'string' ? named({ fact: factOf(fact) }, 'fact') : '';

export const DISK_FULL = ': its disk is full';
/** For a sentence about a tool that failed: that there was no room, if so. */
export const full = (d: ErrorData): string => (isDiskFull(d) ? DISK_FULL : '');

export const BACK = { lead: 'not-back' } as const;
export const AGAIN = 'Ask again; if it fails again, look at the machine.';
const SERVICE_EVENTS = 'events 7000, 7009, 7031, 7034, 7038';
export const SYSTEM_LOG = `Look at its System log (${SERVICE_EVENTS}), then ask again.`;
export const SYSTEM_LOG_FIRST = `Look at its System log (${SERVICE_EVENTS}), then look again.`;
/** By hand, for `its service` or one that has a name. */
export const startByHand = (service: string): string =>
  `Start ${service}. If it does not start, its System log says why (${SERVICE_EVENTS}). Then look again.`;
export const FREE = 'Free its disk, then ask again.';
export const FREE_FIRST = 'Free its disk, then look again.';
export const SETTINGS = 'Correct the settings file beside the service by hand, then ask again.';
export const BUG = 'This is a defect: report it with the journal.';

/** The option in a runner's own configuration for the service of the role that the fault names. */
export const serviceOption = ({ role }: ErrorData): string =>
  role === 'master' ? 'masterService' : role === 'worker' ? 'workerService' : 'masterService or workerService';

const ifItHangs = (pid: ErrorData[string]): string =>
  `If it hangs, end its process there${pid === undefined ? '' : `, as an administrator: \`taskkill /F /PID ${text(pid)}\``}.`;

/** For a service that only has to be started, which one that is still stopping cannot be. */
export const startIt =
  (then: string) =>
  ({ state, pid }: ErrorData): string =>
    state === 'stop-pending'
      ? `Wait until it has stopped. ${ifItHangs(pid)} Then start the service: ${then}.`
      : `Start the service: ${then}.`;

/** What cannot wait for a worker may be asked for `around` it. */
export const withoutIt = (around: ErrorData[string]): string =>
  around === true
    ? ' If the rotation cannot wait for that: take its line out of the farm file, restart the bot, and ask again with: leave behind and its name.'
    : '';

/** For a service that is off, and may be because its certificate is `gone`: how to bring it back then. */
export const startFirst =
  (byHand: string) =>
  ({ gone, state, pid, around }: ErrorData): string => {
    if (state === 'start-pending' || state === 'stop-pending')
      return `Wait until it runs or has stopped, then ask again. ${ifItHangs(pid)}${withoutIt(around)}`;
    return gone === true
      ? `Start it, then ask again. Where it does not start because the certificate that its settings name, or its private key, is gone: ${byHand}`
      : 'Start it, then ask again.';
  };
