import type { DateForm } from '../date-form.ts';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `8 Dec 2026`, `Tue 8 Dec`. */
export const dateForm: DateForm = {
  date: ({ year, month, day }) => `${day} ${MONTHS[month - 1]} ${year}`,
  day: ({ month, day, weekday }) => `${WEEKDAYS[weekday]} ${day} ${MONTHS[month - 1]}`,
  between: ', ',
};
