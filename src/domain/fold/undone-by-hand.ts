import type { RunnerOutcome } from '../journal/entries.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';

/**
 * Whether a person at its machine has put back what this order had done, or begun to: it had ended well, no order is
 * out any more, and a step of its stage went back. Without that its runner only tells that it cannot know: its journal
 * was put back from a copy, or what it would go back to is gone.
 */
export function isUndoneByHand(
  { closed, plan, steps, orders }: RotationState,
  order: OrderState | undefined,
  outcome: RunnerOutcome,
): boolean {
  if (closed === null || order?.kind !== 'apply' || order.stage === null) return false;
  if (order.outcome !== 'applied' && order.outcome !== 'unchanged') return false;
  if (outcome !== 'put-back' && outcome !== 'unknown') return false;
  // What the rotation itself has put back is so since before it ended.
  const { host, stage: name } = order;
  const isBack = ({ kind, outcome: end }: OrderState): boolean => kind === 'undo' && end === 'put-back';
  if (orders.some((one) => one.host === host && one.stage === name && isBack(one))) return false;
  const stage = plan?.slices.find((slice) => slice.host === host)?.stages[name];
  return stage?.steps.some(({ id }) => steps[host]?.[id]?.direction === 'back') === true;
}
