import { createMeasure } from '../../measure.ts';

export const { exact, whole, sum, bare, range } = createMeasure({
  seconds: ' s',
  minutes: ' min',
  minutesAnd: ' min',
  hours: ' h',
  underASecond: 'under 1 s',
});

/** How long something took, after the words `before`; empty if that is not known, or a clock was set back meanwhile. */
export const took = (ms: number | null, before: string): string =>
  ms === null || ms < 0 ? '' : `${before}${exact(ms)}`;
