import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Journal, Recorded, Signer } from '../../src/ports/journal.ts';
import { type JournalDisk, openNamedDisk } from './journal-disk.ts';
import type { Head } from './journal-head.ts';
import { trustedLine, type WrittenLine, writeLine } from './journal-lines.ts';
import { replay } from './journal-open.ts';
import { createKeyring, type FormerKey } from './keyring.ts';

/**
 * The newest lines stay in memory up to these limits; older ones are read from the file on demand. The very newest
 * stays, however long it is.
 */
const KEPT_LINES = 256;
const KEPT_BYTES = 16 * 1024 * 1024;

interface JournalOptions<S, E> {
  readonly file: string;
  readonly stream: string;
  readonly signer: Signer;
  readonly initial: S;
  /** Pure: returns a new state and leaves the old one unchanged, since a failed write goes back to it. */
  readonly fold: (state: S, recorded: Recorded<E>) => S;
  /** Ends the replay: until it was called, `fold` may change its state in place. Left out: it never does. */
  readonly replayed?: (state: S) => S;
  readonly clock: Pick<Clock, 'now'>;
  /** Keys that signed earlier lines of this file, before this process's key was exchanged. */
  readonly formerKeys?: readonly FormerKey[];
  /** Told of a torn last line that was cut off. */
  readonly said?: (notice: { code: string; data: { [name: string]: string | number | boolean } }) => void;
  readonly openDisk?: (file: string) => Promise<JournalDisk>;
}

/** As much as a line may need. Its end is no newline: at the next start, what is left of a try is cut off. */
const TRIED = Buffer.alloc(4096, ' ');

interface Waiting<S, E> {
  readonly decide: (state: S) => { readonly entries: readonly E[]; readonly answer: unknown };
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: unknown) => void;
}

/**
 * Opens a journal file and folds it. Throws `JournalBroken` {file, line, why} when a line is not valid, and
 * `JournalNotReadable` when the disk refuses. Appends that wait together share one write and one fsync; each `decide`
 * sees the fold of those before it. When that write fails, all of them are rejected with `JournalNotWritable`, the file
 * is cut back to where it was, and later appends may succeed again.
 */
export async function openJournal<S, E>(options: JournalOptions<S, E>): Promise<Journal<S, E>> {
  const { file, stream, signer, fold, clock } = options;
  let state = options.initial;
  const ends: number[] = [0];
  const newest: Recorded<E>[] = [];
  const keep = (recorded: Recorded<E>, end: number): void => {
    ends.push(end);
    newest.push(recorded);
    if (newest.length > KEPT_LINES * 2) newest.splice(0, KEPT_LINES);
    while (newest.length > 1 && end - (ends[ends.length - 1 - newest.length] ?? 0) > KEPT_BYTES) newest.shift();
  };
  const disk = await (options.openDisk ?? openNamedDisk)(file).catch((error) => {
    throw new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  });
  let { head, end } = await replay<E>(disk, {
    file,
    stream,
    keyring: createKeyring(signer.publicKey, options.formerKeys),
    line: (recorded, lineEnd) => {
      state = fold(state, recorded);
      keep(recorded, lineEnd);
    },
    said: options.said ?? (() => {}),
  }).catch(async (error) => {
    await disk.close();
    throw error instanceof CertopsError
      ? error
      : new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  });
  state = options.replayed?.(state) ?? state;
  let waiting: Waiting<S, E>[] = [];
  const trying: { readonly resolve: () => void; readonly reject: (reason: unknown) => void }[] = [];
  let pumping: Promise<void> | null = null;
  let ragged = false;
  let closed = false;

  const notWritable = (error: unknown) => new CertopsError('JournalNotWritable', { file, reason: errorCode(error) });

  async function pump(): Promise<void> {
    while (waiting.length + trying.length > 0) {
      const batch = waiting;
      waiting = [];
      if (batch.length > 0) await commit(batch);
      else await tryOnce(trying.splice(0));
    }
    pumping = null;
  }

  async function commit(batch: readonly Waiting<S, E>[]): Promise<void> {
    const at = new Date(clock.now()).toISOString();
    let ahead: { state: S; head: Head } = { state, head };
    const written: { bytes: Buffer; recorded: Recorded<E> }[] = [];
    const answers: (() => void)[] = [];
    const decided: Waiting<S, E>[] = [];
    for (const one of batch) {
      try {
        let next = ahead;
        const { entries, answer } = one.decide(next.state);
        const lines: WrittenLine<E>[] = [];
        for (const entry of entries) {
          const line = await writeLine(entry, stream, next.head, at, signer);
          next = { state: fold(next.state, line.recorded), head: line.head };
          lines.push(line);
        }
        ahead = next;
        written.push(...lines);
        answers.push(() => one.resolve(answer as never));
        decided.push(one);
      } catch (error) {
        one.reject(error);
      }
    }
    if (written.length > 0) {
      try {
        await write(Buffer.concat(written.map((line) => line.bytes)));
      } catch (error) {
        for (const one of decided) one.reject(notWritable(error));
        return;
      }
      for (const line of written) {
        end += line.bytes.length;
        keep(line.recorded, end);
      }
      ({ state, head } = ahead);
    }
    for (const answer of answers) answer();
  }

  async function tryOnce(all: typeof trying): Promise<void> {
    try {
      await write(TRIED);
      ragged = true;
      await cutBack();
      for (const one of all) one.resolve();
    } catch (error) {
      for (const one of all) one.reject(notWritable(error));
    }
  }

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
    stream,
    state: () => state,
    head: () => head,
    read: (from = 1, to = head.seq) => {
      const first = Math.max(1, from);
      const firstKept = head.seq - newest.length + 1;
      const kept = newest.slice(Math.max(0, first - firstKept), Math.max(0, to - firstKept + 1));
      if (first >= firstKept) return kept;
      const older: Recorded<E>[] = [];
      const end = Math.max(first, Math.min(firstKept, to + 1));
      const bytes = disk.readNow(ends[first - 1] ?? 0, (ends[end - 1] ?? 0) - (ends[first - 1] ?? 0));
      for (let seq = first; seq < end; seq += 1) {
        const start = ends[first - 1] ?? 0;
        older.push(trustedLine<E>(bytes.subarray((ends[seq - 1] ?? 0) - start, (ends[seq] ?? 0) - start)));
      }
      return [...older, ...kept];
    },
    append: (decide) =>
      new Promise((resolve, reject) => {
        if (closed) return reject(new CertopsError('JournalClosed', { file }));
        waiting.push({ decide, resolve, reject });
        pumping ??= pump();
      }),
    tryWrite: () =>
      new Promise<void>((resolve, reject) => {
        if (closed) return reject(new CertopsError('JournalClosed', { file }));
        trying.push({ resolve: () => resolve(), reject });
        pumping ??= pump();
      }),
    close: async () => {
      closed = true;
      await pumping;
      await disk.close();
    },
  };
}
