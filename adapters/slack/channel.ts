import { renderBlockKit } from '../../cards/block-kit.ts';
import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/views/view.ts';
import type { Locale, Note, Posting } from '../../src/ports/chat.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { SlackApi } from './api.ts';
import { isOfThread } from './errors.ts';
import type { Identity } from './identity.ts';
import { createRooms } from './rooms.ts';
import type { Content, SendSized } from './smaller.ts';

export type Channel = ReturnType<typeof createChannel>;

/** Slack stores this in the message's metadata: `find` recognises a card by it. */
const EVENT_TYPE = 'certops_card';
/** How many messages back `find` looks: it runs after a crash between posting and recording, seconds ago. */
const NEWEST = 200;
/** At most this many pages: Slack may return fewer messages than asked for, however many there are. */
const PIECES = 15;
/** After this no further page is requested, so that `find` ends within half a minute. */
const NEXT_PIECE_MS = 8_000;

/** No link in the bot's messages is unfolded. */
export const QUIET = { unfurl_links: false, unfurl_media: false };

/** The messages in a channel. Every failure is a CertopsError, as ChatAdapter says, plus `ChannelShared`. */
export function createChannel(deps: {
  readonly api: SlackApi;
  /** For questions asked before posting, so that question and post together end in time. */
  readonly quick: SlackApi;
  readonly identity: Identity;
  readonly sized: SendSized;
  readonly clock: SteadyClock;
  /** Channels of the farms. */
  readonly channels: readonly string[];
}) {
  const { api, quick, identity, sized, clock, channels } = deps;
  const { mustBeInside, isFit } = createRooms(quick, clock);
  const direct = new Map<string, string>();
  /** By channel and key: messages that show an older state and can no longer be changed. */
  const fixed = new Map<string, readonly string[]>();

  async function send(channel: string, message: Content, more: object): Promise<string> {
    const context = { method: 'chat.postMessage', channel };
    const posted: object = await api.call(context, (client) =>
      client.apiCall('chat.postMessage', { channel, ...message, ...QUIET, ...more }),
    );
    const { ts } = posted as { readonly ts?: unknown };
    if (typeof ts !== 'string') throw new CertopsError('ChatAway', { platform: 'slack', ...context, reason: 'no-ts' });
    return ts;
  }

  async function sendBelow(channel: string, message: string, content: Content): Promise<string> {
    try {
      return await send(channel, content, { thread_ts: message });
    } catch (error) {
      if (!isOfThread(error)) throw error;
      return send(channel, content, {});
    }
  }

  /** One kind of card of one rotation: if Slack refuses something in it, the next of that kind has it as well. */
  const aboutOf = (channel: string, { kind }: CardView, { key }: Posting): string => `${channel} ${key} ${kind}`;

  const metadata = (key: string): object => ({ metadata: { event_type: EVENT_TYPE, event_payload: { key } } });

  return {
    post: async (channel: string, view: CardView, posting: Posting): Promise<string> => {
      const { key, locale, mention } = posting;
      await mustBeInside(channel);
      const posted = await sized({
        about: aboutOf(channel, view, posting),
        draw: (size) => renderBlockKit(view, 'approver', locale, mention, size),
        send: (message) => send(channel, message, metadata(key)),
      });
      void removeFixed(channel, key);
      return posted;
    },

    find: async (channel: string, key: string): Promise<string | null> => {
      const me = await identity.get();
      const context = { method: 'conversations.history', channel };
      const until = clock.steady() + NEXT_PIECE_MS;
      let [cursor, seen] = ['', 0];
      for (let piece = 0; piece < PIECES && seen < NEWEST; piece += 1) {
        if (clock.steady() > until)
          throw new CertopsError('ChatAway', { platform: 'slack', ...context, reason: 'slow' });
        const from = cursor === '' ? {} : { cursor };
        const { messages = [], response_metadata } = await api.call(context, (client) =>
          client.conversations.history({ channel, limit: NEWEST, include_all_metadata: true, ...from }),
        );
        const found = messages.find((message) => {
          const { event_type, event_payload } = message.metadata ?? {};
          const mine = message.bot_id === me.bot || message.user === me.user;
          return mine && event_type === EVENT_TYPE && (event_payload as { key?: unknown } | undefined)?.key === key;
        });
        if (found !== undefined) return found.ts ?? null;
        seen += messages.length;
        cursor = response_metadata?.next_cursor ?? '';
        if (cursor === '') break;
      }
      return null;
    },

    update: async (channel: string, message: string, view: CardView, posting: Posting): Promise<void> => {
      const { key, locale } = posting;
      await mustBeInside(channel);
      await sized({
        about: aboutOf(channel, view, posting),
        draw: (size) => renderBlockKit(view, 'approver', locale, [], size),
        // If `blocks` were left out, the old ones would stay, buttons and all.
        send: ({ text, blocks }) =>
          api.call({ method: 'chat.update', channel }, (client) =>
            client.apiCall('chat.update', { channel, ts: message, text, blocks, ...metadata(key) }),
          ),
      }).catch((error: unknown) => {
        const name = `${channel} ${key}`;
        const known = fixed.get(name) ?? [];
        if (isCertopsError(error) && error.data.stays === true && !known.includes(message))
          fixed.set(name, [...known, message]);
        throw error;
      });
    },

    note: async (channel: string, message: string, { notice, locale, mention }: Note): Promise<string> => {
      await mustBeInside(channel);
      return sized({
        draw: (size) => renderBlockKit(notice, 'other', locale, mention, size),
        send: (content) => sendBelow(channel, message, content),
      });
    },

    tell: (account: string, notice: NoticeView, locale: Locale): Promise<void> =>
      sized({
        draw: (size) => renderBlockKit(notice, 'other', locale, [], size),
        send: (content) => whisper(account, content),
      }),

    whisper,

    /**
     * Where to put a card that a person asked for in `channel`. `alone`: it is posted nowhere else, so even a channel
     * of the farm is checked. Never throws.
     */
    standing: async (channel: string, account: string, alone: boolean): Promise<string> => {
      if (!alone && channels.includes(channel)) return channel;
      try {
        return (await isFit(channel)) ? channel : await directOf(account);
      } catch {
        return channel;
      }
    },
  };

  /** Now that the card stands in another message: their buttons are out of date. Where Slack refuses, they stay. */
  async function removeFixed(channel: string, key: string): Promise<void> {
    const messages = fixed.get(`${channel} ${key}`) ?? [];
    fixed.delete(`${channel} ${key}`);
    for (const ts of messages)
      await api
        .call({ method: 'chat.delete', channel }, (client) => client.chat.delete({ channel, ts }))
        .catch(() => {});
  }

  /** In the person's direct message with the bot. */
  async function whisper(account: string, message: Content): Promise<void> {
    await send(await directOf(account), message, {});
  }

  async function directOf(account: string): Promise<string> {
    const known = direct.get(account);
    if (known !== undefined) return known;
    const context = { method: 'conversations.open' };
    const { channel } = await quick.call(context, (client) => client.conversations.open({ users: account }));
    if (channel?.id === undefined) throw new CertopsError('ChannelNotFound', { platform: 'slack', ...context });
    direct.set(account, channel.id);
    return channel.id;
  }
}
