import type { RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Cause } from './moment.ts';
import { backWork, isSelfUndone, latestOrder } from './stages.ts';

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

/** Whether a machine was back by its own word when people decided to put it back. */
function wasBack(rotation: RotationState, host: HostName): boolean {
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const decided = rotation.resolved[host];
  if (slice === undefined || decided?.choice !== 'put-all-back') return false;
  const then: RotationState = { ...rotation, orders: rotation.orders.slice(0, decided.orders), resolved: {} };
  const works = Object.keys(slice.stages).map((stage) =>
    isSelfUndone(latestOrder(then, host, stage, 'apply')) ? 'good' : backWork(then, host, stage),
  );
  return works.includes('good') && works.every((work) => work === 'good' || work === 'none');
}
