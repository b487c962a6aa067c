import type { Reader } from '../../src/domain/view.ts';
import { createDraw, type Draw } from '../draw.ts';
import { LIMITS, type Room } from '../limits.ts';
import { labelPen } from '../pen.ts';
import type { Tongue } from '../wording/index.ts';
import { codePen, monospace, mrkdwnPen, settle, wholeTokens, withoutEmoji } from './mrkdwn.ts';

/** Everything a Slack card is drawn with. `tell` and `message` are mrkdwn, `label` is plain. */
export interface SlackDraw extends Draw {
  readonly tongue: Tongue;
  /** Between the fences of a code block. */
  code: Draw['tell'];
  /** The small capitals of the other rendering, as a title in Slack: `NOW` is `Now`. */
  title: Draw['tell'];
  /** The same with as much room for what people wrote as is given. */
  within(text: number): SlackDraw;
}

export function slackDraw(reader: Reader, tongue: Tongue, room: Room): SlackDraw {
  const { language } = tongue;
  const label = labelPen(tongue, Math.min(room.text, LIMITS.slack.header));
  const base = createDraw(reader, language, room, { text: mrkdwnPen(tongue, room.text), label });
  const inCode = createDraw(reader, language, room, { text: codePen(tongue, room.text), label });
  const write = (text: string): string => monospace(withoutEmoji(wholeTokens(settle(text))));
  return {
    ...base,
    tongue,
    tell: (id, data) => write(base.tell(id, data)),
    message: (message) => write(base.message(message)),
    maybe: (id, data) => {
      const told = base.maybe(id, data);
      return told === null ? null : write(told);
    },
    code: (id, data) => inCode.tell(id, data),
    title: (id, data) => asTitle(write(base.tell(id, data))),
    within: (text) => slackDraw(reader, tongue, { ...room, text: Math.min(text, room.text) }),
  };
}

/** Only what is wholly in capitals; host names and ids have none of their own, not even in front. */
function asTitle(text: string): string {
  if (text !== text.toUpperCase()) return text;
  return text.toLowerCase().replace(/^[a-z]+(?![\w.:-])/u, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
