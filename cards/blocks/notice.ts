import type { NoticeView } from '../../src/domain/views/view.ts';
import type { SlackDraw } from './draw.ts';
import { context, lines, NOTICE } from './elements.ts';
import { cutLines, type Drawn } from './shared.ts';

/** An answer to one person: sentences, and buttons that lead on from there. */
export function noticeOf({ messages, actions }: NoticeView, draw: SlackDraw): Drawn {
  const shown = messages.slice(0, draw.room.rows);
  return {
    about: NOTICE,
    body: [
      ...lines(shown.map((one) => draw.message(one))),
      ...lines(cutLines(messages.length - shown.length, draw), context),
    ],
    buttons: actions.map(({ label, verb, data, asks }) => ({
      label: draw.labelMessage(label),
      // A button that needs a sentence asks for it in a modal.
      verb: asks === undefined ? verb : `open-${verb}`,
      data: { v: 1, ...data },
    })),
  };
}
