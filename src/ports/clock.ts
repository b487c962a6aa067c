/** The time, passed in so that tests and pure code need no clock of their own. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Resolves after ms, or rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/**
 * A machine's clock. Its wall-clock time may be changed while an order is held; a limit measured by it could then
 * expire hours late, or at once.
 */
export interface SteadyClock extends Clock {
  /** Milliseconds for limits and waits only: they advance evenly whatever happens to `now`; never below 0. */
  steady(): number;
}
