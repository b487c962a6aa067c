import { type HostName, parseThumbprint, type Refusal, refuse } from '../values.ts';
import type { HostLook } from './host-facts.ts';
import { sameMachine, unknownWorkers } from './ssisdb.ts';

/**
 * Workers that SSISDB saw within a week and that are not in the farm file; null: it cannot be seen whether there are
 * any.
 */
export function outsideOf(master: HostLook | undefined, workers: readonly string[]): readonly string[] | null {
  const look = master?.ssisdb ?? null;
  const found = look === null ? null : unknownWorkers(look, workers).seen;
  return found === null ? null : [...new Set(found.map(({ machine }) => machine))];
}

/** A worker that runs on the master's own machine and follows it, although the farm file does not give it that role. */
export function besideMaster(look: HostLook | undefined, workers: readonly string[]): readonly HostName[] {
  const { host, master = null, worker = null } = look ?? {};
  if (host === undefined || master === null || worker?.service.state !== 'running' || workers.includes(host)) return [];
  const pinned = parseThumbprint(worker.masterThumbprint);
  return pinned !== null && pinned === parseThumbprint(master.sslCertThumbprint) ? [host] : [];
}

/**
 * Names that the request leaves behind although SSISDB saw no such worker within a week, and the farm file has no such
 * machine; none where SSISDB cannot be seen.
 */
export function unseenOf(
  master: HostLook | undefined,
  hosts: readonly string[],
  leaveBehind: readonly string[],
): readonly string[] {
  const outside = outsideOf(master, hosts);
  if (outside === null) return [];
  return leaveBehind.filter((name) => ![...outside, ...hosts].some((machine) => sameMachine(machine, name)));
}

/**
 * A switch cuts off every worker that has no runner here: none may be left behind unless the request names it. What
 * cannot be seen (null) is not refused; the card says that nobody knows.
 */
export function refuseOutside(
  outside: readonly string[] | null,
  leaveBehind: readonly string[],
  hosts: readonly string[],
): Refusal | null {
  const isOutside = (name: string): boolean => (outside ?? []).some((machine) => sameMachine(machine, name));
  const known = leaveBehind.find((name) => !isOutside(name) && hosts.some((host) => sameMachine(name, host)));
  if (known !== undefined) return refuse('LeaveBehindKnown', { host: known });
  const left = (outside ?? []).filter((machine) => !leaveBehind.some((name) => sameMachine(machine, name)));
  return left.length === 0 ? null : refuse('WorkersOutside', { hosts: left });
}
