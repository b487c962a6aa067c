import type { PersonRef, VoteView } from '../src/domain/views/view.ts';
import { type Draw, nameOf, namesOf, SIGNS } from './adaptive/draw.ts';
import { type Node, signed, text } from './adaptive/elements.ts';

export interface Gate {
  readonly votes: readonly VoteView[];
  readonly needed: number;
  readonly mayApprove: readonly PersonRef[];
  readonly unread?: readonly string[];
}

/** Approvals that count. */
export const approvalsIn = (votes: readonly VoteView[]): number =>
  votes.filter(({ vote, gone }) => vote === 'approve' && gone === undefined).length;

/** Who has decided, one line each. */
export const voteLines = (votes: readonly VoteView[], { tell }: Draw) =>
  votes.map(({ by, vote, at, reason, gone = false }) => {
    if (vote === 'deny') return { sign: SIGNS.bad, words: tell('plan.denied', { by: nameOf(by), at, reason }) };
    return gone
      ? { sign: SIGNS.bad, words: tell('plan.approved-gone', { by: nameOf(by), at }) }
      : { sign: SIGNS.good, words: tell('plan.approved', { by: nameOf(by), at }) };
  });

/** Who has decided, and who still may. */
export function votesOf(gate: Gate, draw: Draw, first = false): readonly Node[] {
  const { votes, needed } = gate;
  const { tell, room } = draw;
  const shown = votes.slice(0, room.rows);
  return [
    ...voteLines(shown, draw).map(({ sign, words }, index) =>
      signed(sign, words, index === 0 && first ? { spacing: 'None' } : {}),
    ),
    ...(shown.length < votes.length
      ? [text(tell('closed.lines-cut', { left: votes.length - shown.length }), { isSubtle: true })]
      : []),
    ...(needed === 0 ? [] : [signed(SIGNS.waiting, tell('plan.needed', neededOf(gate)))]),
  ];
}

/** What says how many approvals are missing, and whose they may be. */
export const neededOf = ({ needed, mayApprove, unread = [] }: Gate) => ({ needed, names: namesOf(mayApprove), unread });
