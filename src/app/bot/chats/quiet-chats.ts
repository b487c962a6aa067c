import type { QuietKind } from '../../../domain/journal/reminder-entries.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import type { Instant } from '../../../domain/values.ts';
import { placeKey } from './places.ts';

export interface Quiet {
  readonly what: QuietKind;
  readonly subject: string;
  readonly since: Instant;
  /** Of Redis: the word in which it refuses all that is written. Left out: it is out of reach. */
  readonly refuses?: string;
}

/** How a channel of the farm takes what it is sent, as far as this process knows. */
export interface ChannelHealth {
  readonly platform: string;
  readonly id: string;
  /** Since when nothing new gets through, milliseconds since 1970; null: nothing is known to fail. */
  readonly failingSince: number | null;
  /** Whether something has got through since. */
  readonly isProved: boolean;
}

/** Whether what people say there reaches the bot. */
export interface Hearing {
  readonly platform: string;
  readonly isStarted: boolean;
  /** Milliseconds since 1970; null: nothing is known to be in the way. */
  readonly deafSince: number | null;
}

export interface ChatsNow {
  readonly now: number;
  readonly channels: readonly ChannelHealth[];
  readonly hearing: readonly Hearing[];
  /** When each platform last turned the bot itself away: that is told of as such. */
  readonly turnedAwayAt: ReadonlyMap<string, number>;
}

const CHAT_QUIET_MS = 15 * MINUTE_MS;

/**
 * Chats that take nothing, single channels where their chat takes something elsewhere, and chats of which nothing is
 * heard. What was told lasts until the contrary is seen: a bot that is started anew has not been refused yet, and says
 * nothing where there is nothing to say.
 */
export function quietChats(known: readonly Quiet[], { now, channels, hearing, turnedAwayAt }: ChatsNow): Quiet[] {
  const told = (what: QuietKind, subject: string): Quiet | undefined =>
    known.find((one) => one.what === what && one.subject === subject);
  const news = (what: QuietKind, subject: string, platform: string, since: number | null): Quiet[] => {
    const lasts = since !== null && now - Math.max(since, turnedAwayAt.get(platform) ?? since) > CHAT_QUIET_MS;
    return lasts ? [{ what, subject, since: new Date(since).toISOString() }] : [];
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
