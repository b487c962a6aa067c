/**
 * How outgoing requests leave this machine if not directly: through a proxy. A failure on the way is told by its cause.
 */
export interface WayOut {
  readonly fetch: typeof fetch;
  /** For a connection that stays open, one at a time. */
  line(): OpenLine;
}

export interface OpenLine {
  /** undici's dispatcher, for a library that takes one. */
  readonly dispatcher: unknown;
  /** The error of the last connection; null: it did not fail. */
  failure(): unknown;
  /** Closes the open connection without waiting for the other side. */
  cut(): void;
}
