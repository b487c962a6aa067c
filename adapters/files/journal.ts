import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import { instantOf } from '../../src/domain/time.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Journal, Recorded, Signer } from '../../src/ports/journal.ts';
import { type JournalDisk, openNamedDisk } from './journal-disk.ts';
import type { Head } from './journal-head.ts';
import { type WrittenLine, writeLine } from './journal-lines.ts';
import { replay } from './journal-open.ts';
import { createTail } from './journal-tail.ts';
import { createKeyring, type FormerKey } from './keyring.ts';
import { createRecentLines } from './recent-lines.ts';

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

interface Waiting<S, E> {
  readonly decide: (state: S) => { readonly entries: readonly E[]; readonly answer: unknown };
  readonly resolve: (answer: never) => void;
  readonly reject: (reason: unknown) => void;
}

/** What is known of a journal at one of its lines. */
interface Point<S> {
  readonly state: S;
  readonly head: Head;
}

/** A batch, decided but not yet written. */
interface Decided<S, E> {
  readonly lines: readonly WrittenLine<E>[];
  /** Where the journal is once these lines are on the disk. */
  readonly ahead: Point<S>;
  readonly answers: readonly { readonly one: Waiting<S, E>; readonly answer: unknown }[];
}

/**
 * Opens a journal file and folds it. Throws `JournalBroken` {file, line, why} when a line is not valid, and
 * `JournalNotReadable` when the disk refuses. Appends that wait together share one write and one fsync; each `decide`
 * sees the fold of those before it. When that write fails, all of them are rejected with `JournalNotWritable`, the file
 * is cut back to where it was, and later appends may succeed again.
 */
export async function openJournal<S, E>(options: JournalOptions<S, E>): Promise<Journal<S, E>> {
  const { file, stream, signer, fold, clock } = options;
  const disk = await (options.openDisk ?? openNamedDisk)(file).catch((error) => {
    throw new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  });
  const lines = createRecentLines<E>(disk);
  let state = options.initial;
  const replayed = await replay<E>(disk, {
    file,
    stream,
    keyring: createKeyring(signer.publicKey, options.formerKeys),
    line: (recorded, end) => {
      state = fold(state, recorded);
      lines.add(recorded, end);
    },
    said: options.said ?? (() => {}),
  }).catch(async (error) => {
    await disk.close();
    throw error instanceof CertopsError
      ? error
      : new CertopsError('JournalNotReadable', { file, reason: errorCode(error) });
  });
  state = options.replayed?.(state) ?? state;
  let { head } = replayed;
  const tail = createTail(disk, replayed.end);
  let waiting: Waiting<S, E>[] = [];
  const trying: { readonly resolve: () => void; readonly reject: (reason: unknown) => void }[] = [];
  let pumping: Promise<void> | null = null;
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
    const at = instantOf(clock.now());
    const decided = await decideAll(batch, { state, head }, fold, (entry, before) =>
      writeLine(entry, stream, before, at, signer),
    );
    if (decided.lines.length > 0) {
      let end = tail.end();
      try {
        await tail.append(Buffer.concat(decided.lines.map((line) => line.bytes)));
      } catch (error) {
        for (const { one } of decided.answers) one.reject(notWritable(error));
        return;
      }
      for (const line of decided.lines) {
        end += line.bytes.length;
        lines.add(line.recorded, end);
      }
      ({ state, head } = decided.ahead);
    }
    for (const { one, answer } of decided.answers) one.resolve(answer as never);
  }

  async function tryOnce(all: typeof trying): Promise<void> {
    try {
      await tail.tryRoom();
      for (const one of all) one.resolve();
    } catch (error) {
      for (const one of all) one.reject(notWritable(error));
    }
  }

  return {
    stream,
    state: () => state,
    head: () => head,
    read: (from = 1, to = head.seq) => lines.read(from, to),
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

/** One after the other, each on the fold of those before it. One that throws is rejected, and leaves nothing behind. */
async function decideAll<S, E>(
  batch: readonly Waiting<S, E>[],
  from: Point<S>,
  fold: JournalOptions<S, E>['fold'],
  write: (entry: E, head: Head) => Promise<WrittenLine<E>>,
): Promise<Decided<S, E>> {
  let ahead = from;
  const written: WrittenLine<E>[] = [];
  const answers: { one: Waiting<S, E>; answer: unknown }[] = [];
  for (const one of batch) {
    try {
      let next = ahead;
      const { entries, answer } = one.decide(next.state);
      const lines: WrittenLine<E>[] = [];
      for (const entry of entries) {
        const line = await write(entry, next.head);
        next = { state: fold(next.state, line.recorded), head: line.head };
        lines.push(line);
      }
      ahead = next;
      written.push(...lines);
      answers.push({ one, answer });
    } catch (error) {
      one.reject(error);
    }
  }
  return { lines: written, ahead, answers };
}
