import type { Recorded } from '../../src/ports/journal.ts';
import type { JournalDisk } from './journal-disk.ts';
import { trustedLine } from './journal-lines.ts';

/**
 * The newest lines stay in memory up to these limits; older ones are read from the file on demand. The very newest
 * stays, however long it is.
 */
const KEPT_LINES = 256;
const KEPT_BYTES = 16 * 1024 * 1024;

/** The lines of a journal by their number, which starts at 1. */
interface RecentLines<E> {
  /** The next line, and where it ends in the file, newline included. */
  add(recorded: Recorded<E>, end: number): void;
  /** Those from `from` to `to`, both included, as far as there are any. Throws the disk's error. */
  read(from: number, to: number): readonly Recorded<E>[];
}

/** What is read back from the disk was checked when the file was opened, or written by this process. */
export function createRecentLines<E>(disk: Pick<JournalDisk, 'readNow'>): RecentLines<E> {
  /** Where each line ends; at 0, where the first begins. */
  const ends: number[] = [0];
  const newest: Recorded<E>[] = [];
  const endOf = (seq: number): number => ends[seq] ?? 0;

  /** `before` is not included. */
  function readBack(from: number, before: number): readonly Recorded<E>[] {
    const start = endOf(from - 1);
    const bytes = disk.readNow(start, endOf(before - 1) - start);
    const older: Recorded<E>[] = [];
    for (let seq = from; seq < before; seq += 1)
      older.push(trustedLine<E>(bytes.subarray(endOf(seq - 1) - start, endOf(seq) - start)));
    return older;
  }

  return {
    add(recorded, end) {
      ends.push(end);
      newest.push(recorded);
      if (newest.length > KEPT_LINES * 2) newest.splice(0, KEPT_LINES);
      while (newest.length > 1 && end - endOf(ends.length - 1 - newest.length) > KEPT_BYTES) newest.shift();
    },
    read(from, to) {
      const first = Math.max(1, from);
      const firstKept = ends.length - newest.length;
      const kept = newest.slice(Math.max(0, first - firstKept), Math.max(0, to - firstKept + 1));
      if (first >= firstKept) return kept;
      return [...readBack(first, Math.max(first, Math.min(firstKept, to + 1))), ...kept];
    },
  };
}
