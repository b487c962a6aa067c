import { CertopsError } from '../../src/domain/errors.ts';
import { BODY_LIMITS, type VerifiedEnvelope, verifyEnvelopeBy } from '../../src/domain/letters/envelope.ts';
import { parseJournalLine } from '../../src/domain/letters/letters.ts';
import type { Envelope, JournalLine } from '../../src/domain/letters/protocol.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { type Digest, type Instant, isRefusal } from '../../src/domain/values.ts';
import type { Recorded, Signer } from '../../src/ports/journal.ts';
import { EMPTY_HEAD, type Head } from './journal-head.ts';
import type { Keyring } from './keyring.ts';
import { checkBeside } from './keys.ts';

export interface WrittenLine<E> {
  /** One line of the file, newline included. */
  readonly bytes: Buffer;
  readonly head: Head;
  readonly recorded: Recorded<E>;
}

/**
 * Signs one entry into a line, in a thread of Node's pool, so that the journals of other farms and whoever waits for
 * chat are not held up. What is folded is parsed back from the text, so it is the same now as after a restart.
 */
export async function writeLine<E>(
  entry: E,
  stream: string,
  head: Head,
  at: Instant,
  signer: Signer,
): Promise<WrittenLine<E>> {
  const line: JournalLine<E> = { stream, seq: head.seq + 1, prev: head.hash, at, entry };
  const body = JSON.stringify(line);
  if (body.length > BODY_LIMITS.entry) {
    throw new CertopsError('EntryTooLong', { found: body.length, limit: BODY_LIMITS.entry });
  }
  const envelope = await signer.signBeside('entry', body);
  const bytes = Buffer.from(`${JSON.stringify(envelope)}\n`);
  return { bytes, head: { seq: line.seq, hash: lineHash(bytes) }, recorded: { line: JSON.parse(body), envelope } };
}

/** Whether a block of this line never reached the disk before a power cut: JSON text has no byte zero. */
export const isBlank = (line: Buffer | undefined): boolean => line?.includes(0) === true;

/** What NTFS may leave of a whole file: its length was on the disk, nothing else was. */
export const isOnlyZeros = (bytes: Buffer): boolean => bytes.length > 0 && bytes.every((byte) => byte === 0);

interface OwnJournal {
  readonly file: string;
  readonly stream: string;
  readonly keyring: Keyring;
}

/**
 * Checks the lines of our own file, oldest first, each without its newline, and tells each as soon as all before it are
 * checked. Throws `JournalBroken` with the number of the first that is not valid. Checking signatures is most of the
 * work: threads of Node's pool do it for the next lines while the caller folds these.
 */
export async function checkLines<E>(
  batches: AsyncIterable<readonly Buffer[]> | Iterable<readonly Buffer[]>,
  { file, stream, keyring }: OwnJournal,
  tell: (recorded: Recorded<E>, bytes: Buffer) => void,
): Promise<Head> {
  let head = EMPTY_HEAD;
  const chain = (signed: readonly (Signed | string)[]): void => {
    for (const one of signed) {
      const line = typeof one === 'string' ? one : chained<E>(one, stream, head, keyring);
      if (typeof line === 'string') throw new CertopsError('JournalBroken', { file, line: head.seq + 1, why: line });
      head = line.head;
      tell(line.recorded, line.bytes);
    }
  };
  let checking: Promise<readonly (Signed | string)[]> = Promise.resolve([]);
  for await (const lines of batches) {
    const before = checking;
    checking = Promise.all(lines.map((bytes) => openLine(bytes, keyring)));
    // Nobody waits for it any more if one of those before it is not valid.
    checking.catch(() => {});
    chain(await before);
  }
  chain(await checking);
  const cut = keyring.judgeEnd(head);
  if (cut !== null) throw new CertopsError('JournalBroken', { file, line: head.seq, why: cut });
  return head;
}

/** A line that one of our keys has signed, wherever it belongs. */
interface Signed {
  readonly bytes: Buffer;
  readonly verified: VerifiedEnvelope;
}

/** A string says what is wrong with it. */
async function openLine(bytes: Buffer, keyring: Keyring): Promise<Signed | string> {
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8'));
  } catch {
    return isOnlyZeros(bytes) ? 'only-zeros' : 'not-json';
  }
  const verified = await verifyEnvelopeBy(checkBeside, raw, 'entry', keyring.publicKeys);
  return isRefusal(verified) ? verified.code : { bytes, verified };
}

/** The line as the next one after `head`. A string says what is wrong with it. */
function chained<E>(
  { bytes, verified }: Signed,
  stream: string,
  head: Head,
  keyring: Keyring,
): { bytes: Buffer; recorded: Recorded<E>; head: Head } | string {
  const line = parseJournalLine(verified.body);
  if (isRefusal(line)) return line.code;
  if (line.stream !== stream) return 'wrong-stream';
  if (line.seq !== head.seq + 1) return 'wrong-sequence';
  if (line.prev !== head.hash) return 'wrong-chain';
  const recorded = { line: line as JournalLine<E>, envelope: verified.envelope };
  const next = { seq: line.seq, hash: lineHash(bytes) };
  return keyring.judge(verified.publicKey, next) ?? { bytes, recorded, head: next };
}

/** A line that was checked when the file was opened, or that this process wrote itself. */
export function trustedLine<E>(bytes: Buffer): Recorded<E> {
  const envelope: Envelope = JSON.parse(bytes.toString('utf8'));
  return { line: JSON.parse(envelope.body), envelope };
}

/** SHA-256 of the file's bytes, without the newline. */
const lineHash = (bytes: Buffer): Digest => sha256(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
