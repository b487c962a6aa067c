import type { CertopsError } from '../domain/errors.ts';
import type { Clock } from '../ports/clock.ts';

/** Waits for work no longer than `limitMs`, then throws what `late` makes; a result that comes later is lost. */
export async function inTime<T>(clock: Clock, work: Promise<T>, limitMs: number, late: () => CertopsError): Promise<T> {
  const over = new AbortController();
  const tooLong = clock.sleep(limitMs, over.signal).then((): never => {
    throw late();
  });
  tooLong.catch(() => {});
  work.catch(() => {});
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    over.abort();
  }
}
