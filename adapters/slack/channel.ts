import { renderBlockKit } from '../../cards/block-kit.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { CardView, NoticeView } from '../../src/domain/view.ts';
import type { Note, Posting, Tongue } from '../../src/ports/chat.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { SlackApi } from './api.ts';
import type { Identity } from './identity.ts';

export type Channel = ReturnType<typeof createChannel>;

/** A rendered message. */
export interface Content {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** Kept with the message by Slack: `find` knows a card by it. */
const EVENT_TYPE = 'certops_card';
/** How far back `find` looks: it is asked after a crash between posting and recording, seconds ago. */
const NEWEST = 200;
const KEPT_MS = 60_000;

const ENGLISH: Tongue = { language: 'en', timeZone: 'UTC' };
const QUIET = { unfurl_links: false, unfurl_media: false };

/** What stands in a channel. Every failure is a CertopsError, as ChatAdapter says; `ChannelShared` besides. */
export function createChannel(api: SlackApi, identity: Identity, clock: Clock) {
  const inside = new Map<string, number>();
  const direct = new Map<string, string>();
  const tongues = new Map<string, Tongue>();

  /** No card is for the eyes of another company. Asked again every minute, since a channel can be shared at any time. */
  async function mustBeInside(channel: string): Promise<void> {
    if ((inside.get(channel) ?? 0) > clock.now()) return;
    const context = { method: 'conversations.info', channel };
    const { channel: found } = await api.call(context, (client) => client.conversations.info({ channel }));
    if (found === undefined || found.is_archived === true) {
      throw new CertopsError('ChannelNotFound', { platform: 'slack', ...context, reason: 'is_archived' });
    }
    if (found.is_ext_shared === true || found.is_pending_ext_shared === true) {
      throw new CertopsError('ChannelShared', { platform: 'slack', channel });
    }
    inside.set(channel, clock.now() + KEPT_MS);
  }

  async function send(channel: string, message: Content, more: object): Promise<string> {
    const context = { method: 'chat.postMessage', channel };
    const posted: object = await api.call(context, (client) =>
      client.apiCall('chat.postMessage', { channel, ...message, ...QUIET, ...more }),
    );
    const { ts } = posted as { readonly ts?: unknown };
    if (typeof ts !== 'string') throw new CertopsError('ChatAway', { platform: 'slack', ...context, reason: 'no-ts' });
    return ts;
  }

  const metadata = (key: string): object => ({ metadata: { event_type: EVENT_TYPE, event_payload: { key } } });

  return {
    post: async (channel: string, view: CardView, { key, tongue, mention }: Posting): Promise<string> => {
      tongues.set(channel, tongue);
      await mustBeInside(channel);
      return send(channel, renderBlockKit(view, 'approver', tongue, mention), metadata(key));
    },

    find: async (channel: string, key: string): Promise<string | null> => {
      const me = await identity.get();
      const { messages = [] } = await api.call({ method: 'conversations.history', channel }, (client) =>
        client.conversations.history({ channel, limit: NEWEST, include_all_metadata: true }),
      );
      const found = messages.find((message) => {
        const { event_type, event_payload } = message.metadata ?? {};
        const mine = message.bot_id === me.bot || message.user === me.user;
        return mine && event_type === EVENT_TYPE && (event_payload as { key?: unknown } | undefined)?.key === key;
      });
      return found?.ts ?? null;
    },

    update: async (channel: string, message: string, view: CardView, { key, tongue }: Posting): Promise<void> => {
      tongues.set(channel, tongue);
      await mustBeInside(channel);
      const { text, blocks } = renderBlockKit(view, 'approver', tongue);
      await api.call({ method: 'chat.update', channel }, (client) =>
        client.apiCall('chat.update', { channel, ts: message, text, blocks, ...metadata(key) }),
      );
    },

    note: async (channel: string, message: string, { notice, tongue, mention }: Note): Promise<string> => {
      await mustBeInside(channel);
      return send(channel, renderBlockKit(notice, 'other', tongue, mention), { thread_ts: message });
    },

    tell: (account: string, notice: NoticeView, tongue: Tongue): Promise<void> =>
      whisper(account, renderBlockKit(notice, 'other', tongue)),

    whisper,

    /** As the last card there spoke. */
    tongueOf: (channel: string): Tongue => tongues.get(channel) ?? ENGLISH,
  };

  /** In the person's own conversation with the bot. */
  async function whisper(account: string, message: Content): Promise<void> {
    const channel = direct.get(account) ?? (await openDirect(account));
    direct.set(account, channel);
    await send(channel, message, {});
  }

  async function openDirect(account: string): Promise<string> {
    const context = { method: 'conversations.open' };
    const { channel } = await api.call(context, (client) => client.conversations.open({ users: account }));
    if (channel?.id === undefined) throw new CertopsError('ChannelNotFound', { platform: 'slack', ...context });
    return channel.id;
  }
}
