import { instantOf, MINUTE_MS } from '../../../domain/time.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Quiet } from '../chats/quiet-chats.ts';

/**
 * A bot that replaces another one may overlap with it, and a connection that was cut off seems alive for a while. After
 * an outage, one bot may be connected again before the other.
 */
const LASTS_MS = 2 * MINUTE_MS;
/** Looks further apart than this do not show what was there between them: the machine slept, or Redis was away. */
const TOGETHER_MS = LASTS_MS;

/** The addresses from which bots of this farm take letters, this one's too; null: that cannot be seen. */
export type FindBots = (farm: string) => Promise<readonly string[] | null>;

interface OtherBotsDeps {
  readonly find: FindBots;
  readonly clock: SteadyClock;
}

interface At {
  readonly now: number;
  readonly steady: number;
}

/** Either clock may stand still while a machine sleeps. */
const areTogether = (last: At, now: At): boolean =>
  Math.max(Math.abs(now.now - last.now), now.steady - last.steady) < TOGETHER_MS;

/**
 * Whether this farm is served by more than one bot: a copy of the folder was started somewhere else, or a second one
 * for safety. Each would take a part of the letters, and where a chat distributes its events, a part of the votes.
 */
export function createOtherBots(farm: string, { find, clock }: OtherBotsDeps) {
  let found: readonly string[] | null = null;
  let isLooking = false;
  let seen: { readonly isMany: boolean; readonly first: At; readonly last: At } | null = null;
  return {
    /** Returns at once: nothing waits for Redis. */
    look(): void {
      if (isLooking) return;
      isLooking = true;
      void find(farm)
        .catch(() => null)
        .then((addresses) => {
          isLooking = false;
          found = addresses;
          if (addresses === null) return;
          const isMany = addresses.length > 1;
          const last = { now: clock.now(), steady: clock.steady() };
          const first = seen?.isMany === isMany && areTogether(seen.last, last) ? seen.first : last;
          seen = { isMany, first, last };
        });
    },
    /**
     * By what the looks have shown. What was reported stays so, with the addresses of that moment, until one alone has
     * been seen for as long.
     */
    quiet(known: readonly Quiet[]): readonly Quiet[] {
      const told = known.filter(({ what }) => what === 'bots');
      if (found === null || seen === null || seen.last.steady - seen.first.steady < LASTS_MS) return told;
      const { isMany, first } = seen;
      if (!isMany) return [];
      if (told.length > 0) return told;
      return [...new Set(found)].map((subject) => ({ what: 'bots', subject, since: instantOf(first.now) }));
    },
  };
}
