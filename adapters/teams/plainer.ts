import { type Node, small, text } from '../../cards/adaptive/elements.ts';
import { frame } from '../../cards/adaptive/frame.ts';
import { MENTION } from '../../cards/call.ts';
import { insteadOfButtons, typedFor } from '../../cards/instead.ts';
import { clip, literal } from '../../cards/literal.ts';
import { plainPen } from '../../cards/pen.ts';
import { mayBePressedUnread } from '../../cards/unread.ts';
import { sayWith } from '../../cards/wording/index.ts';
import { type CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Message } from '../../src/domain/values.ts';
import type { CardView, NoticeView, Reader } from '../../src/domain/views/view.ts';
import type { Locale } from '../../src/ports/chat.ts';
import { CARD, type CardMessage, cardMessage, type Dressing } from './card.ts';
import { isOfToken } from './errors.ts';

/** A message, and what is said instead if Teams rejects its content. */
export interface Sayable {
  readonly whole: CardMessage;
  /** The kind of card: Teams may take another kind where it rejected this one. */
  readonly kind: string;
  /** Smaller and smaller versions, down to words alone. */
  readonly plainer: () => readonly CardMessage[];
}

/**
 * A view as a message, with the plainer ones that stand in for it where Teams refuses it; those are drawn only then.
 */
export function sayable(view: CardView, reader: Reader, locale: Locale, dressing: Dressing): Sayable {
  const whole = cardMessage(view, reader, locale, dressing);
  return { whole, kind: view.kind, plainer: () => plainerThan(whole, view, locale) };
}

const statusOf = (error: unknown): unknown =>
  isCertopsError(error) && error.code === 'ChatRefused' && !isOfToken(error) ? error.data.status : null;

/**
 * Refusals of the message's content or length: the same message would be refused again. Recognised by status, since
 * Teams' error word varies: for a large card it may also be `ServiceError`.
 */
export const isOfLength = (error: unknown): boolean => statusOf(error) === 413;
const isOfContent = (error: unknown): error is CertopsError => isOfLength(error) || statusOf(error) === 400;

/** How much is left out, 0: nothing; and how Teams refused a fuller version, null: it was not asked. */
interface Rung {
  readonly rung: number;
  readonly refused: unknown;
}

export const WHOLE: Rung = { rung: 0, refused: null };

/**
 * Sends the message whole, or the fullest version that Teams takes. `learnt` hears of each refusal and of the rung to
 * be tried next (0: there is none), before that is tried: the next try may fail for another reason. If Teams takes
 * none, throws its first refusal.
 */
export async function asTaken<T>(
  { whole, plainer }: Sayable,
  from: Rung,
  run: (message: CardMessage) => Promise<T>,
  learnt: (rung: number, refused: CertopsError) => void,
): Promise<{ readonly rung: number; readonly answer: T }> {
  let { rung, refused } = from;
  for (;;) {
    const message = rung === 0 ? whole : plainer()[rung - 1];
    if (message === undefined) throw refused;
    try {
      return { rung, answer: await run(message) };
    } catch (error) {
      if (!isOfContent(error)) throw error;
      refused ??= error;
      rung += 1;
      learnt(rung > plainer().length ? 0 : rung, error);
    }
  }
}

/** Longer than any list that the bot answers with in words; far below Teams' limit. */
const MOST_WORDS = 8_000;

function plainerThan(whole: CardMessage, view: CardView, locale: Locale): readonly CardMessage[] {
  if (view.kind === 'notice') {
    const missing = insteadOfButtons(view).map((one) => inWordsOf(one, locale));
    return [inWords(whole, [clip(wordsOf(view, locale), MOST_WORDS), ...missing].join('\n\n'))];
  }
  const { summary } = whole;
  const id = 'id' in view ? view.id : null;
  const data = { typed: typedFor(view), id, isOver: view.kind === 'closed' };
  const missing = inWordsOf({ id: 'chat.bare', data }, locale);
  const words = inWords(whole, `${summary}\n\n${missing}`);
  return id === null ? [words] : [bare(whole, missing, locale), words];
}

/** The lock screen's text, the people it mentions, and the buttons that may be pressed without reading the card. */
function bare({ summary, attachments }: CardMessage, missing: string, { language }: Locale): CardMessage {
  const card = (attachments[0]?.content ?? {}) as Node;
  const [body, actions] = [card.body, card.actions].map((list) => (list ?? []) as readonly Node[]);
  const msteams = (card.msteams ?? {}) as Node;
  const called = msteams.entities === undefined ? [] : (body ?? []).slice(-1);
  const content = {
    ...frame(
      {
        body: [text(literal(summary), { weight: 'Bolder' }), small(missing), ...called],
        actions: (actions ?? []).filter(needsNoReading),
      },
      summary,
      language,
    ),
    msteams,
  };
  return { type: 'message', summary, attachments: [{ contentType: CARD, content }] };
}

function needsNoReading(action: Node): boolean {
  const inner = ((action.card as Node | undefined)?.actions ?? []) as readonly Node[];
  const verbs = [action, ...inner].flatMap(({ verb }) => (typeof verb === 'string' ? [verb] : []));
  return verbs.length > 0 && verbs.every(mayBePressedUnread);
}

/** Without a card: if there was one, it is removed together with its buttons. */
const inWords = ({ summary }: CardMessage, words: string): CardMessage => ({
  type: 'message',
  summary,
  text: words,
  textFormat: 'plain',
  attachments: [],
});

/** One sentence per paragraph. */
export const wordsOf = ({ messages }: Pick<NoticeView, 'messages'>, locale: Locale): string =>
  messages.map((message) => inWordsOf(message, locale)).join('\n\n');

const inWordsOf = (message: Message, locale: Locale): string =>
  sayWith(message, locale.language, plainPen({ ...locale, call: MENTION }));
