import type { RotationState } from '../rotation.ts';
import { instant } from '../when/start.ts';
import { lastWindowBefore, windowAt } from '../when/windows.ts';
import { asksAboutPackages, drainLimitMs, hasBegun } from './drain.ts';
import type { Assessment, Cause, Moment } from './moment.ts';

/**
 * How the change window stands in which an outage was to begin that waits for a decision about packages: when it
 * closed, where none is open, or when it closes, where a longer wait may end after that. Neither: the outage may begin.
 * Who asked for `now` asked for no window; and where a worker has switched the rest of its wave is what was begun in
 * time.
 */
export function lateWindow(
  rotation: RotationState,
  { now, farm: { windows } }: Pick<Moment, 'now' | 'farm'>,
  attention: readonly Cause[],
): Pick<Assessment, 'windowClosed' | 'windowCloses'> {
  const isAsked = attention.length > 0 && attention.every(asksAboutPackages);
  if (!isAsked || rotation.wish.when.by === 'now' || hasBegun(rotation)) return {};
  const limitMs = drainLimitMs(rotation) ?? 0;
  let open = windowAt(windows, now);
  if (open === null) {
    // Of several the one that closed last, whenever it opened.
    const ends = windows.flatMap((one) => lastWindowBefore([one], now)?.to ?? []);
    return ends.length === 0 ? {} : { windowClosed: instant(Math.max(...ends)) };
  }
  // One may open as another closes.
  for (let { to } = open; to - now < limitMs; to = open.to) {
    open = windowAt(windows, to);
    if (open === null) return { windowCloses: instant(to) };
  }
  return {};
}
