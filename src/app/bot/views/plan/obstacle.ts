import { BOT_CLOCK_OFF } from '../../../../domain/next/start/clock-off.ts';
import type { Scheduled } from '../../../../domain/rotation/rotation.ts';
import type { PlanWhen } from '../../../../domain/views/plan-when.ts';

/** What would have kept a waiting rotation from beginning, by its last check; null if nothing would. */
export function obstacleOf({ checks }: Scheduled): NonNullable<PlanWhen['waits']>['obstacle'] {
  const mark = (['start', 'hour', 'day'] as const).find((one) => checks[one] !== undefined);
  const refused = mark === undefined ? null : (checks[mark]?.refused ?? null);
  if (mark === undefined || refused === null) return null;
  if (refused.code === BOT_CLOCK_OFF) return { mark, why: { id: 'why.bot-clock-off', data: refused.data } };
  const { host = null, ...data } = refused.data;
  return { mark, why: { id: 'why.refused', data: { code: refused.code, host, data } } };
}
