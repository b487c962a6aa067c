import type { Digest } from './values.ts';

export interface HostHead {
  /** Number of the last order issued to this host. */
  readonly n: number;
  /** The runner's own journal as far as it is recorded here. */
  readonly seq: number;
  readonly hash: Digest | null;
  /** Hash of its very first line: another one is another journal. */
  readonly first: Digest | null;
  /** It was sent an order that says where this journal stands. */
  readonly readsHead?: true;
}

export const NEW_HOST: HostHead = { n: 0, seq: 0, hash: null, first: null };
