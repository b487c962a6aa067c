import { tellsNothing } from './errors.ts';

/** Milliseconds. */
const PAUSES_MS = [300, 1_000, 3_000];
/** Workers may be cut off meanwhile: what takes longer by itself, as a tool that hangs does, is not tried again. */
const LIMIT_MS = 5_000;

/**
 * A reading that told nothing is tried again a few times within five seconds; a change never is. `wait` may throw, to
 * end it. Throws what the last try threw, too.
 */
export async function readAgain<T>(
  read: () => Promise<T>,
  { steady, wait }: { readonly steady: () => number; readonly wait: (ms: number) => Promise<void> },
): Promise<T> {
  const until = steady() + LIMIT_MS;
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (!tellsNothing(error) || steady() + pause > until) throw error;
      await wait(pause);
    }
  }
  return read();
}
