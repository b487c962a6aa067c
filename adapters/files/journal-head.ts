import type { Digest } from '../../src/domain/values.ts';

/** Where a journal ends: what the next line is chained to. */
export interface Head {
  readonly seq: number;
  readonly hash: Digest;
}

/** `prev` of the first line. */
export const EMPTY_HEAD: Head = { seq: 0, hash: '0'.repeat(64) };
