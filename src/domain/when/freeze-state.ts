import type { Instant } from '../values.ts';

/** Nothing is begun on the farm until then. */
export interface Freeze {
  readonly until: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly at: Instant;
}

/** The last word about a freeze. */
export interface FreezeWord {
  readonly at: Instant;
  /** What was in force until then; null: nothing. */
  readonly before: Freeze | null;
}
