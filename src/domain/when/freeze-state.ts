import type { Instant } from '../values.ts';

/** Nothing starts on the farm before `until`. */
export interface Freeze {
  readonly until: Instant;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly at: Instant;
}

/** The last message about a freeze. */
export interface FreezeWord {
  readonly at: Instant;
  /** The freeze in force until then; null: none. */
  readonly before: Freeze | null;
}
