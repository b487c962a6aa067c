import { readAgain } from '../../src/domain/read-again.ts';
import type { WindowsContext } from './context.ts';

/**
 * Retries what is read before the first change: no caller knows that nothing was begun yet, so one bad answer would put
 * a whole rotation back. Once aborted it no longer waits between tries.
 */
export const readBefore = <T>({ clock }: WindowsContext, read: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  readAgain(read, { steady: () => clock.steady(), wait: (ms) => clock.sleep(ms, signal).catch(() => {}) });
