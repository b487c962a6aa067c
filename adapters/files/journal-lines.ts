import { CertopsError } from '../../src/domain/errors.ts';
import { BODY_LIMITS, verifyEnvelope } from '../../src/domain/letters/envelope.ts';
import { parseJournalLine } from '../../src/domain/letters/letters.ts';
import type { Envelope, JournalLine } from '../../src/domain/letters/protocol.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { type Digest, type Instant, isRefusal } from '../../src/domain/values.ts';
import type { Recorded, Signer } from '../../src/ports/journal.ts';
import type { Head } from './journal-head.ts';
import type { Keyring } from './keyring.ts';

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

/** Reads back a line of our own file. A string says what is wrong with it. */
export function readLine<E>(
  bytes: Buffer,
  stream: string,
  head: Head,
  keyring: Keyring,
): { recorded: Recorded<E>; head: Head } | string {
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8'));
  } catch {
    return 'not-json';
  }
  const verified = verifyEnvelope(raw, 'entry', keyring.publicKeys);
  if (isRefusal(verified)) return verified.code;
  const line = parseJournalLine(verified.body);
  if (isRefusal(line)) return line.code;
  if (line.stream !== stream) return 'wrong-stream';
  if (line.seq !== head.seq + 1) return 'wrong-sequence';
  if (line.prev !== head.hash) return 'wrong-chain';
  const recorded = { line: line as JournalLine<E>, envelope: verified.envelope };
  const next = { seq: line.seq, hash: lineHash(bytes) };
  return keyring.judge(verified.publicKey, next) ?? { recorded, head: next };
}

/** A line that was checked when the file was opened, or that this process wrote itself. */
export function trustedLine<E>(bytes: Buffer): Recorded<E> {
  const envelope: Envelope = JSON.parse(bytes.toString('utf8'));
  return { line: JSON.parse(envelope.body), envelope };
}

/** SHA-256 of the file's bytes, without the newline. */
const lineHash = (bytes: Buffer): Digest => sha256(bytes.at(-1) === 10 ? bytes.subarray(0, -1) : bytes);
