import type { AcceptedOrder, RunnerState } from '../../../domain/fold/runner-fold.ts';
import type { Ended } from './run-apply.ts';

/** A stop changes nothing itself: it ends as the order ended that it stopped. */
export function runStop({ orders }: RunnerState, { rotation, n }: AcceptedOrder): Ended {
  const last = orders.findLast((order) => order.kind === 'apply' && order.rotation === rotation && order.n < n);
  const outcome = last?.outcome === 'unknown' || last?.outcome === 'put-back' ? last.outcome : 'unchanged';
  return { outcome, facts: {} };
}
