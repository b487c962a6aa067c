/** A file that has a key's name and no value in a known form is not one that has no such key. */
export const mentions = (text: string, key: string): boolean => new RegExp(`(?<!\\w)${key}(?!\\w)`, 'iu').test(text);

/** Where a value stands: a range of characters, without its quotes. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** false: a number, true, false or null in JSON, whose place takes no text. */
  readonly quoted: boolean;
  /** Undoes the escapes of the form it stands in. */
  decode(written: string): string;
}
