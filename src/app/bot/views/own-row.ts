import { followStages, forthWork, isUnderWay, latestOrder, ordersOf } from '../../../domain/next/stages.ts';
import type { PlanSlice } from '../../../domain/plan.ts';
import type { RotationState } from '../../../domain/rotation.ts';
import { shortThumbprint } from '../../../domain/values.ts';
import type { HostRow } from '../../../domain/view.ts';
import { madeFor } from './own-certificates.ts';

/** How a machine stands whose order is done, where each worker has a certificate of its own. */
export function ownRow(rotation: RotationState, { host, stages }: PlanSlice): Pick<HostRow, 'state' | 'what'> {
  const made = madeFor(rotation, host);
  const thumbprint = made === null ? '' : shortThumbprint(made);
  const stage =
    rotation.plan === null ? undefined : followStages(rotation.plan).find((one) => one.hosts.includes(host));
  if (stage === undefined) {
    const trusts = stages['master-trust']?.steps ?? [];
    const count = trusts.filter(({ id }) => rotation.steps[host]?.[id]?.state !== 'undone').length;
    return { state: 'good', what: { id: 'row.trusts-workers', data: { count } } };
  }
  if (forthWork(rotation, host, stage.name) === 'good')
    return { state: 'good', what: { id: 'row.connected', data: { thumbprint } } };
  return { state: 'waiting', what: { id: 'row.prepared', data: { thumbprint } } };
}

/**
 * The same where the wave has stopped: a master goes on trusting those that were proved, and one that failed is not well
 * because it was put back. null: it is told as ever.
 */
export function keptRow(rotation: RotationState, slice: PlanSlice): Pick<HostRow, 'state' | 'what'> | null {
  const stage =
    rotation.plan === null ? undefined : followStages(rotation.plan).find((one) => one.hosts.includes(slice.host));
  if (ordersOf(rotation, slice.host).some((order) => order.kind === 'undo' && isUnderWay(order))) return null;
  if (stage === undefined) return ownRow(rotation, slice);
  const order = latestOrder(rotation, slice.host, stage.name, 'apply');
  if (order === undefined || forthWork(rotation, slice.host, stage.name) !== 'failed') return null;
  return { state: 'bad', what: { id: 'row.failed', data: { code: order.code ?? '' } } };
}
