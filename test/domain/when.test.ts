import fc from 'fast-check';
import { DateTime } from 'luxon';
import { isRefusal } from '../../src/domain/values.ts';
import { parseWhen, timeLength } from '../../src/domain/when/when.ts';

const NOW = Date.parse('2026-11-24T14:31:07.250Z');
const read = (said: string, zone = 'UTC', now = NOW) => parseWhen(said, { word: 'until', zone, now, limitDays: 90 });
const asInstant = (found: ReturnType<typeof read>): string =>
  isRefusal(found) ? `${found.code}: ${found.data.would}` : new Date(found).toISOString();

describe('A time to come', () => {
  test.each([
    ['2026-12-24', 'UTC', '2026-12-24T00:00:00.000Z'],
    ['2026-12-24 18:00', 'UTC', '2026-12-24T18:00:00.000Z'],
    ['2026-12-24 18:00', 'Asia/Shanghai', '2026-12-24T10:00:00.000Z'],
    ['2026-12-24T18:00', 'America/St_Johns', '2026-12-24T21:30:00.000Z'],
    ['2026-12-24T18:00:30Z', 'Asia/Shanghai', '2026-12-24T18:00:30.000Z'],
    ['2026-12-24t18:00+05:30', 'Asia/Shanghai', '2026-12-24T12:30:00.000Z'],
    ['2026-12-24 18:00-0330', 'UTC', '2026-12-24T21:30:00.000Z'],
    ['2026-12-24 18:00 Europe/Berlin', 'Asia/Shanghai', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24 18:00 europe/berlin', 'UTC', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24 18:00 +08:00', 'UTC', '2026-12-24T10:00:00.000Z'],
    ['2026-12-24 18:00 GMT+8', 'UTC', '2026-12-24T10:00:00.000Z'],
    ['18:00 CET', 'UTC', '2026-11-24T17:00:00.000Z'],
    ['2026-12-24 UTC+8', 'UTC', '2026-12-23T16:00:00.000Z'],
    ['2026/12/4 8:00', 'UTC', '2026-12-04T08:00:00.000Z'],
    ['tomorrow', 'UTC', '2026-11-25T00:00:00.000Z'],
    ['Tomorrow 08:00', 'Asia/Shanghai', '2026-11-25T00:00:00.000Z'],
    ['tomorrow 08:00', 'Pacific/Auckland', '2026-11-25T19:00:00.000Z'],
    ['today 18:00', 'UTC', '2026-11-24T18:00:00.000Z'],
    ['18:00', 'Europe/Madrid', '2026-11-24T17:00:00.000Z'],
    ['18:00 America/New_York', 'UTC', '2026-11-24T23:00:00.000Z'],
    ['3 days', 'UTC', '2026-11-27T14:31:07.250Z'],
    ['in 3 days', 'UTC', '2026-11-27T14:31:07.250Z'],
    ['3d', 'UTC', '2026-11-27T14:31:07.250Z'],
    ['12 hours', 'UTC', '2026-11-25T02:31:07.250Z'],
    ['90 minutes', 'UTC', '2026-11-24T16:01:07.250Z'],
    ['2 weeks', 'UTC', '2026-12-08T14:31:07.250Z'],
    ['3 days', 'Mars/Olympus', '2026-11-27T14:31:07.250Z'],
    ['90 days', 'Europe/Madrid', '2027-02-22T14:31:07.250Z'],
  ])('%j in %s is %s', (said, zone, wanted) => {
    expect(asInstant(read(said, zone))).toBe(wanted);
    // In a line of words it ends where it ends, whatever follows.
    const words = said.split(' ');
    for (const more of [[], ['prod'], ['in', 'prod'], ['ticket', 'CHG1']])
      expect(timeLength([...words, ...more])).toBe(words.length);
  });

  test.each([
    ['2026-11-24 14:31', 'UTC', 'when-past: tomorrow 08:00'],
    ['2025-12-24', 'UTC', 'when-past: tomorrow 08:00'],
    ['today', 'UTC', 'when-past: tomorrow 08:00'],
    ['09:15', 'UTC', 'when-past: tomorrow 09:15'],
    ['09:15 Europe/Madrid', 'UTC', 'when-past: tomorrow 09:15 Europe/Madrid'],
    ['18:00 PRC', 'UTC', 'when-past: tomorrow 18:00 PRC'],
    ['0 days', 'UTC', 'when-past: tomorrow 08:00'],
    ['91 days', 'UTC', 'when-too-far: 90 days'],
    ['99999 weeks', 'UTC', 'when-too-far: 90 days'],
    ['2027-02-23', 'UTC', 'when-too-far: 90 days'],
    ['9999-12-31 23:59', 'UTC', 'when-too-far: 90 days'],
    ['2026-11-31', 'UTC', 'when-no-such-day: 2026-11-30'],
    ['2027-02-29 10:00', 'UTC', 'when-no-such-day: 90 days'],
    ['2026-13-01', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['2026-12-00', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['2026-12-24 25:00', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['2026-12-24 18:00 Europe/Bonn', 'UTC', 'when-unknown-zone: 2026-12-24 18:00'],
    ['tomorrow 08:00 local', 'UTC', 'when-unknown-zone: tomorrow 08:00'],
    ['tomorrow 08:00', 'Mars/Olympus', 'when-unknown-zone: tomorrow 08:00 UTC'],
    ['2025-02-30', 'UTC', 'when-no-such-day: tomorrow 08:00'],
    ['today today', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['next week', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['24.12.2026', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['3 moons', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['6pm', 'UTC', 'when-unreadable: 18:00'],
    ['6:30 pm', 'UTC', 'when-unreadable: 18:30'],
    ['12 p.m', 'UTC', 'when-unreadable: tomorrow 12:00'],
    ['tomorrow 12:05 AM Europe/Madrid', 'UTC', 'when-unreadable: tomorrow 0:05 Europe/Madrid'],
    ['13:00 pm', 'UTC', 'when-unreadable: tomorrow 13:00'],
    ['22:00 tomorrow', 'UTC', 'when-unreadable: tomorrow 22:00'],
    ['22:00 2026-12-24 Europe/Madrid', 'UTC', 'when-unreadable: 2026-12-24 22:00 Europe/Madrid'],
    ['22:00 2025-12-24', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['today tomorrow', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['2026-12-24 18:00 05:00', 'UTC', 'when-unreadable: tomorrow 08:00'],
    // Intl reads the time of Chicago, Dhaka and Anchorage there, whoever says it.
    ['18:00 CST', 'Asia/Shanghai', 'when-unknown-zone: tomorrow 18:00'],
    ['2026-12-24 18:00 BST', 'Europe/London', 'when-unknown-zone: 2026-12-24 18:00'],
    ['18:00 ast', 'America/Halifax', 'when-unknown-zone: 18:00'],
    ['18:00 CEST', 'Europe/Berlin', 'when-unknown-zone: 18:00'],
    ['tomorrow 08:00 Europe/Berlin please', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['18:00+01:00 Europe/Berlin', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['', 'UTC', 'when-unreadable: tomorrow 08:00'],
  ])('%j in %s is refused: %s', (said, zone, wanted) => {
    expect(asInstant(read(said, zone))).toBe(wanted);
  });

  test.each([
    ['6:00 pm'],
    ['6 pm'],
    ['6pm'],
    ['tomorrow 6 pm'],
    ['22:00 tomorrow'],
    ['22:00 2026-12-24 Europe/Madrid'],
    ['22:00 CST'],
    ['22:00 BST'],
    ['22:00 CEST'],
    ['2026-12-24T22:00 EDT'],
    ['2026-12-24 22:00 05:00'],
  ])('%j ends where it ends, so that nobody is told that there is no such farm or machine', (said) => {
    const words = said.split(' ');
    for (const more of [[], ['prod'], ['test'], ['uat'], ['WEST'], ['in', 'prod']])
      expect(timeLength([...words, ...more])).toBe(words.length);
  });

  test('names what was in the past, and says back no more of what it cannot read than fits a line', () => {
    expect(read('2026-11-24 08:00')).toMatchObject({ data: { at: '2026-11-24T08:00:00.000Z' } });
    const refused = read('x '.repeat(400));
    expect(isRefusal(refused) ? String(refused.data.said).length : 0).toBe(60);
  });
});

describe('Where clocks are changed', () => {
  const march = Date.parse('2026-03-28T12:00:00.000Z');
  const october = Date.parse('2026-10-24T12:00:00.000Z');
  test.each([
    ['2026-03-29 01:59', 'Europe/Berlin', march, '2026-03-29T00:59:00.000Z'],
    ['2026-03-29 02:00', 'Europe/Berlin', march, 'when-hole: 2026-03-29 03:00'],
    ['2026-03-29 02:30', 'Europe/Berlin', march, 'when-hole: 2026-03-29 03:00'],
    ['tomorrow 02:59', 'Europe/Berlin', march, 'when-hole: 2026-03-29 03:00'],
    ['tomorrow 02:30 Europe/Berlin', 'UTC', march, 'when-hole: 2026-03-29 03:00 Europe/Berlin'],
    ['02:30', 'Europe/Berlin', march, 'when-past: 2026-03-29 03:00'],
    ['2026-03-29 03:00', 'Europe/Berlin', march, '2026-03-29T01:00:00.000Z'],
    ['2026-10-25 01:59', 'Europe/Berlin', october, '2026-10-24T23:59:00.000Z'],
    ['2026-10-25 02:30', 'Europe/Berlin', october, '2026-10-25T01:30:00.000Z'],
    ['2026-10-25 03:00', 'Europe/Berlin', october, '2026-10-25T02:00:00.000Z'],
    ['1 day', 'Europe/Berlin', october, '2026-10-25T13:00:00.000Z'],
    ['24 hours', 'Europe/Berlin', october, '2026-10-25T12:00:00.000Z'],
    // Half an hour, and a midnight that does not come: a day alone begins when it begins.
    ['2026-10-04 02:15', 'Australia/Lord_Howe', Date.parse('2026-10-01T00:00:00Z'), 'when-hole: 2026-10-04 02:30'],
    ['2026-04-24', 'Africa/Cairo', Date.parse('2026-04-20T00:00:00Z'), '2026-04-23T22:00:00.000Z'],
    // A midnight that comes twice: the day has begun with the first one.
    ['2026-11-01', 'America/Havana', october, '2026-11-01T04:00:00.000Z'],
    ['2026-11-01 00:00', 'America/Havana', october, '2026-11-01T05:00:00.000Z'],
    ['2026-04-24 00:30', 'Africa/Cairo', Date.parse('2026-04-20T00:00:00Z'), 'when-hole: 2026-04-24 01:00'],
  ])('%j in %s is %s', (said, zone, now, wanted) => {
    expect(asInstant(read(said, zone, now))).toBe(wanted);
  });

  const ZONES = fc.constantFrom(
    ...['Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo'],
    ...['Pacific/Chatham', 'America/Santiago', 'Asia/Shanghai', 'Africa/Casablanca', 'UTC'],
  );
  const YEAR = { min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') };
  const instant = fc.integer(YEAR);
  const ahead = fc.integer({ min: 2, max: 89 * 24 * 60 });
  const shown = (at: number, zone: string): string => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm');

  test('what a clock shows is read as the last moment at which it shows it', () => {
    fc.assert(
      fc.property(ZONES, instant, ahead, (zone, now, minutes) => {
        const meant = Math.floor(now / 60_000 + minutes) * 60_000;
        const found = read(shown(meant, zone), zone, now);
        if (isRefusal(found)) throw new Error(`${shown(meant, zone)} in ${zone}: ${found.code}`);
        expect(shown(found, zone)).toBe(shown(meant, zone));
        expect(found - meant).toBeGreaterThanOrEqual(0);
        for (const later of [30, 60, 120]) expect(shown(found + later * 60_000, zone)).not.toBe(shown(found, zone));
      }),
    );
  });

  test('whatever is written on a calendar is met to the minute, or never comes and names the first that does', () => {
    const day = fc.integer({ min: 1, max: 88 });
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(ZONES, instant, day, clock, (zone, now, days, [hour, minute]) => {
        const date = DateTime.fromMillis(now, { zone }).plus({ days }).toFormat('yyyy-MM-dd');
        const said = `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const found = read(said, zone, now);
        if (!isRefusal(found)) return expect(shown(found, zone)).toBe(said);
        expect(found.code).toBe('when-hole');
        const would = read(String(found.data.would), zone, now);
        expect(isRefusal(would)).toBe(false);
        if (!isRefusal(would)) expect(shown(would - 60_000, zone) < said && said < shown(would, zone)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('days keep the time of day, and are as far away as they say, give or take one change of clocks', () => {
    fc.assert(
      fc.property(ZONES, instant, fc.integer({ min: 1, max: 90 }), (zone, now, days) => {
        const found = read(`${days} days`, zone, now);
        if (isRefusal(found)) throw new Error(found.code);
        expect(Math.abs(found - now - days * 86_400_000)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  test('whatever is typed is read or refused, never thrown; what is read is to come, and what is proposed is taken', () => {
    const word = fc.constantFrom(
      'today',
      'tomorrow',
      '2026-12-24',
      '02:30',
      '18:00',
      '3',
      'days',
      'Europe/Berlin',
      'CST',
      '6',
      'pm',
      'x',
    );
    const said = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(word, { maxLength: 4 }).map((words) => words.join(' ')),
    );
    fc.assert(
      fc.property(said, ZONES, instant, (text, zone, now) => {
        const found = read(text, zone, now);
        const at = isRefusal(found) ? read(String(found.data.would), zone, now) : found;
        if (isRefusal(at)) throw new Error(`${text} in ${zone}: ${at.code}`);
        expect(at).toBeGreaterThan(now);
        expect(at).toBeLessThanOrEqual(now + 90 * 86_400_000 + 3_600_000);
      }),
      { numRuns: 1000 },
    );
  });
});
