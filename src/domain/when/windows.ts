import { DateTime, IANAZone } from 'luxon';
import { DAY_MS } from '../time.ts';
import { type CronTimes, isCronFault, readCron } from './cron.ts';
import { firstAfter, lastOf, wallAt } from './wall.ts';

/** When changes may begin. The expression is read on the zone's clocks; the length is elapsed time. */
export interface ChangeWindow {
  /** `minute hour day month weekday` at which it opens. */
  readonly cron: string;
  readonly lengthMs: number;
  /** IANA name. */
  readonly zone: string;
}

/** One opening of a window, including `from` and excluding `to`. Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The window open at this moment, else the next to open; null: none ever does. Windows that overlap, or that open as
 * another closes, count as one here: what may begin goes on. A window whose time the clocks skip opens at the first
 * moment after the hole; one whose time they show twice opens the second time. So every time of the expression is one
 * window, and no two begin together.
 */
export function nextWindow(windows: readonly ChangeWindow[], at: number): Span | null {
  const known = FOUND.get(windows);
  if (known !== undefined && known.since <= at && at < known.span.to) return known.span;
  const firsts = windows.flatMap((window) => spansFrom(window, at).next().value ?? []);
  const [next] = firsts.sort((a, b) => a.from - b.from);
  if (next === undefined) return null;
  const span = joined(windows, next);
  // A longer span was not followed to its ends.
  if (span.to - span.from < FARTHEST_MS) FOUND.set(windows, { since: Math.min(at, span.from), span });
  return span;
}

/** The last answer, valid until its span ends: every step of anything that waits asks for it. */
const FOUND = new WeakMap<readonly ChangeWindow[], { readonly since: number; readonly span: Span }>();

/** Windows may chain on endlessly; nobody waits for an end this far off. */
const FARTHEST_MS = 7 * DAY_MS;

/** The span of all windows that overlap or adjoin each other around this one. */
function joined(windows: readonly ChangeWindow[], span: Span): Span {
  const openIn = (from: number, to: number) => windowsBetween(windows, from, to, Number.POSITIVE_INFINITY);
  let { from, to } = span;
  while (from > span.from - FARTHEST_MS) {
    const first = Math.min(from, ...openIn(from - 1, from).map((one) => one.from));
    if (first === from) break;
    from = first;
  }
  while (to < span.to + FARTHEST_MS) {
    const last = Math.max(to, ...openIn(to, to + 1).map((one) => one.to));
    if (last === to) break;
    to = last;
  }
  return { from, to };
}

/** The window open at this moment, as long as it goes on; null: none. */
export function windowAt(windows: readonly ChangeWindow[], at: number): Span | null {
  const next = nextWindow(windows, at);
  return next !== null && next.from <= at ? next : null;
}

/** Each single window open at any moment from `from` until before `to`, by opening time; the first `limit`. */
export function windowsBetween(
  windows: readonly ChangeWindow[],
  from: number,
  to: number,
  limit: number,
): readonly Span[] {
  const found = windows.flatMap((window) => {
    const spans: Span[] = [];
    for (const span of spansFrom(window, from)) {
      if (span.from >= to || spans.length === limit) break;
      spans.push(span);
    }
    return spans;
  });
  return found.sort((a, b) => a.from - b.from || a.to - b.to).slice(0, limit);
}

/** The last window that opens before this moment, with what overlaps or adjoins it; null: none ever did. */
export function lastWindowBefore(windows: readonly ChangeWindow[], at: number): Span | null {
  const last = windows.flatMap((window) => lastSpanBefore(window, at) ?? []);
  const [newest] = last.sort((a, b) => b.from - a.from);
  return newest === undefined ? null : joined(windows, newest);
}

/** In modern times no zone's clocks were put back by more than three hours. */
const MOST_SHOWN_TWICE_MS = 4 * 3_600_000;

/** Starts with the first one that is not over at this moment. */
function* spansFrom(window: ChangeWindow, at: number): Generator<Span, undefined> {
  const { zone, times } = clockOf(window);
  let wall = times.after(wallOf(at - window.lengthMs, zone) - MOST_SHOWN_TWICE_MS);
  let last: number | null = null;
  while (wall !== null) {
    const from = momentOf(wall, zone);
    if (from !== last && from + window.lengthMs > at) yield { from, to: from + window.lengthMs };
    last = from;
    wall = times.after(wall);
  }
}

/**
 * Searching back from the current wall time is enough: of two moments with the same wall time the second counts, so a
 * later wall time is never an earlier moment.
 */
function lastSpanBefore(window: ChangeWindow, at: number): Span | null {
  const { zone, times } = clockOf(window);
  for (let wall = times.before(wallOf(at, zone)); wall !== null; wall = times.before(wall)) {
    const from = momentOf(wall, zone);
    if (from < at) return { from, to: from + window.lengthMs };
  }
  return null;
}

interface ZoneClock {
  readonly zone: IANAZone;
  readonly times: CronTimes;
}

/** Derived from its key, the window: parsing an expression takes longer than querying it. */
const CLOCKS = new WeakMap<ChangeWindow, ZoneClock>();

function clockOf(window: ChangeWindow): ZoneClock {
  const known = CLOCKS.get(window);
  if (known !== undefined) return known;
  const read = readCron(window.cron);
  // The farm file's check has refused anything unreadable.
  const times = isCronFault(read) ? { after: () => null, before: () => null } : read;
  const clock = { zone: IANAZone.create(window.zone), times };
  CLOCKS.set(window, clock);
  return clock;
}

/** What clocks show, as if they were in UTC. */
const wallOf = (at: number, zone: IANAZone): number => at + zone.offset(at) * 60_000;

function momentOf(wall: number, zone: IANAZone): number {
  const shown = wallAt(DateTime.fromMillis(wall, { zone: 'utc' }));
  return lastOf(shown, zone) ?? lastOf(firstAfter(shown, zone), zone) ?? wall;
}
