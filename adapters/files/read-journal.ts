import { readFile } from 'node:fs/promises';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { Recorded } from '../../src/ports/journal.ts';
import { onceFree } from './disk.ts';
import { EMPTY_HEAD } from './journal-head.ts';
import { readLine } from './journal-lines.ts';
import type { Keyring } from './keyring.ts';

const NEWLINE = 10;

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

/** The same, one by one, oldest first, so that a caller who only folds them does not keep years of lines in memory. */
export async function eachLine<E>(
  { file, stream, keyring }: JournalToRead,
  tell: (recorded: Recorded<E>) => void,
): Promise<void> {
  const bytes = await onceFree(() => readFile(file)).catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  });
  let head = EMPTY_HEAD;
  for (let from = 0, end = bytes.indexOf(NEWLINE); end >= 0; from = end + 1, end = bytes.indexOf(NEWLINE, from)) {
    const line = readLine<E>(bytes.subarray(from, end), stream, head, keyring);
    if (typeof line === 'string') throw new CertopsError('JournalBroken', { file, line: head.seq + 1, why: line });
    head = line.head;
    tell(line.recorded);
  }
  const cut = keyring.judgeEnd(head);
  if (cut !== null) throw new CertopsError('JournalBroken', { file, line: head.seq, why: cut });
}
