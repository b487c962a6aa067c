import type { Pen } from '../pen.ts';

/** One sentence. Its data arrive quoted; each entry says which data it wants, and callers are checked against that. */
export type Line<D> = (data: D, pen: Pen) => string;

/** A table of sentences by message id. */
export type Lines = { readonly [id: string]: Line<never> };

/** The same sentence in another language: made of the same data, and free to write what the pen writes. */
type Other<Sentence> = Sentence extends (...given: infer Given) => string ? Line<Given[0]> : Sentence;

/** Sentences of this table in another language; an id that it does not have is refused. */
export type Same<T> = { readonly [id in keyof T]?: Other<T[id]> };

/** Tables with each sentence of these: where one is missing, the code does not compile. */
export type Whole<Tables> = {
  readonly [table in keyof Tables]: { readonly [id in keyof Tables[table]]: Other<Tables[table][id]> };
};
