import { mayApprove, mayBeApprover } from '../../approval/people.ts';
import type { Farm } from '../../farm/farm.ts';
import type { RotationState } from '../../rotation/rotation.ts';

/** Approvals of the plan as it stands. */
export const approvedVotes = ({ plan, votes }: RotationState): RotationState['votes'] =>
  votes.filter((vote) => vote.vote === 'approve' && vote.digest === plan?.digest);

/** Those whose voters may still approve. */
export const ableVotes = (rotation: RotationState, farm: Farm): RotationState['votes'] =>
  approvedVotes(rotation).filter(({ by }) => by.id !== rotation.by.id && mayApprove(farm, by.id, rotation.wish));

/**
 * Approvers of a waiting rotation who may still be approvers, if they are needed for the quorum: the chat whose group
 * may name them has not answered since the bot started.
 */
export function votersUnseen(rotation: RotationState, farm: Farm): readonly string[] {
  const quorum = rotation.plan?.header.approval.quorum ?? 0;
  const able = ableVotes(rotation, farm);
  const perhaps = approvedVotes(rotation).filter(
    (vote) => vote.by.id !== rotation.by.id && !able.includes(vote) && mayBeApprover(farm, vote.by.id, rotation.wish),
  );
  return able.length < quorum && able.length + perhaps.length >= quorum ? perhaps.map(({ by }) => by.name) : [];
}
