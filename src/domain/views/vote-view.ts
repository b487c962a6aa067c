import type { Instant } from '../values.ts';

export interface VoteView {
  readonly by: { readonly id: string; readonly name: string };
  readonly vote: 'approve' | 'deny';
  readonly at: Instant;
  readonly reason: string;
  /** An approval that does not count because its giver may no longer approve; left out: it counts. */
  readonly gone?: true;
}
