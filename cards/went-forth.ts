import type { ClosedView } from '../src/domain/views/view.ts';

/** Whether machines run on the new certificate. */
export const wentForth = (outcome: ClosedView['outcome']): boolean =>
  outcome === 'proved' || outcome === 'left-behind' || outcome === 'partly';
