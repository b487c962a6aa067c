import type { Digest, HostName, Instant, Json } from '../values.ts';

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
  /** How its clock stood against the bot's when it was known last, milliseconds, and at which start of its runner. */
  readonly skew: { readonly boot: string; readonly ms: number } | null;
  /** How much was taken of it within an hour, which is named by the beginning of its instants, and within its day. */
  readonly taken: { readonly hour: string; readonly characters: number; readonly today: number };
}

export const NEW_HOST: HostHead = {
  n: 0,
  seq: 0,
  hash: null,
  first: null,
  skew: null,
  taken: { hour: '', characters: 0, today: 0 },
};

/** What a runner's journal says that no order of ours explains. */
export interface Refused {
  readonly host: HostName;
  readonly seq: number;
  readonly code: string;
  readonly data: { readonly [name: string]: Json };
  readonly at: Instant;
}
