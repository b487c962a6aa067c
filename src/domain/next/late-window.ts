import type { RotationState } from '../rotation.ts';
import type { Instant } from '../values.ts';
import { instant } from '../when/start.ts';
import { lastWindowBefore, windowAt } from '../when/windows.ts';
import { asksAboutPackages, hasBegun } from './drain.ts';
import type { Cause, Moment } from './moment.ts';

/**
 * When the change window closed in which an outage was to begin that waits for a decision about packages, while none is
 * open; null: it may begin. Who asked for `now` asked for no window; and where a worker has switched the rest of its
 * wave is what was begun in time.
 */
export function windowClosed(rotation: RotationState, moment: Moment, attention: readonly Cause[]): Instant | null {
  const { windows } = moment.farm;
  const isAsked = attention.length > 0 && attention.every(asksAboutPackages);
  if (!isAsked || rotation.wish.when.by === 'now' || hasBegun(rotation)) return null;
  if (windowAt(windows, moment.now) !== null) return null;
  const last = lastWindowBefore(windows, moment.now);
  return last === null ? null : instant(last.to);
}
