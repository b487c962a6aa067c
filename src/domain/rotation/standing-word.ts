import type { BotEntry } from '../journal/entries.ts';
import type { Instant } from '../values.ts';

/** A message about the farm as posted in a channel: its id, and since when. */
export interface StandingWord {
  readonly platform: string;
  readonly channel: string;
  readonly key: string;
  readonly message: string;
  readonly at: Instant;
}

/** The key under which a channel's message is remembered. */
export const toldKey = (platform: string, channel: string, key: string): string => `${platform} ${channel} ${key}`;

export type QuietWord = Extract<BotEntry, { type: 'quiet' | 'well' }> & { readonly at: Instant };
