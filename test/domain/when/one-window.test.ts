import {
  type ChangeWindow,
  lastWindowBefore,
  nextWindow,
  type Span,
  windowAt,
  windowsBetween,
} from '../../../src/domain/when/windows.ts';

const HOUR = 3_600_000;
const at = (text: string): number => Date.parse(text);
const window = (cron: string, hours: number, zone = 'UTC'): ChangeWindow => ({ cron, lengthMs: hours * HOUR, zone });
const shown = (span: Span | null): string =>
  span === null ? 'none' : [span.from, span.to].map((one) => new Date(one).toISOString().slice(5, 16)).join(' ');
const NIGHT = window('0 22 * * *', 4);

describe('A window is open', () => {
  test('from the very moment at which it opens until just before it closes', () => {
    const open = (text: string, ms = 0) => windowAt([NIGHT], at(text) + ms) !== null;
    expect([open('2026-11-24T22:00Z', -1), open('2026-11-24T22:00Z')]).toEqual([false, true]);
    expect([open('2026-11-25T02:00Z', -1), open('2026-11-25T02:00Z')]).toEqual([true, false]);
  });

  test('never, if there is none or its expression cannot be read', () => {
    for (const windows of [[], [window('every night', 4)]]) {
      expect(windowAt(windows, at('2026-11-24T22:00Z'))).toBeNull();
      expect(nextWindow(windows, at('2026-11-24T22:00Z'))).toBeNull();
      expect(lastWindowBefore(windows, at('2026-11-24T22:00Z'))).toBeNull();
      expect(windowsBetween(windows, 0, at('2026-11-24T22:00Z'), 5)).toEqual([]);
    }
  });

  test('the same, whichever moments were asked about before', () => {
    const windows = [NIGHT, window('0 3 * * *', 1)];
    const moments = ['24T12:00', '24T22:00', '25T02:00', '25T03:00', '25T04:00', '24T21:59', '25T02:59', '24T23:00'];
    for (const moment of moments) {
      const now = at(`2026-11-${moment}Z`);
      expect(nextWindow(windows, now)).toEqual(nextWindow([...windows], now));
    }
  });
});

describe('A list of windows', () => {
  const [from, to] = [at('2026-11-24T12:00Z'), at('2026-11-27T12:00Z')];
  const between = (windows: readonly ChangeWindow[], limit = 100) =>
    windowsBetween(windows, from, to, limit).map(shown);

  test('has the first so many, of one window or of several', () => {
    expect(between([NIGHT])).toHaveLength(3);
    expect(between([NIGHT], 2)).toEqual(['11-24T22:00 11-25T02:00', '11-25T22:00 11-26T02:00']);
    expect(between([window('0 20 * * *', 1), NIGHT], 3)).toEqual([
      '11-24T20:00 11-24T21:00',
      '11-24T22:00 11-25T02:00',
      '11-25T20:00 11-25T21:00',
    ]);
    expect(between([NIGHT], 0)).toEqual([]);
  });

  test('is in the order in which they open, and of those that open together the one that closes first is first', () => {
    const two = ['11-24T22:00 11-24T23:00', '11-24T22:00 11-25T02:00'];
    for (const windows of [
      [NIGHT, window('0 22 * * *', 1)],
      [window('0 22 * * *', 1), NIGHT],
    ])
      expect(between(windows, 2)).toEqual(two);
    const long = [window('0 22 * * *', 9), window('0 23 * * *', 1)];
    expect(between(long, 2)).toEqual(['11-24T22:00 11-25T07:00', '11-24T23:00 11-25T00:00']);
  });

  test('has what is still open at its begin, and not what opens at its end', () => {
    const list = (first: string, last: string) => windowsBetween([NIGHT], at(first), at(last), 9).map(shown);
    expect(list('2026-11-25T01:59Z', '2026-11-25T22:00Z')).toEqual(['11-24T22:00 11-25T02:00']);
    expect(list('2026-11-25T02:00Z', '2026-11-25T22:00Z')).toEqual([]);
    expect(windowsBetween([NIGHT], from, at('2026-11-24T22:00Z') + 1, 9)).toHaveLength(1);
  });

  test('has one window once where two times of its expression fall on one moment, as clocks are put forward', () => {
    const list = windowsBetween(
      [window('0 2,3 * * *', 0.5, 'Europe/Berlin')],
      at('2026-03-28T23:00Z'),
      at('2026-03-30T01:30Z'),
      9,
    );
    expect(list.map(shown)).toEqual(['03-29T01:00 03-29T01:30', '03-30T00:00 03-30T00:30', '03-30T01:00 03-30T01:30']);
  });
});

describe('The last window before a moment', () => {
  test('is not the one that is to open as clocks that were put back show its time again', () => {
    const night = [window('30 2 * * *', 1, 'Europe/Berlin')];
    // 02:45, the first time.
    expect(shown(lastWindowBefore(night, at('2026-10-25T00:45Z')))).toBe('10-24T00:30 10-24T01:30');
    expect(shown(lastWindowBefore(night, at('2026-10-25T01:45Z')))).toBe('10-25T01:30 10-25T02:30');
  });

  test('is the newest of several, in whichever order they are, for as long as the longest of them', () => {
    const [early, late] = [window('0 18 * * *', 1), window('0 22 * * *', 1)];
    for (const windows of [
      [early, late],
      [late, early],
    ])
      expect(shown(lastWindowBefore(windows, at('2026-11-25T12:00Z')))).toBe('11-24T22:00 11-24T23:00');
    for (const windows of [
      [NIGHT, late],
      [late, NIGHT],
    ])
      expect(shown(lastWindowBefore(windows, at('2026-11-25T12:00Z')))).toBe('11-24T22:00 11-25T02:00');
  });
});
