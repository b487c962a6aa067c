import { isLeftAsItIs, isWayBackLost } from '../../../../domain/next/lost-way-back.ts';
import { returnOf } from '../../../../domain/next/silent-master.ts';
import { masterOf, switchStage } from '../../../../domain/plan/plan-phases.ts';
import { leftIn, stillLeft } from '../../../../domain/rotation/left-behind.ts';
import { isPlanned, type OrderState, type Planned, type RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import { keptOf } from '../evidence/evidence.ts';
import { workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';

/** The master that a rotation was to switch and that was left as it is; null if its state was proved. */
export function unprovedMaster(rotation: RotationState): HostName | null {
  const { plan } = rotation;
  const host = plan === null || switchStage(plan) === undefined ? null : masterOf(plan);
  return host !== null && leftIn(rotation).includes(host) ? host : null;
}

/**
 * What was left as it is and not proved: the master, or workers, who may be on either certificate while no other is
 * proved on what it was given; null if neither.
 */
export function unprovedIn(rotation: RotationState): 'master' | 'workers' | null {
  if (unprovedMaster(rotation) !== null) return 'master';
  const outcome = rotation.closed?.outcome;
  if (!isOfWorkers(rotation) || keptOf(rotation).length > 0) return null;
  if (outcome === 'left-behind') return 'workers';
  const workers: readonly string[] = workersOf(rotation);
  const isBack = outcome === 'put-back' || outcome === 'stopped';
  return isBack && leftIn(rotation).some((host) => workers.includes(host)) ? 'workers' : null;
}

/** Why nobody was told to go back: there was nothing to go back to, or the master was silent. null if it was not so. */
export function whyAsItIs(rotation: RotationState): Message | null {
  const host = rotation.plan === null ? null : masterOf(rotation.plan);
  if (host === null || !isLeftAsItIs(rotation)) return null;
  return { id: isWayBackLost(rotation, host) ? 'why.as-it-is' : 'why.left-silent', data: { host } };
}

/** The end that a master reported after it had been left because it was silent; null if it reported none. */
export function lateEnd(rotation: RotationState): { readonly order: OrderState; readonly host: HostName } | null {
  const { plan, closed } = rotation;
  const host = unprovedMaster(rotation);
  const lead = plan === null ? undefined : switchStage(plan);
  if (closed === null || lead === undefined || host === null || whyAsItIs(rotation)?.id !== 'why.left-silent')
    return null;
  const order = rotation.orders.findLast(
    (one) => one.host === host && one.stage === lead.name && one.endHeardAt !== undefined && one.outcome !== null,
  );
  // By when it was heard: a master that had only lost its network may have ended before it was left.
  return order?.endHeardAt !== undefined && order.endHeardAt >= closed.at ? { order, host } : null;
}

/** Which certificate it is on, by its own word. */
export const lateOn = ({ outcome, kind }: OrderState): 'old' | 'new' | 'unknown' =>
  outcome === 'put-back' || (kind === 'undo' && outcome === 'unchanged')
    ? 'old'
    : outcome === 'applied' || outcome === 'unchanged'
      ? 'new'
      : 'unknown';

/** What to do about a master that was left because it was silent. */
function afterSilence(rotation: Planned, host: HostName): readonly Message[] {
  const late = lateEnd(rotation);
  const rest = stillLeft(rotation).filter((one) => one !== host);
  const data = { host, hosts: workersOf(rotation) };
  return [
    late === null
      ? { id: 'next.master-silent', data: { ...data, how: returnOf(rotation, host) } }
      : { id: 'next.master-back', data: { ...data, on: lateOn(late.order) } },
    ...(rest.length === 0 ? [] : [{ id: 'next.not-proved', data: { hosts: rest } }]),
  ];
}

/** What to do about machines that were not proved. */
export function afterLeft(rotation: RotationState): readonly Message[] {
  const master = unprovedMaster(rotation);
  if (master !== null && isPlanned(rotation) && whyAsItIs(rotation)?.id === 'why.left-silent')
    return afterSilence(rotation, master);
  const hosts = stillLeft(rotation).filter((host) => host !== master);
  return [
    ...(master === null ? [] : [{ id: 'next.master-unproved', data: { host: master } }]),
    ...(hosts.length === 0 ? [] : [{ id: 'next.left-behind', data: { hosts } }]),
  ];
}
