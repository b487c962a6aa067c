import { CertopsError } from '../../src/domain/errors.ts';
import { sha256 } from '../../src/domain/sha256.ts';
import { instantOf } from '../../src/domain/time.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Journal, Recorded, Signer } from '../../src/ports/journal.ts';

/** What is on the disk; like a file, it outlives whoever has the journal open. */
export interface MemoryDisk<E> {
  readonly lines: Recorded<E>[];
  /** Refuses every write. */
  full: boolean;
  /** A write is on the disk only once this resolves. */
  slow?: () => Promise<void>;
}

interface MemoryJournalOptions<S, E> {
  readonly stream: string;
  readonly signer: Signer;
  readonly initial: S;
  /** Pure: returns a new state and leaves the old one unchanged. */
  readonly fold: (state: S, recorded: Recorded<E>) => S;
  readonly clock: Pick<Clock, 'now'>;
  readonly disk?: MemoryDisk<E>;
}

const EMPTY = '0'.repeat(64);

/** A new disk with room for everything. */
export const emptyDisk = <E>(): MemoryDisk<E> => ({ lines: [], full: false });

/** A journal over lines in memory: signed, chained, serialised and all or nothing, like the one over a file. */
export function openMemoryJournal<S, E>(options: MemoryJournalOptions<S, E>): Journal<S, E> {
  const { stream, signer, fold, clock, disk = emptyDisk<E>() } = options;
  let state = disk.lines.reduce(fold, options.initial);
  let turn: Promise<unknown> = Promise.resolve();
  let closed = false;

  /** Cached for the last line, since the head is asked for all the time. */
  let hashed: { readonly of: Recorded<E> | undefined; readonly hash: string } = { of: undefined, hash: EMPTY };
  const head = () => {
    const of = disk.lines.at(-1);
    if (of !== hashed.of) hashed = { of, hash: of === undefined ? EMPTY : sha256(JSON.stringify(of.envelope)) };
    return { seq: disk.lines.length, hash: hashed.hash };
  };

  function mustHaveRoom(): void {
    if (disk.full) throw new CertopsError('JournalNotWritable', { file: stream, reason: 'ENOSPC' });
  }

  function write(entries: readonly E[]): void {
    if (entries.length > 0) mustHaveRoom();
    const at = instantOf(clock.now());
    for (const entry of entries) {
      const { seq, hash: prev } = head();
      const body = JSON.stringify({ stream, seq: seq + 1, prev, at, entry });
      const recorded: Recorded<E> = { line: JSON.parse(body), envelope: signer.sign('entry', body) };
      disk.lines.push(recorded);
      state = fold(state, recorded);
    }
  }

  return {
    stream,
    state: () => state,
    head,
    read: (from = 1, to) => disk.lines.slice(Math.max(0, from - 1), to),
    append(decide) {
      if (closed) return Promise.reject(new CertopsError('JournalClosed', { file: stream }));
      const done = turn.then(async () => {
        const { entries, answer } = decide(state);
        if (entries.length > 0) await disk.slow?.();
        write(entries);
        return answer;
      });
      turn = done.catch(() => undefined);
      return done;
    },
    tryWrite() {
      if (closed) return Promise.reject(new CertopsError('JournalClosed', { file: stream }));
      const tried = turn.then(mustHaveRoom);
      turn = tried.catch(() => undefined);
      return tried;
    },
    async close() {
      closed = true;
      await turn;
    },
  };
}
