import type { NoticeAction, NoticeView } from '../../src/domain/views/view.ts';
import { LIMITS } from '../limits.ts';
import { execute, reasonInput, showCard } from './actions.ts';
import type { Draw, Drawn } from './draw.ts';
import { type Node, small, text } from './elements.ts';

/** An answer to one person: sentences, and buttons that lead on from there. */
export function noticeCard({ messages, actions }: NoticeView, draw: Draw): Drawn {
  const { message, tell, room } = draw;
  const shown = messages.slice(0, room.rows);
  return {
    body: [
      ...shown.map((one, at) => text(message(one), at === 0 ? {} : { spacing: 'Small' })),
      ...(shown.length < messages.length
        ? [small(tell('closed.lines-cut', { left: messages.length - shown.length }))]
        : []),
    ],
    actions: actions.slice(0, LIMITS.adaptiveCard.actions).map((action) => buttonOf(action, draw)),
  };
}

function buttonOf({ label, verb, data, asks }: NoticeAction, { label: words, labelMessage }: Draw): Node {
  const sent = { v: 1, ...data };
  if (asks === undefined) return execute(labelMessage(label), verb, sent);
  const sentence = reasonInput({ label: labelMessage(asks.what), missing: words('card.sentence-missing', {}) });
  return showCard(labelMessage(label), [sentence], execute(labelMessage(asks.send), verb, sent));
}
