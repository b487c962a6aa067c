import { appendFile } from 'node:fs/promises';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Recorded } from '../../src/ports/journal.ts';
import type { JournalDisk } from './journal-disk.ts';
import { EMPTY_HEAD, type Head } from './journal-head.ts';
import { readLine } from './journal-lines.ts';
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
 * Reads a file from its start and checks the chain and every signature. Bytes after the last newline were being written
 * when the process died: nobody was told that they were recorded, so they are cut off, kept in `.torn`, and reported
 * (`JournalTornLine`). Any other invalid line, or one that `line` refuses, throws `JournalBroken` with its number.
 */
export async function replay<E>(disk: JournalDisk, options: Replay<E>): Promise<{ head: Head; end: number }> {
  const { file, stream, keyring } = options;
  const size = await disk.size();
  let head = EMPTY_HEAD;
  let end = 0;
  let rest: Buffer = Buffer.alloc(0);
  for (let position = 0; position < size; ) {
    const chunk = await disk.read(position, Math.min(CHUNK, size - position));
    if (chunk.length === 0) break;
    position += chunk.length;
    // Only the new chunk is searched for the first newline, since a line may span many chunks.
    let newline = chunk.indexOf(NEWLINE);
    const bytes = Buffer.concat([rest, chunk]);
    if (newline >= 0) newline += rest.length;
    let from = 0;
    while (newline >= 0) {
      const line = readLine<E>(bytes.subarray(from, newline), stream, head, keyring);
      if (typeof line === 'string') throw new CertopsError('JournalBroken', { file, line: head.seq + 1, why: line });
      head = line.head;
      end += newline + 1 - from;
      from = newline + 1;
      fold(() => options.line(line.recorded, end), { file, line: head.seq });
      newline = bytes.indexOf(NEWLINE, from);
    }
    rest = bytes.subarray(from);
  }
  const cut = keyring.judgeEnd(head);
  if (cut !== null) throw new CertopsError('JournalBroken', { file, line: head.seq, why: cut });
  if (rest.length > 0) {
    const kept = await keepTorn(`${file}.torn`, rest);
    await disk.truncate(end);
    await disk.sync();
    options.said({ code: 'JournalTornLine', data: { file, line: head.seq + 1, bytes: rest.length, kept } });
  }
  return { head, end };
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
