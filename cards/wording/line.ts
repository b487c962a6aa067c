import type { Pen } from '../pen.ts';

/** One sentence. Its data arrive quoted; each entry says which data it wants, and callers are checked against that. */
export type Line<D> = (data: D, pen: Pen) => string;

/** A table of sentences by message id. */
export type Lines = { readonly [id: string]: Line<never> };
