import { createHttpOut } from '../../../adapters/http/index.ts';
import { clip } from '../../../cards/literal.ts';
import { say } from '../../../cards/wording/index.ts';
import { botsServing } from '../../../jobs/presence.ts';
import type { BotDeps } from '../../app/bot/index.ts';
import type { Options } from '../../config/options.ts';
import type { Farm } from '../../domain/farm/farm.ts';
import type { WayOut } from '../../ports/way-out.ts';
import { VERSION } from '../version.ts';

/** Characters: receivers of alerts refuse long texts, and a machine's own words can be of any length. */
const LONGEST_TEXT = 4_000;

/**
 * How the bot reports outside the chats, and what it knows about itself: its version, when its own secrets expire, and
 * whether it is alone.
 */
export const waysOut = (
  farms: readonly Pick<Farm, 'rehearsal'>[],
  options: Options,
  wayOut?: WayOut,
): Required<Pick<BotDeps, 'out' | 'credentials' | 'version' | 'bots'>> => ({
  version: VERSION,
  bots: async (farm) => {
    const { redisUrl: redis, redisPrefix: prefix } = options;
    return redis === null ? null : botsServing({ redis, prefix, farm });
  },
  out: {
    http: createHttpOut({ plainLoopback: farms.every(({ rehearsal }) => rehearsal), version: VERSION, wayOut }),
    // The receiver may be a program: one language, and the farm's time.
    word: (message, timeZone) => clip(say(message, 'en', undefined, timeZone), LONGEST_TEXT),
  },
  credentials:
    options.teamsPasswordEnds === null
      ? []
      : [{ platform: 'teams', endsAt: `${options.teamsPasswordEnds}T00:00:00.000Z` }],
});
