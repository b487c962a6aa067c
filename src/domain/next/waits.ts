import { DRAIN } from '../plan/plan-phases.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import { type Wait, waitsOf } from './drain.ts';
import type { Action, Moment } from './moment.ts';
import { waitOrder, waitWork } from './stages.ts';
import { isToCome } from './to-come.ts';

/** So long it counts that no package ran: then one may have begun. Milliseconds. */
const FRESH_MS = 10_000;

export const waitAction = ({ host, check, limitMs }: Wait): Action => ({
  do: 'order',
  host,
  kind: 'apply',
  stage: DRAIN,
  timeLimitMs: limitMs,
  only: [check],
});

/** No package ran there a moment ago, or somebody has decided that it goes on though they run. */
export function isOver(rotation: RotationState, moment: Moment, wait: Wait): boolean {
  if (waitWork(rotation, wait) !== 'good') return false;
  const order = waitOrder(rotation, wait);
  if (order?.outcome !== 'applied' && order?.outcome !== 'unchanged') return true;
  return moment.now - seenAt(order, moment) <= FRESH_MS;
}

/**
 * When it was seen that no package ran. Not before it was asked, by the bot's own clock: where a clock was set, how the
 * two stand is known wrong for minutes, and what each new look says would be old at once.
 */
function seenAt({ issued, finishedAt }: OrderState, moment: Moment): number {
  const [asked, ended] = [Date.parse(issued), Date.parse(finishedAt ?? issued)];
  if (isToCome(asked, moment)) return Number.NEGATIVE_INFINITY;
  return isToCome(ended, moment) ? asked : Math.max(asked, ended);
}

/** To be ordered: never before, or what was seen is old. */
export const isDue = (rotation: RotationState, wait: Wait): boolean =>
  ['none', 'good'].includes(waitWork(rotation, wait));

/** Waits whose answer has grown old by now, to be asked once more. */
export const agedWaits = (rotation: RotationState, moment: Moment): readonly Action[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan))
    .filter((wait) => isDue(rotation, wait) && !isOver(rotation, moment, wait))
    .map(waitAction);
