import type { JournalDisk } from './journal-disk.ts';

/** As much as a line may need. Its end is no newline: at the next start, what is left of a try is cut off. */
const TRIED = Buffer.alloc(4096, ' ');

/** The end of a journal file, up to which everything is known to be on the disk. */
interface JournalTail {
  /** Where it is, in bytes from the start of the file. */
  end(): number;
  /** Writes and fsyncs, then moves the end. Throws the disk's error; the file is then cut back to the end. */
  append(bytes: Buffer): Promise<void>;
  /** Whether there is room: writes and fsyncs something that is cut off again. Throws the disk's error. */
  tryRoom(): Promise<void>;
}

/** One call at a time: nothing here waits for another. */
export function createTail(disk: Pick<JournalDisk, 'write' | 'sync' | 'truncate'>, startsAt: number): JournalTail {
  let end = startsAt;
  /** Something may lie after the end. */
  let ragged = false;

  async function write(bytes: Buffer): Promise<void> {
    if (ragged) await cutBack();
    try {
      await disk.write(bytes, end);
      await disk.sync();
    } catch (error) {
      ragged = true;
      await cutBack().catch(() => {});
      throw error;
    }
  }

  /**
   * A failed fsync may have dropped pages: nothing written since `end` is trusted, and the next write starts there
   * again.
   */
  async function cutBack(): Promise<void> {
    await disk.truncate(end);
    ragged = false;
  }

  return {
    end: () => end,
    async append(bytes) {
      await write(bytes);
      end += bytes.length;
    },
    async tryRoom() {
      await write(TRIED);
      ragged = true;
      await cutBack();
    },
  };
}
