import { retires } from '../plan/plan-phases.ts';
import type { RotationState } from './rotation.ts';

/** What its machine never begins any more, or ended as it was. */
const NOT_BEGUN: readonly (string | null)[] = ['refused', 'lapsed', 'put-back'];

/**
 * It was approved and turned before any machine had begun a step: nothing was changed, so nobody looks once more, and
 * how the machines stand is not told. Whoever took an order and was not heard since may have begun. Of a removal it is
 * told machine by machine.
 */
export const isUntouched = ({ closed, plan, steps, orders }: RotationState): boolean =>
  (closed?.outcome === 'put-back' || closed?.outcome === 'stopped') &&
  plan !== null &&
  !retires(plan) &&
  Object.keys(steps).length === 0 &&
  orders
    .filter(({ kind }) => kind === 'apply' || kind === 'undo')
    .every(({ status, outcome }) => NOT_BEGUN.includes(status === 'finished' ? outcome : status));
