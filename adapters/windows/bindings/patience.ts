import type { SteadyClock } from '../../../src/ports/clock.ts';

const LIMIT_MS = 15_000;
const FIRST_MS = 50;
const LONGEST_MS = 2_000;

interface Patience {
  /**
   * Waits a little longer than last time; false, at once, when the time is up or it was told to stop. `mostMs`: time is
   * up that long after the beginning.
   */
  wait(mostMs?: number): Promise<boolean>;
}

/** HTTP.SYS may refuse a key for some seconds after it was made; this allows 15 seconds in all. */
export function createPatience(clock: SteadyClock, signal: AbortSignal): Patience {
  const begun = clock.steady();
  let next = FIRST_MS;
  return {
    async wait(mostMs = LIMIT_MS) {
      if (signal.aborted || clock.steady() + next > begun + mostMs) return false;
      try {
        await clock.sleep(next, signal);
      } catch {
        return false;
      }
      next = Math.min(next * 2, LONGEST_MS);
      return true;
    },
  };
}
