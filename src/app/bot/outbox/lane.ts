import { wallTime } from '../../../domain/time.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { busyFor, isAway, isOfUpdates, isRefused } from '../chats/call.ts';

/** Something that one place lacks: a card, its newest state, a note. Run until it is no longer open. */
export interface Task {
  readonly key: string;
  /** The least time before a task with this key runs again, in milliseconds. */
  readonly paceMs: number;
  /** It only changes what is already posted, which can wait where a new word cannot. */
  readonly updates: boolean;
  run(): Promise<void>;
}

export interface Lane {
  /** Something may have changed. */
  poke(): void;
  /** Since when nothing new gets through, in milliseconds since 1970; null if no failure is known. */
  failingSince(): number | null;
  /** Whether something got through since the lane last failed, or was made: that nothing failed is no proof. */
  isProved(): boolean;
  /** Resolves when the call in hand has ended, or has had time to. */
  stop(): Promise<void>;
}

interface LaneOptions {
  readonly name: string;
  /** What is open now, most urgent first. */
  readonly tasks: () => readonly Task[];
  /** Pauses use its steady time: the wall clock, set back, would mute the place until it has caught up. */
  readonly clock: SteadyClock;
  readonly log: Log;
  /** A call has failed. */
  readonly failed: () => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
/** What the chat refuses on principle it will refuse again, unless somebody fixes the channel. */
const LONGEST_REFUSED_PAUSE_MS = 300_000;
/** A chat that asks to be left alone for so long, at once or again and again, takes nothing. */
const LONG_BUSY_MS = 120_000;
const LAST_CALL_MS = 5_000;
/** With this many keys, those whose pause is over are forgotten. */
const KEPT_KEYS = 500;

/**
 * One place's work, one call at a time, so that trouble there holds up nobody elsewhere. A chat that is away pauses the
 * lane, longer each time; a busy one names the pause; a task that is refused waits alone. What has waited longest goes
 * first, so that a card that keeps changing does not keep the rest from their turn.
 */
export function createLane({ name, tasks, clock, log, failed }: LaneOptions): Lane {
  const notBefore = new Map<string, number>();
  const refused = new Map<string, number>();
  let failures = 0;
  /** By the steady clock. */
  let failedAt: number | null = null;
  /** Since when the chat has only asked to be left alone, by the steady clock. */
  let busyAt: number | null = null;
  /** Existing messages can often still be changed where nothing new is accepted, as in an archived channel. */
  let refusesNew = false;
  let proved = false;
  let pausedUntil = 0;
  let updatesAfter = 0;
  let backAt = 0;
  let stopped = false;
  let wake: () => void = () => {};
  const running = work();

  async function work(): Promise<void> {
    while (!stopped) {
      const now = clock.steady();
      if (pausedUntil > now) {
        await rest(pausedUntil - now);
        continue;
      }
      const open = listed();
      const [task] = open.filter((one) => readyAt(one) <= now).sort((a, b) => waitingSince(a) - waitingSince(b));
      if (task !== undefined) await attempt(task);
      else {
        const first = Math.min(...open.map(readyAt));
        await rest(open.length === 0 ? null : first - now);
      }
    }
  }

  function readyAt({ key, updates }: Task): number {
    return Math.max(notBefore.get(key) ?? 0, updates ? updatesAfter : 0);
  }

  /** After an outage all have waited equally, and the most urgent goes first. */
  function waitingSince({ key }: Task): number {
    return Math.max(notBefore.get(key) ?? 0, backAt);
  }

  /** A list that cannot be made is our own fault; the lane lives on, and looks again at the next change. */
  function listed(): readonly Task[] {
    try {
      const open = tasks();
      // A task that was refused on principle, and is not wanted any more, says nothing about the next one.
      if (refusesNew && failures === 0 && !open.some(({ key, updates }) => !updates && refused.has(key))) isWell();
      return open;
    } catch (error) {
      log.warn({ place: name, error: String(error) }, 'what a place lacks cannot be told');
      return [];
    }
  }

  async function attempt(task: Task): Promise<void> {
    try {
      await task.run();
      if (failures > 0) log.info({ place: name, failures }, 'a chat answers again');
      // Where only new messages were refused, a changed one proves nothing, whichever process was refused.
      if (!task.updates || (failures > 0 && !refusesNew)) proved = true;
      failures = 0;
      busyAt = null;
      refused.delete(task.key);
      if (!refusesNew || !task.updates) isWell();
      forgetOld();
      notBefore.set(task.key, clock.steady() + task.paceMs);
    } catch (error) {
      if (!stopped) postpone(task, error);
    }
  }

  function isWell(): void {
    failedAt = null;
    refusesNew = false;
  }

  function fails(): void {
    failedAt ??= clock.steady();
    proved = false;
  }

  function postpone(task: Task, error: unknown): void {
    const busy = busyFor(error);
    if (busy !== null) {
      const until = clock.steady() + busy;
      if (!isOfUpdates(error)) {
        noteBusy(until, error);
        pausedUntil = until;
      }
      // A card keeps its place in the row; any other task that had to change a card first would be retried without end.
      else if (task.updates) updatesAfter = until;
      else notBefore.set(task.key, until);
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
    if (busyAt === null || now - pausedUntil > LONG_BUSY_MS) busyAt = now;
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

  /** Sleeps until poked, or for this long at most; null: only until poked. */
  async function rest(ms: number | null): Promise<void> {
    const waker = new AbortController();
    wake = () => waker.abort();
    await (ms === null
      ? new Promise<void>((resolve) => waker.signal.addEventListener('abort', () => resolve(), { once: true }))
      : clock.sleep(Math.max(1, ms), waker.signal).catch(() => {}));
  }

  return {
    // While a task runs there is nobody to wake: what is open is listed again after it.
    poke: () => wake(),
    failingSince: () => (failedAt === null ? null : wallTime(failedAt, { now: clock.now(), steady: clock.steady() })),
    isProved: () => proved,
    async stop() {
      stopped = true;
      wake();
      const over = new AbortController();
      await Promise.race([running, clock.sleep(LAST_CALL_MS, over.signal).catch(() => {})]);
      over.abort();
    },
  };
}
