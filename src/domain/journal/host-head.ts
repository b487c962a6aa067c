import type { Data, Digest, HostName, Instant } from '../values.ts';

export interface HostHead {
  /** Number of the last order issued to this host. */
  readonly n: number;
  /** How far the runner's own journal is recorded here. */
  readonly seq: number;
  readonly hash: Digest | null;
  /** Hash of its very first line: a different hash means a different journal. */
  readonly first: Digest | null;
  /** The highest number among our own orders that have come back from it. */
  readonly returned?: number;
  /** It was sent an order that says where the bot's journal stands. */
  readonly readsHead?: true;
  /** Last known offset of its clock from the bot's, in milliseconds, and the boot of the runner it was measured in. */
  readonly skew: { readonly boot: string; readonly ms: number } | null;
  /** How much was taken from it within an hour, named by the start of its timestamps, and within that day. */
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
  readonly data: Data;
  readonly at: Instant;
}
