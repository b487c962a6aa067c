/** How what goes out leaves this machine, where that is not directly. What fails on the way is told by its cause. */
export interface WayOut {
  readonly fetch: typeof fetch;
  /** For one connection at a time that stays open. */
  line(): OpenLine;
}

export interface OpenLine {
  /** undici's, for a library that takes one. */
  readonly dispatcher: unknown;
  /** What the last connection failed with; null: it did not. */
  failure(): unknown;
  /** Ends what is open, without waiting for the other side. */
  cut(): void;
}
