import { createMeasure } from '../../measure.ts';

export const { exact, whole, sum, bare, range } = createMeasure({
  seconds: ' 秒',
  minutes: ' 分钟',
  minutesAnd: ' 分',
  hours: ' 小时',
  underASecond: '不到 1 秒',
});
