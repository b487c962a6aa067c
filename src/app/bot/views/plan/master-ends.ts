import type { Farm } from '../../../../domain/farm/farm.ts';
import { keeps } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { startOf } from '../../../../domain/rotation/start.ts';
import type { Message } from '../../../../domain/values.ts';
import { isReconnect } from '../evidence/reconnected.ts';

/**
 * Warns an approver that the master's certificate, which this rotation does not replace, has ended or may end before
 * it begins: no worker that is restarted then is connected again.
 */
export function masterEnds(farm: Farm, rotation: RotationState, now: number): readonly Message[] {
  const { plan, plannedAt, looks, start, wish } = rotation;
  if (plan === null || !(keeps(plan) || isReconnect(rotation))) return [];
  const lapses = Date.parse(plannedAt ?? plan.header.at) + plan.header.approval.lapsesAfterMs;
  const from = start === null ? (startOf(farm, wish.when, now)?.from ?? now) : Date.parse(start.from);
  const [master, ...others] = plan.slices.filter(({ roles }) => roles.includes('master'));
  const at = master === undefined ? undefined : looks[master.host]?.master?.certificate?.notAfter;
  if (master === undefined || at === undefined || Date.parse(at) > Math.max(lapses, from)) return [];
  const data = { host: master.host, at, ended: Date.parse(at) <= now, farm: farm.name, clustered: others.length > 0 };
  return [{ id: 'warning.master-ends', data }];
}
