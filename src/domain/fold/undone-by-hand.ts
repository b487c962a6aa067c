import type { RunnerOutcome } from '../journal/entries.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';

/** What had ended well ends once more only where a person at its machine has put it back: no order is out any more. */
export const isUndoneByHand = (
  { closed }: RotationState,
  order: OrderState | undefined,
  outcome: RunnerOutcome,
): boolean =>
  closed !== null &&
  order?.kind === 'apply' &&
  (order.outcome === 'applied' || order.outcome === 'unchanged') &&
  (outcome === 'put-back' || outcome === 'unknown');
