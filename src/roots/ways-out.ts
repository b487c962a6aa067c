import { createHttpOut } from '../../adapters/http/index.ts';
import { clip } from '../../cards/literal.ts';
import { say } from '../../cards/wording/index.ts';
import type { BotDeps } from '../app/bot/index.ts';
import type { Options } from '../config/options.ts';
import type { Farm } from '../domain/farm/farm.ts';
import type { WayOut } from '../ports/way-out.ts';
import { VERSION } from './version.ts';

/** Characters: who takes alerts refuses long ones, and a machine's own words have no end. */
const LONGEST_TEXT = 4_000;

/** What the bot tells others than chats, and what it knows of itself: its version, and when secrets of its own end. */
export const waysOut = (
  farms: readonly Pick<Farm, 'rehearsal'>[],
  options: Options,
  wayOut?: WayOut,
): Required<Pick<BotDeps, 'out' | 'credentials' | 'version'>> => ({
  version: VERSION,
  out: {
    http: createHttpOut({ plainLoopback: farms.every(({ rehearsal }) => rehearsal), version: VERSION, wayOut }),
    // Whoever receives it may be a program: in one language, and in the farm's time.
    word: (message, timeZone) => clip(say(message, 'en', undefined, timeZone), LONGEST_TEXT),
  },
  credentials:
    options.teamsPasswordEnds === null
      ? []
      : [{ platform: 'teams', endsAt: `${options.teamsPasswordEnds}T00:00:00.000Z` }],
});
