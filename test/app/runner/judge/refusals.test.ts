import { createRefusalLimit } from '../../../../src/app/runner/judge/refusals.ts';

/** The limit, on a clock that the test sets. Seconds. */
function makeLimit(): (at: number, code: string, n?: number | null) => boolean {
  let now = 0;
  const isWorthAnEntry = createRefusalLimit({ steady: () => now * 1000 });
  return (at, code, n = null) => {
    now = at;
    return isWorthAnEntry(code, n);
  };
}

describe('refusals that are worth an entry', () => {
  test('are one a minute and code, for letters that nobody signed', () => {
    const limit = makeLimit();
    expect([0, 1, 59, 60, 61, 119, 120].map((at) => limit(at, 'EnvelopeMalformed'))).toEqual([
      true,
      false,
      false,
      true,
      false,
      false,
      true,
    ]);
    expect(limit(121, 'EnvelopeBadSignature')).toBe(true);
  });

  test('are one a minute for each order, so that the bot hears of all of its own', () => {
    const limit = makeLimit();
    expect([7, 8, 7, 8].map((n) => limit(0, 'OrderExpired', n))).toEqual([true, true, false, false]);
    expect(limit(60, 'OrderExpired', 7)).toBe(true);
  });

  test('are one an hour for what comes with half of all letters', () => {
    const limit = makeLimit();
    expect([0, 60, 3599, 3600].map((at) => limit(at, 'LetterOfOtherFarm'))).toEqual([true, false, false, true]);
  });

  test('are sixty a minute in all, whatever somebody makes up', () => {
    const limit = makeLimit();
    expect(Array.from({ length: 61 }, (_, n) => limit(0, 'OrderExpired', n)).filter(Boolean)).toHaveLength(60);
    expect([59, 60].map((at) => limit(at, 'OrderExpired', 99))).toEqual([false, true]);
  });
});
