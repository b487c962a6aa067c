import fc from 'fast-check';
import { quietHours } from '../../../src/domain/when/quiet-hours.ts';

/** This many executions in each hour of one day, UTC. */
const day = (date: string, counts: readonly number[]) =>
  counts.map((count, hour) => ({ hour: `${date}T${String(hour).padStart(2, '0')}`, count }));
const BUSY = Array.from({ length: 24 }, (_, hour) => ([5, 6, 13].includes(hour) ? 0 : 50));

test.each([
  [
    'UTC',
    [
      { from: 5, to: 7 },
      { from: 13, to: 14 },
    ],
  ],
  [
    'Europe/Berlin',
    [
      { from: 6, to: 8 },
      { from: 14, to: 15 },
    ],
  ],
  // on a clock with half hours, each execution is in the hour that it showed
  [
    'Asia/Kolkata',
    [
      { from: 10, to: 12 },
      { from: 18, to: 19 },
    ],
  ],
])('finds the hours in which nothing begins, on the clock of %s', (zone, spans) => {
  expect(quietHours(day('2026-11-24', BUSY), zone)).toEqual(spans.map((span) => ({ ...span, executions: 0 })));
});

test('quiet around midnight is one span', () => {
  const counts = Array.from({ length: 24 }, (_, hour) => (hour >= 23 || hour < 2 ? 1 : 60));
  expect(quietHours(day('2026-11-24', counts), 'UTC')).toEqual([{ from: 23, to: 2, executions: 3 }]);
});

test('when no hour is quiet, the emptiest is given with what begins in it', () => {
  const counts = Array.from({ length: 24 }, (_, hour) => (hour === 4 ? 30 : 50));
  expect(quietHours(day('2026-11-24', counts), 'UTC')).toEqual([{ from: 4, to: 5, executions: 30 }]);
});

test('what began in an hour on several days counts together', () => {
  const counts = (ofFour: number) => Array.from({ length: 24 }, (_, hour) => (hour === 4 ? ofFour : 50));
  const days = [...day('2026-11-24', counts(60)), ...day('2026-11-25', counts(0))];
  expect(quietHours(days, 'UTC')).toEqual([{ from: 4, to: 5, executions: 60 }]);
});

test('an hour with a tenth of an average one is quiet beside an empty one, and of equal spans the first comes first', () => {
  const counts = Array.from({ length: 24 }, (_, hour) => ({ 3: 0, 4: 4, 9: 1, 10: 0, 15: 6 })[hour] ?? 60);
  expect(quietHours(day('2026-11-24', counts), 'UTC')).toEqual([
    { from: 3, to: 5, executions: 4 },
    { from: 9, to: 11, executions: 1 },
  ]);
});

test('without any execution the whole day is quiet', () => {
  expect(quietHours([], 'UTC')).toEqual([{ from: 0, to: 24, executions: 0 }]);
});

test('when clocks were put back, an hour before and an hour after count where the clock showed them', () => {
  const one = { hour: '2026-10-24T01', count: 40 };
  const other = { hour: '2026-10-26T02', count: 40 };
  // 01 UTC in summer and 02 UTC in winter are both 3 o'clock in Berlin
  expect(quietHours([one, other], 'Europe/Berlin')).toEqual([{ from: 4, to: 3, executions: 0 }]);
});

test('spans never overlap, never hold a busy hour, and the first is the longest', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 100 }), { minLength: 24, maxLength: 24 }), (counts) => {
      const spans = quietHours(day('2026-11-24', counts), 'UTC');
      const lengthOf = ({ from, to }: { from: number; to: number }): number => (to > from ? to - from : to + 24 - from);
      const hours = spans.flatMap((span) => Array.from({ length: lengthOf(span) }, (_, at) => (span.from + at) % 24));
      expect(new Set(hours).size).toBe(hours.length);
      expect(hours).toContain(counts.indexOf(Math.min(...counts)));
      expect(lengthOf(spans[0] ?? { from: 0, to: 0 })).toBe(Math.max(...spans.map(lengthOf)));
      const limit = Math.max(Math.min(...counts), counts.reduce((a, b) => a + b, 0) / 240);
      for (const hour of hours) expect(counts[hour]).toBeLessThanOrEqual(limit);
    }),
  );
});
