import fc from 'fast-check';
import { DateTime } from 'luxon';
import { isRefusal } from '../../../src/domain/values.ts';
import { timeLength } from '../../../src/domain/when/time-words.ts';
import { parseWhen } from '../../../src/domain/when/when.ts';

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
    // In a line of words its length is the same, whatever follows.
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
    ['2027-10-31 02:30', 'Europe/Berlin', 'when-too-far: 90 days'],
    ['-3 days', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['99999 weeks', 'UTC', 'when-too-far: 90 days'],
    ['2027-02-23', 'UTC', 'when-too-far: 90 days'],
    ['9999-12-31 23:59', 'UTC', 'when-too-far: 90 days'],
    ['2026-11-31', 'UTC', 'when-no-such-day: 2026-11-30'],
    ['2026-11-31 18:00 Europe/Madrid', 'UTC', 'when-no-such-day: 2026-11-30 18:00 Europe/Madrid'],
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
    ['22.00', 'UTC', 'when-unreadable: 22:00'],
    ['sat 2200', 'UTC', 'when-unreadable: sat 22:00'],
    ['2200', 'UTC', 'when-unreadable: 22:00'],
    ['sat 1030 pm', 'UTC', 'when-unreadable: sat 22:30'],
    ['sat 1030pm', 'UTC', 'when-unreadable: sat 22:30'],
    ['sat 1030 a.m', 'UTC', 'when-unreadable: sat 10:30'],
    ['2026-11-28 930 Europe/Madrid', 'UTC', 'when-unreadable: 2026-11-28 9:30 Europe/Madrid'],
    ['sat 2260', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['sat 22.30 Europe/Madrid', 'UTC', 'when-unreadable: sat 22:30 Europe/Madrid'],
    ['25.00', 'UTC', 'when-unreadable: tomorrow 08:00'],
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

  // A Tuesday.
  test.each([
    ['sat 22:00', 'Europe/Berlin', '2026-11-28T21:00:00.000Z'],
    ['Saturday 22:00', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['weds 22:00', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['mon 22:00', 'UTC', '2026-11-30T22:00:00.000Z'],
    ['周六 22:00', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['周六22:00', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['星期日 02:00', 'Asia/Shanghai', '2026-11-28T18:00:00.000Z'],
    ['wed 22:00 Europe/Berlin', 'UTC', '2026-11-25T21:00:00.000Z'],
    ['noon', 'America/New_York', '2026-11-24T17:00:00.000Z'],
    ['noon', 'UTC', 'when-past: tomorrow 12:00'],
    ['fri noon', 'UTC', '2026-11-27T12:00:00.000Z'],
    ['明天中午', 'UTC', '2026-11-25T12:00:00.000Z'],
    ['明天 08:00', 'Asia/Shanghai', '2026-11-25T00:00:00.000Z'],
    ['后天08:00', 'UTC', '2026-11-26T08:00:00.000Z'],
    ['midnight', 'UTC', '2026-11-25T00:00:00.000Z'],
    ['午夜', 'Asia/Shanghai', '2026-11-24T16:00:00.000Z'],
    ['tonight midnight', 'UTC', '2026-11-25T00:00:00.000Z'],
    ['今晚 23:00', 'UTC', '2026-11-24T23:00:00.000Z'],
    ['tonight 02:00', 'UTC', '2026-11-25T02:00:00.000Z'],
    ['tonight 8:00', 'UTC', 'when-unreadable: today 20:00'],
    ['tonight', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['tue 14:00', 'UTC', 'when-past: 2026-12-01 14:00 UTC'],
    ['today 00:00', 'UTC', 'when-past: 2026-11-25 00:00 UTC'],
    ['22:00 sat', 'UTC', 'when-unreadable: sat 22:00'],
    ['22:00 saturday Europe/Berlin', 'UTC', 'when-unreadable: saturday 22:00 Europe/Berlin'],
    ['22:00 this saturday', 'UTC', 'when-unreadable: this saturday 22:00'],
    ['22:00 next saturday', 'UTC', 'when-unreadable: 2026-11-28 22:00 UTC'],
    ['saturday at 22', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['saturday at 22 Europe/Berlin', 'UTC', '2026-11-28T21:00:00.000Z'],
    ['sat at 22:30', 'UTC', '2026-11-28T22:30:00.000Z'],
    ['sat 00', 'UTC', 'when-either: 2026-11-28 00:00 UTC'],
    ['2026-11-28 at 08', 'UTC', '2026-11-28T08:00:00.000Z'],
    ['this saturday 22:00', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['This Sunday at 22', 'UTC', '2026-11-29T22:00:00.000Z'],
    ['本周六 22:00', 'UTC', '2026-11-28T22:00:00.000Z'],
    ['这周六22:00', 'Asia/Shanghai', '2026-11-28T14:00:00.000Z'],
    ['本周二 22:00', 'UTC', '2026-11-24T22:00:00.000Z'],
    ['本周一 22:00', 'UTC', 'when-past: 2026-11-30 22:00 UTC'],
    ['22点', 'Asia/Shanghai', 'when-past: tomorrow 22:00'],
    ['22点', 'UTC', '2026-11-24T22:00:00.000Z'],
    ['22点30', 'UTC', '2026-11-24T22:30:00.000Z'],
    ['22点5分', 'UTC', '2026-11-24T22:05:00.000Z'],
    ['22点半', 'UTC', '2026-11-24T22:30:00.000Z'],
    ['明天8点', 'UTC', '2026-11-25T08:00:00.000Z'],
    ['今晚10点', 'UTC', 'when-unreadable: today 22:00'],
    ['25点', 'UTC', 'when-unreadable: tomorrow 08:00'],
    ['sat 02:30 Mars/Olympus', 'UTC', 'when-unknown-zone: sat 02:30'],
  ])('said in words, %j in %s is %s', (said, zone, wanted) => {
    expect(asInstant(read(said, zone))).toBe(wanted);
    const words = said.split(' ');
    for (const more of [[], ['prod'], ['in', 'prod'], ['ticket', 'CHG1']])
      if (!/weds|Mars|25点|^tonight$/u.test(said)) expect(timeLength([...words, ...more])).toBe(words.length);
  });

  test.each([
    ['tuesday 22:00', 'UTC', '2026-11-24 22:00 UTC', '2026-12-01 22:00 UTC'],
    ['周二23:00', 'Asia/Shanghai', '2026-11-24 23:00 Asia/Shanghai', '2026-12-01 23:00 Asia/Shanghai'],
    ['next saturday 22:00', 'UTC', '2026-11-28 22:00 UTC', '2026-12-05 22:00 UTC'],
    ['下周一 8点', 'UTC', '2026-11-30 08:00 UTC', '2026-12-07 08:00 UTC'],
    ['saturday at 8', 'UTC', 'saturday 08:00', 'saturday 20:00'],
    ['sat 11 Europe/Berlin', 'UTC', 'sat 11:00 Europe/Berlin', 'sat 23:00 Europe/Berlin'],
    ['this saturday', 'UTC', '2026-11-28 00:00 UTC', '2026-11-29 00:00 UTC'],
    ['下周六 22:00', 'UTC', '2026-11-28 22:00 UTC', '2026-12-05 22:00 UTC'],
    ['next tue 22:00', 'UTC', '2026-12-01 22:00 UTC', '2026-12-08 22:00 UTC'],
    ['sat', 'UTC', '2026-11-28 00:00 UTC', '2026-11-29 00:00 UTC'],
    ['sat midnight', 'UTC', '2026-11-28 00:00 UTC', '2026-11-29 00:00 UTC'],
    ['tue', 'UTC', '2026-11-25 00:00 UTC', '2026-12-01 00:00 UTC'],
    ['sat 0:00 Europe/Berlin', 'UTC', '2026-11-28 00:00 Europe/Berlin', '2026-11-29 00:00 Europe/Berlin'],
    ['tomorrow 00:00', 'UTC', '2026-11-25 00:00 UTC', '2026-11-26 00:00 UTC'],
    ['2026-12-24 midnight', 'UTC', '2026-12-24 00:00 UTC', '2026-12-25 00:00 UTC'],
    ['tue 22:00 +05:30', 'UTC', '2026-11-24 22:00 UTC+5:30', '2026-12-01 22:00 UTC+5:30'],
  ])('%j in %s may mean two times, and both are given in full', (said, zone, would, or) => {
    const found = read(said, zone);
    expect(found).toMatchObject({ code: 'when-either', data: { would, or } });
    for (const one of [would, or]) expect(isRefusal(read(one, zone))).toBe(false);
    const words = said.split(' ');
    for (const more of [[], ['prod'], ['in', 'prod']]) expect(timeLength([...words, ...more])).toBe(words.length);
  });

  test('an hour without a day is read too, and asked about when it may mean either half of the day', () => {
    expect(asInstant(read('22'))).toBe('2026-11-24T22:00:00.000Z');
    expect(read('8')).toMatchObject({ code: 'when-either', data: { would: 'tomorrow 08:00', or: '20:00' } });
    expect(read('12')).toMatchObject({ code: 'when-either', data: { would: 'tomorrow 12:00', or: '24:00' } });
  });

  test('an hour of which both times of today are over is asked about for tomorrow', () => {
    const late = Date.parse('2026-11-24T22:13:00Z');
    for (const [said, would, or] of [
      ['8', 'tomorrow 08:00', 'tomorrow 20:00'],
      ['2 UTC', 'tomorrow 02:00 UTC', 'tomorrow 14:00 UTC'],
      ['11', 'tomorrow 11:00', '23:00'],
    ] as const) {
      expect(read(said, 'UTC', late)).toMatchObject({ code: 'when-either', data: { would, or } });
      for (const one of [would, or]) expect(isRefusal(read(one, 'UTC', late))).toBe(false);
    }
    for (const said of ['today 8', 'tonight 8'])
      expect(read(said, 'UTC', late)).toMatchObject({
        code: 'when-past',
        data: { at: '2026-11-24T20:00:00.000Z', would: 'tomorrow 08:00', word: 'until' },
      });
  });

  test('at two in the morning, tonight may be this night or the next one', () => {
    const early = Date.parse('2026-11-25T01:10:00Z');
    expect(read('tonight 02:00', 'UTC', early)).toMatchObject({
      code: 'when-either',
      data: { would: '2026-11-25 02:00 UTC', or: '2026-11-26 02:00 UTC' },
    });
    expect(asInstant(read('tonight 22:00', 'UTC', early))).toBe('2026-11-25T22:00:00.000Z');
    expect(asInstant(read('midnight', 'UTC', early))).toBe('2026-11-26T00:00:00.000Z');
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
    ['2026-12-05 25:00'],
    ['2026-12-05 22:60'],
    ['2026-12-05T25:00'],
    ['2026-13-01 10:00'],
    ['2026-02-30 08:00'],
    ['tomorrow 24:30'],
    ['sat at 22:00:99'],
    ['22.00'],
    ['sat 22.00 CET'],
  ])('%j is taken whole as a time, so that nobody is told that there is no such farm or machine', (said) => {
    const words = said.split(' ');
    for (const more of [[], ['prod'], ['test'], ['uat'], ['WEST'], ['in', 'prod']])
      expect(timeLength([...words, ...more])).toBe(words.length);
  });

  test('names a time in the past, and repeats no more of an unreadable one than fits a line', () => {
    expect(read('2026-11-24 08:00')).toMatchObject({ data: { at: '2026-11-24T08:00:00.000Z' } });
    const refused = read('x '.repeat(400));
    expect(isRefusal(refused) ? String(refused.data.said).length : 0).toBe(60);
  });
});

describe('Around a change of the clocks,', () => {
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
    ['2026-10-25 02:30', 'Europe/Berlin', october, 'when-either: 2026-10-25 02:30:00+02:00'],
    ['sun 02:30', 'Europe/Berlin', october, 'when-either: 2026-10-25 02:30:00+02:00'],
    ['2026-10-25 02:30', 'Europe/Berlin', Date.parse('2026-10-25T00:30:00Z'), '2026-10-25T01:30:00.000Z'],
    ['2026-10-25 03:00', 'Europe/Berlin', october, '2026-10-25T02:00:00.000Z'],
    ['1 day', 'Europe/Berlin', october, '2026-10-25T13:00:00.000Z'],
    ['24 hours', 'Europe/Berlin', october, '2026-10-25T12:00:00.000Z'],
    // A change of half an hour, and a midnight that is skipped: a day alone starts at its first moment.
    ['2026-10-04 02:15', 'Australia/Lord_Howe', Date.parse('2026-10-01T00:00:00Z'), 'when-hole: 2026-10-04 02:30'],
    ['2026-04-24', 'Africa/Cairo', Date.parse('2026-04-20T00:00:00Z'), '2026-04-23T22:00:00.000Z'],
    // A midnight that comes twice: the day has begun with the first one.
    ['2026-11-01', 'America/Havana', october, '2026-11-01T04:00:00.000Z'],
    ['2026-11-01 00:00', 'America/Havana', october, 'when-either: 2026-11-01 00:00:00-04:00'],
    ['2026-04-24 00:30', 'Africa/Cairo', Date.parse('2026-04-20T00:00:00Z'), 'when-hole: 2026-04-24 01:00'],
  ])('%j in %s is %s', (said, zone, now, wanted) => {
    expect(asInstant(read(said, zone, now))).toBe(wanted);
  });

  test.each([
    ['tomorrow 02:30', 'Europe/Berlin', march, '2026-03-29 02:30', '2026-03-29 01:59', '2026-03-29 03:00'],
    [
      '2026-04-24 00:30',
      'Africa/Cairo',
      Date.parse('2026-04-20T00:00:00Z'),
      '2026-04-24 00:30',
      '2026-04-23 23:59',
      '2026-04-24 01:00',
    ],
  ])(
    '%j in %s is refused as skipped, naming it with its day and the nearest times that exist',
    (said, zone, now, missing, earlier, later) => {
      expect(read(said, zone, now)).toMatchObject({ code: 'when-hole', data: { said: missing, zone, earlier, later } });
    },
  );

  const ZONES = fc.constantFrom(
    ...['Europe/Berlin', 'America/New_York', 'America/St_Johns', 'Australia/Lord_Howe', 'Africa/Cairo'],
    ...['Pacific/Chatham', 'America/Santiago', 'Asia/Shanghai', 'Africa/Casablanca', 'UTC'],
  );
  const YEAR = { min: Date.parse('2026-01-01T00:00:00Z'), max: Date.parse('2027-12-31T00:00:00Z') };
  const instant = fc.integer(YEAR);
  const ahead = fc.integer({ min: 2, max: 89 * 24 * 60 });
  const shown = (at: number, zone: string): string => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm');

  const choices = (found: ReturnType<typeof read>): readonly string[] =>
    isRefusal(found) && found.code === 'when-either' ? [String(found.data.would), String(found.data.or)] : [];

  test('what a clock shows is read as the moment at which it shows it, or as both if there are two', () => {
    fc.assert(
      fc.property(ZONES, instant, ahead, (zone, now, minutes) => {
        const meant = Math.floor(now / 60_000 + minutes) * 60_000;
        const found = read(shown(meant, zone), zone, now);
        const both = choices(found).map((one) => read(one, zone, now));
        if (both.length === 0) return expect(found).toBe(meant);
        expect(both).toContain(meant);
        expect(Number(both[1])).toBeGreaterThan(Number(both[0]));
        for (const one of both) expect(shown(Number(one), zone)).toBe(shown(meant, zone));
      }),
    );
  });

  test('a weekday is the next one by the clocks of the zone, and one that is today is asked about', () => {
    const NAMES = ['monday', 'tue', '周三', '星期四', 'fri', 'Saturday', '周日'];
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 1, max: 59 }));
    fc.assert(
      fc.property(ZONES, instant, fc.integer({ min: 1, max: 7 }), clock, (zone, now, weekday, [hour, minute]) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const found = read(`${NAMES[weekday - 1]} ${time}`, zone, now);
        const today = DateTime.fromMillis(now, { zone });
        const dates = [0, 1, 2, 3, 4, 5, 6, 7]
          .map((days) => today.plus({ days }))
          .filter((one) => one.weekday === weekday);
        const full = dates.map((one) => `${one.toFormat('yyyy-MM-dd')} ${time}`);
        if (dates.length === 1) return expect(found).toEqual(readAs(full[0] ?? '', `${NAMES[weekday - 1]} ${time}`));
        expect(isRefusal(found)).toBe(true);
        const toCome = full.map((one) => `${one} ${zone}`);
        if (isRefusal(found) && found.code === 'when-either') expect([found.data.would, found.data.or]).toEqual(toCome);
        else expect(found).toMatchObject({ code: 'when-past' });

        function readAs(date: string, said: string) {
          const plain = read(date, zone, now);
          return isRefusal(plain) && plain.code !== 'when-hole' ? { ...plain, data: { ...plain.data, said } } : plain;
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a time on a calendar is met to the minute, or is refused as skipped with the first time that comes', () => {
    const day = fc.integer({ min: 1, max: 88 });
    const clock = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }));
    fc.assert(
      fc.property(ZONES, instant, day, clock, (zone, now, days, [hour, minute]) => {
        const date = DateTime.fromMillis(now, { zone }).plus({ days }).toFormat('yyyy-MM-dd');
        const said = `${date} ${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const found = read(said, zone, now);
        if (!isRefusal(found)) return expect(shown(found, zone)).toBe(said);
        if (found.code === 'when-either') {
          const both = choices(found).map((one) => read(one, zone, now));
          return expect(both.map((one) => shown(Number(one), zone))).toEqual([said, said]);
        }
        expect(found.code).toBe('when-hole');
        const would = read(String(found.data.would), zone, now);
        expect(isRefusal(would)).toBe(false);
        if (!isRefusal(would)) expect(shown(would - 60_000, zone) < said && said < shown(would, zone)).toBe(true);
      }),
      { numRuns: 400 },
    );
  });

  test('a number of days is that far away, give or take one change of the clocks', () => {
    fc.assert(
      fc.property(ZONES, instant, fc.integer({ min: 1, max: 90 }), (zone, now, days) => {
        const found = read(`${days} days`, zone, now);
        if (isRefusal(found)) throw new Error(found.code);
        expect(Math.abs(found - now - days * 86_400_000)).toBeLessThanOrEqual(3_600_000);
      }),
    );
  });

  test('whatever is typed is read or refused, never thrown; what is read is in the future, and what is proposed is accepted', () => {
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
      ...['sat', 'next', 'sunday', '周六', '下周日22:00', 'midnight', 'noon', 'tonight', '今晚', '00:00', '午夜'],
      ...['this', '本周六', '22点', '8点半', 'at', '22', '8', '12'],
    );
    const said = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 60 }),
      fc.array(word, { maxLength: 5 }).map((words) => words.join(' ')),
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
