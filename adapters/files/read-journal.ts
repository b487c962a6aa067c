import { readFile } from 'node:fs/promises';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { Recorded } from '../../src/ports/journal.ts';
import { onceFree } from './disk.ts';
import { checkLines, isBlank } from './journal-lines.ts';
import type { Keyring } from './keyring.ts';

const NEWLINE = 10;
/** Lines whose signatures are checked at once. */
const BATCH = 100;

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
  await checkLines<E>(batchesOf(bytes), { file, stream, keyring }, tell);
}

function* batchesOf(bytes: Buffer): Iterable<readonly Buffer[]> {
  let batch: Buffer[] = [];
  for (let from = 0, end = bytes.indexOf(NEWLINE); end >= 0; from = end + 1, end = bytes.indexOf(NEWLINE, from)) {
    batch.push(bytes.subarray(from, end));
    if (batch.length < BATCH || isBlank(batch.at(-1))) continue;
    yield batch;
    batch = [];
  }
  while (isBlank(batch.at(-1))) batch.pop();
  yield batch;
}
