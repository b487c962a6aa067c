import type { Message } from '../values.ts';

/** How a request may begin: `policy` is what a line means that says nothing about it. */
export type StartChoice = 'policy' | 'window' | 'now' | 'time';

/** A form's fields for what a typed line says in words: when, and under which ticket. Sent back as text. */
export interface AskFields {
  /** The choices for `when`, the usual one first. */
  readonly starts: readonly StartChoice[];
  readonly start: StartChoice;
  /** What `at` is prefilled with; only counts with `time`; may be empty. */
  readonly at: string;
  /** null: no offered farm has a ticket policy, and no ticket was named. */
  readonly ticket: {
    readonly said: string;
    /** Whether every offered farm requires one. */
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
  /** The request in words; sent back as `data.request`. What is filled in takes precedence. */
  readonly request: string;
  /** The same words without what the fields ask for. */
  readonly what: string;
  /** Every farm the bot serves, with a line about its present state. */
  readonly farms: readonly { readonly name: string; readonly line: Message }[];
  /** The farm that was meant; null: to be chosen. */
  readonly farm: string | null;
  readonly fields: AskFields;
  /** What was typed already; may be empty, and may stay so. */
  readonly reason: string;
}
