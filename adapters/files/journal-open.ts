import { appendFile } from 'node:fs/promises';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Recorded } from '../../src/ports/journal.ts';
import type { JournalDisk } from './journal-disk.ts';
import type { Head } from './journal-head.ts';
import { checkLines, isBlank, isOnlyZeros } from './journal-lines.ts';
import type { Keyring } from './keyring.ts';

const CHUNK = 1024 * 1024;
const NEWLINE = 10;

interface Replay<E> {
  readonly file: string;
  readonly stream: string;
  readonly keyring: Keyring;
  /** Called for each valid line, oldest first, with the position where it ends. */
  readonly line: (recorded: Recorded<E>, end: number) => void;
  readonly said: (notice: { code: string; data: { [name: string]: string | number | boolean } }) => void;
}

/**
 * Reads a file from its start and checks the chain and every signature. Bytes after the last newline, and lines at the
 * end of which a part never reached the disk, were being written when the process died: nobody was told that they were
 * recorded, so they are cut off, kept in `.torn`, and reported (`JournalTornLine`). Any other invalid line, or one that
 * `line` refuses, throws `JournalBroken` with its number.
 */
export async function replay<E>(disk: JournalDisk, options: Replay<E>): Promise<{ head: Head; end: number }> {
  const { file, stream, keyring } = options;
  const found: Found = { rest: Buffer.alloc(0) };
  let end = 0;
  let seq = 0;
  const head = await checkLines<E>(wholeLines(disk, found), { file, stream, keyring }, (recorded, bytes) => {
    end += bytes.length + 1;
    seq += 1;
    fold(() => options.line(recorded, end), { file, line: seq });
  });
  const { rest } = found;
  if (rest.length > 0) {
    const kept = await keepTorn(`${file}.torn`, rest);
    await disk.truncate(end);
    await disk.sync();
    options.said({ code: 'JournalTornLine', data: { file, line: head.seq + 1, bytes: rest.length, kept } });
  }
  return { head, end };
}

interface Found {
  /** What is left after the last whole line. */
  rest: Buffer;
}

/**
 * The lines that are in each part of the file, each without its newline. Those at its end of which a part never reached
 * the disk are left in `found`, with what is after the last newline. A file of nothing but zeros may have held many
 * that were told: it is one line, which is not valid.
 */
export async function* wholeLines(
  disk: Pick<JournalDisk, 'size' | 'read'>,
  found: Found,
): AsyncIterable<readonly Buffer[]> {
  const size = await disk.size();
  let hasAny = false;
  for (let position = 0; position < size; ) {
    const chunk = await disk.read(position, Math.min(CHUNK, size - position));
    if (chunk.length === 0) break;
    position += chunk.length;
    // Only the new chunk is searched for the first newline, since a line may span many chunks.
    let newline = chunk.indexOf(NEWLINE);
    if (newline >= 0) newline += found.rest.length;
    const bytes = Buffer.concat([found.rest, chunk]);
    const lines: Buffer[] = [];
    let from = 0;
    for (; newline >= 0; newline = bytes.indexOf(NEWLINE, from)) {
      lines.push(bytes.subarray(from, newline));
      from = newline + 1;
    }
    while (position >= size && isBlank(lines.at(-1))) from -= (lines.pop()?.length ?? 0) + 1;
    found.rest = bytes.subarray(from);
    hasAny ||= lines.length > 0;
    yield lines;
  }
  if (!hasAny && isOnlyZeros(found.rest)) yield [found.rest];
}

/** A line that is valid but cannot be folded is reported with its number too, like an invalid one. */
function fold(how: () => void, where: { readonly file: string; readonly line: number }): void {
  try {
    how();
  } catch (error) {
    throw isCertopsError(error) ? new CertopsError('JournalBroken', { ...where, why: error.code }) : error;
  }
}

/** The torn bytes are only kept for whoever investigates: a full disk must not keep the journal from opening. */
async function keepTorn(file: string, bytes: Buffer): Promise<boolean> {
  try {
    await appendFile(file, Buffer.concat([bytes, Buffer.from('\n')]), { mode: 0o600 });
    return true;
  } catch {
    return false;
  }
}
