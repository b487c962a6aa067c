import type { RunnerOutcome } from '../journal/entries.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';

/**
 * Whether a person at the machine has put back what this order did, or begun to: the order had ended well, the rotation
 * is closed, and a step of the stage went back. If no step went back, the runner only says that it cannot know: its
 * journal was restored from a copy, or what it would go back to is gone.
 */
export function isUndoneByHand(
  { closed, plan, steps, orders }: RotationState,
  order: OrderState | undefined,
  outcome: RunnerOutcome,
): boolean {
  if (closed === null || order?.kind !== 'apply' || order.stage === null) return false;
  if (order.outcome !== 'applied' && order.outcome !== 'unchanged') return false;
  if (outcome !== 'put-back' && outcome !== 'unknown') return false;
  // What the rotation itself put back was back before the rotation ended.
  const { host, stage: name } = order;
  const isBack = ({ kind, outcome: end }: OrderState): boolean => kind === 'undo' && end === 'put-back';
  if (orders.some((one) => one.host === host && one.stage === name && isBack(one))) return false;
  const stage = plan?.slices.find((slice) => slice.host === host)?.stages[name];
  return stage?.steps.some(({ id }) => steps[host]?.[id]?.direction === 'back') === true;
}
