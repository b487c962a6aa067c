import type { Data, Message, Refusal } from '../../../domain/values.ts';
import type { NoticeAction, NoticeView } from '../../../domain/views/view.ts';
import type { Answer } from '../../../ports/chat.ts';

/** What a button can carry on every platform. Slack has the least room: 2,000 characters, with what is around it. */
const LONGEST_BUTTON = 1_900;

type Notice = Extract<Answer, { type: 'notice' }>;

export const say = (id: string, data: Data = {}): Message => ({ id, data });

/** An answer to one person: sentences, perhaps buttons. */
export const notice = (messages: readonly Message[], actions: readonly NoticeAction[] = []): Notice => ({
  type: 'notice',
  notice: { kind: 'notice', messages, actions } satisfies NoticeView,
});

/** A refusal goes to the person alone: one sentence, what else explains it, and one way on. */
export const refusal = (
  refused: Refusal,
  actions: readonly NoticeAction[] = [],
  known: readonly Message[] = [],
): Notice => notice([say(`refused.${refused.code}`, refused.data), ...known], actions);

/** `verb` and `data` come back with the click, and are trusted no more than any other input. */
export const button = (label: string, verb: string, data: Data, labelData: Data): NoticeAction => ({
  label: say(`button.${label}`, labelData),
  verb,
  data,
});

/** A button for the form of a request; without its reason, or none at all, if it is longer than a button can carry. */
export function asking(
  label: string,
  data: { farm: string; request: string; reason: string },
  labelData: Data = {},
): readonly NoticeAction[] {
  const fits = [data, { ...data, reason: '' }].find((one) => JSON.stringify(one).length <= LONGEST_BUTTON);
  return fits === undefined ? [] : [button(label, 'ask', fits, labelData)];
}

/** A button that types this line; none if it is longer than a button can carry. */
export function typed(line: string): readonly NoticeAction[] {
  const text = `/ssis ${line}`;
  if (JSON.stringify(text).length > LONGEST_BUTTON) return [];
  return [button('type', 'type', { text }, { text: line.replace(/\s+/gu, ' ') })];
}
