/** Remembers for a while which keys were seen. Bounded, so that nobody can fill the memory with it. */
interface Deliveries {
  /** True the first time within the time limit. Milliseconds since 1970. */
  first(key: string, now: number): boolean;
}

/** Slack repeats an event within minutes; a signed request is accepted for five. An hour is more than both. */
const KEPT_MS = 3_600_000;
const MOST = 50_000;

export function createDeliveries(): Deliveries {
  const seen = new Map<string, number>();
  return {
    first: (key, now) => {
      // A Map keeps the order of insertion: the oldest come first.
      for (const [old, until] of seen) {
        if (until > now && seen.size < MOST) break;
        seen.delete(old);
      }
      if (seen.has(key)) return false;
      seen.set(key, now + KEPT_MS);
      return true;
    },
  };
}
