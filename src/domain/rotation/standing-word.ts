import type { BotEntry } from '../journal/entries.ts';
import type { Instant } from '../values.ts';

/** A word about the farm as it was told in a channel: which message says it, and since when. */
export interface StandingWord {
  readonly platform: string;
  readonly channel: string;
  readonly key: string;
  readonly message: string;
  readonly at: Instant;
}

/** How a channel's word is remembered. */
export const toldKey = (platform: string, channel: string, key: string): string => `${platform} ${channel} ${key}`;

export type QuietWord = Extract<BotEntry, { type: 'quiet' | 'well' }> & { readonly at: Instant };
