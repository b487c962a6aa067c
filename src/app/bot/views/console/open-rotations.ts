import { approvalsMissing, type Gate, openGate, stillNeeded } from '../../../../domain/approval/approval.ts';
import { next } from '../../../../domain/next/index.ts';
import { isWaiting, type RotationState } from '../../../../domain/rotation/rotation.ts';
import type { OpenRotation } from '../../../../domain/views/open-rotation.ts';
import type { Desk } from '../../desk.ts';
import { needsPersonLine } from '../attention.ts';
import { lineOf } from '../how-far.ts';

/** What was requested of a farm and is not over, in the order of the requests; dry plans are left out. */
export function openRotations(desk: Desk): readonly OpenRotation[] {
  const state = desk.state();
  return state.unclosed.flatMap((id) => {
    const rotation = state.rotations[id];
    return rotation === undefined || rotation.dry ? [] : [openRotation(desk, rotation)];
  });
}

function openRotation(desk: Desk, rotation: RotationState): OpenRotation {
  const { id } = rotation;
  const gate = openGate(desk.farm, rotation);
  const assessment = next(rotation, desk.moment());
  const needsPerson = assessment.attention.length > 0;
  const line = needsPerson ? needsPersonLine(rotation, assessment) : lineOf(rotation, gate === null, desk.moment().now);
  return {
    id,
    state: needsPerson ? 'needs-person' : stateOf(rotation, gate),
    line,
    ...decidedBy(desk, rotation, gate),
  };
}

function stateOf(rotation: RotationState, gate: Gate | null): OpenRotation['state'] {
  if (isWaiting(rotation)) return 'waits';
  if (rotation.plan === null) return 'looks';
  return gate === null ? 'runs' : 'asks';
}

function decidedBy(
  { farm }: Desk,
  rotation: RotationState,
  gate: Gate | null,
): Pick<OpenRotation, 'missing' | 'mayApprove'> {
  if (gate === null) return { missing: 0, mayApprove: [] };
  const mayApprove = stillNeeded(farm, rotation, gate).map(({ name }) => name);
  return { missing: approvalsMissing(rotation, gate), mayApprove };
}
