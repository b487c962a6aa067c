import type { Pen } from '../pen.ts';

/** One sentence. Its data arrive quoted; each entry says which data it wants, and callers are checked against that. */
export type Line<D> = (data: D, pen: Pen) => string;

/** A table of sentences by message id. */
export type Lines = { readonly [id: string]: Line<never> };

/**
 * The same sentences in another language, made of the same data. An id that the other table does not have is refused
 * here; one that is missing is found by test/cards/wording.test.ts.
 */
export type Same<T> = { readonly [id in keyof T]?: T[id] };
