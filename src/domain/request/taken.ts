import type { Wish } from '../plan/wish.ts';

/** What the words of a request say; the reason follows them and is not read here. */
export interface RequestLine {
  readonly farm: string | null;
  readonly wish: Wish;
  /** The time as typed after `at`: read in the zone of whoever typed it. */
  readonly at?: string;
  /** `plan`: asks nobody and changes nothing. */
  readonly dry: boolean;
}

/** The line after a word and what belongs to it were taken off; `taken`: how many of the following words. */
export interface Taken {
  readonly line: RequestLine;
  readonly taken: number;
}
