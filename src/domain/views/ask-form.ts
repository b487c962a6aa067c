import type { Message } from '../values.ts';

/** What a request needs beyond a click: which farm, and why. Sent back with the verb `request`. */
export interface AskForm {
  /** What is asked for, in the words of a request; sent back as `data.request`. */
  readonly request: string;
  /** Every farm that the bot serves, with a line on how it stands now. */
  readonly farms: readonly { readonly name: string; readonly line: Message }[];
  /** The one that was meant; null: to be chosen. */
  readonly farm: string | null;
  /** What was typed already; may be empty, and may stay so. */
  readonly reason: string;
}
