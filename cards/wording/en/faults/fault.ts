import { brief } from '../grammar.ts';

/** What came with an error: found beside wanted where there are two, else whatever names the place. */
export type ErrorData = { readonly [name: string]: unknown };

export interface Fault {
  /** Ends a sentence that begins with the machine's name and a colon. */
  readonly says: string | ((d: ErrorData) => string);
  /** One way on. */
  readonly todo: string;
  /** What became of the machine, where that is more than "failed". */
  readonly lead?: 'did not come back' | 'went silent' | 'is not known';
}

export const text = (value: unknown): string => (typeof value === 'string' ? value : brief(value));
/** ` (value)` of the first datum that is there. */
export const named = (d: ErrorData, ...names: readonly string[]): string => {
  const name = names.find((one) => d[one] !== undefined && d[one] !== null);
  return name === undefined ? '' : ` (${text(d[name])})`;
};

export const BACK = { lead: 'did not come back' } as const;
export const AGAIN = 'Ask again; if it comes back, look at the machine.';
export const SYSTEM_LOG = 'Look at its System log (events 7000, 7009, 7038), then ask again.';
export const SETTINGS = 'Correct the settings file beside the service by hand, then ask again.';
export const BUG = 'This is a defect: report it with the journal.';

export type Faults = { readonly [code: string]: Fault };
