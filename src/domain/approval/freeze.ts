import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import type { Freeze } from '../when/freeze-state.ts';
import { approvalsMissing, type Gate } from './approval.ts';

export const LONGEST_FREEZE_DAYS = 90;

/** The freeze in force. null: there is none, or it has lapsed. */
export const frozenNow = ({ freeze }: Pick<FarmState, 'freeze'>, now: number): Freeze | null =>
  freeze !== null && now < Date.parse(freeze.until) ? freeze : null;

/** Whether one more approval starts the rotation. Deciding about machines in an unknown state starts nothing. */
export const wouldStart = (rotation: RotationState, gate: Gate): boolean =>
  rotation.gate === null && !rotation.dry && approvalsMissing(rotation, gate) <= 1;
