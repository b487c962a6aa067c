/** A file that contains the key's name without a value in a known form does not count as one without the key. */
export const mentions = (text: string, key: string): boolean => new RegExp(`(?<!\\w)${key}(?!\\w)`, 'iu').test(text);

/** Where a value is: a range of characters, without its quotes. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** false: a JSON number, true, false or null, which cannot be replaced by text. */
  readonly quoted: boolean;
  /** Undoes the escapes of JSON or XML. */
  decode(written: string): string;
}
