import type { QuietKind } from '../../../domain/journal/reminder-entries.ts';
import { instantOf, MINUTE_MS } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import { placeKey } from './places.ts';

export interface Quiet {
  readonly what: QuietKind;
  readonly subject: string;
  readonly since: Instant;
  /** Redis only: the word with which it refuses every write. Left out if it is unreachable. */
  readonly refuses?: string;
}

/** How well a channel of the farm accepts what is sent to it, as far as this process knows. */
export interface ChannelHealth {
  readonly platform: string;
  readonly id: string;
  /** Since when nothing new gets through, in milliseconds since 1970; null if no failure is known. */
  readonly failingSince: number | null;
  /** Whether something has got through since the last failure, or since the start. */
  readonly isProved: boolean;
}

/** Whether what people say there reaches the bot. */
export interface Hearing {
  readonly platform: string;
  readonly isStarted: boolean;
  /** Milliseconds since 1970; null if no problem is known. */
  readonly deafSince: number | null;
}

interface ChatsNow {
  readonly now: number;
  readonly channels: readonly ChannelHealth[];
  readonly hearing: readonly Hearing[];
  /** When each platform last rejected the bot itself, which is reported separately. */
  readonly turnedAwayAt: ReadonlyMap<string, number>;
}

const CHAT_QUIET_MS = 15 * MINUTE_MS;

/**
 * Chats that accept nothing, single channels that fail while others of the same chat work, and chats from which nothing
 * is heard. A reported fault lasts until the contrary is seen: a bot that just started has not been refused yet, and
 * sends nothing where there is nothing to send.
 */
export function quietChats(known: readonly Quiet[], { now, channels, hearing, turnedAwayAt }: ChatsNow): Quiet[] {
  const told = (what: QuietKind, subject: string): Quiet | undefined =>
    known.find((one) => one.what === what && one.subject === subject);
  const news = (what: QuietKind, subject: string, platform: string, since: number | null): Quiet[] => {
    const lasts = since !== null && now - Math.max(since, turnedAwayAt.get(platform) ?? since) > CHAT_QUIET_MS;
    return lasts ? [{ what, subject, since: instantOf(since) }] : [];
  };

  const platforms = [...new Set(channels.map(({ platform }) => platform))].map((platform) => {
    const own = channels.filter((one) => one.platform === platform);
    const failing = own.flatMap(({ failingSince }) => failingSince ?? []);
    const since = failing.length < own.length ? null : Math.max(...failing);
    const before = own.some(({ isProved }) => isProved) ? undefined : told('chat', platform);
    return { platform, since, before };
  });
  const isWhole = (platform: string): boolean =>
    platforms.some((one) => one.platform === platform && (one.since !== null || one.before !== undefined));

  return [
    ...platforms.flatMap(({ platform, since, before }) => before ?? news('chat', platform, platform, since)),
    ...channels.flatMap((channel) => {
      const key = placeKey(channel);
      const before = channel.isProved ? undefined : told('channel', key);
      if (before !== undefined) return [before];
      return isWhole(channel.platform) ? [] : news('channel', key, channel.platform, channel.failingSince);
    }),
    ...hearing.flatMap(({ platform, isStarted, deafSince }) => {
      const before = isStarted && deafSince === null ? undefined : told('deaf', platform);
      return before ?? news('deaf', platform, platform, deafSince);
    }),
  ];
}
