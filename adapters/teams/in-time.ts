import type { Clock } from '../../src/ports/clock.ts';

/** The promise's own end, or after `limitMs` what `late` answers or throws. Nobody cancels what is under way. */
export async function inTime<T>(clock: Clock, limitMs: number, running: Promise<T>, late: () => T): Promise<T> {
  const over = new AbortController();
  const limit = clock.sleep(limitMs, over.signal).then(
    () => late(),
    // The other one was first.
    () => running,
  );
  try {
    return await Promise.race([running, limit]);
  } finally {
    over.abort();
  }
}
