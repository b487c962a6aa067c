import type { Language } from '../../src/domain/farm/locale.ts';
import type { Json, Message } from '../../src/domain/values.ts';
import type { CardView, ConsoleView, NoticeAction, NoticeView, Reader } from '../../src/domain/views/view.ts';
import type { AskForm, Locale } from '../../src/ports/chat.ts';
import type { StoredMessage } from './message-store.ts';
import type { Actor } from './people.ts';

/** The wording and rendering of cards/, passed in so that a test can stand in for them. */
export interface Wording {
  renderAdaptiveCard(view: CardView, reader: Reader, language: Language, timeZone: string): object;
  renderForm(form: AskForm, locale: Locale): object;
  /** The form for the sentence that a button asks for; null: none. */
  renderSentence(action: NoticeAction, locale: Locale): object | null;
  /** `quote` is applied to every inserted value, so that what people typed is never read as markup. */
  say(message: Message, language: Language, quote: ((text: string) => string) | undefined, timeZone: string): string;
}

/** What the page gets of a message: words and card JSON, for one reader. */
export interface ShownMessage {
  readonly id: string;
  readonly at: number;
  readonly changed: number | null;
  readonly from: { readonly name: string; readonly bot: boolean };
  readonly only: boolean;
  /** The language of its words, so that they are read out and drawn correctly. */
  readonly language: Language;
  readonly body:
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'card'; readonly kind: string; readonly card: object }
    | {
        readonly type: 'notice';
        /** Stable ids of the sentences, for programs that drive the page. */
        readonly codes: readonly string[];
        readonly lines: readonly string[];
        /** `form`: what is asked before the action is sent; null: nothing. */
        readonly actions: readonly {
          readonly label: string;
          readonly verb: string;
          readonly data: Json;
          readonly form: object | null;
        }[];
      };
  /** What was said below it, oldest first. */
  readonly notes: readonly { readonly at: number; readonly lines: readonly string[] }[];
}

/** The page interprets `**bold**` and a backslash before anything; see client/markdown.js. */
const escapeMarkdown = (text: string): string => text.replace(/[\\*_`<>[\]]/gu, '\\$&');

/** A stored message as the page shows it to one reader, in their language and time zone. */
export function showMessage(
  message: StoredMessage,
  to: { readonly reader: Reader; readonly actors: readonly Actor[]; readonly locale: Locale },
  wording: Wording,
): ShownMessage {
  const { id, at, changed, only, from } = message;
  const author = to.actors.find((actor) => actor.account === from);
  return {
    id,
    at,
    changed,
    from: from === null ? { name: 'certops', bot: true } : { name: author?.name ?? from, bot: false },
    only: only !== null,
    language: to.locale.language,
    body: showBody(message.body, to, wording),
    notes: (message.notes ?? []).map(({ at, view }) => ({ at, lines: linesOf(view, to.locale, wording) })),
  };
}

function showBody(
  body: StoredMessage['body'],
  to: { readonly reader: Reader; readonly locale: Locale },
  wording: Wording,
): ShownMessage['body'] {
  if (body.type === 'text') return body;
  const { view } = body;
  const { language, timeZone } = to.locale;
  if (view.kind !== 'notice') {
    const card = wording.renderAdaptiveCard(view, body.reader ?? to.reader, language, timeZone);
    return { type: 'card', kind: view.kind, card };
  }
  const say = (message: Message) => wording.say(message, language, undefined, timeZone);
  return {
    type: 'notice',
    codes: view.messages.map(({ id }) => id),
    lines: linesOf(view, to.locale, wording),
    actions: view.actions.map((action) => ({
      label: say(action.label),
      verb: action.verb,
      data: action.data,
      form: wording.renderSentence(action, to.locale),
    })),
  };
}

const linesOf = ({ messages }: NoticeView, { language, timeZone }: Locale, wording: Wording): readonly string[] =>
  messages.map((line) => wording.say(line, language, escapeMarkdown, timeZone));

/** ConsoleView with every Message turned into words. */
export function showConsole(view: ConsoleView, { language, timeZone }: Locale, wording: Wording): object {
  const say = (message: Message) => wording.say(message, language, undefined, timeZone);
  return {
    ...view,
    waits: view.waits == null ? null : say(view.waits),
    runners: (view.runners ?? []).map(say),
    hosts: view.hosts.map((host) => ({ ...host, what: say(host.what) })),
    journal: {
      ...view.journal,
      lines: view.journal.lines.map((line) => ({ ...line, what: say(line.what) })),
    },
  };
}
