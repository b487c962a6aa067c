import { tellsNothing } from './errors.ts';

/** Milliseconds. */
const PAUSES_MS = [300, 1_000, 3_000];
/** Workers may be cut off meanwhile: anything that takes longer by itself, like a hanging tool, is not tried again. */
const LIMIT_MS = 5_000;

/**
 * Retries a reading that told nothing a few times within five seconds; never use it for a change. `wait` may throw to
 * end it. Rethrows the error of the last try.
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
