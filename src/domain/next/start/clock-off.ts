import { PROTOCOL } from '../../letters/protocol.ts';
import { mayStillSpeak } from '../../presence/presence.ts';
import { alikeIn } from '../../presence/skew.ts';
import { instantOf } from '../../time.ts';
import type { HostName, Instant } from '../../values.ts';
import type { Moment } from '../moment.ts';

/** Recorded in place of looks that no machine would have taken: they are made up for once the clock is right. */
export const BOT_CLOCK_OFF = 'BotClockOff';

/** The bot's clock against those of all machines heard since it was set, none of which is near it. */
export interface ClockOff {
  /** What the machines' clocks say now, as near to the bot's as one of them comes. Milliseconds since 1970. */
  readonly theirs: number;
  readonly host: HostName;
  readonly hostClock: Instant;
  readonly botClock: Instant;
  /** How many machines' clocks agree with each other; 0: they do not, or there is only one. */
  readonly alike: number;
}

interface Seen {
  readonly host: HostName;
  /** The machine's clock minus the bot's, by its newest letter. */
  readonly byMs: number;
}

/**
 * Whether the bot's clock is so far from those of all machines that they would refuse its orders; null: it is not, or
 * nobody knows yet. By the newest letters alone: one that was held up only makes the bot wait a little.
 */
export function clockOff({ presence, since, now, farm }: Moment): ClockOff | null {
  const seen = farm.hosts.flatMap(({ name: host }): readonly Seen[] => {
    const hello = presence[host];
    return hello === undefined || hello.at < since ? [] : [{ host, byMs: hello.clock - hello.at }];
  });
  const [nearest] = [...seen].sort((a, b) => Math.abs(a.byMs) - Math.abs(b.byMs));
  if (nearest === undefined || Math.abs(nearest.byMs) <= PROTOCOL.issuedToleranceMs) return null;
  const all = seen.map(({ byMs }) => byMs);
  // One ahead and one behind: any of the three may be right.
  if (all.some((ms) => ms > 0) && all.some((ms) => ms < 0)) return null;
  const theirs = now + nearest.byMs;
  return { theirs, host: nearest.host, hostClock: instantOf(theirs), botClock: instantOf(now), alike: alikeIn(all) };
}

/** Whether no machine has been heard since this bot's clock was set, or it started: its clock may be off. */
export const isUntold = (moment: Moment): boolean =>
  moment.farm.hosts.length > 0 && moment.farm.hosts.every(({ name }) => mayStillSpeak(moment, name));
