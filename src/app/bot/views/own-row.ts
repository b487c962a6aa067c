import { followStages, forthWork } from '../../../domain/next/stages.ts';
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
    const count = stages['master-trust']?.steps.length ?? 0;
    return { state: 'good', what: { id: 'row.trusts-workers', data: { count } } };
  }
  if (forthWork(rotation, host, stage.name) === 'good')
    return { state: 'good', what: { id: 'row.connected', data: { thumbprint } } };
  return { state: 'waiting', what: { id: 'row.prepared', data: { thumbprint } } };
}
