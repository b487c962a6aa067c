import type { DateForm } from '../date-form.ts';

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** `2026年12月8日`, `12月8日周二`: as Teams and Slack write them. */
export const dateForm: DateForm = {
  date: ({ year, month, day }) => `${year}年${month}月${day}日`,
  day: ({ month, day, weekday }) => `${month}月${day}日${WEEKDAYS[weekday]}`,
  between: ' ',
};
