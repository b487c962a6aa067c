import type { Json, Message } from '../../src/domain/values.ts';
import type { CardView, ConsoleView, Reader } from '../../src/domain/view.ts';
import type { StoredMessage } from './message-store.ts';
import type { Actor } from './people.ts';

/** The words of cards/, passed in so that a test can stand in for them. */
export interface Wording {
  renderAdaptiveCard(view: CardView, reader: Reader, language: 'en'): object;
  /** `quote` is put on every datum, so that what people typed is never read as markup. */
  say(message: Message, language: 'en', quote?: (text: string) => string): string;
}

/** What the page gets of a message: words and card JSON, for one reader. */
export interface ShownMessage {
  readonly id: string;
  readonly at: number;
  readonly changed: number | null;
  readonly from: { readonly name: string; readonly bot: boolean };
  readonly only: boolean;
  readonly body:
    | { readonly type: 'text'; readonly text: string }
    | { readonly type: 'card'; readonly kind: string; readonly card: object }
    | {
        readonly type: 'notice';
        /** Stable ids of the sentences, for programs that drive the page. */
        readonly codes: readonly string[];
        readonly lines: readonly string[];
        readonly actions: readonly { readonly label: string; readonly verb: string; readonly data: Json }[];
      };
}

/** The page reads `**bold**` and a backslash before anything; see client/markdown.js. */
const escapeMarkdown = (text: string): string => text.replace(/[\\*_`<>[\]]/gu, '\\$&');

export function showMessage(
  message: StoredMessage,
  to: { readonly reader: Reader; readonly actors: readonly Actor[] },
  wording: Wording,
): ShownMessage {
  const { id, at, changed, only, from } = message;
  const author = to.actors.find((actor) => actor.account === from);
  return {
    id,
    at,
    changed,
    from: from === null ? { name: 'CertOps', bot: true } : { name: author?.name ?? from, bot: false },
    only: only !== null,
    body: showBody(message, message.body.type === 'card' ? (message.body.reader ?? to.reader) : to.reader, wording),
  };
}

function showBody({ body }: StoredMessage, reader: Reader, wording: Wording): ShownMessage['body'] {
  if (body.type === 'text') return body;
  const { view } = body;
  if (view.kind !== 'notice')
    return { type: 'card', kind: view.kind, card: wording.renderAdaptiveCard(view, reader, 'en') };
  return {
    type: 'notice',
    codes: view.messages.map(({ id }) => id),
    lines: view.messages.map((line) => wording.say(line, 'en', escapeMarkdown)),
    actions: view.actions.map(({ label, verb, data }) => ({ label: wording.say(label, 'en'), verb, data })),
  };
}

/** ConsoleView with every Message turned into words. */
export function showConsole(view: ConsoleView, wording: Wording): object {
  const say = (message: Message) => wording.say(message, 'en');
  return {
    ...view,
    hosts: view.hosts.map((host) => ({ ...host, what: say(host.what) })),
    journal: {
      ...view.journal,
      lines: view.journal.lines.map((line) => ({ ...line, what: say(line.what) })),
    },
  };
}
