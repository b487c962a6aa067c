import { createMeasure } from '../../measure.ts';

export const { exact, whole, sum, bare, range } = createMeasure({
  seconds: ' 秒',
  minutes: ' 分钟',
  minutesAnd: ' 分',
  hours: ' 小时',
  underASecond: '不到 1 秒',
});

/** How long something took, after the words `before`; empty if that is not known, or a clock was set back meanwhile. */
export const took = (ms: number | null, before: string): string =>
  ms === null || ms < 0 ? '' : `，${before} ${exact(ms)}`;
