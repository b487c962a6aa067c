import { CertopsError } from '../../../src/domain/errors.ts';
import type { CardView } from '../../../src/domain/view.ts';
import type { ChatAdapter, ChatIntent, Reply } from '../../../src/ports/chat.ts';

export interface Told {
  readonly channel: string;
  readonly message: string;
  /** Every state the message ever showed, oldest first. */
  readonly views: CardView[];
}

export interface FakeChat extends ChatAdapter {
  /** Refuses every call. */
  away: boolean;
  /** Called after a message was stored and before its id is told: what a crash falls into. */
  afterPost: (() => void) | null;
  readonly messages: Told[];
  /** Somebody deletes a message in the client. */
  forget(message: string): void;
  /** The newest state of each message in a channel. */
  cards(channel?: string): readonly CardView[];
}

/** A chat that keeps the rules: an unknown channel or message is refused, and what it refused it did not do. */
export function createFakeChat(platform = 'web', channels: readonly string[] = ['sql-ops']): FakeChat {
  const messages: Told[] = [];
  const gone = new Set<string>();
  let inbox: ((intent: ChatIntent) => Promise<Reply>) | null = null;

  function mustBeHere(channel: string): void {
    if (chat.away) throw new CertopsError('ChatAway', { platform });
    if (!channels.includes(channel)) throw new CertopsError('ChannelNotFound', { channel });
  }

  const chat: FakeChat = {
    platform,
    away: false,
    afterPost: null,
    messages,
    forget: (message) => gone.add(message),
    cards: (channel) =>
      messages
        .filter((one) => channel === undefined || one.channel === channel)
        .flatMap((one) => one.views.at(-1) ?? []),
    async start(answer) {
      inbox = answer;
    },
    async stop() {
      inbox = null;
    },
    async post(channel, view) {
      mustBeHere(channel);
      const message = `${platform}-${messages.length + 1}`;
      messages.push({ channel, message, views: [view] });
      chat.afterPost?.();
      return message;
    },
    updateEveryMs: 0,
    find: async () => null,
    note: async (channel, _message, { notice }) =>
      chat.post(channel, notice, { key: '', tongue: { language: 'en', timeZone: 'UTC' }, mention: [], readers: [] }),
    tell: async () => undefined,
    group: async () => null,
    async update(channel, message, view) {
      mustBeHere(channel);
      const found = messages.find((one) => one.message === message && one.channel === channel);
      if (found === undefined || gone.has(message)) throw new CertopsError('MessageNotFound', { message });
      found.views.push(view);
    },
  };
  void inbox;
  return chat;
}
