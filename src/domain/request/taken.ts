import type { Wish } from '../plan/wish.ts';

/** What the words of a request say; the reason stands behind them and is not read here. */
export interface RequestLine {
  readonly farm: string | null;
  readonly wish: Wish;
  /** When, as it was typed behind `at`: it is read by the clock of whoever typed it. */
  readonly at?: string;
  /** `plan`: asks nobody and changes nothing. */
  readonly dry: boolean;
}

/** A word of a request and what belongs to it, taken off its line; `taken`: how many words behind it. */
export interface Taken {
  readonly line: RequestLine;
  readonly taken: number;
}
