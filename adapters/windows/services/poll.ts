import type { SteadyClock } from '../../../src/ports/clock.ts';

export interface Poll {
  /** Waits a moment, each time a little longer; false when the limit has passed. */
  wait(): Promise<boolean>;
}

const FIRST_MS = 20;
const GROWTH = 1.25;
const LONGEST_MS = 500;

/**
 * Every moment between "it is stopped" and our noticing is a moment in which a farm is cut off, so the first looks
 * follow one another closely. A wait is about a fifth of what has passed, so we notice at most so much too late, and a
 * service that takes seconds is not asked fifty times a second. Nor is a machine that is slow to answer asked more
 * often than it can.
 */
export function createPoll(clock: SteadyClock, limitMs: number, firstMs = FIRST_MS): Poll {
  const until = clock.steady() + limitMs;
  let next = firstMs;
  let asked: number | null = null;
  return {
    async wait() {
      const now = clock.steady();
      if (now >= until) return false;
      await clock.sleep(Math.round(Math.min(Math.max(next, now - (asked ?? now)), LONGEST_MS)));
      next = Math.min(next * GROWTH, LONGEST_MS);
      asked = clock.steady();
      return true;
    },
  };
}
