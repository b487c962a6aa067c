import { DateTime, IANAZone } from 'luxon';
import { DAY_MS } from '../time.ts';
import { type CronTimes, isCronFault, readCron } from './cron.ts';
import { firstAfter, lastOf, wallAt } from './wall.ts';

/** When changes may begin. The expression is read by the clocks of the zone, the length is time that passes. */
export interface ChangeWindow {
  /** `minute hour day month weekday` at which it opens. */
  readonly cron: string;
  readonly lengthMs: number;
  /** IANA name. */
  readonly zone: string;
}

/** One time that a window is open: `from` belongs to it, `to` does not. Milliseconds since 1970. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * The window that is open at this moment, else the next one that opens; null: none ever does. Windows that overlap, or
 * of which one opens as another closes, are one here: what may begin goes on. A window whose time the clocks leave out
 * opens at the first moment after the hole; one whose time they show twice opens the second time. So every time of the
 * expression is one window, and no two of them begin together.
 */
export function nextWindow(windows: readonly ChangeWindow[], at: number): Span | null {
  const known = FOUND.get(windows);
  if (known !== undefined && known.since <= at && at < known.span.to) return known.span;
  const firsts = windows.flatMap((window) => spansFrom(window, at).next().value ?? []);
  const [next] = firsts.sort((a, b) => a.from - b.from);
  if (next === undefined) return null;
  const span = joined(windows, next);
  // Of what goes on for longer not all is known.
  if (span.to - span.from < FARTHEST_MS) FOUND.set(windows, { since: Math.min(at, span.from), span });
  return span;
}

/** What holds for each moment until its end: it is asked for with every step of whatever waits. */
const FOUND = new WeakMap<readonly ChangeWindow[], { readonly since: number; readonly span: Span }>();

/** Windows may go on and on; what lies so far off is no end that anybody waits for. */
const FARTHEST_MS = 7 * DAY_MS;

/** From where the first of those opens that overlap or adjoin each other around this one, to where the last closes. */
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

/** The window that is open at this moment, as long as it goes on; null: none is. */
export function windowAt(windows: readonly ChangeWindow[], at: number): Span | null {
  const next = nextWindow(windows, at);
  return next !== null && next.from <= at ? next : null;
}

/**
 * Each window by itself that is open at any moment from `from` until before `to`, in the order in which they open; the
 * first `limit`.
 */
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
  const [newest] = last.sort((a, b) => b.from - a.from || b.to - a.to);
  return newest === undefined ? null : joined(windows, newest);
}

/** No zone's clocks were put back by more than three hours in our time. */
const MOST_SHOWN_TWICE_MS = 4 * 3_600_000;

/** From the first that is not over at this moment. */
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

/** What clocks show later than now lies later, since of two moments the second one is taken. */
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

/** Derived from the window that is its key: reading an expression takes longer than asking it. */
const CLOCKS = new WeakMap<ChangeWindow, ZoneClock>();

function clockOf(window: ChangeWindow): ZoneClock {
  const known = CLOCKS.get(window);
  if (known !== undefined) return known;
  const read = readCron(window.cron);
  // The farm file's check has refused what cannot be read.
  const times = isCronFault(read) ? { after: () => null, before: () => null } : read;
  const clock = { zone: IANAZone.create(window.zone), times };
  CLOCKS.set(window, clock);
  return clock;
}

/** What clocks show, as if they stood in UTC. */
const wallOf = (at: number, zone: IANAZone): number => at + zone.offset(at) * 60_000;

function momentOf(wall: number, zone: IANAZone): number {
  const shown = wallAt(DateTime.fromMillis(wall, { zone: 'utc' }));
  return lastOf(shown, zone) ?? lastOf(firstAfter(shown, zone), zone) ?? wall;
}
