/** At most `calls` calls in `seconds` seconds. */
export interface Rate {
  readonly seconds: number;
  readonly calls: number;
}

/** How many calls go out at once: one change is reported in two places without a pause between them. */
const AT_ONCE = 2;

/**
 * The same rate without bursts and silences: two at once, then the next two. No window of its length, wherever it
 * begins, holds more calls than the rate allows, even when the network delivers some of them late.
 */
export const evenly = ({ seconds, calls }: Rate): Rate => ({
  seconds: (AT_ONCE * seconds) / (calls - AT_ONCE),
  calls: AT_ONCE,
});

/** The shortest time between calls in an endless stream, in milliseconds. */
export const spacingMs = (rate: Rate): number => {
  const { seconds, calls } = evenly(rate);
  return Math.ceil((seconds * 1000) / calls);
};

/** Whose turn it is, where calls are counted separately, for example by conversation or method. */
interface Turns {
  /** How long the next call there has to wait, in milliseconds. */
  wait(place: string, now: number): number;
  /** Takes a place in the queue before waiting, so that later callers count it. */
  take(place: string, at: number): void;
}

/** How many places are remembered; the one seen first is dropped. */
const MOST = 2_000;

export function createTurns(rates: readonly Rate[]): Turns {
  const remembered = Math.max(...rates.map(({ calls }) => calls));
  const made = new Map<string, number[]>();
  return {
    wait: (place, now) => {
      const times = made.get(place) ?? [];
      const waits = rates.map(
        ({ calls, seconds }) => (times.at(-calls) ?? Number.NEGATIVE_INFINITY) + seconds * 1000 - now,
      );
      return Math.ceil(Math.max(0, ...waits));
    },
    take: (place, at) => {
      if (!made.has(place) && made.size >= MOST) made.delete(made.keys().next().value ?? '');
      const times = made.get(place) ?? [];
      made.set(place, times);
      times.push(at);
      if (times.length > remembered) times.shift();
    },
  };
}
