import type { Message } from '../values.ts';

/** In what way a request may begin: `policy` is what a line says in which nothing is said of it. */
export type StartChoice = 'policy' | 'window' | 'now' | 'time';

/** A form's fields for what a typed line says as words: when, and under which ticket. Sent back as text. */
export interface AskFields {
  /** What can be chosen for `when`, the usual one first. */
  readonly starts: readonly StartChoice[];
  readonly start: StartChoice;
  /** What stands in `at` already, which counts with `time` alone; may be empty. */
  readonly at: string;
  /** null: no farm that is offered speaks of tickets, and none was named. */
  readonly ticket: {
    readonly said: string;
    /** Whether every farm that is offered asks for one. */
    readonly required: boolean;
    readonly policies: readonly {
      readonly farm: string;
      readonly pattern: string;
      readonly example: string;
      readonly required: boolean;
    }[];
  } | null;
}

/** What a request needs beyond a click: which farm, when, and why. Sent back with the verb `request`. */
export interface AskForm {
  /** What is asked for, in the words of a request; sent back as `data.request`. What is filled in goes before it. */
  readonly request: string;
  /** The same words without what the fields ask for. */
  readonly what: string;
  /** Every farm that the bot serves, with a line on how it stands now. */
  readonly farms: readonly { readonly name: string; readonly line: Message }[];
  /** The one that was meant; null: to be chosen. */
  readonly farm: string | null;
  readonly fields: AskFields;
  /** What was typed already; may be empty, and may stay so. */
  readonly reason: string;
}
