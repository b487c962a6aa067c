import type { Pen } from '../pen.ts';

/**
 * One sentence. Its data arrive quoted; each entry declares which data it needs, and callers are checked against that.
 */
export type Line<D> = (data: D, pen: Pen) => string;

/** Of machines, people, codes: what a sentence lists. */
export type Names = readonly string[];

/** A table of sentences by message id. */
export type Lines = { readonly [id: string]: Line<never> };

/** The same sentence in another language: it takes the same data, and may use the pen. */
type Other<Sentence> = Sentence extends (...given: infer Given) => string ? Line<Given[0]> : Sentence;

/** Sentences of this table in another language; an id that the table does not have is rejected. */
export type Same<T> = { readonly [id in keyof T]?: Other<T[id]> };

/** Tables with every sentence of these: if one is missing, the code does not compile. */
export type Whole<Tables> = {
  readonly [table in keyof Tables]: { readonly [id in keyof Tables[table]]: Other<Tables[table][id]> };
};
