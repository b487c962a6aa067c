import { type DateForm, two } from '../date-form.ts';

const WEEKDAYS = ['周日', '周一', '周二', '周三', '周四', '周五', '周六'];

/** `2026-12-08`, `12 月 8 日（周二）`. */
export const dateForm: DateForm = {
  date: ({ year, month, day }) => `${year}-${two(month)}-${two(day)}`,
  day: ({ month, day, weekday }) => `${month} 月 ${day} 日（${WEEKDAYS[weekday]}）`,
  between: ' ',
};
