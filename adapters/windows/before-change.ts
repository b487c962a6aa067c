import { isCertopsError } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';

/** Milliseconds. */
const PAUSES_MS = [300, 1_000, 3_000];
/** Workers may be cut off meanwhile: what takes longer by itself, as a tool that hangs does, is not tried again. */
const LIMIT_MS = 5_000;

/** It tells nothing about the machine: a tool did not run to its end, or said what nobody understands. */
export const isBlind = (error: unknown): boolean =>
  isCertopsError(error) &&
  (error.code.startsWith('Tool') ||
    error.code.endsWith('NotReadable') ||
    ['CodePageUnknown', 'BindingReadersDisagree', 'FileBusy'].includes(error.code));

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
      if (!isBlind(error) || signal.aborted || clock.steady() + pause > until) throw error;
      await clock.sleep(pause, signal).catch(() => {});
    }
  }
  return read();
}
