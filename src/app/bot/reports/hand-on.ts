import { BODY_LIMITS, readEnvelope } from '../../../domain/letters/envelope.ts';
import { namesIn } from '../../../domain/letters/other-farm.ts';
import type { Envelope } from '../../../domain/letters/protocol.ts';
import { type HostName, parseHostName } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { BotPostOffice } from '../../../ports/post-office.ts';

/** How many farm names are remembered: anybody who can write into `reports` could invent more. */
const MOST_FARMS = 50;
/** A name that nobody has used for this long makes room for another, so that invented ones do not stand in its way. */
const FORGOTTEN_MS = 3_600_000;

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
 * report of a farm that is not served here goes on to its own bot, which judges it. Resolves to false only when too
 * many farms were named; that no bot took it is logged.
 */
export function createHandOn({
  office,
  clock,
  log,
}: {
  readonly office: BotPostOffice;
  readonly clock: Pick<SteadyClock, 'steady'>;
  readonly log: Log;
}): (claim: Claim) => Promise<boolean> {
  const went = new Map<string, { readonly goes: boolean; readonly at: number }>();
  const makeRoom = (now: number): void => {
    for (const [farm, { at }] of went) if (now - at > FORGOTTEN_MS) went.delete(farm);
  };
  return async ({ farm, report }) => {
    const at = clock.steady();
    if (!went.has(farm) && went.size >= MOST_FARMS) makeRoom(at);
    if (!went.has(farm) && went.size >= MOST_FARMS) return false;
    const before = went.get(farm)?.goes;
    const goes = await office.toBotOf(farm, report).catch(() => before ?? true);
    went.set(farm, { goes, at });
    if (goes !== before)
      log.warn(
        { farm },
        goes
          ? 'reports of a farm that is not served here go to its own bot'
          : 'no bot takes the reports of a farm that is not served here: see which farm its runners are set up for',
      );
    return true;
  };
}
