import { headIn, type KnownHead } from '../journal/bot-head.ts';
import { PROTOCOL, type Report } from '../letters/protocol.ts';
import type { Data, HostName } from '../values.ts';
import { firstSkew, nextSkew, type Skew } from './skew.ts';

/** What the newest letter of a runner said. Never journaled. */
export interface HostPresence {
  /** When it was heard. */
  readonly at: number;
  /** When it was written, by the host's own clock. */
  readonly clock: number;
  readonly skew: Skew;
  readonly lastN: number;
  readonly version: string;
  readonly boot: string;
  /** The boot before this one, as far as this bot has heard it. */
  readonly bootBefore?: string;
  /**
   * The highest clock among letters that were on time. A redelivered letter may lower the fields above, never this one.
   */
  readonly newest?: number;
  /** What it remembers of this bot's journal; null: nothing. Left out: its version does not say. */
  readonly bot?: KnownHead | null;
  readonly notes: readonly { readonly code: string; readonly data: Data }[];
  /** A later letter of the same boot that is older by its own clock, which may have been put back. */
  readonly older?: { readonly at: number; readonly clock: number };
}

/** Which runners the bot has heard, and since when it listens. */
export interface Heard {
  readonly now: number;
  /** When this bot started listening: silence before that proves nothing. */
  readonly since: number;
  readonly presence: { readonly [host: string]: HostPresence };
}

/** A runner says hello at its start and then four times a minute. */
export const FIRST_HELLO_WITHIN_MS = PROTOCOL.helloEveryMs + 5_000;

/** Whether a machine has spoken recently, by its newest letter, so that messages reach it. */
export const isHeard = (hello: Pick<HostPresence, 'at'> | undefined, now: number): boolean =>
  hello !== undefined && now - hello.at <= PROTOCOL.silentAfterMs;

/**
 * Whether a bot that has just started listening has not heard this machine yet: its notes are unknown, but will arrive
 * soon.
 */
export const isAwaited = ({ presence, now, since }: Heard, host: HostName): boolean =>
  presence[host] === undefined && now - since <= PROTOCOL.silentAfterMs;

/** Whether nothing has been heard of a machine since this bot started listening (again), which proves nothing yet. */
export const mayStillSpeak = ({ presence, now, since }: Heard, host: HostName): boolean =>
  (presence[host]?.at ?? Number.NEGATIVE_INFINITY) < since && now - since <= PROTOCOL.silentAfterMs;

/** Whether that is so, or its letters from the meantime are still being read: the next may hold what it did since. */
export const mayStillTell = (heard: Heard, host: HostName): boolean => {
  const { presence, now, since } = heard;
  const readUpTo = presence[host]?.clock ?? Number.NEGATIVE_INFINITY;
  return (
    mayStillSpeak(heard, host) ||
    (readUpTo < since - PROTOCOL.clockToleranceMs && now - since <= PROTOCOL.silentAfterMs)
  );
};

const NOT_UNDERSTOOD = 'not-understood';

/** Whether lines of its journal cannot be read here: none of its answers come through. */
export const isNotUnderstood = (hello: Pick<HostPresence, 'notes'> | undefined): boolean =>
  hello?.notes.some(({ code }) => code === NOT_UNDERSTOOD) === true;

/** The same, marked as not understood; each report brings those lines again, and this mark with them. */
export const notUnderstood = (hello: HostPresence): HostPresence =>
  isNotUnderstood(hello) ? hello : { ...hello, notes: [{ code: NOT_UNDERSTOOD, data: {} }, ...hello.notes] };

export interface Met {
  readonly presence: HostPresence;
  /** It is the newest from its host, and by both clocks it was sent just now. */
  readonly isTimely: boolean;
  /** A single runner cannot have said this after that: somebody else has its key, and speaks too. */
  readonly isTwo: boolean;
}

/**
 * The presence of a host after one more letter. Whoever controls Redis can deliver any letter again, or late: one that
 * is not newer than the newest, by its own clock, changes nothing. `known`: the clock's offset from ours before this
 * bot started, in milliseconds.
 */
export function meet(last: HostPresence | undefined, report: Report, now: number, known: number | null = null): Met {
  const clock = Date.parse(report.clock);
  const isNear = Math.abs(clock - now) < PROTOCOL.clockToleranceMs;
  const isNewest = last === undefined || clock > last.clock;
  const newest = newestOf(last, now);
  const isLater = isNear && clock > newest;
  const isTwo = last !== undefined && isLater && contradicts(last, report);
  if (last !== undefined && !isNews(last, report, { isNewest, isNear })) {
    const presence = isTwo ? { ...last, at: now } : isNear ? stillHeard(last, report, { clock, now }) : last;
    return { presence, isTimely: false, isTwo };
  }
  const { lastN, version, boot } = report;
  // A corrected clock invalidates all that was known about it.
  const skew =
    last !== undefined && isNewest
      ? nextSkew(last.skew, clock - now, now)
      : firstSkew(clock - now, now, last === undefined ? known : null);
  const bootBefore = isLater && last !== undefined && last.boot !== boot ? last.boot : last?.bootBefore;
  const highest = isLater ? clock : newest;
  const told = { at: now, clock, newest: highest, skew, lastN, version, boot, ...headIn(report) };
  return {
    presence: bootBefore === undefined ? told : { ...told, bootBefore },
    isTimely: isNewest && isNear,
    isTwo,
  };
}

/**
 * The presence after a letter that looks old but brings unseen lines of the journal: the clock was set back so far that
 * its letters seem redelivered. This one is not, and the next ones are newer than it.
 */
export function metAnew(last: HostPresence, report: Report, now: number): HostPresence {
  const clock = Date.parse(report.clock);
  const { lastN, version, boot } = report;
  const isSetBack = clock < last.clock && Math.abs(clock - now) >= PROTOCOL.clockToleranceMs;
  const isOver = boot === last.boot ? lastN < last.lastN : boot === last.bootBefore;
  if (!isSetBack || isOver) return last;
  const skew = firstSkew(clock - now, now, null);
  const { newest = last.clock } = last;
  const bootBefore = boot === last.boot ? last.bootBefore : last.boot;
  const told = { at: now, clock, newest, skew, lastN, version, boot, ...headIn(report) };
  return bootBefore === undefined ? told : { ...told, bootBefore };
}

/** A clock that was ahead by more than the tolerance has been corrected since. */
function newestOf(last: HostPresence | undefined, now: number): number {
  const newest = last === undefined ? Number.NEGATIVE_INFINITY : (last.newest ?? last.clock);
  return newest > now + PROTOCOL.clockToleranceMs ? Number.NEGATIVE_INFINITY : newest;
}

/**
 * Within one boot the last order number only grows, and no earlier boot comes back. If two speak as one runner, what
 * either says about orders proves nothing, but the other one is still heard: otherwise a stolen runner key could
 * silence the runner with one letter.
 */
const contradicts = (last: HostPresence, { boot, lastN }: Report): boolean =>
  boot === last.boot ? lastN < last.lastN : boot === last.bootBefore;

/**
 * A clock goes back only when somebody corrects it, or with a restarted runner; the last order number only with a lost
 * journal. Letters of the previous boot no longer count.
 */
function isNews(
  last: HostPresence,
  report: Report,
  { isNewest, isNear }: { readonly isNewest: boolean; readonly isNear: boolean },
): boolean {
  const isSame = last.boot === report.boot;
  if (isSame && report.lastN < last.lastN) return false;
  if (isNewest || !isNear) return isNewest;
  return isSame ? Math.abs(last.clock - last.at) >= PROTOCOL.clockToleranceMs : report.boot !== last.bootBefore;
}

/** How far the spacing of letters from one clock may deviate from that at which they were written. */
const EVEN_MS = 2_000;

/**
 * For a clock put back by less than the tolerance: its letters are older than the newest until it has caught up. Two
 * that arrive as evenly spaced as written show that somebody speaks, and nothing else. Redelivered, they do so no
 * longer than the tolerance after they were written.
 */
function stillHeard(
  last: HostPresence,
  report: Report,
  { clock, now }: { readonly clock: number; readonly now: number },
): HostPresence {
  if (last.boot !== report.boot || report.lastN < last.lastN) return last;
  const { older } = last;
  const isNext =
    older !== undefined && clock > older.clock && Math.abs(clock - older.clock - (now - older.at)) < EVEN_MS;
  return { ...last, at: isNext ? now : last.at, older: { at: now, clock } };
}
