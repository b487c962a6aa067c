import { type Gate, votesShown } from '../../../../domain/approval/approval.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { VoteView } from '../../../../domain/views/view.ts';

/** Who has decided, as a card shows it; `gate` is null once it is decided. */
export const votesView = (rotation: RotationState, gate: Gate | null): readonly VoteView[] =>
  votesShown(rotation, gate).map(({ by, vote, at, reason, gone }) => {
    return { by, vote, at, reason, ...(gone === undefined ? {} : { gone }) };
  });
