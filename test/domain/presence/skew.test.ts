import { firstSkew, nextSkew, type Skew } from '../../../src/domain/presence/skew.ts';

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
