import { createMeasure } from '../../measure.ts';

export const { exact, whole, sum, bare, range } = createMeasure({
  seconds: ' s',
  minutes: ' min',
  minutesAnd: ' min',
  hours: ' h',
  underASecond: 'under 1 s',
});
