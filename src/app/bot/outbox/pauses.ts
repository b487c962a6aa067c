import { wallTime } from '../../../domain/time.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { busyFor, isAway, isOfNew, isOfUpdates, isRefused } from '../chats/call.ts';

/** As much of a task as tells when it may run. */
export interface Paced {
  readonly key: string;
  /** The least time before a task with this key runs again, in milliseconds. */
  readonly paceMs: number;
  /** It only changes what is already posted, which can wait where a new word cannot. */
  readonly updates: boolean;
}

/** What one place has taken and refused: when which task may run, and whether anything new gets through. */
interface Pauses {
  /** Until when nothing at all is sent, by the steady clock. */
  pausedUntil(): number;
  /** From when a task may run, by the steady clock. */
  readyAt(task: Paced): number;
  /** What a task is ranked by, by the steady clock: what has waited longest goes first. */
  waitingSince(task: Paced): number;
  /** All that is open now. */
  listed(open: readonly Paced[]): void;
  taken(task: Paced): void;
  /** A task has failed. */
  postpone(task: Paced, error: unknown): void;
  /** Since when nothing new gets through, in milliseconds since 1970; null if no failure is known. */
  failingSince(): number | null;
  /** Whether something got through since the last failure, or since the start. */
  isProved(): boolean;
}

interface PausesOptions {
  readonly name: string;
  readonly clock: SteadyClock;
  readonly log: Log;
  readonly failed: () => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** What the chat refuses on principle it will refuse again, unless somebody fixes the channel. */
const LONGEST_REFUSED_PAUSE_MS = 300_000;
/** A chat that asks to be left alone for so long, at once or again and again, takes nothing. */
const LONG_BUSY_MS = 120_000;
/** With this many keys, those whose pause is over are forgotten. */
const KEPT_KEYS = 500;

/**
 * A chat that is away pauses the whole place, longer each time; a busy one names the pause; a task that is refused
 * waits alone.
 */
export function createPauses({ name, clock, log, failed }: PausesOptions): Pauses {
  const notBefore = new Map<string, number>();
  const refused = new Map<string, number>();
  let failures = 0;
  /** By the steady clock. */
  let failedAt: number | null = null;
  /** Since when the chat has only asked to be left alone, by the steady clock. */
  let busyAt: number | null = null;
  /** Existing messages can often still be changed where nothing new is accepted, as in an archived channel. */
  let refusesNew = false;
  /** The same where the chat asks to be spared new ones for a while. */
  let sparedNew = false;
  let proved = false;
  let pausedUntil = 0;
  let updatesAfter = 0;
  let newAfter = 0;
  let backAt = 0;

  function readyAt({ key, updates }: Paced): number {
    return Math.max(notBefore.get(key) ?? 0, updates ? updatesAfter : newAfter);
  }

  /** After an outage all have waited equally, and the most urgent goes first. */
  function waitingSince({ key }: Paced): number {
    return Math.max(notBefore.get(key) ?? 0, backAt);
  }

  /** A task that was refused on principle, and is not wanted any more, says nothing about the next one. */
  function listed(open: readonly Paced[]): void {
    if (!(refusesNew || sparedNew) || failures > 0) return;
    if (!open.some(({ key, updates }) => !updates && (sparedNew || refused.has(key)))) isWell();
  }

  function taken(task: Paced): void {
    if (failures > 0) log.info({ place: name, failures }, 'a chat answers again');
    // Where only new messages were refused, a changed one proves nothing, whichever process was refused.
    const provesNew = !task.updates || !(refusesNew || sparedNew);
    if (!task.updates || (failures > 0 && provesNew)) proved = true;
    failures = 0;
    refused.delete(task.key);
    if (provesNew) isWell();
    forgetOld();
    notBefore.set(task.key, clock.steady() + task.paceMs);
  }

  function isWell(): void {
    failedAt = null;
    busyAt = null;
    refusesNew = false;
    sparedNew = false;
  }

  function fails(): void {
    failedAt ??= clock.steady();
    proved = false;
  }

  /** The chat asks to be left alone, or to be spared some of its tasks. */
  function spare({ key, updates }: Paced, error: unknown, until: number): void {
    if (!isOfUpdates(error)) noteBusy(until, error);
    if (isOfNew(error)) {
      newAfter = until;
      // A card of which all copies were deleted is posted anew.
      if (updates) notBefore.set(key, until);
    } else if (!isOfUpdates(error)) pausedUntil = until;
    // A card keeps its place in the row; any other task that had to change a card first would be retried without end.
    else if (updates) updatesAfter = until;
    else notBefore.set(key, until);
  }

  function postpone(task: Paced, error: unknown): void {
    const busy = busyFor(error);
    if (busy !== null) {
      spare(task, error, clock.steady() + busy);
      return;
    }
    const away = isAway(error);
    const times = away ? failures : (refused.get(task.key) ?? 0);
    const longest = isRefused(error) ? LONGEST_REFUSED_PAUSE_MS : LONGEST_PAUSE_MS;
    const pauseMs = Math.min(FIRST_PAUSE_MS * 2 ** Math.min(times, 20), longest);
    if (away) {
      fails();
      failures += 1;
      pausedUntil = clock.steady() + pauseMs;
      backAt = pausedUntil;
    } else {
      refused.set(task.key, times + 1);
      notBefore.set(task.key, clock.steady() + pauseMs);
      if (isRefused(error) && !task.updates) {
        fails();
        refusesNew = true;
      }
    }
    failed();
    // In an outage one warning is enough, and one more when the pauses stop growing.
    if (times === 0 || (pauseMs === longest && FIRST_PAUSE_MS * 2 ** (times - 1) < longest))
      log.warn({ place: name, what: task.key, error: String(error), pauseMs }, 'a chat does not take what it is sent');
  }

  /** Every chat is busy for a moment now and then; only what lasts is a failure, and is said once. */
  function noteBusy(until: number, error: unknown): void {
    const now = clock.steady();
    // After an earlier wait nothing may have been wanted for hours.
    if (busyAt === null || now - Math.max(pausedUntil, newAfter) > LONG_BUSY_MS) busyAt = now;
    if (isOfNew(error)) sparedNew = true;
    if (failedAt !== null || until - busyAt < LONG_BUSY_MS) return;
    failedAt = busyAt;
    proved = false;
    failed();
    log.warn({ place: name, error: String(error) }, 'a chat keeps asking to be left alone');
  }

  function forgetOld(): void {
    if (notBefore.size < KEPT_KEYS) return;
    for (const [key, at] of notBefore) if (at <= clock.steady()) notBefore.delete(key);
  }

  return {
    pausedUntil: () => pausedUntil,
    readyAt,
    waitingSince,
    listed,
    taken,
    postpone,
    failingSince: () => (failedAt === null ? null : wallTime(failedAt, { now: clock.now(), steady: clock.steady() })),
    isProved: () => proved,
  };
}
