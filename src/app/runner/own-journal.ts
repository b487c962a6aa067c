import { CertopsError } from '../../domain/errors.ts';
import { asTaken } from '../../domain/fold/as-taken.ts';
import type { RunnerEntry, RunnerOutcome } from '../../domain/journal/entries.ts';
import { unwritableNote } from '../../domain/presence/unwritable.ts';
import { isRefusal } from '../../domain/values.ts';
import type { RunnerDeps } from './deps.ts';
import { failureOf, isNotWritable } from './failure.ts';
import { createUntilRecorded, type UntilRecorded } from './until-recorded.ts';

/** How often a journal that could not be written is tried, if nothing is to be recorded. Milliseconds. */
const TRY_EVERY_MS = 5_000;

export interface OwnJournal {
  /** Resolves after fsync. Throws CertopsError `JournalNotWritable`, `NotTold`. */
  record(...told: RunnerEntry[]): Promise<void>;
  readonly untilRecorded: UntilRecorded;
  /** For the next hello: that it cannot be written, and how the orders ended whose end it does not hold. */
  notes(): ReturnType<typeof unwritableNote>;
}

/**
 * The runner's journal, and what the runner says of itself while that cannot be written. It is tried until it can be:
 * the bot orders nothing from a machine that says so, and no order would show that there is room again.
 */
export function createOwnJournal(
  deps: Pick<RunnerDeps, 'journal' | 'clock' | 'room' | 'log'>,
  { appended, noted }: { appended(entries: readonly RunnerEntry[]): void; noted(): void },
  stopping: AbortSignal,
): OwnJournal {
  const { journal, clock, log } = deps;
  /** Why it cannot be written; null: it can. */
  let reason: string | null = null;
  let isTrying = false;
  const owed = new Map<number, RunnerOutcome>();

  function found(error: unknown): void {
    const { code, data } = error === null ? { code: null, data: {} } : failureOf(error);
    const was = reason;
    reason = code === null ? null : String(data.reason ?? '');
    if (reason === was) return;
    if (code === null) log.info({}, 'the journal can be written again');
    else
      log.warn({ code, ...data }, 'the journal cannot be written: no order is taken, and what is under way goes back');
    noted();
    if (reason !== null && !isTrying) void keepTrying();
  }

  async function keepTrying(): Promise<void> {
    isTrying = true;
    while (reason !== null && !stopping.aborted) {
      await clock.sleep(TRY_EVERY_MS, stopping).catch(() => {});
      if (stopping.aborted) break;
      await journal.tryWrite().then(
        () => found(null),
        (error: unknown) => {
          if (isNotWritable(error)) found(error);
        },
      );
    }
    isTrying = false;
  }

  async function record(...told: RunnerEntry[]): Promise<void> {
    const entries = told.flatMap(surely);
    try {
      await journal.append<void>(() => ({ entries, answer: undefined }));
    } catch (error) {
      if (isNotWritable(error)) found(error);
      throw error;
    }
    found(null);
    appended(entries);
  }

  function owe(entries: readonly RunnerEntry[], is: boolean): void {
    const before = owed.size;
    for (const entry of entries) {
      if (entry.type !== 'finished') continue;
      if (is) owed.set(entry.n, entry.outcome);
      else owed.delete(entry.n);
    }
    if (owed.size !== before) noted();
  }

  return {
    record,
    untilRecorded: createUntilRecorded(record, deps, stopping, owe),
    notes: () => (reason === null ? [] : unwritableNote(reason, owed)),
  };
}

/** The entry as the bot accepts it. Throws CertopsError `NotTold`. */
function surely(entry: RunnerEntry): readonly RunnerEntry[] {
  const taken = asTaken(entry);
  if (isRefusal(taken)) throw new CertopsError(taken.code, taken.data);
  return taken;
}
