import { BOT_CLOCK_OFF } from '../../../../domain/next/start/clock-off.ts';
import { failedLook } from '../../../../domain/next/start/start-looks.ts';
import type { RotationState, Scheduled } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
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

/** As many as a sentence names: what fails on more machines than that is hardly another thing on each. */
const MOST_NAMED = 4;

/** What kept machines from being looked at whose runners answer nevertheless. */
export const failedLooks = (rotation: RotationState, hosts: readonly HostName[]): readonly Message[] =>
  hosts
    .flatMap((host): Message[] => {
      const failed = failedLook(rotation, host);
      return failed === null ? [] : [{ id: 'why.refused', data: { ...failed, host } }];
    })
    .slice(0, MOST_NAMED);
