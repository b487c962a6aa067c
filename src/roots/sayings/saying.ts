import type { Data, Json } from '../../domain/values.ts';

/** What the operator typed or wrote is wrong. */
export const USAGE = 2;
export const FAILED = 1;
/** Somebody else holds the lock: try again later (EX_TEMPFAIL). */
export const BUSY = 75;

/** What the system answers when a folder is to be made where a file is. */
export const NO_FOLDER: readonly Json[] = ['EEXIST', 'ENOTDIR'];

/** What to do about a file that cannot be opened: EBUSY means on Windows that another program has it open. */
export const unlessHeld = (reason: Json | undefined, todo: string): string =>
  reason === 'EBUSY' ? 'another program has it open: close it there, or wait until that one is through' : todo;

/** Names in a row; anything else as it is. */
export const listed = (names: Json | undefined): string => (Array.isArray(names) ? names.join(', ') : String(names));

/** What `FarmNotServed` refuses. */
export const UNLESS_BEGUN = ', unless a rotation has begun on this one';

/** How a bot whose farm files include one that cannot be used is started with the others. */
export const meanwhile = (others: Json | undefined, unless = ''): string =>
  others === undefined
    ? ''
    : ` Until then the bot can serve its other farms alone${unless}. With its other options as they are: certops bot ${others}`;

export interface Saying {
  readonly exit: number;
  readonly say: (data: Data) => string;
}
