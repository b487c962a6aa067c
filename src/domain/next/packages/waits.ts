import { DRAIN } from '../../plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../rotation/rotation.ts';
import { type Wait, waitsOf } from '../drain.ts';
import type { Action, Moment } from '../moment.ts';
import { waitOrder, waitWork } from '../stages.ts';
import { isToCome } from '../to-come.ts';

/** How long it counts that no package ran; after that one may have started. Milliseconds. */
const FRESH_MS = 10_000;

export const waitAction = ({ host, check, limitMs }: Wait): Action => ({
  do: 'order',
  host,
  kind: 'apply',
  stage: DRAIN,
  timeLimitMs: limitMs,
  only: [check],
});

/** No package ran there a moment ago, or it was decided to go on although some run. */
export function isOver(rotation: RotationState, moment: Moment, wait: Wait): boolean {
  if (waitWork(rotation, wait) !== 'good') return false;
  const order = waitOrder(rotation, wait);
  if (order?.outcome !== 'applied' && order?.outcome !== 'unchanged') return true;
  const at = endOf(order, moment);
  return !isToCome(at, moment) && moment.now - at <= FRESH_MS;
}

/**
 * When a wait ended. Never before it was asked, by the bot's own clock, nor in the future: after a clock was set, the
 * known skew is wrong for minutes, and each new answer would look old at once, or a look due.
 */
export function endOf({ issued, finishedAt }: OrderState, moment: Moment): number {
  const [asked, ended] = [Date.parse(issued), Date.parse(finishedAt ?? issued)];
  return isToCome(ended, moment) ? asked : Math.max(asked, ended);
}

/** Whether it is to be ordered: it never was, or what was seen is old. */
export const isDue = (rotation: RotationState, wait: Wait): boolean =>
  ['none', 'good'].includes(waitWork(rotation, wait));

/** Waits whose answers are too old by now, to be asked again. */
export const agedWaits = (rotation: RotationState, moment: Moment): readonly Action[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan))
    .filter((wait) => isDue(rotation, wait) && !isOver(rotation, moment, wait))
    .map(waitAction);
