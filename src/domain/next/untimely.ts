import type { RotationState } from '../rotation/rotation.ts';
import { instant } from '../rotation/start.ts';
import { lastWindowBefore, windowAt } from '../when/windows.ts';
import { asksAboutPackages, drainLimitMs, hasBegun } from './drain.ts';
import type { Assessment, Cause, Moment } from './moment.ts';

type Untimely = Pick<Assessment, 'frozen' | 'windowClosed' | 'windowCloses'>;

/**
 * Why now is no time for an outage that waits for a decision about packages: a freeze that was set since the rotation
 * began, or its change window. Neither: the outage may begin, whenever packages end.
 */
export function untimely(
  rotation: RotationState,
  moment: Pick<Moment, 'now' | 'farm' | 'freeze'>,
  attention: readonly Cause[],
): Untimely {
  const isAsked = attention.length > 0 && attention.every(asksAboutPackages);
  if (!isAsked || hasBegun(rotation)) return {};
  const { freeze = null } = moment;
  return { ...(freeze === null ? {} : { frozen: freeze }), ...lateWindow(rotation, moment) };
}

/**
 * How the change window stands in which an outage was to begin that waits for a decision about packages: when it
 * closed, where none is open, or when it closes, where a longer wait may end after that. Neither: the outage may begin.
 * Who asked for `now` asked for no window; and where a worker has switched the rest of its wave is what was begun in
 * time.
 */
function lateWindow(rotation: RotationState, { now, farm: { windows } }: Pick<Moment, 'now' | 'farm'>): Untimely {
  if (rotation.wish.when.by === 'now') return {};
  const limitMs = drainLimitMs(rotation) ?? 0;
  const open = windowAt(windows, now);
  if (open === null) {
    const last = lastWindowBefore(windows, now);
    return last === null ? {} : { windowClosed: instant(last.to) };
  }
  return open.to - now < limitMs ? { windowCloses: instant(open.to) } : {};
}
