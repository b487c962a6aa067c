import { type Refusal, refuse } from '../values.ts';
import type { HostLook } from './host-facts.ts';
import { sameMachine, unknownWorkers } from './ssisdb.ts';

/**
 * Workers that SSISDB saw within a week and that the farm file does not know; null: nobody can see whether there are
 * any.
 */
export function outsideOf(master: HostLook | undefined, hosts: readonly string[]): readonly string[] | null {
  const look = master?.ssisdb ?? null;
  return look === null ? null : (unknownWorkers(look, hosts).seen?.map(({ machine }) => machine) ?? null);
}

/**
 * A switch cuts off every worker that no runner brings along: none is left behind that the request does not name. What
 * cannot be seen (null) is not refused; the card says that nobody knows.
 */
export function refuseOutside(
  outside: readonly string[] | null,
  leaveBehind: readonly string[],
  hosts: readonly string[],
): Refusal | null {
  const known = leaveBehind.find((name) => hosts.some((host) => sameMachine(name, host)));
  if (known !== undefined) return refuse('LeaveBehindKnown', { host: known });
  const left = (outside ?? []).filter((machine) => !leaveBehind.some((name) => sameMachine(machine, name)));
  return left.length === 0 ? null : refuse('WorkersOutside', { hosts: left });
}
