import type { Clock } from '../../src/ports/clock.ts';

/** The promise's own outcome, or after `limitMs` what `late` returns or throws. The work under way is not cancelled. */
export async function inTime<T>(clock: Clock, limitMs: number, running: Promise<T>, late: () => T): Promise<T> {
  const over = new AbortController();
  const limit = clock.sleep(limitMs, over.signal).then(
    () => late(),
    // The sleep was aborted: the other promise settled first.
    () => running,
  );
  try {
    return await Promise.race([running, limit]);
  } finally {
    over.abort();
  }
}
