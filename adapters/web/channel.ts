import type { ServerResponse } from 'node:http';
import { isNativeError } from 'node:util/types';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { Farm, FarmChannel } from '../../src/domain/farm/farm.ts';
import type { CardView, ConsoleView, NoticeView, Reader } from '../../src/domain/views/view.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { ConsoleFeed } from '../../src/ports/console.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import { pageWords } from './page-words.ts';
import { type Actor, readerOf } from './people.ts';
import type { WebLog } from './server.ts';
import { type ShownMessage, showConsole, showMessage, type Wording } from './show.ts';
import { createStreams } from './streams.ts';

interface ChannelParts {
  readonly farms: readonly Farm[];
  readonly actors: readonly Actor[];
  readonly feeds: readonly ConsoleFeed[];
  readonly store: MessageStore;
  readonly wording: Wording;
  readonly clock: Clock;
  readonly log: WebLog;
  readonly canBreak: boolean;
}

export type Channel = ReturnType<typeof createChannel>;

/** The page's one channel: the messages in it, and who is shown which. */
export function createChannel({ farms, actors, feeds, store, wording, clock, log, canBreak }: ChannelParts) {
  const here: FarmChannel = farms.flatMap(({ channels }) => channels).find(({ platform }) => platform === 'web') ?? {
    platform: 'web',
    id: 'sql-ops',
    name: 'sql-ops',
    language: 'en',
  };
  const streams = createStreams();
  const show = (message: StoredMessage, actor: Actor): ShownMessage | null => {
    if (message.only !== null && message.only !== actor.account) return null;
    try {
      return showMessage(message, { reader: readerOf(actor), actors, locale: actor.locale }, wording);
    } catch (error) {
      // A view from an older version, or a fault in the wording: the page says so and carries on.
      log.error({ message: message.id, error: reasonOf(error) }, 'a message cannot be drawn');
      const { id, at, changed, only } = message;
      const { language, timeZone } = actor.locale;
      const text = wording.say({ id: 'console.card-not-drawn', data: {} }, language, undefined, timeZone);
      const from = { name: 'certops', bot: true };
      return { id, at, changed, from, only: only !== null, language, body: { type: 'text', text }, notes: [] };
    }
  };
  const tell = (message: StoredMessage): StoredMessage => {
    streams.send('message', (actor) => show(message, actor));
    return message;
  };
  const add = async (from: string | null, only: string | null, body: StoredMessage['body']) =>
    tell(await store.add({ at: clock.now(), from, only, body })).id;
  const mustBeHere = (id: string): void => {
    if (id !== here.id) throw new CertopsError('ChannelNotFound', { channel: id });
  };
  const unsubscribe = feeds.map((feed) =>
    feed.subscribe(() => {
      // Built once for all pages, and not at all while none is open.
      let view: ConsoleView | null = null;
      streams.send('console', ({ locale }) => {
        view ??= feed.view();
        return showConsole(view, locale, wording);
      });
    }),
  );

  return {
    id: here.id,
    /**
     * Sends a page the whole state, then each change; a farm's change is sent as the whole farm. Throws CertopsError
     * `TooManyPages`.
     */
    open: (actor: Actor, response: ServerResponse): void => {
      const state = {
        channel: here.name,
        me: actor.account,
        actors,
        canBreak,
        language: actor.locale.language,
        timeZone: actor.locale.timeZone,
        words: pageWords(actor.locale, wording),
        farms: feeds.map((feed) => showConsole(feed.view(), actor.locale, wording)),
        messages: store.messages().flatMap((message) => show(message, actor) ?? []),
      };
      if (!streams.open(actor, response, state)) throw new CertopsError('TooManyPages');
    },
    /** `open`: everybody sees it; otherwise only whoever typed it. */
    say: (account: string, text: string, open: boolean) => add(account, open ? null : account, { type: 'text', text }),
    /** Visible to this person alone. */
    whisper: async (account: string, view: CardView, reader: Reader | null = null): Promise<void> => {
      await add(null, account, card(view, reader));
    },
    post: async (id: string, view: CardView): Promise<string> => {
      mustBeHere(id);
      return add(null, null, card(view));
    },
    /** The newest card about this; null: none. */
    find: async (id: string, key: string): Promise<string | null> => {
      mustBeHere(id);
      const cards = store.messages().filter(({ only, body }) => only === null && body.type === 'card');
      return cards.findLast(({ body }) => body.type === 'card' && isAbout(body.view, key))?.id ?? null;
    },
    update: async (id: string, message: string, view: CardView): Promise<void> => {
      mustBeHere(id);
      tell(await store.change(message, clock.now(), view));
    },
    /** Stands below that card, as in its thread. */
    note: async (id: string, message: string, view: NoticeView): Promise<string> => {
      mustBeHere(id);
      const { notes = [] } = tell(await store.note(message, clock.now(), view));
      return `${message}.${notes.length}`;
    },
    close: (): void => {
      for (const end of unsubscribe) end();
      streams.close();
    },
  };
}

const isAbout = (view: CardView, key: string): boolean =>
  view.kind === 'reminder'
    ? view.sample == null && key === `${view.farm} reminder ${view.day}`
    : 'id' in view && view.id === key;

/** `reader` null: drawn for the person who looks. */
const card = (view: CardView, reader: Reader | null = null): StoredMessage['body'] => ({
  type: 'card',
  view,
  reader,
});

const reasonOf = (error: unknown): string =>
  isCertopsError(error) ? error.code : isNativeError(error) ? error.message : String(error);
