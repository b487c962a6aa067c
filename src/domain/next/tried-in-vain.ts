import { switchStage } from '../plan/plan-phases.ts';
import type { RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Cause } from './moment.ts';
import { isOfPortAlone } from './proof/doubts.ts';
import { backWork, begun, isSelfUndone, latestOrder } from './stages.ts';

/**
 * Whether only the final look disagrees about all of these, and people have already had each of them put back once more
 * for that: a third time would do the same again.
 */
export const isTriedInVain = (rotation: RotationState, attention: readonly Cause[]): boolean =>
  rotation.turned !== null &&
  attention.length > 0 &&
  attention.every(
    ({ host, stage, code }) => host !== null && stage === null && code === 'NotProved' && wasBack(rotation, host),
  );

/**
 * Whether putting back once more could change nothing about any of these: only what their port presents is not as
 * wanted, each is back by its own word, and as the master had not begun to switch, nothing would be restarted.
 */
export function hasNothingLeft(rotation: RotationState, attention: readonly Cause[]): boolean {
  const lead = rotation.plan === null ? undefined : switchStage(rotation.plan);
  return (
    rotation.turned !== null &&
    lead !== undefined &&
    !lead.hosts.some((host) => begun(rotation, host, lead.name)) &&
    attention.length > 0 &&
    attention.every((one) => one.host !== null && isOfPortAlone(one) && isBack(rotation, one.host))
  );
}

/** Whether a machine was back by its own word when people decided to put it back. */
function wasBack(rotation: RotationState, host: HostName): boolean {
  const decided = rotation.resolved[host];
  if (decided?.choice !== 'put-all-back') return false;
  return isBack({ ...rotation, orders: rotation.orders.slice(0, decided.orders), resolved: {} }, host);
}

/** Whether each stage of it has gone back, by its own word. */
function isBack(then: RotationState, host: HostName): boolean {
  const slice = then.plan?.slices.find((one) => one.host === host);
  if (slice === undefined) return false;
  const works = Object.keys(slice.stages).map((stage) =>
    isSelfUndone(latestOrder(then, host, stage, 'apply')) ? 'good' : backWork(then, host, stage),
  );
  return works.includes('good') && works.every((work) => work === 'good' || work === 'none');
}
