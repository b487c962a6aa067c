import type { PersonRef, VoteView } from '../src/domain/view.ts';
import { type Draw, nameOf, namesOf, SIGNS } from './draw.ts';
import { type Node, signed, text } from './elements.ts';

interface Gate {
  readonly votes: readonly VoteView[];
  readonly needed: number;
  readonly mayApprove: readonly PersonRef[];
}

/** Who has decided, and who still may. */
export function votesOf({ votes, needed, mayApprove }: Gate, { tell, room }: Draw, first = false): readonly Node[] {
  const shown = votes.slice(0, room.rows);
  return [
    ...shown.map(({ by, vote, at, reason }, index) =>
      signed(
        SIGNS[vote === 'approve' ? 'good' : 'bad'],
        vote === 'approve'
          ? tell('plan.approved', { by: nameOf(by), at })
          : tell('plan.denied', { by: nameOf(by), at, reason }),
        index === 0 && first ? { spacing: 'None' } : {},
      ),
    ),
    ...(shown.length < votes.length
      ? [text(tell('closed.lines-cut', { left: votes.length - shown.length }), { isSubtle: true })]
      : []),
    ...(needed === 0 ? [] : [signed(SIGNS.waiting, tell('plan.needed', { needed, names: namesOf(mayApprove) }))]),
  ];
}
