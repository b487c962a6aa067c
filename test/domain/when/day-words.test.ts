import fc from 'fast-check';
import { DateTime } from 'luxon';
import {
  eveningOf,
  isDayWord,
  isNextDay,
  isThisDay,
  meantDays,
  meantNext,
  meantThis,
  spelt,
} from '../../../src/domain/when/day-words.ts';

/** A Tuesday. */
const TUESDAY = DateTime.fromISO('2026-11-24T14:31:07', { zone: 'UTC' });

/** How many days ahead, and `?` where it asks; null: unknown. */
function ahead(meant: ReturnType<typeof meantDays>, from = TUESDAY): string | null {
  if (meant === null) return null;
  const days = meant.days.map(
    (day) => DateTime.fromObject(day, { zone: 'UTC' }).diff(from.startOf('day'), 'days').days,
  );
  return `${days.join(' or ')}${meant.asks ? '?' : ''}`;
}
const clock = (time: string | null) => {
  const [hour = 0, minute = 0] = (time ?? '').split(':').map(Number);
  return time === null ? null : { hour, minute };
};

test.each([
  [null, '10:00', '0'],
  [null, '00:00', '0'],
  [null, '24:00', '1'],
  ['today', '10:00', '0'],
  ['今天', null, '0'],
  ['今日', null, '0'],
  ['Tomorrow', null, '1'],
  ['明天', '12:00', '1'],
  ['明日', null, '1'],
  ['后天', null, '2'],
  ['today', '00:01', '0'],
  ['today', '01:00', '0'],
  // Its beginning, or its end.
  ['today', '00:00', '0 or 1?'],
  ['tomorrow', '24:00', '1 or 2?'],
  ['后天', '24:00', '2 or 3?'],
  // An evening goes on after its midnight, and has no morning.
  ['tonight', '18:00', '0'],
  ['tonight', '12:00', '0'],
  ['今晚', '23:59', '0'],
  ['今夜', '22:00', '0'],
  ['明晚', '22:00', '1'],
  ['tonight', '24:00', '1'],
  ['tonight', '00:00', '1'],
  ['明晚', '00:00', '2'],
  ['tonight', '00:01', '0 or 1'],
  ['今夜', '05:59', '0 or 1'],
  ['明晚', '02:00', '1 or 2'],
  ['tonight', '06:00', null],
  ['tonight', '11:59', null],
  ['tonight', null, null],
  ['wed', '10:00', '1'],
  ['Sunday', '10:00', '5'],
  ['mon', '10:00', '6'],
  ['tues', '10:00', '0 or 7?'],
  ['tue', null, '1 or 7?'],
  ['周二', '24:00', '1 or 7?'],
  ['sat', null, '4 or 5?'],
  ['星期六', '00:00', '4 or 5?'],
  ['someday', '10:00', null],
  ['constructor', '10:00', null],
])('On a Tuesday, %j with the time %j means this many days ahead: %s', (word, time, wanted) => {
  expect(ahead(meantDays(word, clock(time), TUESDAY))).toBe(wanted);
});

test.each([
  ['wed', '1 or 8?'],
  ['周一', '6 or 13?'],
  ['tuesday', '7 or 14?'],
])('On a Tuesday, next %s means this many days ahead: %s', (word, wanted) => {
  expect(ahead(meantNext(word, TUESDAY))).toBe(wanted);
});

test.each([
  ['tue', '15:00', '0'],
  ['tue', null, '0 or 1?'],
  ['sun', '10:00', '5'],
  ['周日', '00:00', '5 or 6?'],
  ['sun', '24:00', '5 or 6?'],
  ['sun', '00:30', '5'],
  ['sun', '01:00', '5'],
  ['mon', '10:00', '-1 or 6?'],
  ['mon', null, '-1 or 6?'],
])('On a Tuesday, this %s with the time %j means this many days ahead: %s', (word, time, wanted) => {
  expect(ahead(meantThis(word, clock(time), TUESDAY))).toBe(wanted);
});

test.each([
  ['今晚', 'today'],
  ['Tonight', 'today'],
  ['明晚', 'tomorrow'],
  ['tomorrow', null],
  ['sat', null],
])('%s is the evening of %j', (word, day) => {
  expect(eveningOf(word)).toBe(day);
});

test('only a weekday is next or this', () => {
  const said = (words: string) => [isNextDay(words.split(' ')), isThisDay(words.split(' '))];
  expect(said('Next Sat')).toEqual([true, false]);
  expect(said('THIS 周六')).toEqual([false, true]);
  for (const words of ['next', 'next window', 'next tomorrow', 'this', 'this farm', 'this tonight', 'sat', 'sat next'])
    expect(said(words)).toEqual([false, false]);
});

test.each([
  ['noon', '12:00'],
  ['中午', '12:00'],
  ['正午', '12:00'],
  ['Midnight', '24:00'],
  ['午夜', '24:00'],
  ['半夜', '24:00'],
  ['22点', '22:00'],
  ['8時5分', '8:05'],
  ['22点半', '22:30'],
  ['22点整', '22:00'],
  ['下周六22点', 'next 周六 22:00'],
  ['下个周六，22点', 'next 周六 22:00'],
  ['本周六半夜', 'this 周六 24:00'],
  ['这个周日', 'this 周日'],
  ['明晚,23:15', '明晚 23:15'],
  ['prod', 'prod'],
])('%s is read as %j', (word, wanted) => {
  expect(spelt(word).join(' ')).toBe(wanted);
});

test('whatever today is, a weekday with an hour is on that weekday, within a week and not in the past', () => {
  const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];
  const time = { hour: 10, minute: 0 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 6 }), (since, at) => {
      const word = names[at] ?? '';
      const here = DateTime.fromMillis(since * 86_400_000, { zone: 'UTC' }).set({ hour: 14 });
      const all = [meantDays(word, time, here), meantNext(word, here), meantThis(word, time, here)];
      const days = all.map((meant) => meant?.days.map((day) => DateTime.fromObject(day, { zone: 'UTC' })) ?? []);
      expect(days.flat().every(({ weekday }) => weekday === at + 1)).toBe(true);
      const [plain = [], next = [], own = []] = days.map((one) => one.map((day) => day.diff(here, 'days').days));
      expect([plain[0], next[0], own.at(-1)].every((one = -9) => one > -1 && one < 7)).toBe(true);
      expect(isDayWord(word)).toBe(true);
    }),
  );
});
