/** What is wrong with a typed line: a code with a sentence of its own, and what was said. */
export interface Wrong {
  readonly word: 'wrong';
  readonly code: string;
  readonly data: { readonly [name: string]: string | number };
  /** The whole line as it may have been meant. */
  readonly meant?: string;
}

/** How much of the wrong words is echoed. */
const LONGEST_ECHO = 60;

export const short = (words: readonly string[]): string => words.join(' ').slice(0, LONGEST_ECHO);

export const wrong = (code: string, data: Wrong['data'] = {}): Wrong => ({ word: 'wrong', code, data });

export const isWrong = (value: object): value is Wrong => (value as { readonly word?: unknown }).word === 'wrong';
