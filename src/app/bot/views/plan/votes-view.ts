import { type Gate, stillNeeded, votesShown } from '../../../../domain/approval/approval.ts';
import { unreadGroups } from '../../../../domain/approval/people.ts';
import type { Farm } from '../../../../domain/farm/farm.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { AskingView } from '../../../../domain/views/retire-view.ts';
import type { VoteView } from '../../../../domain/views/view.ts';

/** Who has decided, as a card shows it; `gate` is null once it is decided. */
export const votesView = (rotation: RotationState, gate: Gate | null): readonly VoteView[] =>
  votesShown(rotation, gate).map(({ by, vote, at, reason, gone }) => {
    return { by, vote, at, reason, ...(gone === undefined ? {} : { gone }) };
  });

/** Who may still decide, and why that may not be all; `gate` is null once it is decided. */
export function mayVote(
  farm: Farm,
  rotation: RotationState,
  gate: Gate | null,
): Pick<AskingView, 'mayApprove' | 'unread'> {
  if (gate === null) return { mayApprove: [] };
  const unread = unreadGroups(farm, rotation.wish);
  return { mayApprove: stillNeeded(farm, rotation, gate), ...(unread.length === 0 ? {} : { unread }) };
}
