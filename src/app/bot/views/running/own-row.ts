import { isDiskFull } from '../../../../domain/errors.ts';
import { presentedIn } from '../../../../domain/machine/presented.ts';
import { asksAboutPackages, waitsOf } from '../../../../domain/next/drain.ts';
import {
  begun,
  containedHosts,
  forthWork,
  isUnderWay,
  latestOrder,
  ordersOf,
  tellingOrder,
  waitWork,
} from '../../../../domain/next/stages.ts';
import type { PlanSlice } from '../../../../domain/plan/plan.ts';
import { CONTAIN, DRAIN, followStages } from '../../../../domain/plan/plan-phases.ts';
import { MASTER_TRUST } from '../../../../domain/plan/scope.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import { type HostName, shortThumbprint } from '../../../../domain/values.ts';
import type { HostRow } from '../../../../domain/views/view.ts';
import { isOff } from '../evidence/gaps.ts';
import { madeFor } from '../evidence/own-certificates.ts';
import { isReconnect, presentOf } from '../evidence/reconnected.ts';

/** What the row of a machine says. */
export type Told = Pick<HostRow, 'state' | 'what'>;

export const row = (state: Told['state'], id: string, data: Told['what']['data'] = {}): Told => ({
  state,
  what: { id, data },
});

/** Its order failed: the short cause, which the sentence above tells in full. One that was told to stop has not. */
export const failedRow = ({ code, data }: OrderState): Told =>
  code === 'StopAsked'
    ? row('good', 'row.put-back')
    : row('bad', 'row.failed', { code: code ?? '', ...(isDiskFull(data ?? {}) ? { full: true } : {}) });

/** The row of a machine whose order is done, where each worker has a certificate of its own. */
export function ownRow(rotation: RotationState, { host, roles, stages }: PlanSlice): Told {
  const made = isReconnect(rotation) ? presentOf(rotation) : madeFor(rotation, host);
  const thumbprint = made === null ? '' : shortThumbprint(made);
  const stage =
    rotation.plan === null ? undefined : followStages(rotation.plan).find((one) => one.hosts.includes(host));
  if (stage === undefined && isReconnect(rotation))
    return roles.includes('master') ? presentsRow(rotation, host) : row('good', 'row.connected-already');
  if (stage === undefined) {
    const contained = containedHosts(rotation).length;
    const trusts = stages[MASTER_TRUST]?.steps ?? [];
    const count = trusts.filter(({ id }) => rotation.steps[host]?.[id]?.state !== 'undone').length;
    const isTrusting = trusts.some(({ id }) => rotation.steps[host]?.[id]?.state === 'done');
    if (contained > 0 && !isTrusting) return row('good', 'row.contained', { count: contained });
    if (trusts.length === 0) return row('good', 'row.unchanged');
    return count === 0 ? row('good', 'row.put-back') : row('good', 'row.trusts-workers', { count });
  }
  if (forthWork(rotation, host, stage.name) === 'good')
    return isOff(rotation, host) ? row('good', 'row.off') : row('good', 'row.connected', { thumbprint });
  return row('waiting', 'row.prepared', { thumbprint });
}

/** What the master presents by the newest look: somebody may have changed it since the plan was made. */
function presentsRow(rotation: RotationState, host: HostName): Told {
  const planned = presentOf(rotation);
  const look = rotation.proofs[host];
  const shown = (look === undefined ? null : presentedIn([look])) ?? planned;
  const thumbprint = shown === null ? '' : shortThumbprint(shown);
  return row(shown === planned ? 'good' : 'bad', 'row.presents', { thumbprint });
}

/** A worker that does not switch yet because packages run there; null if nothing holds it up. */
export function waitRow(rotation: RotationState, host: HostName): Told | null {
  const { plan } = rotation;
  const wait = plan === null ? undefined : waitsOf(plan).find(({ worker }) => worker === host);
  if (plan === null || wait === undefined || begun(rotation, host, followStages(plan)[0]?.name ?? '')) return null;
  const work = waitWork(rotation, wait);
  if (work === 'under-way') return row('waiting', 'row.drains');
  const code = tellingOrder(rotation, wait)?.code ?? '';
  if (work !== 'unknown' || !asksAboutPackages({ stage: DRAIN, code })) return null;
  return row('waiting', 'row.packages-run');
}

/**
 * The same after the wave has stopped: a master still trusts those that were proved, and a worker that failed is not
 * well just because it was put back. null: the usual row applies.
 */
export function keptRow(rotation: RotationState, slice: PlanSlice): Told | null {
  const stage =
    rotation.plan === null ? undefined : followStages(rotation.plan).find((one) => one.hosts.includes(slice.host));
  if (ordersOf(rotation, slice.host).some((order) => order.kind === 'undo' && isUnderWay(order))) return null;
  // What it trusts says nothing about a service that may not have read it again.
  const contain = latestOrder(rotation, slice.host, CONTAIN, 'apply');
  if (stage === undefined) return contain?.outcome === 'unknown' && !contain.seen ? null : ownRow(rotation, slice);
  const order = latestOrder(rotation, slice.host, stage.name, 'apply');
  if (order === undefined || forthWork(rotation, slice.host, stage.name) !== 'failed') return null;
  return failedRow(order);
}
