import type { RunnerEntry } from '../../domain/journal/entries.ts';
import type { RunnerDeps } from './deps.ts';
import { isNotWritable, RunnerStopping } from './failure.ts';

/** The disk refuses: how long until the next try. Milliseconds. */
const DISK_RETRY_MS = 2_000;

/**
 * Records an end again and again while the disk refuses: one that is not recorded would be lived twice, and a master
 * that was confirmed would go back. The room that was kept for it is given first. Throws RunnerStopping when the runner
 * is being stopped meanwhile.
 */
export function createStubborn(
  record: (...entries: RunnerEntry[]) => Promise<void>,
  { clock, room }: Pick<RunnerDeps, 'clock' | 'room'>,
  stopping: AbortSignal,
): (...entries: RunnerEntry[]) => Promise<void> {
  let isGiven = false;
  return async (...entries) => {
    for (;;) {
      try {
        await record(...entries);
        // Each time: where the disk was still full, none was kept the last one.
        void room?.keep();
        return;
      } catch (error) {
        if (!isNotWritable(error)) throw error;
        if (isGiven || room === undefined) {
          if (stopping.aborted) throw new RunnerStopping();
          await clock.sleep(DISK_RETRY_MS, stopping).catch(() => {});
        }
        isGiven = true;
        // Each time: Windows removes no file that a scanner has open.
        await room?.give();
      }
    }
  };
}
