import type { Clock } from '../../src/ports/clock.ts';

/** Teams repeats a delivery that was not answered within some seconds: the repetition gets the first one's answer. */
interface Deliveries {
  once<T>(key: string, run: () => Promise<T>): Promise<T>;
}

const KEPT_MS = 10 * 60_000;
const MOST = 10_000;

export function createDeliveries(clock: Clock): Deliveries {
  const seen = new Map<string, { readonly until: number; readonly answer: Promise<unknown> }>();
  return {
    once: <T>(key: string, run: () => Promise<T>): Promise<T> => {
      const now = clock.now();
      // A Map keeps the order of insertion: the oldest come first.
      for (const [old, { until }] of seen) {
        if (until > now && seen.size < MOST) break;
        seen.delete(old);
      }
      const known = seen.get(key);
      if (known !== undefined) return known.answer as Promise<T>;
      const answer = run();
      seen.set(key, { until: now + KEPT_MS, answer });
      return answer;
    },
  };
}
