import type { Locale } from '../../src/domain/farm/locale.ts';
import type { Mentioned } from '../../src/domain/views/person-ref.ts';
import type { PersonRef, Reader } from '../../src/domain/views/view.ts';
import { createDraw, type Draw, isPlain, nameOf } from '../adaptive/draw.ts';
import { LIMITS, type Room } from '../limits.ts';
import { labelPen } from '../pen.ts';
import { codePen, entities, monospace, mrkdwnPen, settle, wholeTokens, withoutEmoji } from './mrkdwn.ts';

/** `<@U024BE7LH>`; null: not a Slack id, so it would mention nobody. */
export const callTo = (account: string): string | null =>
  /^[UW][A-Z0-9]{2,20}$/u.test(account) ? `<@${account}>` : null;

/** Everything a Slack card is drawn with. `tell` and `message` are mrkdwn, `label` is plain. */
export interface SlackDraw extends Draw {
  /** Words for the inside of a code block. */
  code: Draw['tell'];
  /** The capitals of the other rendering, as a title in Slack: `NOW` becomes `Now`. */
  title: Draw['tell'];
  /** A name as a datum; for a person to be mentioned, the words then contain a mention. */
  nameOf(person: PersonRef): string;
  /** The same, with at most this much room for texts that people wrote. */
  within(text: number): SlackDraw;
}

/** Marks a datum as a mention; from the private use area, so that no name is taken for one. */
const CALLS = '\ue002';

export function slackDraw(reader: Reader, locale: Locale, room: Room, mention: readonly Mentioned[] = []): SlackDraw {
  const calls = new Map(mention.flatMap(({ id, account }) => entryOf(id, callTo(account))));
  const label = labelPen(locale, Math.min(room.text, LIMITS.slack.header));
  const base = createDraw(reader, locale, room, { text: mrkdwnPen(locale, room.text, calls), label });
  const inCode = createDraw(reader, locale, room, { text: codePen(locale, room.text), label });
  const write = (text: string): string => monospace(withoutEmoji(wholeTokens(settle(text))));
  return {
    ...base,
    tell: (id, data) => write(base.tell(id, data)),
    message: (message) => write(base.message(message)),
    maybe: (id, data) => {
      const told = base.maybe(id, data);
      return told === null ? null : write(told);
    },
    link: (words, to) => (isPlain(to) ? `<${entities(to.link ?? '')}|${words}>` : words),
    code: (id, data) => inCode.tell(id, data),
    title: (id, data) => asTitle(write(base.tell(id, data))),
    nameOf: (person) => (calls.has(CALLS + person.id) ? CALLS + person.id : nameOf(person)),
    within: (text) => slackDraw(reader, locale, { ...room, text: Math.min(text, room.text) }),
  };
}

const entryOf = (id: string, call: string | null): [string, string][] => (call === null ? [] : [[CALLS + id, call]]);

/** Changes only what is wholly in capitals; host names and ids get no capital, not even at the beginning. */
function asTitle(text: string): string {
  if (text !== text.toUpperCase()) return text;
  return text.toLowerCase().replace(/^[a-z]+(?![\w.:-])/u, (word) => word.charAt(0).toUpperCase() + word.slice(1));
}
