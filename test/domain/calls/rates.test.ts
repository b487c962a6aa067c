import fc from 'fast-check';
import { createTurns, evenly, type Rate, spacingMs } from '../../../src/domain/calls/rates.ts';

const mostIn = ({ seconds }: Rate, times: readonly number[]): number =>
  Math.max(...times.map((at) => times.filter((one) => one >= at && one < at + seconds * 1000).length));

const rate = fc.record({ seconds: fc.integer({ min: 1, max: 120 }), calls: fc.integer({ min: 4, max: 100 }) });

describe('calls that are spread evenly', () => {
  test('keep the rate in any period of its length, even if the network delays some of them', () => {
    fc.assert(
      fc.property(rate, fc.array(fc.nat({ max: 3_000 }), { minLength: 1, maxLength: 250 }), (given, pauses) => {
        const turns = createTurns([evenly(given)]);
        const late = spacingMs(given);
        let now = 0;
        const arrived = pauses.map((pause, number) => {
          now += pause;
          const at = now + turns.wait('here', now);
          turns.take('here', at);
          return at + (number % 3 === 0 ? late : 0);
        });
        expect(mostIn(given, arrived)).toBeLessThanOrEqual(given.calls);
      }),
      { numRuns: 100 },
    );
  });

  test('go two at a time at an even pace, so that nobody waits a whole minute', () => {
    const turns = createTurns([evenly({ seconds: 60, calls: 50 })]);
    const waits = Array.from({ length: 6 }, () => {
      const wait = turns.wait('here', 0);
      turns.take('here', wait);
      return wait;
    });
    expect(waits).toEqual([0, 0, 2_500, 2_500, 5_000, 5_000]);
    expect(spacingMs({ seconds: 60, calls: 50 })).toBe(1_250);
  });
});

test('the narrowest of several rates applies, separately for each place', () => {
  const turns = createTurns([
    { seconds: 1, calls: 2 },
    { seconds: 60, calls: 3 },
  ]);
  for (const at of [0, 10, 1_000]) turns.take('here', at);
  expect(turns.wait('here', 1_100)).toBe(58_900);
  expect(turns.wait('there', 1_100)).toBe(0);
});
