import fc from 'fast-check';
import { DateTime } from 'luxon';
import { isCronFault, neverComes, readCron, shortestBelow } from '../../../src/domain/when/cron.ts';
import {
  type ChangeWindow,
  lastWindowBefore,
  nextWindow,
  type Span,
  windowAt,
  windowsBetween,
} from '../../../src/domain/when/windows.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const at = (text: string): number => Date.parse(text);
const window = (cron: string, hours: number, zone: string): ChangeWindow => ({ cron, lengthMs: hours * HOUR, zone });
const shown = (span: Span | null): string =>
  span === null ? 'none' : [span.from, span.to].map((one) => `${new Date(one).toISOString().slice(0, 16)}Z`).join(' ');

describe('A change window', () => {
  test.each([
    [
      'opens by the clocks of its zone',
      '0 22 * * 6',
      4,
      'Europe/Berlin',
      '2026-11-24T12:00Z',
      '2026-11-28T21:00Z 2026-11-29T01:00Z',
    ],
    [
      'is the one that is open',
      '0 22 * * 6',
      4,
      'Europe/Berlin',
      '2026-11-29T00:59Z',
      '2026-11-28T21:00Z 2026-11-29T01:00Z',
    ],
    [
      'is over when its length has passed',
      '0 22 * * 6',
      4,
      'Europe/Berlin',
      '2026-11-29T01:00Z',
      '2026-12-05T21:00Z 2026-12-06T01:00Z',
    ],
    [
      'opens in summer an hour earlier by UTC',
      '0 22 * * 6',
      4,
      'Europe/Berlin',
      '2026-07-01T00:00Z',
      '2026-07-04T20:00Z 2026-07-05T00:00Z',
    ],
    [
      'lasts its length over the night in which an hour is left out',
      '0 0 * * 0',
      4,
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      '2026-03-28T23:00Z 2026-03-29T03:00Z',
    ],
    [
      'opens after the gap that its time falls into',
      '30 2 * * 0',
      1,
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      '2026-03-29T01:00Z 2026-03-29T02:00Z',
    ],
    [
      'opens the second time that its time is shown',
      '30 2 * * 0',
      1,
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      '2026-10-25T01:30Z 2026-10-25T02:30Z',
    ],
    [
      'opens only in the second of two such hours',
      '0 1 * * *',
      1,
      'America/New_York',
      '2026-11-01T05:30Z',
      '2026-11-01T06:00Z 2026-11-01T07:00Z',
    ],
    [
      'knows half an hour of daylight saving',
      '15 2 * * *',
      1,
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      '2026-10-03T15:30Z 2026-10-03T16:30Z',
    ],
    [
      'knows the second Saturday of a month',
      '0 22 * * 6#2',
      4,
      'UTC',
      '2026-11-16T00:00Z',
      '2026-12-12T22:00Z 2026-12-13T02:00Z',
    ],
    ['waits years for a rare day', '0 22 29 2 *', 4, 'UTC', '2026-11-24T00:00Z', '2028-02-29T22:00Z 2028-03-01T02:00Z'],
    ['never comes on a day that does not exist', '0 22 31 2 *', 4, 'UTC', '2026-11-24T00:00Z', 'none'],
  ])('%s', (_what, cron, hours, zone, now, wanted) => {
    expect(shown(nextWindow([window(cron, hours, zone)], at(now)))).toBe(wanted);
  });

  test('joins those that overlap it, from where the first opens to where the last closes', () => {
    const several = [window('0 20 * * *', 2, 'UTC'), window('0 21 * * *', 6, 'UTC'), window('30 21 * * *', 1, 'UTC')];
    const night = '2026-11-24T20:00Z 2026-11-25T03:00Z';
    for (const now of ['2026-11-24T12:00Z', '2026-11-24T20:00Z', '2026-11-24T21:40Z', '2026-11-25T02:59Z'])
      expect(shown(nextWindow(several, at(now)))).toBe(night);
    expect(shown(lastWindowBefore(several, at('2026-11-25T12:00Z')))).toBe(night);
    expect(shown(nextWindow(several, at('2026-11-25T03:00Z')))).toBe('2026-11-25T20:00Z 2026-11-26T03:00Z');
    expect(windowAt(several, at('2026-11-24T12:00Z'))).toBeNull();
    expect(nextWindow([], at('2026-11-24T12:00Z'))).toBeNull();
  });

  test('joins another that opens as it closes, but not one a minute later', () => {
    const two = (second: string) => [window('0 22 * * 6', 2, 'Europe/Berlin'), window(second, 4, 'Europe/Berlin')];
    const now = at('2026-11-24T12:00Z');
    expect(shown(nextWindow(two('0 0 * * 0'), now))).toBe('2026-11-28T21:00Z 2026-11-29T03:00Z');
    expect(shown(nextWindow(two('1 0 * * 0'), now))).toBe('2026-11-28T21:00Z 2026-11-28T23:00Z');
    const zones = [window('0 22 * * 6', 2, 'Europe/Berlin'), window('0 7 * * 0', 2, 'Asia/Shanghai')];
    expect(shown(windowAt(zones, at('2026-11-28T22:00Z')))).toBe('2026-11-28T21:00Z 2026-11-29T01:00Z');
  });

  test('that another follows by the clock is apart from it in the night when an hour is shown twice', () => {
    const halves = [window('0 22 * * 6', 4, 'Europe/Berlin'), window('0 2 * * 0', 4, 'Europe/Berlin')];
    const next = (now: string) => shown(nextWindow(halves, at(now)));
    // Clocks that are put forward skip 02:00: it opens at 03:00, when the first has lasted its four hours.
    expect(next('2026-03-28T12:00Z')).toBe('2026-03-28T21:00Z 2026-03-29T05:00Z');
    // Those that are put back show 02:00 first when the first closes, and an hour later again, when the other opens.
    expect(next('2026-10-24T12:00Z')).toBe('2026-10-24T20:00Z 2026-10-25T00:00Z');
    expect(next('2026-10-25T00:00Z')).toBe('2026-10-25T01:00Z 2026-10-25T05:00Z');
    expect(next('2026-10-26T12:00Z')).toBe('2026-10-31T21:00Z 2026-11-01T05:00Z');
  });

  test('of one expression is joined too when clocks that are put forward bring its times together', () => {
    const nightly = [window('0 1,3 * * *', 2, 'Europe/Berlin')];
    expect(shown(nextWindow(nightly, at('2026-03-29T01:30Z')))).toBe('2026-03-29T00:00Z 2026-03-29T03:00Z');
  });

  test('that never closes opens and closes at moments that are days away', () => {
    const always = [window('0 0 * * *', 24, 'Asia/Shanghai')];
    const moments = ['2026-03-29T22:30Z', '2026-10-24T22:30Z', '2026-11-24T12:00Z', '2026-11-29T12:00Z'];
    for (const now of moments) {
      const open = windowAt(always, at(now));
      expect(at(now) - (open?.from ?? Number.NaN)).toBeGreaterThanOrEqual(7 * DAY);
      expect((open?.to ?? Number.NaN) - at(now)).toBeGreaterThanOrEqual(7 * DAY);
      expect((open?.to ?? Number.NaN) - (open?.from ?? Number.NaN)).toBeLessThanOrEqual(18 * DAY);
    }
  });

  test('is the next one of each moment, even if the clock was set back since an earlier question', () => {
    const weekly = [window('0 22 * * 6', 4, 'UTC')];
    const asked = ['2026-12-01T00:00Z', '2026-11-24T00:00Z', '2026-12-06T01:00Z', '2026-11-29T02:00Z'];
    expect(asked.map((moment) => shown(nextWindow(weekly, at(moment))).slice(0, 10))).toEqual([
      '2026-12-05',
      '2026-11-28',
      '2026-12-05',
      '2026-12-05',
    ]);
  });

  test('before a moment is the last that opened before it', () => {
    const night = [window('30 2 * * *', 1, 'Europe/Berlin')];
    expect(shown(lastWindowBefore(night, at('2026-10-25T01:30Z')))).toBe('2026-10-24T00:30Z 2026-10-24T01:30Z');
    expect(shown(lastWindowBefore(night, at('2026-10-25T01:31Z')))).toBe('2026-10-25T01:30Z 2026-10-25T02:30Z');
    expect(lastWindowBefore([window('0 22 31 2 *', 4, 'UTC')], at('2026-10-25T01:31Z'))).toBeNull();
  });
});

const ZONES = [
  ...['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Africa/Casablanca', 'America/St_Johns'],
  ...['Pacific/Chatham', 'America/Santiago', 'Asia/Shanghai', 'Antarctica/Troll', 'UTC'],
];
const CRONS = ['30 2 * * *', '0 22 * * 6', '15 1 * * 0', '0 0 1 * *', '0 */6 * * *', '45 23 * * 5', '0 3 * * 6#2'];
const anyWindow = fc.record({
  cron: fc.constantFrom(...CRONS),
  lengthMs: fc.integer({ min: 10, max: 360 }).map((minutes) => minutes * 60_000),
  zone: fc.constantFrom(...ZONES),
});
const anyWindows = fc.array(anyWindow, { minLength: 1, maxLength: 3 });
/** Two years, with every change of the clocks in them; half of all moments lie around one. */
const CHANGES = [
  '2026-03-29T01:00Z',
  '2026-10-25T01:00Z',
  '2026-11-01T06:00Z',
  '2027-03-14T07:00Z',
  '2026-10-03T15:30Z',
];
const anyMoment = fc.oneof(
  fc.integer({ min: at('2026-01-01T00:00Z'), max: at('2027-12-31T00:00Z') }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -30 * HOUR, max: 30 * HOUR }))
    .map(([change, offset]) => at(change) + offset),
);
const runs = { numRuns: 150 };

describe('Windows, whatever their zones and however long nobody looked', () => {
  test('have a next one that is not over, with none open before it', () => {
    fc.assert(
      fc.property(anyWindows, anyMoment, fc.double({ min: 0, max: 1, noNaN: true }), (windows, now, share) => {
        const next = nextWindow(windows, now);
        if (next === null) throw new Error('every one of these comes');
        expect(next.to).toBeGreaterThan(now);
        if (next.from > now) expect(windowAt(windows, now + Math.floor(share * (next.from - now - 1)))).toBeNull();
        else expect(windowAt(windows, now)).toEqual(next);
      }),
      runs,
    );
  });

  test('open when the clocks of their zone show the time of the expression, unless it is skipped', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anyMoment, (zone, now) => {
        const next = nextWindow([window('30 2 * * *', 1, zone)], now);
        if (next === null) throw new Error('it comes every day');
        const shows = DateTime.fromMillis(next.from, { zone });
        const before = DateTime.fromMillis(next.from - 60_000, { zone });
        const isAfterHole = shows.diff(before).milliseconds === 60_000 && shows.offset > before.offset;
        if (!isAfterHole) expect(shows.toFormat('HH:mm')).toBe('02:30');
        // Never the first of two: the clocks do not show the time again an hour (or half an hour) later.
        expect(shows.getPossibleOffsets().every((one) => one.toMillis() <= next.from)).toBe(true);
      }),
      runs,
    );
  });

  test('come once a day when they are daily, with a change of the clocks or without', () => {
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), anyMoment, (zone, now) => {
        const days = windowsBetween([window('30 2 * * *', 1, zone)], now, now + 20 * DAY, 100);
        const dates = days.map(({ from }) => DateTime.fromMillis(from, { zone }).toISODate());
        expect(new Set(dates).size).toBe(dates.length);
        expect(dates.length).toBeGreaterThanOrEqual(19);
        for (const [index, { from }] of days.slice(1).entries())
          expect(Math.abs(from - (days[index]?.from ?? 0) - DAY)).toBeLessThanOrEqual(2 * HOUR);
      }),
      runs,
    );
  });

  test('make the same list after an outage as without one', () => {
    fc.assert(
      fc.property(anyWindows, anyMoment, fc.integer({ min: HOUR, max: 30 * DAY }), (windows, from, ms) => {
        const to = from + ms;
        const slept = windowsBetween(windows, from, to, 1000);
        for (const [index, span] of slept.entries()) {
          expect(span.to).toBeGreaterThan(from);
          expect(span.from).toBeLessThan(to);
          expect(span.from).toBeGreaterThanOrEqual(slept[index - 1]?.from ?? span.from);
        }
        const half = from + Math.floor(ms / 2);
        const parts = [...windowsBetween(windows, from, half, 1000), ...windowsBetween(windows, half, to, 1000)];
        const keys = (spans: readonly Span[]): readonly string[] => [...new Set(spans.map(shown))].sort();
        expect(keys(parts)).toEqual(keys(slept));
      }),
      runs,
    );
  });

  test('have a last one before a moment, after which none opens until then', () => {
    fc.assert(
      fc.property(anyWindows, anyMoment, (windows, now) => {
        const last = lastWindowBefore(windows, now);
        if (last === null) throw new Error('every one of these came');
        expect(last.from).toBeLessThan(now);
        // Nothing opens between its end and now, nor goes on after it.
        const since = windowsBetween(windows, last.to, now, 1000);
        expect(since).toEqual([]);
        // A longer one is not followed to its ends.
        if (last.to - last.from > 7 * DAY) return;
        expect(windowsBetween(windows, last.to, last.to + 1, 1)).toEqual([]);
        expect(windowsBetween(windows, last.from - 1, last.from, 1)).toEqual([]);
      }),
      runs,
    );
  });
});

describe('A cron expression', () => {
  test.each([
    ['0 22 * * 6', 'comes'],
    ['0 22 * * SAT', 'comes'],
    ['0 22 L * *', 'comes'],
    ['0 22 29 2 *', 'comes'],
    ['0 22 31 2 *', 'never'],
    ['0 22 30 FEB *', 'never'],
    ['60 22 * * 6', 'Invalid value for minute: 60'],
    ['0 22 * * 8', 'Invalid value for dayOfWeek: 8'],
    ['0 22 * *', 'not five fields'],
    ['0 0 22 * * 6', 'not five fields'],
    ['@daily', 'not five fields'],
    ['2026-12-24T22:00:00', 'not five fields'],
    ['', 'not five fields'],
  ])('%j: %s', (expression, wanted) => {
    const read = readCron(expression);
    expect(isCronFault(read) ? read.fault : neverComes(read) ? 'never' : 'comes').toBe(wanted);
  });

  test.each([
    ['0 22 * * 6', 168, null],
    ['0 22 * * 6', 169, 168],
    ['0 22 * * 6,0', 25, 24],
    ['0 22 1,3 * *', 72, 48],
    ['0 22 29 2 *', 24 * 7, null],
  ])('%j has as its shortest distance below %d h: %s', (expression, hours, wanted) => {
    const read = readCron(expression);
    if (isCronFault(read)) throw new Error(read.fault);
    const found = shortestBelow(read, hours * HOUR);
    expect(found === null ? null : found / HOUR).toBe(wanted);
  });
});
