import fc from 'fast-check';
import { createLimiter } from '../../../adapters/teams/limiter.ts';
import { LIMITS } from '../../../cards/limits.ts';
import { isCertopsError } from '../../../src/domain/errors.ts';
import { virtualClock } from '../virtual-clock.ts';

describe('the rates of a thread', () => {
  test('are kept however calls arrive', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat({ max: 700 }), { minLength: 1, maxLength: 200 }), async (pauses) => {
        const clock = virtualClock();
        const limiter = createLimiter(clock);
        const made: number[] = [];
        for (const pause of pauses) {
          clock.pass(pause);
          try {
            await limiter.turn('19:a');
            made.push(clock.now());
          } catch (error) {
            if (!isCertopsError(error)) throw error;
            expect(error).toMatchObject({ code: 'ChatBusy', data: { retryAfterMs: expect.any(Number) } });
            clock.pass(Number(error.data.retryAfterMs));
          }
        }
        for (const { seconds, calls } of LIMITS.teams) {
          const most = Math.max(
            ...made.map((at) => made.filter((one) => one >= at && one < at + seconds * 1000).length),
          );
          expect(most).toBeLessThanOrEqual(calls);
        }
      }),
      { numRuns: 30 },
    );
  });

  test('hold back one thread and no other', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    for (let call = 0; call < 7; call += 1) await limiter.turn('19:a');
    const before = clock.now();
    await limiter.turn('19:b');
    expect(clock.now()).toBe(before);
    await limiter.turn('19:a');
    expect(clock.now()).toBe(before + 1000);
  });

  test('hold back calls to where Teams has asked to wait, and to nowhere else', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    limiter.refused('19:a', 30_000);
    limiter.refused('19:a', 1_000);
    await expect(limiter.turn('19:a')).rejects.toMatchObject({ code: 'ChatBusy', data: { retryAfterMs: 30_000 } });
    await limiter.turn('19:b');
    clock.pass(28_000);
    const before = clock.now();
    await limiter.turn('19:a');
    expect(clock.now()).toBe(before + 2_000);
  });

  test('hold nobody back for more than ten minutes, whatever Teams has asked for', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    limiter.refused('19:a', 86_400_000);
    clock.pass(600_000);
    await limiter.turn('19:a');
  });

  test('do not hold anybody back longer when the clock is set back', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    for (let call = 0; call < 7; call += 1) await limiter.turn('19:a');
    limiter.refused('19:b', 30_000);
    clock.step(-3_600_000);
    const before = clock.now();
    await limiter.turn('19:a');
    expect(clock.now()).toBe(before + 1_000);
    await expect(limiter.turn('19:b')).rejects.toMatchObject({ code: 'ChatBusy', data: { retryAfterMs: 29_000 } });
  });

  test('tell the caller how long to wait after 1,800 calls in an hour', async () => {
    const clock = virtualClock();
    const limiter = createLimiter(clock);
    for (let call = 0; call < 1_800; call += 1) {
      await limiter.turn('19:a');
      clock.pass(1_000);
    }
    await expect(limiter.turn('19:a')).rejects.toMatchObject({ code: 'ChatBusy', data: { retryAfterMs: 1_800_000 } });
  });
});
