import { tellsNothing } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';

/** Milliseconds. */
const PAUSES_MS = [300, 1_000, 3_000];
/** Workers may be cut off meanwhile: what takes longer by itself, as a tool that hangs does, is not tried again. */
const LIMIT_MS = 5_000;

/**
 * What is read before the first change, a few times where it tells nothing: nobody knows outside of here that nothing
 * was begun, and a whole rotation would go back for it.
 */
export async function readBefore<T>(
  { clock }: WindowsContext,
  read: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const until = clock.steady() + LIMIT_MS;
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (!tellsNothing(error) || signal.aborted || clock.steady() + pause > until) throw error;
      await clock.sleep(pause, signal).catch(() => {});
    }
  }
  return read();
}
