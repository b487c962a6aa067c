import type { Farm } from '../../../../domain/farm/farm.ts';
import { drainLimitMs } from '../../../../domain/next/drain.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../../domain/time.ts';
import type { Message } from '../../../../domain/values.ts';
import { windowAt } from '../../../../domain/when/windows.ts';
import { whenView } from './when-view.ts';

/** Warns an approver beforehand that the wait for packages may outlast the change window. */
export function shortWindow(
  { farm, state, now }: { readonly farm: Farm; readonly state: FarmState; readonly now: number },
  rotation: RotationState,
): readonly Message[] {
  const waitMs = drainLimitMs(rotation) ?? 0;
  // As the card shows the start: a freeze may have moved it into another window.
  const { from, until } = whenView(farm, state, rotation, now);
  if (until === null || waitMs === 0) return [];
  const begins = Math.max(now, Date.parse(from ?? '') || now);
  const window = windowAt(farm.windows, begins);
  if (window === null || window.to - begins >= waitMs) return [];
  return [{ id: 'warning.window-short', data: { until: instantOf(window.to), waitMs } }];
}
