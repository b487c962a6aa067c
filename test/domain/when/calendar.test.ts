import fc from 'fast-check';
import { isRefusal } from '../../../src/domain/values.ts';
import { parseWhen } from '../../../src/domain/when/when.ts';
import {
  type ChangeWindow,
  lastWindowBefore,
  nextWindow,
  windowAt,
  windowsBetween,
} from '../../../src/domain/when/windows.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

/** A zone, and a day around which its clocks change. */
const CHANGES = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-03-08'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Australia/Lord_Howe', '2026-10-04'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Africa/Casablanca', '2026-03-22'],
  ['Asia/Beirut', '2026-03-29'],
  ['Asia/Beirut', '2026-10-25'],
  ['America/Santiago', '2026-04-05'],
  ['America/Santiago', '2026-09-06'],
  ['America/Havana', '2026-03-08'],
  ['America/Havana', '2026-11-01'],
  ['Atlantic/Azores', '2026-10-25'],
  ['America/Sao_Paulo', '2018-11-04'],
  ['America/Sao_Paulo', '2019-02-17'],
  ['Antarctica/Troll', '2026-03-29'],
  ['Antarctica/Troll', '2026-10-25'],
  ['Antarctica/Casey', '2020-10-04'],
  ['Antarctica/Casey', '2021-03-14'],
  ['Asia/Pyongyang', '2015-08-15'],
  ['Asia/Pyongyang', '2018-05-05'],
  ['America/Caracas', '2016-05-01'],
  ['Pacific/Apia', '2011-12-30'],
  ['Pacific/Chatham', '2026-04-05'],
  ['Pacific/Chatham', '2026-09-27'],
  ['Asia/Kolkata', '2026-03-29'],
  ['UTC', '2026-03-29'],
] as const;

/** What the clocks of a zone show in each minute of some days by `Intl`; both in minutes since 1970. */
interface Calendar {
  readonly from: number;
  readonly to: number;
  /** The last minute in which this is shown; for a skipped time, the first minute after the gap. */
  readonly last: ReadonlyMap<number, number>;
  /** The first minute in which this is shown. */
  readonly first: ReadonlyMap<number, number>;
  readonly shown: ReadonlySet<number>;
  wallAt(minute: number): number;
}

const CALENDARS = new Map<string, Calendar>();

function calendarOf([zone, day]: (typeof CHANGES)[number]): Calendar {
  const known = CALENDARS.get(`${zone} ${day}`);
  if (known !== undefined) return known;
  const form = new Intl.DateTimeFormat('en', {
    ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric' },
  });
  const from = (Date.parse(`${day}T00:00Z`) - 3 * DAY) / MINUTE;
  const to = from + (6 * DAY) / MINUTE;
  const walls = Array.from({ length: to - from }, (_, index) => {
    const parts = form.formatToParts((from + index) * MINUTE).map(({ type, value }) => [type, Number(value)]);
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0 } = Object.fromEntries(parts);
    return Date.UTC(year, month - 1, date, hour, minute) / MINUTE;
  });
  const last = new Map(walls.map((wall, index) => [wall, from + index]));
  const first = new Map(walls.map((wall, index) => [wall, from + index] as const).reverse());
  const shown = new Set(last.keys());
  for (const [index, wall] of walls.entries())
    for (let left = (walls[index - 1] ?? wall) + 1; left < wall; left += 1)
      if (!shown.has(left)) last.set(left, from + index);
  const calendar: Calendar = { from, to, last, first, shown, wallAt: (minute) => walls[minute - from] ?? Number.NaN };
  CALENDARS.set(`${zone} ${day}`, calendar);
  return calendar;
}

interface Fields {
  readonly minutes: readonly number[];
  readonly hours: readonly number[];
  readonly days: readonly number[] | null;
  readonly months: readonly number[] | null;
  readonly weekdays: readonly number[] | null;
}

const isIn = (list: readonly number[] | null, value: number): boolean => list === null || list.includes(value);

/** As cron has it: where day and weekday are both given, either will do. */
function matches({ minutes, hours, days, months, weekdays }: Fields, wall: number): boolean {
  const at = new Date(wall * MINUTE);
  if (!minutes.includes(at.getUTCMinutes()) || !hours.includes(at.getUTCHours())) return false;
  if (!isIn(months, at.getUTCMonth() + 1)) return false;
  const day = isIn(days, at.getUTCDate());
  const weekday = isIn(weekdays, at.getUTCDay());
  return days !== null && weekdays !== null ? day || weekday : day && weekday;
}

const written = (list: readonly number[] | null): string => (list === null ? '*' : list.join(','));
const cronOf = ({ minutes, hours, days, months, weekdays }: Fields): string =>
  [minutes, hours, days, months, weekdays].map(written).join(' ');

const some = (from: number, to: number, most: number) =>
  fc.uniqueArray(fc.integer({ min: from, max: to }), { minLength: 1, maxLength: most });
const anyFields: fc.Arbitrary<Fields> = fc.record({
  minutes: some(0, 59, 2),
  hours: fc.oneof(some(0, 4, 2), some(0, 23, 3)),
  days: fc.option(some(1, 31, 6), { freq: 2 }),
  months: fc.option(some(1, 12, 6), { freq: 5 }),
  weekdays: fc.option(some(0, 6, 3), { freq: 2 }),
});

/** No window here is longer; minutes. */
const MOST = 40 * 60;
const anyChange = fc.constantFrom(...CHANGES);
const anyWindows = fc.array(fc.tuple(anyFields, fc.integer({ min: 1, max: MOST })), { minLength: 1, maxLength: 3 });

type Span = { readonly from: number; readonly to: number };

/** Every window that opens in these days; minutes. */
const spansIn = (calendar: Calendar, windows: readonly (readonly [Fields, number])[]): readonly Span[] =>
  windows.flatMap(([fields, length]) =>
    [...new Set([...calendar.last].flatMap(([wall, minute]) => (matches(fields, wall) ? [minute] : [])))].map(
      (from) => ({ from, to: from + length }),
    ),
  );

/** What is open without a break, minute by minute. */
function unions(spans: readonly Span[]): readonly Span[] {
  const base = Math.min(...spans.map(({ from }) => from));
  const isOpen = new Uint8Array(Math.max(0, ...spans.map(({ to }) => to - base)) + 1);
  for (const { from, to } of spans) isOpen.fill(1, from - base, to - base);
  const edges = [...isOpen.keys()].filter((minute) => isOpen[minute] !== (isOpen[minute - 1] ?? 0));
  return edges.flatMap((from, index) =>
    index % 2 === 0 ? [{ from: base + from, to: base + (edges[index + 1] ?? from) }] : [],
  );
}
const unionAt = (spans: readonly Span[], now: number): Span | undefined => unions(spans).find(({ to }) => to > now);
const unionBefore = (spans: readonly Span[], now: number): Span | undefined =>
  unions(spans).findLast(({ from }) => from < now);
/** Whether all that can be part of it lies within these days. */
const isWhole = (calendar: Calendar, { from, to }: Span): boolean => from > calendar.from + MOST && to < calendar.to;
const inMs = ({ from, to }: Span): Span => ({ from: from * MINUTE, to: to * MINUTE });

const windowOf = ([fields, length]: readonly [Fields, number], zone: string): ChangeWindow => ({
  cron: cronOf(fields),
  lengthMs: length * MINUTE,
  zone,
});

describe('Minute by minute, with the clocks of a zone as Intl tells them,', () => {
  test('the open, the next and the last window are those of the calendar', () => {
    fc.assert(
      fc.property(anyChange, anyWindows, fc.integer({ min: -26 * 60, max: 26 * 60 }), (change, windows, offset) => {
        const calendar = calendarOf(change);
        const [zone] = change;
        const now = (calendar.from + calendar.to) / 2 + offset;
        const spans = spansIn(calendar, windows);
        const own = windows.map((one) => windowOf(one, zone));
        const wanted = unionAt(spans, now);
        const found = nextWindow(own, now * MINUTE);
        if (wanted !== undefined && isWhole(calendar, wanted)) expect(found).toEqual(inMs(wanted));
        if (wanted === undefined && found !== null) expect(found.from).toBeGreaterThanOrEqual(calendar.to * MINUTE);
        const open = windowAt(own, now * MINUTE);
        if (spans.some(({ from, to }) => from <= now && now < to)) expect(open).toEqual(found);
        else if (now - MOST > calendar.from) expect(open).toBeNull();
        const last = unionBefore(spans, now);
        const before = lastWindowBefore(own, now * MINUTE);
        if (last !== undefined && isWhole(calendar, last)) expect(before).toEqual(inMs(last));
        if (last === undefined && before !== null) expect(before.from).toBeLessThan((calendar.from + 1) * MINUTE);
        const until = now + 24 * 60;
        const listed = windowsBetween(own, now * MINUTE, until * MINUTE, 1000);
        const all = spans.filter(({ from, to }) => to > now && from < until);
        expect(listed.map(({ from, to }) => `${from} ${to}`).sort()).toEqual(
          all.map(({ from, to }) => `${from * MINUTE} ${to * MINUTE}`).sort(),
        );
      }),
      { numRuns: 150 },
    );
  });

  test('a typed time is the minute that shows it, names both if there are two, or the next one if it is skipped', () => {
    fc.assert(
      fc.property(anyChange, fc.integer({ min: -30 * 60, max: 30 * 60 }), fc.boolean(), (change, offset, isNamed) => {
        const calendar = calendarOf(change);
        const [zone] = change;
        const wall = calendar.wallAt((calendar.from + calendar.to) / 2) + offset;
        const said = new Date(wall * MINUTE).toISOString().slice(0, 16).replace('T', ' ');
        const now = (calendar.from + 60) * MINUTE;
        const reading = { word: 'at' as const, zone: isNamed ? 'UTC' : zone, now, limitDays: 90 };
        const found = parseWhen(isNamed ? `${said} ${zone}` : said, reading);
        const wanted = (calendar.last.get(wall) ?? Number.NaN) * MINUTE;
        const first = (calendar.first.get(wall) ?? Number.NaN) * MINUTE;
        if (calendar.shown.has(wall) && first === wanted) return expect(found).toBe(wanted);
        if (calendar.shown.has(wall)) {
          const { would, or } = isRefusal(found) ? found.data : {};
          return expect([would, or].map((one) => parseWhen(String(one), reading))).toEqual([first, wanted]);
        }
        expect(found).toMatchObject({ code: 'when-hole' });
        if (isRefusal(found)) expect(parseWhen(String(found.data.would), reading)).toBe(wanted);
      }),
      { numRuns: 300 },
    );
  });

  test('a day typed alone is its first minute', () => {
    for (const change of CHANGES)
      for (const ahead of [-2, -1, 0, 1, 2]) {
        const [zone, day] = change;
        const calendar = calendarOf(change);
        const said = new Date(Date.parse(day) + ahead * DAY).toISOString().slice(0, 10);
        const minutes = Array.from({ length: calendar.to - calendar.from }, (_, index) => calendar.from + index);
        const isOfIt = (minute: number): boolean =>
          new Date(calendar.wallAt(minute) * MINUTE).toISOString().startsWith(said);
        const first = minutes.find(isOfIt);
        const reading = { word: 'at' as const, zone, now: (calendar.from + 60) * MINUTE, limitDays: 90 };
        const found = parseWhen(said, reading);
        expect([zone, said, found]).toEqual([zone, said, first === undefined ? expect.anything() : first * MINUTE]);
      }
  });
});
