import { existsSync } from 'node:fs';
import type { Runner } from '../../app/runner/deps.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { readText, removeFile } from '../program/files.ts';
import { systemClock } from '../program/system-clock.ts';

const POLL_MS = 500;

/**
 * A person at this machine asks through a file that only its owners may write; it is removed when all is done. A file
 * that cannot be read is left and tried again: a virus scanner has a new file open for a moment. If another rotation
 * was asked for meanwhile, the file is that request's by now, and stays.
 */
export function watchForUndo(
  file: string,
  runner: Pick<Runner, 'undoHere'>,
  log: Log,
  clock: Pick<Clock, 'sleep'> = systemClock,
): () => Promise<void> {
  const ending = new AbortController();
  const asked = (): Promise<string | null> =>
    readText(file).then(
      (text) => text.trim(),
      () => null,
    );
  const watching = (async () => {
    while (!ending.signal.aborted) {
      const rotation = existsSync(file) ? await asked() : null;
      if (rotation !== null) {
        log.info({ rotation }, 'asked at this machine to put back');
        await runner.undoHere(rotation).catch((error: unknown) => log.warn({ error: String(error) }, 'could not'));
        if (!ending.signal.aborted && (await asked()) === rotation)
          await removeFile(file).catch((error: unknown) => log.warn({ error: String(error) }, 'could not'));
      }
      await clock.sleep(POLL_MS, ending.signal).catch(() => {});
    }
  })();
  return async () => {
    ending.abort();
    await Promise.race([watching, systemClock.sleep(POLL_MS)]);
  };
}
