/** The time, passed in so that tests and pure code need none of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after ms, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * Of a machine: the clock on its wall may be set while an order is held, and a limit that is measured on it would come
 * hours too late, or at once.
 */
export interface SteadyClock extends Clock {
  /** Milliseconds for limits and waits alone: they pass evenly whatever becomes of `now`; never below 0. */
  steady(): number;
}
