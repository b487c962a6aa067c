/** Where a value stands: a range of characters, without its quotes. */
export interface Place {
  readonly from: number;
  readonly to: number;
  /** false: a number, true, false or null in JSON, whose place takes no text. */
  readonly quoted: boolean;
  /** Undoes the escapes of the form it stands in. */
  decode(written: string): string;
}
