import type { Farm } from '../farm/farm.ts';
import { workersIn } from '../plan/scope.ts';
import type { When } from '../plan/wish.ts';
import { instantOf } from '../time.ts';
import { type Instant, isRefusal, type Refusal, refuse } from '../values.ts';
import type { Freeze } from '../when/freeze-state.ts';
import { lastWindowBefore, nextWindow, type Span, windowAt } from '../when/windows.ts';
import type { RotationState } from './rotation.ts';

/** When a rotation begins: not before `from`, and before `until`. Milliseconds since 1970. */
export interface Start {
  readonly from: number;
  readonly until: number;
}

/** On a farm without windows, how long after its `at` time a rotation may still begin. */
const AT_TOLERANCE_MS = 3_600_000;

type Windows = Pick<Farm, 'windows'>;

/**
 * When a rotation begins that may not begin before this moment: now, or the end of a freeze. null: as soon as it may.
 * If the time has passed by more than is allowed, it begins in the next window; on a farm without windows it has no
 * time left.
 */
export function startOf({ windows }: Windows, when: When, notBefore: number): Start | null {
  if (when.by === 'now') return null;
  if (when.by !== 'time') return inWindow(nextWindow(windows, notBefore), notBefore);
  const at = Date.parse(when.at);
  const until = windowAt(windows, at)?.to ?? at + AT_TOLERANCE_MS;
  const from = Math.max(at, notBefore);
  return from < until
    ? { from, until }
    : (inWindow(nextWindow(windows, notBefore), notBefore) ?? { from, until: from });
}

const inWindow = (span: Span | null, notBefore: number): Start | null =>
  span === null ? null : { from: Math.max(span.from, notBefore), until: span.to };

/**
 * Why nothing can begin at the requested time; null: it can. `frozen`, `no-windows`, `outside-windows` with the next
 * window, or, outside of them and after this end of a certificate, `when-after-end` with the last window before it.
 */
export function refusedStart(
  farm: Pick<Farm, 'name' | 'windows'>,
  when: When,
  freeze: Freeze | null,
  now: number,
  notAfter: Instant | null = null,
): Refusal | null {
  const { name, windows } = farm;
  if (when.by === 'window' && windows.length === 0) return refuse('no-windows', { farm: name });
  const from = startOf(farm, when, now)?.from ?? now;
  if (freeze !== null && from < Date.parse(freeze.until) && !yieldsTo(farm, when))
    return refuse('frozen', { farm: name, by: freeze.by.name, until: freeze.until, reason: freeze.reason });
  if (when.by !== 'time' || windows.length === 0 || windowAt(windows, from) !== null) return null;
  if (notAfter !== null && from >= Date.parse(notAfter)) {
    const last = lastWindowBefore(windows, Date.parse(notAfter));
    return refuse('when-after-end', {
      at: when.at,
      notAfter,
      last: last === null || last.to <= now ? null : told(last),
    });
  }
  return refuse('outside-windows', { farm: name, at: when.at, next: told(nextWindow(windows, from)) });
}

/** Whether it yields to a freeze by using a window after it. */
export const yieldsTo = ({ windows }: Windows, when: When): boolean =>
  (when.by === 'policy' || when.by === 'window') && windows.length > 0;

/** When it is asked, and the freeze in force then. */
interface Asked {
  readonly now: number;
  readonly freeze: Freeze | null;
}

/**
 * When a planned rotation begins; a freeze in force goes first. Refusal `StartAfterEnd`: only after a certificate that
 * it replaces has ended. null: as soon as it may.
 */
export function startUnder(
  farm: Farm,
  rotation: Pick<RotationState, 'wish' | 'looks' | 'plan'>,
  asked: Asked,
): Start | Refusal | null {
  const { when } = rotation.wish;
  const start = startOf(farm, when, notBefore(asked));
  const end = firstEnd(farm, rotation, asked.now);
  return start === null || end === null ? start : (refusedByEnd(farm, when, end, asked) ?? start);
}

/**
 * The start once a freeze is lifted that leaves no time before a certificate ends; `until` is when lifting it comes too
 * late. null: the freeze leaves time, or there is no time even without it.
 */
export function startIfLifted(
  farm: Farm,
  rotation: Pick<RotationState, 'wish' | 'looks' | 'plan'>,
  { now, freeze }: Asked,
): Start | null {
  if (freeze === null || !isRefusal(startUnder(farm, rotation, { now, freeze }))) return null;
  const free = startUnder(farm, rotation, { now, freeze: null });
  const end = firstEnd(farm, rotation, now);
  if (free === null || end === null || isRefusal(free)) return null;
  const last = lastWindowBefore(farm.windows, Date.parse(end))?.to ?? free.until;
  const until = Math.min(Date.parse(end), Math.max(free.until, last));
  return free.from < until ? { from: free.from, until } : null;
}

/** The first end among the certificates it replaces that have not ended yet; null: there is none. */
function firstEnd(
  farm: Farm,
  { wish, looks, plan }: Pick<RotationState, 'wish' | 'looks' | 'plan'>,
  now: number,
): Instant | null {
  const old = plan?.header.old ?? null;
  const own = workersIn(farm, wish).flatMap(({ name }) => looks[name]?.worker?.certificate?.notAfter ?? []);
  const ends = old !== null ? [old.notAfter ?? []].flat() : wish.kind === 'rotate-worker' ? own : [];
  // One that has ended cannot be beaten any more: then any time is better than none.
  return ends.filter((end) => Date.parse(end) > now).sort((a, b) => Date.parse(a) - Date.parse(b))[0] ?? null;
}

const notBefore = ({ now, freeze }: Asked): number => (freeze === null ? now : Math.max(now, Date.parse(freeze.until)));

/** Why a start is too late for what it is to replace, with the last window that is not. */
function refusedByEnd(
  { name, windows }: Pick<Farm, 'name' | 'windows'>,
  when: When,
  notAfter: Instant,
  asked: Asked,
): Refusal | null {
  const earliest = notBefore(asked);
  const start = startOf({ windows }, when, earliest);
  const end = Date.parse(notAfter);
  if (start === null || start.from < end) return null;
  const last = lastWindowBefore(windows, end);
  return refuse('StartAfterEnd', {
    farm: name,
    from: instantOf(start.from),
    notAfter,
    // Nothing is left of a window if it closes, or the certificate ends, before the freeze does.
    last: last === null || Math.max(last.from, earliest) >= Math.min(last.to, end) ? null : told(last),
    frozen: asked.freeze?.until ?? null,
    windows: windows.length > 0,
  });
}

const told = (span: Span | null): { readonly from: string; readonly to: string } | null =>
  span === null ? null : { from: instantOf(span.from), to: instantOf(span.to) };
