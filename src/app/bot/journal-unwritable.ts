import { errorCode } from '../../domain/errors.ts';
import { instantOf, MINUTE_MS } from '../../domain/time.ts';
import type { Instant } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';

/** A farm's journal does not take what is to be recorded, as on a full disk. */
export interface JournalUnwritable {
  readonly since: Instant;
  /** When it last refused something: an idle farm has nothing to record, so nobody knows whether it would today. */
  readonly failed: Instant;
  /** It has been written again, and nothing has failed since. */
  readonly isWritten: boolean;
  /** On a disk that is nearly full some lines fit and others do not: that is one outage. */
  readonly isOver: boolean;
}

/** How long nothing may fail before it is over. */
const QUIET_MS = 10 * MINUTE_MS;

/** Remembers whether the journal can be written. Only this process knows: there is nowhere to record it. */
export function createJournalUnwritable(clock: SteadyClock) {
  let last: Omit<JournalUnwritable, 'isOver'> | null = null;
  /** By the steady clock. */
  let failedAt = 0;
  const now = (): Instant => instantOf(clock.now());
  const known = (): JournalUnwritable | null =>
    last && { ...last, isOver: last.isWritten && clock.steady() - failedAt > QUIET_MS };
  return {
    known,
    written(): void {
      if (last !== null) last = { ...last, isWritten: true };
    },
    failed(error: unknown): void {
      if (errorCode(error) !== 'JournalNotWritable') return;
      const before = known();
      last = { since: before === null || before.isOver ? now() : before.since, failed: now(), isWritten: false };
      failedAt = clock.steady();
    },
  };
}
