import type { RotationState } from '../../rotation/rotation.ts';
import { instantOf } from '../../time.ts';
import { lastWindowBefore, windowAt } from '../../when/windows.ts';
import { asksAboutPackages, drainLimitMs, hasBegun } from '../drain.ts';
import type { Assessment, Cause, Moment } from '../moment.ts';

type Untimely = Pick<Assessment, 'frozen' | 'windowClosed' | 'windowCloses'>;

/**
 * Why an outage that waits for a decision about packages must not begin now: a freeze set since the rotation began, or
 * its change window. Neither: it may begin whenever packages end.
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
 * The change window for an outage that waits for a decision about packages: when it closed, if none is open, or when it
 * closes, if a longer wait may end after that. Neither: the outage may begin. A request for `now` needs no window; and
 * once a worker has switched, the rest of its wave was begun in time.
 */
function lateWindow(rotation: RotationState, { now, farm: { windows } }: Pick<Moment, 'now' | 'farm'>): Untimely {
  if (rotation.wish.when.by === 'now') return {};
  const limitMs = drainLimitMs(rotation) ?? 0;
  const open = windowAt(windows, now);
  if (open === null) {
    const last = lastWindowBefore(windows, now);
    return last === null ? {} : { windowClosed: instantOf(last.to) };
  }
  return open.to - now < limitMs ? { windowCloses: instantOf(open.to) } : {};
}
