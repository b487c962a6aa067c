import { retires } from '../plan/plan-phases.ts';
import type { RotationState } from './rotation.ts';

/** Orders their machine never began, or ended with nothing changed. */
const NOT_BEGUN: readonly (string | null)[] = ['refused', 'lapsed', 'put-back'];

/**
 * It was approved, but turned before any machine had begun a step: nothing was changed, so nobody looks again, and the
 * state of the machines is not reported. A host that accepted an order and was not heard since may have begun. Removals
 * are reported machine by machine.
 */
export const isUntouched = ({ closed, plan, steps, orders }: RotationState): boolean =>
  (closed?.outcome === 'put-back' || closed?.outcome === 'stopped') &&
  plan !== null &&
  !retires(plan) &&
  Object.keys(steps).length === 0 &&
  orders
    .filter(({ kind }) => kind === 'apply' || kind === 'undo')
    .every(({ status, outcome }) => NOT_BEGUN.includes(status === 'finished' ? outcome : status));
