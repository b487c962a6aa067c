import type { RunnerEntry } from '../../domain/journal/entries.ts';
import type { Clock } from '../../ports/clock.ts';
import { isNotWritable, RunnerStopping } from './failure.ts';

/** The disk refuses: how long until the next try. Milliseconds. */
const DISK_RETRY_MS = 2_000;

/**
 * Records an end again and again while the disk refuses: one that is not recorded would be lived twice. Throws
 * RunnerStopping when the runner is being stopped meanwhile.
 */
export function createStubborn(
  record: (...entries: RunnerEntry[]) => Promise<void>,
  clock: Pick<Clock, 'sleep'>,
  stopping: AbortSignal,
): (...entries: RunnerEntry[]) => Promise<void> {
  return async (...entries) => {
    for (;;) {
      try {
        return await record(...entries);
      } catch (error) {
        if (!isNotWritable(error)) throw error;
        if (stopping.aborted) throw new RunnerStopping();
        await clock.sleep(DISK_RETRY_MS, stopping).catch(() => {});
      }
    }
  };
}
