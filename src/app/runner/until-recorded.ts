import type { RunnerEntry } from '../../domain/journal/entries.ts';
import type { RunnerDeps } from './deps.ts';
import { isNotWritable, RunnerStopping } from './failure.ts';

/** How long until the next try when the disk refuses. Milliseconds. */
const DISK_RETRY_MS = 2_000;

export type UntilRecorded = (...entries: RunnerEntry[]) => Promise<void>;

/**
 * Records an end again and again while the disk refuses: an order whose end is not recorded would be carried out again,
 * and a master that was confirmed would go back. The room that was kept for this is given up first. `owe` is told, at
 * each try, whether these are still to be recorded. Throws RunnerStopping if the runner is stopped meanwhile.
 */
export function createUntilRecorded(
  record: (...entries: RunnerEntry[]) => Promise<void>,
  { clock, room }: Pick<RunnerDeps, 'clock' | 'room'>,
  stopping: AbortSignal,
  owe: (entries: readonly RunnerEntry[], is: boolean) => void,
): UntilRecorded {
  let isGiven = false;
  return async (...entries) => {
    for (;;) {
      try {
        await record(...entries);
        owe(entries, false);
        // Each time: if the disk was still full the last time, none was kept.
        void room?.keep();
        return;
      } catch (error) {
        if (!isNotWritable(error)) throw error;
        owe(entries, true);
        if (isGiven || room === undefined) {
          if (stopping.aborted) throw new RunnerStopping();
          await clock.sleep(DISK_RETRY_MS, stopping).catch(() => {});
        }
        isGiven = true;
        // Each time: Windows does not remove a file that a scanner has open.
        await room?.give();
      }
    }
  };
}
