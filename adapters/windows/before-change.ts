import { readAgain } from '../../src/domain/read-again.ts';
import type { WindowsContext } from './context.ts';

/**
 * What is read before the first change: nobody knows outside of here that nothing was begun, and a whole rotation would
 * go back for one bad answer. Where it is stopped nothing is waited for.
 */
export const readBefore = <T>({ clock }: WindowsContext, read: () => Promise<T>, signal: AbortSignal): Promise<T> =>
  readAgain(read, { steady: () => clock.steady(), wait: (ms) => clock.sleep(ms, signal).catch(() => {}) });
