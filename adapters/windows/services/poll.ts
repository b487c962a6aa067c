import type { SteadyClock } from '../../../src/ports/clock.ts';

export interface Poll {
  readonly limitMs: number;
  /** Waits a moment, a little longer each time; false when the limit has passed. */
  wait(): Promise<boolean>;
}

const GROWTH = 1.25;
const LONGEST_MS = 500;

/**
 * While we have not noticed that a service has stopped, a farm is cut off, so the first looks follow one another
 * closely. Each wait is about a fifth of the time passed so far, so we are late by at most that much, and a service
 * that takes seconds is not queried fifty times a second. Nor is a slow machine queried more often than it can answer.
 */
export function createPoll(clock: SteadyClock, limitMs: number, firstMs: number): Poll {
  const until = clock.steady() + limitMs;
  let next = firstMs;
  let asked: number | null = null;
  return {
    limitMs,
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
