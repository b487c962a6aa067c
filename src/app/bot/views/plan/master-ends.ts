import { keeps } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import type { FarmNow } from './asking-view.ts';
import { whenView } from './when-view.ts';

/**
 * Warns an approver that the master's certificate, which this rotation does not replace, has ended or may end before
 * it begins: no worker that is restarted then is connected again.
 */
export function masterEnds({ farm, state, now }: FarmNow, rotation: RotationState): readonly Message[] {
  const { plan, plannedAt, looks } = rotation;
  if (plan === null || !(keeps(plan) || isReconnect(rotation))) return [];
  const lapses = Date.parse(plannedAt ?? plan.header.at) + plan.header.approval.lapsesAfterMs;
  // As the card shows the start: a freeze may have moved it.
  const from = Date.parse(whenView(farm, state, rotation, now).from ?? '') || now;
  const [master, ...others] = plan.slices.filter(({ roles }) => roles.includes('master'));
  const at = master === undefined ? undefined : looks[master.host]?.master?.certificate?.notAfter;
  if (master === undefined || at === undefined || Date.parse(at) > Math.max(lapses, from)) return [];
  const data = { host: master.host, at, ended: Date.parse(at) <= now, farm: farm.name, clustered: others.length > 0 };
  return [{ id: 'warning.master-ends', data }];
}
