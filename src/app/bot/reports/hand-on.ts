import { BODY_LIMITS, readEnvelope } from '../../../domain/letters/envelope.ts';
import { namesIn } from '../../../domain/letters/other-farm.ts';
import type { Envelope } from '../../../domain/letters/protocol.ts';
import { HOUR_MS } from '../../../domain/time.ts';
import { type HostName, parseHostName } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { BotPostOffice } from '../../../ports/post-office.ts';

/**
 * How many farm names are remembered: anybody who can write into `reports` could invent more. Beyond that, the one used
 * longest ago makes room, so that invented ones stand in nobody's way.
 */
const MOST_FARMS = 50;
/** No more lines of the log in an hour than this many: the name may be invented. */
const MOST_TOLD = 50;

/** A report, and the farm that it claims to be of; nothing has shown yet that this is true. */
export interface Claim {
  readonly farm: string;
  readonly host: HostName | null;
  readonly report: Envelope;
}

/** null if it is no report, or names no farm. */
export function claimOf(letter: unknown): Claim | null {
  const report = readEnvelope(letter);
  if (report?.type !== 'report' || report.body.length > BODY_LIMITS.report) return null;
  const named = namesIn(report.body);
  if (named === null || parseHostName(named.farm) !== named.farm) return null;
  return { farm: named.farm, host: parseHostName(named.host), report };
}

/**
 * Bots of several farms may share one Redis and its `reports`, where each letter goes to whichever bot asks first. A
 * report of a farm that is not served here goes on to its own bot, which judges it. That no bot took it is logged.
 */
export function createHandOn({
  office,
  clock,
  log,
}: {
  readonly office: BotPostOffice;
  readonly clock: Pick<SteadyClock, 'steady'>;
  readonly log: Log;
}): (claim: Claim) => Promise<void> {
  const went = new Map<string, boolean>();
  /** When each of the last news was told, by the steady clock. */
  let told: readonly number[] = [];
  function mayTell(now: number): boolean {
    told = told.filter((at) => now - at < HOUR_MS);
    if (told.length >= MOST_TOLD) return false;
    told = [...told, now];
    return true;
  }
  return async ({ farm, report }) => {
    const before = went.get(farm);
    const goes = await office.toBotOf(farm, report).catch(() => before ?? true);
    // In the order of their use.
    went.delete(farm);
    // What finds no room in the log now is news the next time too.
    if (goes !== before && !mayTell(clock.steady())) return;
    went.set(farm, goes);
    for (const oldest of went.keys()) if (went.size > MOST_FARMS) went.delete(oldest);
    if (goes !== before)
      log.warn(
        { farm },
        goes
          ? 'reports of a farm that is not served here go to its own bot'
          : 'no bot takes the reports of a farm that is not served here: see which farm its runners are set up for',
      );
  };
}
