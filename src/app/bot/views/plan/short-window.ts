import type { Farm } from '../../../../domain/farm/farm.ts';
import { drainLimitMs } from '../../../../domain/next/drain.ts';
import { isWaiting, type RotationState } from '../../../../domain/rotation/rotation.ts';
import { startOf } from '../../../../domain/rotation/start.ts';
import type { Message } from '../../../../domain/values.ts';
import { windowAt } from '../../../../domain/when/windows.ts';

/** Warns an approver beforehand that the wait for packages may outlast the change window. */
export function shortWindow(farm: Farm, rotation: RotationState, now: number): readonly Message[] {
  const { start, wish } = rotation;
  const waitMs = drainLimitMs(rotation) ?? 0;
  const planned = startOf(farm, wish.when, now);
  if (planned === null || waitMs === 0) return [];
  const from = isWaiting(rotation) && start !== null ? Math.max(now, Date.parse(start.from)) : planned.from;
  const window = windowAt(farm.windows, from);
  if (window === null || window.to - from >= waitMs) return [];
  return [{ id: 'warning.window-short', data: { until: new Date(window.to).toISOString(), waitMs } }];
}
