import fc from 'fast-check';
import { PROTOCOL } from '../../../src/domain/letters/protocol.ts';
import { alikeIn, FORGOTTEN, firstSkew, nextSkew, type Skew } from '../../../src/domain/presence/skew.ts';

const SECOND = 1000;

/**
 * What is believed after letters, each heard at a second and written `delay` seconds before by a clock that is `ahead`.
 */
function believed(
  letters: readonly (readonly [at: number, delay: number, ahead?: number])[],
  known: number | null = null,
) {
  let skew: Skew | null = null;
  for (const [at, delay, ahead = 0] of letters) {
    const ms = (ahead - delay) * SECOND;
    skew =
      skew === null
        ? firstSkew(ms, at * SECOND, known === null ? null : known * SECOND)
        : nextSkew(skew, ms, at * SECOND);
  }
  return skew?.ms === null ? null : (skew?.ms ?? 0) / SECOND;
}

/** Two minutes of hellos that a bot finds when it starts, and takes within a moment. */
const BACKLOG = [120, 105, 90, 75, 60, 45, 30, 15].map((delay, at) => [at / 100, delay] as const);

describe('How a clock stands', () => {
  test('is taken from a letter that both clocks call fresh', () => {
    expect(believed([[0, 0.2]])).toBe(-0.2);
    expect(believed([[0, 0, 90]])).toBe(90);
  });

  test('is unknown while all the letters heard may have been delayed', () => {
    expect(believed(BACKLOG)).toBeNull();
    expect(believed(BACKLOG.slice(0, 1))).toBeNull();
  });

  test('is known from the first fresh letters after a backlog, also for a clock that is behind', () => {
    const fresh = [5, 20, 35].map((at) => [at, 0.1] as const);
    expect(believed([...BACKLOG, ...fresh])).toBe(-0.1);
    expect(believed([...BACKLOG, ...fresh].map(([at, delay]) => [at, delay, -40] as const))).toBe(-40.1);
  });

  test('is not made worse by a backlog when it was known before', () => {
    expect(believed(BACKLOG, 0)).toBe(0);
    expect(believed([...BACKLOG, [5, 0.1], [20, 0.1]], -0.3)).toBe(-0.1);
  });

  test('follows a clock that was put right since it was known, and only such a clock', () => {
    expect(believed([[0, 0.1]], 400)).toBe(400);
    expect(
      believed(
        [
          [0, 0.1],
          [15, 0.3],
        ],
        400,
      ),
    ).toBe(-0.1);
    expect(believed([[0, 60]], 400)).toBe(400);
    expect(believed([[0, 10]], 10)).toBe(10);
    const lain = [400, 385, 370, 0.1].map((delay, at) => [at / 100, delay, 400] as const);
    expect(believed(lain, 400)).toBe(400);
    expect(believed([...lain, [5, 0.1, 450]], 400)).toBe(449.9);
  });

  test('is taken from the smallest delay, and a pause of the bot changes nothing', () => {
    const paused = BACKLOG.map(([at, delay]) => [at + 200, delay] as const);
    expect(believed([[0, 0.1], [15, 1.5], [30, 0.05], [45, 2], ...paused])).toBe(-0.05);
  });

  test('follows a clock that was far ahead and was put right with the second letter after that', () => {
    const hellos = (ahead: number) => [0, 15, 30].map((at) => [at, 0.1, ahead] as const);
    expect(believed([...hellos(121), [45, 0.1, 0]])).toBe(120.9);
    expect(believed([...hellos(121), [45, 0.1, 0], [60, 0.3, 0]])).toBe(-0.1);
    // It was delayed by as much as its clock is ahead, as the next one shows.
    expect(believed([...hellos(121), [45, 121, 121], [46, 0.1, 121]])).toBe(120.9);
    // No more than usual: a letter may have been delayed that long.
    expect(believed([...hellos(30), [45, 0.1, 0], [60, 0.1, 0]])).toBe(29.9);
  });

  test('does not change for a clock that is as far ahead as a letter of a backlog was delayed', () => {
    const lain = Array.from({ length: 25 }, (_, nth) => [45 + nth / 100, 360 - 15 * nth, 300] as const);
    const known = [0, 15, 30].map((at) => [at, 0.1, 300] as const);
    for (let count = 1; count <= lain.length; count += 1)
      expect(believed([...known, ...lain.slice(0, count)])).toBeGreaterThan(299);
  });

  test('is known within minutes after a clock is put back, and at once after it is put forward', () => {
    const hellos = Array.from({ length: 12 }, (_, nth) => [nth * 15, 0.1, nth === 0 ? 30 : 0] as const);
    expect(believed(hellos)).toBe(-0.1);
    expect(
      believed([
        [0, 0.1],
        [15, 0.1, 30],
      ]),
    ).toBe(29.9);
  });
});

describe('What a letter shows', () => {
  test.each([
    ['is trusted at once if it took two seconds at most', -2_000, null, { ms: -2_000, shown: null }],
    ['is kept in mind if it took longer', -2_001, null, { ms: null, shown: shownOnce(-2_001) }],
    ['is trusted at once if it shows no less than was known', -60_000, -60_000, { ms: -60_000, shown: null }],
    ['is kept in mind if it shows less than was known', -60_001, -60_000, { ms: -60_000, shown: shownOnce(-60_001) }],
    ['is trusted at once if it shows more than was known', 90_000, 0, { ms: 90_000, shown: null }],
  ] as const)('%s: the first', (_, ms, known, wanted) => {
    expect(firstSkew(ms, 100, known)).toEqual(wanted);
  });

  test('counts as the first one again once this clock was set', () => {
    for (const ms of [-60_000, -2_000, 0, 90_000])
      expect(nextSkew(FORGOTTEN, ms, 100)).toEqual(firstSkew(ms, 100, null));
  });

  test('of a clock that is known counts at once if it is no less, and else has to be shown for long', () => {
    const known: Skew = { ms: -1_000, shown: null };
    expect(nextSkew(known, -1_000, 100)).toEqual({ ms: -1_000, shown: null });
    expect(nextSkew(known, 5_000, 100)).toEqual({ ms: 5_000, shown: null });
    expect(nextSkew(known, -1_001, 100)).toEqual({ ms: -1_000, shown: shownOnce(-1_001) });
  });

  test('does not count at once where nothing is known, though it calls itself fresh: it may be the end of a backlog', () => {
    expect(nextSkew({ ms: null, shown: shownOnce(-60_000) }, 1_000, 200)).toEqual({
      ms: null,
      shown: { at: 200, until: 200, first: 1_000, most: 1_000 },
    });
  });

  const waiting = (over: Partial<NonNullable<Skew['shown']>> = {}, ms: number | null = null): Skew => ({
    ms,
    shown: { ...shownOnce(-60_000), ...over },
  });

  test.each([
    ['as even if it rises by half a second', -59_500, 9_000, { at: 100, until: 9_000, first: -60_000, most: -59_500 }],
    ['as late if it rises more', -59_499, 9_000, { at: 9_000, until: 9_000, first: -59_499, most: -59_499 }],
    ['as even if it falls', -80_000, 9_000, { at: 100, until: 9_000, first: -60_000, most: -60_000 }],
  ])('counts against the first of a series, %s', (_, ms, now, shown) => {
    expect(nextSkew(waiting(), ms, now)).toEqual({ ms: null, shown });
  });

  test('rises against the first of a series, not against the one before it', () => {
    const seconds = [300, 600].reduce((last, rise, i) => nextSkew(last, -60_000 + rise, 1_000 + i), waiting());
    expect(seconds.shown).toMatchObject({ at: 1_001, first: -59_400 });
  });

  test('begins a new series after a silence', () => {
    const { silentAfterMs } = PROTOCOL;
    const begunAt = (ms: number) => nextSkew(waiting({ until: 5_000 }, 0), -60_000, 5_000 + ms).shown?.at;
    expect([begunAt(silentAfterMs), begunAt(silentAfterMs + 1)]).toEqual([100, 5_000 + silentAfterMs + 1]);
  });

  test.each([
    ['ten seconds where nothing was known', null, 10_000],
    ['two minutes where a higher value was known', 5_000, 120_000],
  ])('is trusted after it was shown for %s, as the highest of the series', (_, known, settlesMs) => {
    const state = waiting({ until: 100 + settlesMs - 1_000, most: -59_800 }, known);
    expect(nextSkew(state, -60_000, 100 + settlesMs - 1).ms).toBe(known);
    expect(nextSkew(state, -60_000, 100 + settlesMs)).toEqual({ ms: -59_800, shown: null });
  });

  test.each([
    ['if both clocks agree now', -2_000, 140_000, true],
    ['not if they nearly agree', -2_001, 140_000, false],
    ['if it was further off than machines may be', 0, PROTOCOL.clockToleranceMs + 1, true],
    ['not if it was no further off than that', 0, PROTOCOL.clockToleranceMs, false],
    ['by the difference of both', -2_000, PROTOCOL.clockToleranceMs - 1_999, true],
    ['not if it is still ahead', 2_001, 140_000, false],
  ])('is trusted after ten seconds of a clock that was put right: %s', (_, ms, known, wanted) => {
    const state: Skew = { ms: known, shown: { at: 0, until: 9_000, first: ms, most: ms } };
    expect(nextSkew(state, ms, 10_000)).toEqual(
      wanted ? { ms, shown: null } : { ms: known, shown: { at: 0, until: 10_000, first: ms, most: ms } },
    );
  });

  test('is never trusted above what any letter has shown, and what is known falls only after ten even seconds', () => {
    const letter = fc.tuple(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: -400_000, max: 400_000 }));
    fc.assert(
      fc.property(fc.array(letter, { minLength: 1, maxLength: 20 }), (letters) => {
        let [skew, now, fellAt, most]: [Skew, number, number, number] = [FORGOTTEN, 0, 0, Number.NEGATIVE_INFINITY];
        for (const [afterMs, ms] of letters) {
          now += afterMs;
          most = Math.max(most, ms);
          const next = nextSkew(skew, ms, now);
          const falls = skew.ms !== null && (next.ms === null || next.ms < skew.ms);
          const isTooSoon = falls && (next.ms === null || now - fellAt < 10_000);
          if (isTooSoon || (next.ms ?? most) > most) return false;
          if (falls) fellAt = now;
          skew = next;
        }
        return true;
      }),
    );
  });
});

/** One letter, heard at 100. */
function shownOnce(ms: number) {
  return { at: 100, until: 100, first: ms, most: ms };
}

test.each<readonly [string, readonly number[], number]>([
  ['all, if they differ from ours by the same', [-7_200_000, -7_200_000, -7_200_000], 3],
  ['all, if they are nearly alike', [-7_200_000, -7_200_000 + PROTOCOL.clockToleranceMs - 1], 2],
  ['none, if they are as far apart as machines may be', [-7_200_000, -7_200_000 + PROTOCOL.clockToleranceMs], 0],
  ['none, if one is far from the others', [3_600_000, 3_600_000, 7_200_000], 0],
  ['none, if there is only one', [-7_200_000], 0],
  ['none, if there are none', [], 0],
])('Of clocks that differ from ours, those agree with each other: %s', (_, offsets, wanted) => {
  expect(alikeIn(offsets)).toBe(wanted);
});
