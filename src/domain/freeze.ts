import { approvalsMissing, type Gate } from './approval.ts';
import type { FarmState, Freeze, RotationState } from './rotation.ts';
import { type Refusal, refuse } from './values.ts';

export const LONGEST_FREEZE_DAYS = 90;

/** The freeze in force; null: none, or its time is over: it lapses by itself. */
export const frozenNow = ({ freeze }: Pick<FarmState, 'freeze'>, now: number): Freeze | null =>
  freeze !== null && now < Date.parse(freeze.until) ? freeze : null;

/** Why nothing may be begun now; null: it may. The same sentence for a request and for the approval that would start it. */
export function refusedByFreeze(farm: string, state: Pick<FarmState, 'freeze'>, now: number): Refusal | null {
  const freeze = frozenNow(state, now);
  if (freeze === null) return null;
  return refuse('frozen', { farm, by: freeze.by.name, until: freeze.until, reason: freeze.reason });
}

/** Whether one more approval starts the rotation. What becomes of machines that are unknown is no start. */
export const wouldStart = (rotation: RotationState, gate: Gate): boolean =>
  rotation.gate === null && !rotation.dry && approvalsMissing(rotation, gate) <= 1;
