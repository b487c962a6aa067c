import fc from 'fast-check';
import { cardPen } from '../../cards/pen.ts';
import { timesIn } from '../../cards/times.ts';
import { existingWords as english } from '../../cards/wording/en/cards/existing.ts';
import { existingWords as chinese } from '../../cards/wording/zh-CN/cards/existing.ts';

const NOON = '2026-07-01T12:05:00.000Z';
const NIGHT = '2026-12-08T23:30:00.000Z';

test.each([
  ['en', 'UTC', NOON, '1 Jul 2026', 'Wed 1 Jul', '12:05 UTC'],
  ['en', 'Asia/Shanghai', NIGHT, '9 Dec 2026', 'Wed 9 Dec', '07:30 UTC+8'],
  ['en', 'Europe/Berlin', NOON, '1 Jul 2026', 'Wed 1 Jul', '14:05 UTC+2'],
  ['en', 'Europe/Berlin', NIGHT, '9 Dec 2026', 'Wed 9 Dec', '00:30 UTC+1'],
  ['en', 'America/St_Johns', NIGHT, '8 Dec 2026', 'Tue 8 Dec', '20:00 UTC-3:30'],
  ['en', 'Asia/Kolkata', NOON, '1 Jul 2026', 'Wed 1 Jul', '17:35 UTC+5:30'],
  ['en', 'Nowhere/At_All', NOON, '1 Jul 2026', 'Wed 1 Jul', '12:05 UTC'],
  ['zh-CN', 'Asia/Shanghai', NIGHT, '2026年12月9日', '12月9日周三', '07:30 UTC+8'],
] as const)('in %s and %s, %s is written %s', (language, timeZone, at, date, day, time) => {
  const times = timesIn({ language, timeZone });
  const between = language === 'en' ? ', ' : ' ';
  expect([times.date(at), times.day(at), times.time(at)]).toEqual([date, day, time]);
  expect(times.dateTime(at)).toBe(`${date}${between}${time}`);
});

test('a card does not break the line between a day and its time', () => {
  const { dateTime } = cardPen({ language: 'en', timeZone: 'UTC' }, 100);
  expect(dateTime(NOON)).toBe('{{DATE(2026-07-01T12:05:00Z,SHORT)}}\u00a0{{TIME(2026-07-01T12:05:00Z)}}');
});

test('a certificate that ends within a day is not said to end in 1 day, but at what time', () => {
  const pen = cardPen({ language: 'en', timeZone: 'UTC' }, 100);
  const time = '{{DATE(2026-07-01T12:05:00Z,SHORT)}}\u00a0{{TIME(2026-07-01T12:05:00Z)}}';
  const soon = { at: NOON, days: 1, old: NIGHT, hosts: ['sqlw01'] };
  for (const id of ['existing.dates', 'existing.ends-sooner', 'existing.before-ends'] as const) {
    expect(english[id](soon, pen)).toContain(`ends ${time}, within a day`);
    expect(english[id]({ ...soon, days: 2 }, pen)).toContain(', in 2 days');
    expect(chinese[id](soon, pen)).toContain('，不足一天');
    expect(chinese[id]({ ...soon, days: 2 }, pen)).toContain('还有 2 天');
  }
});

test('a day without a time is that day in every zone', () => {
  for (const timeZone of ['UTC', 'Pacific/Auckland', 'America/Los_Angeles'])
    expect(timesIn({ language: 'en', timeZone }).day('2026-12-01')).toBe('Tue 1 Dec');
});

test('what is no time is shown as it is, and nothing throws', () => {
  fc.assert(
    fc.property(fc.string(), fc.constantFrom('UTC', 'Europe/Berlin', ''), (at, timeZone) => {
      const times = timesIn({ language: 'zh-CN', timeZone });
      for (const show of [times.date, times.day, times.time, times.dateTime]) expect(typeof show(at)).toBe('string');
    }),
  );
  expect(timesIn({ language: 'en', timeZone: 'UTC' }).date('soon')).toBe('soon');
});
