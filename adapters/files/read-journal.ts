import { open } from 'node:fs/promises';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { Recorded } from '../../src/ports/journal.ts';
import { onceFree } from './disk.ts';
import { checkLines } from './journal-lines.ts';
import { wholeLines } from './journal-open.ts';
import type { Keyring } from './keyring.ts';

interface JournalToRead {
  readonly file: string;
  readonly stream: string;
  readonly keyring: Keyring;
}

/**
 * All lines of a journal that another process may be writing to: changes nothing, and leaves out an incomplete last
 * line. Empty when there is no file. Throws `JournalBroken`, `JournalNotReadable`.
 */
export async function readJournal<E>(journal: JournalToRead): Promise<readonly Recorded<E>[]> {
  const lines: Recorded<E>[] = [];
  await eachLine<E>(journal, (recorded) => lines.push(recorded));
  return lines;
}

/**
 * The same, one by one, oldest first, so that a caller who only folds them does not keep years of lines in memory. Read
 * part by part: Node reads no file of more than 2 GiB at once.
 */
export async function eachLine<E>(journal: JournalToRead, tell: (recorded: Recorded<E>) => void): Promise<void> {
  const { file } = journal;
  const notReadable = (error: unknown) => new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  const handle = await onceFree(file, () => open(file, 'r')).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw notReadable(error);
  });
  if (handle === null) {
    await checkLines<E>([], journal, tell);
    return;
  }
  // Windows opens a folder as well, and says that it is empty.
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw notReadable(Object.assign(new Error('no file'), { code: 'EISDIR' }));
  }
  const disk = {
    size: async () => (await handle.stat()).size,
    read: async (position: number, length: number) => {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(length), 0, length, position).catch((error) => {
        throw notReadable(error);
      });
      return buffer.subarray(0, bytesRead);
    },
  };
  try {
    await checkLines<E>(wholeLines(disk, { rest: Buffer.alloc(0) }), journal, tell);
  } finally {
    await handle.close();
  }
}
