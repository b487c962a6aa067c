/** So many calls are taken in so many seconds. */
export interface Rate {
  readonly seconds: number;
  readonly calls: number;
}

/** So many calls of a rate are taken at once; one change is told in two places without a pause between. */
const AT_ONCE = 2;

/**
 * The same rate without its bursts and silences: two at once, then the next two. In any time of its length there are no
 * more calls than it takes, wherever that time begins, also when the network brings some of them late.
 */
export const evenly = ({ seconds, calls }: Rate): Rate => ({
  seconds: (AT_ONCE * seconds) / (calls - AT_ONCE),
  calls: AT_ONCE,
});

/** The least time between two calls when they come without end, milliseconds. */
export const spacingMs = (rate: Rate): number => {
  const { seconds, calls } = evenly(rate);
  return Math.ceil((seconds * 1000) / calls);
};

/** Whose turn it is, where calls are counted apart: by conversation, by method. */
export interface Turns {
  /** How long the next call has to wait there, milliseconds. */
  wait(place: string, now: number): number;
  /** Takes a place in the row, before the wait: whoever comes next counts it. */
  take(place: string, at: number): void;
}

/** So many places are remembered; the one that was seen first goes. */
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
