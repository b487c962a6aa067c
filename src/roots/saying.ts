import type { Json } from '../domain/values.ts';

/** What the operator typed or wrote is wrong. */
export const USAGE = 2;
export const FAILED = 1;
/** Somebody else holds the lock: try again later (EX_TEMPFAIL). */
export const BUSY = 75;

type Data = { readonly [name: string]: Json };
export interface Saying {
  readonly exit: number;
  readonly say: (data: Data) => string;
}
