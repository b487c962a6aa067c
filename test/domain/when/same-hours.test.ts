import fc from 'fast-check';
import { beganInSameHours } from '../../../src/domain/when/same-hours.ts';

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
const at = Date.parse;

/** As many executions in each hour of the week before this moment as `count` says. */
const week = (until: string, count: (start: Date) => number) =>
  Array.from({ length: 24 * 7 }, (_, ago) => new Date(at(until) - (ago + 1) * HOUR))
    .map((start) => ({ hour: start.toISOString().slice(0, 13), count: count(start) }))
    .filter((one) => one.count > 0);
const spanOf = (from: string, to: string) => ({ from: at(from), to: at(to) });

// Tuesday; the window is Saturday 22:00 to Sunday 02:00 in Berlin
const counted = week('2026-11-24T14:00:00Z', (start) =>
  start.getUTCDay() === 6 && start.getUTCHours() >= 21 ? 100 : 7,
);
const SATURDAY = spanOf('2026-11-28T21:00:00Z', '2026-11-29T01:00:00Z');

test('counts what began on the same days and hours, and nothing of the other days', () => {
  expect(beganInSameHours(counted, SATURDAY, 'Europe/Berlin')).toBe(300 + 7);
  const quietDay = spanOf('2026-11-25T21:00:00Z', '2026-11-26T01:00:00Z');
  expect(beganInSameHours(counted, quietDay, 'Europe/Berlin')).toBe(4 * 7);
});

test('a window weeks ahead is compared with the week that was counted', () => {
  const later = { from: SATURDAY.from + 3 * WEEK, to: SATURDAY.to + 3 * WEEK };
  expect(beganInSameHours(counted, later, 'Europe/Berlin')).toBe(307);
});

test.each([
  // 22:00 was 20:00 UTC in summer, and is 21:00 UTC in winter
  ['back', '2026-10-24T23:00:00Z', '2026-10-24T20:00', spanOf('2026-10-31T21:00:00Z', '2026-10-31T22:00:00Z')],
  ['forward', '2026-03-28T23:00:00Z', '2026-03-28T21:00', spanOf('2026-04-04T20:00:00Z', '2026-04-04T21:00:00Z')],
])('when clocks are put %s in between, it is the same hour by the farm’s clock', (_way, until, busy, span) => {
  const one = week(until, (start) => (start.toISOString().startsWith(busy) ? 50 : 1));
  expect(beganInSameHours(one, span, 'Europe/Berlin')).toBe(50);
});

test('an hour that the clocks showed twice counts twice, one that they left out not at all', () => {
  const twice = week('2026-10-27T00:00:00Z', () => 1);
  const night = spanOf('2026-11-01T01:00:00Z', '2026-11-01T02:00:00Z');
  expect(beganInSameHours(twice, night, 'Europe/Berlin')).toBe(2);
  const leftOut = week('2026-03-31T00:00:00Z', () => 1);
  expect(beganInSameHours(leftOut, spanOf('2026-04-05T00:00:00Z', '2026-04-05T01:00:00Z'), 'Europe/Berlin')).toBe(0);
});

test('an hour that the window touches counts whole, also where clocks stand at half hours', () => {
  const each = week('2026-11-24T14:00:00Z', () => 10);
  expect(beganInSameHours(each, spanOf('2026-11-28T21:30:00Z', '2026-11-28T22:15:00Z'), 'UTC')).toBe(20);
  expect(beganInSameHours(each, spanOf('2026-11-28T21:30:00Z', '2026-11-28T22:30:00Z'), 'Asia/Kolkata')).toBe(20);
});

test('a window across the end of the week counts all of it, and one longer than a week a whole week', () => {
  const each = week('2026-11-24T14:00:00Z', () => 1);
  expect(beganInSameHours(each, spanOf('2026-11-29T22:00:00Z', '2026-11-30T02:00:00Z'), 'UTC')).toBe(4);
  expect(beganInSameHours(each, spanOf('2026-11-29T22:00:00Z', '2026-12-09T22:00:00Z'), 'UTC')).toBe(24 * 7);
});

test('a window within the hour that is shown twice is not empty', () => {
  const each = week('2026-10-20T00:00:00Z', () => 1);
  // 02:30 summer time until 02:30 winter time
  expect(beganInSameHours(each, spanOf('2026-10-25T00:30:00Z', '2026-10-25T01:30:00Z'), 'Europe/Berlin')).toBe(2);
});

test('a window in which clocks are put back has the hours that they show, not those that pass', () => {
  const each = week('2026-10-20T00:00:00Z', () => 1);
  // 01:30 summer time until 03:30 winter time
  expect(beganInSameHours(each, spanOf('2026-10-24T23:30:00Z', '2026-10-25T02:30:00Z'), 'Europe/Berlin')).toBe(3);
});

test('windows that divide a week between them count each execution once', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat({ max: 200 }), { minLength: 168, maxLength: 168 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 167 }), { maxLength: 6 }),
      fc.integer({ min: 0, max: 10 }),
      (counts, cuts, weeks) => {
        const hours = week('2026-11-24T14:00:00Z', () => 1).map(({ hour }, n) => ({ hour, count: counts[n] ?? 0 }));
        const ends = [0, ...cuts.sort((a, b) => a - b), 168].map(
          (n) => at('2026-11-24T05:00:00Z') + weeks * WEEK + n * HOUR,
        );
        const parts = ends.slice(1).map((to, n) => beganInSameHours(hours, { from: ends[n] ?? 0, to }, 'Asia/Tokyo'));
        expect(parts.reduce((sum, part) => sum + part, 0)).toBe(counts.reduce((sum, one) => sum + one, 0));
      },
    ),
  );
});
