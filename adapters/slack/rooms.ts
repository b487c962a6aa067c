import { CertopsError, isCertopsError } from '../../src/domain/errors.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { SlackApi } from './api.ts';

/**
 * Whether a card may be posted in a channel, by what Slack knows of it. Kept for a minute, since a channel can be
 * shared any time.
 */
interface Rooms {
  /**
   * No card may be seen by another company. Throws CertopsError `ChannelShared` or `ChannelNotFound`, and as the API
   * does when Slack does not say.
   */
  mustBeInside(channel: string): Promise<void>;
  /** Whether the bot is a member and the channel is not shared. Throws when Slack cannot be asked now. */
  isFit(channel: string): Promise<boolean>;
}

interface Room {
  readonly archived: boolean;
  readonly shared: boolean;
  readonly member: boolean;
}

const KEPT_MS = 60_000;
const MOST = 1_000;

/**
 * What Slack says of a channel is believed for a minute: one that is shared with another company later is noticed then.
 */
export function createRooms(api: SlackApi, clock: SteadyClock): Rooms {
  const kept = new Map<string, { readonly until: number; readonly room: Room }>();

  async function roomOf(channel: string): Promise<Room> {
    const old = kept.get(channel);
    if (old !== undefined && old.until > clock.steady()) return old.room;
    const room = await ask(api, channel);
    if (kept.size >= MOST) kept.clear();
    kept.set(channel, { until: clock.steady() + KEPT_MS, room });
    return room;
  }

  return {
    mustBeInside: async (channel) => {
      // A person's direct message with the bot; Slack lets it post in no other direct message.
      if (isDirect(channel)) return;
      const { archived, shared } = await roomOf(channel);
      if (archived) {
        const context = { platform: 'slack', method: 'conversations.info', channel };
        throw new CertopsError('ChannelNotFound', { ...context, reason: 'is_archived' });
      }
      if (shared) throw new CertopsError('ChannelShared', { platform: 'slack', channel });
    },
    isFit: async (channel) => {
      if (isDirect(channel)) return false;
      try {
        const { archived, shared, member } = await roomOf(channel);
        return member && !archived && !shared;
      } catch (error) {
        // The bot may not even ask about a group conversation of a few people.
        if (isCertopsError(error) && ['ChannelNotFound', 'ChatRefused'].includes(error.code)) return false;
        throw error;
      }
    },
  };
}

async function ask(api: SlackApi, channel: string): Promise<Room> {
  const context = { method: 'conversations.info', channel };
  const { channel: found } = await api.call(context, (client) => client.conversations.info({ channel }));
  return {
    archived: found === undefined || found.is_archived === true,
    shared: found?.is_ext_shared === true || found?.is_pending_ext_shared === true,
    member: found?.is_member === true,
  };
}

/** Slack's ids of direct messages begin with D. The bot may not ask about these: it has no `im:read`. */
const isDirect = (channel: string): boolean => channel.startsWith('D');
