import type { NoticeView } from '../src/domain/views/view.ts';
import { execute } from './actions.ts';
import type { Draw, Drawn } from './draw.ts';
import { small, text } from './elements.ts';
import { LIMITS } from './limits.ts';

/** An answer to one person: sentences and the buttons that go on from there. */
export function noticeCard({ messages, actions }: NoticeView, { message, labelMessage, tell, room }: Draw): Drawn {
  const shown = messages.slice(0, room.rows);
  return {
    body: [
      ...shown.map((one, at) => text(message(one), at === 0 ? {} : { spacing: 'Small' })),
      ...(shown.length < messages.length
        ? [small(tell('closed.lines-cut', { left: messages.length - shown.length }))]
        : []),
    ],
    actions: actions
      .slice(0, LIMITS.adaptiveCard.actions)
      .map(({ label, verb, data }) => execute(labelMessage(label), verb, { v: 1, ...data })),
  };
}
