import { headIn, type KnownHead } from '../journal/bot-head.ts';
import { PROTOCOL, type Report } from '../letters/protocol.ts';
import type { HostName, Json } from '../values.ts';
import { firstSkew, nextSkew, type Skew } from './skew.ts';

/** What the newest letter of a runner told. Never journaled. */
export interface HostPresence {
  /** When it was heard. */
  readonly at: number;
  /** When it was written, by the host's own clock. */
  readonly clock: number;
  readonly skew: Skew;
  readonly lastN: number;
  readonly version: string;
  readonly boot: string;
  /** The start before this one, as far as this bot has heard it. */
  readonly bootBefore?: string;
  /** The highest clock of all that were on time. One delivered again moves what is above back, never this. */
  readonly newest?: number;
  /** What it remembers of this bot's journal; null: nothing. Left out: its version does not tell. */
  readonly bot?: KnownHead | null;
  readonly notes: readonly { readonly code: string; readonly data: { readonly [name: string]: Json } }[];
  /** A letter of the same start that came since, older by its own clock: that may have been put back. */
  readonly older?: { readonly at: number; readonly clock: number };
}

/** Which runners the bot has heard, and since when it listens. */
export interface Heard {
  readonly now: number;
  /** When this bot began to listen: before that, silence proves nothing. */
  readonly since: number;
  readonly presence: { readonly [host: string]: HostPresence };
}

/** Whether a machine has spoken lately, by its newest letter: what is said to it reaches it. */
export const isHeard = (hello: Pick<HostPresence, 'at'> | undefined, now: number): boolean =>
  hello !== undefined && now - hello.at <= PROTOCOL.silentAfterMs;

/** Whether a bot that has just begun to listen has not heard a machine: it knows of no note on it, and will soon. */
export const isAwaited = ({ presence, now, since }: Heard, host: HostName): boolean =>
  presence[host] === undefined && now - since <= PROTOCOL.silentAfterMs;

/** Whether nothing was heard of a machine since this bot listens (anew), and that proves nothing yet. */
export const mayStillSpeak = ({ presence, now, since }: Heard, host: HostName): boolean =>
  (presence[host]?.at ?? Number.NEGATIVE_INFINITY) < since && now - since <= PROTOCOL.silentAfterMs;

/** Whether that, or its letters of meanwhile are still being read: what it has done since may stand in the next. */
export const mayStillTell = (heard: Heard, host: HostName): boolean => {
  const { presence, now, since } = heard;
  const readUpTo = presence[host]?.clock ?? Number.NEGATIVE_INFINITY;
  return (
    mayStillSpeak(heard, host) ||
    (readUpTo < since - PROTOCOL.clockToleranceMs && now - since <= PROTOCOL.silentAfterMs)
  );
};

const NOT_UNDERSTOOD = 'not-understood';

/** Whether lines of its journal cannot be read here: no answer of it comes through. */
export const isNotUnderstood = (hello: Pick<HostPresence, 'notes'> | undefined): boolean =>
  hello?.notes.some(({ code }) => code === NOT_UNDERSTOOD) === true;

/** The same as heard just now; each report brings those lines again, and this with them. */
export const notUnderstood = (hello: HostPresence): HostPresence =>
  isNotUnderstood(hello) ? hello : { ...hello, notes: [{ code: NOT_UNDERSTOOD, data: {} }, ...hello.notes] };

export interface Met {
  readonly presence: HostPresence;
  /** It is the newest of its host, and by both clocks it was sent just now. */
  readonly isTimely: boolean;
  /** One runner alone cannot have said this after that: somebody else has its key, and speaks too. */
  readonly isTwo: boolean;
}

/**
 * Who speaks, after one more letter. Whoever has Redis can deliver any letter a second time, or late: one that is not
 * newer than the newest, by its own clock, moves nothing. `known`: how the clock stood against ours before this bot was
 * started, milliseconds.
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
  // Whoever has put a clock right has made all that was known of it wrong.
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
 * The same, where its letter brings lines of its journal that nobody has seen. Its clock was set back so far that its
 * letters seem to have been delivered before; this one was not, and the next are newer than it.
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

/** A clock that was ahead by more than the tolerance was put right since. */
function newestOf(last: HostPresence | undefined, now: number): number {
  const newest = last === undefined ? Number.NEGATIVE_INFINITY : (last.newest ?? last.clock);
  return newest > now + PROTOCOL.clockToleranceMs ? Number.NEGATIVE_INFINITY : newest;
}

/**
 * Within one start the number of the last order only grows, and no start comes back after the next. What one of two
 * says about orders proves nothing then, but the other one is heard all the same: else whoever has a runner's key could
 * make it silent with one letter.
 */
const contradicts = (last: HostPresence, { boot, lastN }: Report): boolean =>
  boot === last.boot ? lastN < last.lastN : boot === last.bootBefore;

/**
 * A clock goes back only when somebody has put it right, or with a runner that starts anew; the number of the last
 * order only with a journal that is gone. What the start before wrote is over.
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

/** Letters of one clock come as evenly as they were written, but for this. */
const EVEN_MS = 2_000;

/**
 * A clock that was put back by less than the tolerance: its letters are older than the newest until it has caught up.
 * Two that come as evenly as they were written show that somebody speaks, and nothing else. Delivered once more they
 * say so no longer than the tolerance after they were written.
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
