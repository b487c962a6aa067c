import { CertopsError } from '../../../src/domain/errors.ts';
import { foldRunner, initialRunnerState, type RunnerState } from '../../../src/domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../src/domain/journal/entries.ts';
import { sha256 } from '../../../src/domain/sha256.ts';
import type { Clock } from '../../../src/ports/clock.ts';
import type { Journal, Recorded, Signer } from '../../../src/ports/journal.ts';

/** What lies on the disk and outlives a runner. */
export interface Disk {
  readonly lines: Recorded<RunnerEntry>[];
  isFull: boolean;
}

export const emptyDisk = (): Disk => ({ lines: [], isFull: false });

/** A journal over lines in memory: signed and chained as the real one, and refusing as a full disk does. */
export function openMemoryJournal(disk: Disk, stream: string, signer: Signer, clock: Pick<Clock, 'now'>) {
  let state = disk.lines.reduce(foldRunner, initialRunnerState);
  const journal: Journal<RunnerState, RunnerEntry> = {
    stream,
    state: () => state,
    read: (from = 1, to = disk.lines.length) => disk.lines.slice(Math.max(0, from - 1), Math.max(0, to)),
    async append(decide) {
      await Promise.resolve();
      const { entries, answer } = decide(state);
      if (disk.isFull && entries.length > 0) throw new CertopsError('JournalNotWritable', { file: stream });
      for (const entry of entries) {
        const line = { stream, ...after(disk), at: new Date(clock.now()).toISOString(), entry };
        const recorded = { line, envelope: signer.sign('entry', JSON.stringify(line)) };
        disk.lines.push(recorded);
        state = foldRunner(state, recorded);
      }
      return answer;
    },
    head: () => ({ seq: disk.lines.length, hash: after(disk).prev }),
    close: async () => {},
  };
  return journal;
}

const after = ({ lines }: Disk): { seq: number; prev: string } => {
  const last = lines.at(-1);
  return { seq: lines.length + 1, prev: last === undefined ? '' : sha256(JSON.stringify(last.envelope)) };
};
