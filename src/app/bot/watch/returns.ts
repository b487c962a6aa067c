import { hostsWith } from '../../../domain/farm/farm.ts';
import { doubtful } from '../../../domain/inventory/cut-off.ts';
import { alignments } from '../../../domain/inventory/out-of-line.ts';
import { unseenCutShort, unseenFollowers, unseenSince, unseenUndone } from '../../../domain/next/unseen-since.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import { unwritableOf } from '../../../domain/presence/unwritable.ts';
import { lostUnseen } from '../../../domain/rotation/looked-since.ts';
import type { Desk } from '../desk.ts';
import { orderLooks, type ScanDeps } from './scan.ts';

const ASK_AGAIN_AFTER_MS = 120_000;
/** A service that crashes again and again is another process at each look, so it is asked about less and less often. */
const ASK_AT_LEAST_EVERY_MS = 6 * 3_600_000;
/** Each try adds a line to the bot's journal, for as long as nobody makes room on the machine. */
const TRY_FULL_AGAIN_AFTER_MS = 600_000;

/**
 * Looks at workers whose newest look is too old to tell whether they follow their master: those that a rotation left
 * behind, once they are heard and once they have followed; those whose runner has lost its journal, as after
 * re-imaging; and those that may not have come back when their master restarted. Also at a master that presents
 * something else since, as a worker has seen; at one that was left because it was silent, at machines that have
 * reported an end since, and at those that a person has put back by hand; and at all, once the bot's own journal was
 * put back from a copy. And at those that cannot write their journal and give no reason: only an order shows an older
 * runner that there is room again. Returns what to call every second.
 */
export function createReturns(desk: Desk, deps: ScanDeps): () => Promise<void> {
  /** By the steady clock: a wall clock set back would keep a machine from being asked until it has caught up. */
  const asked = new Map<string, number>();
  const pauses = new Map<string, number>();
  return async () => {
    const state = desk.state();
    if (state.open !== null) return;
    const [now, steady] = [deps.clock.now(), deps.clock.steady()];
    const whyFull = (host: string): string | undefined => unwritableOf(desk.presence[host])?.reason;
    const pauseOf = (host: string): number =>
      whyFull(host) === '' ? TRY_FULL_AGAIN_AFTER_MS : (pauses.get(host) ?? ASK_AGAIN_AFTER_MS);
    // One that cannot write its journal and says why takes no order, and says as soon as it can.
    const isDue = (host: string): boolean =>
      isHeard(desk.presence[host], now) &&
      !whyFull(host) &&
      steady - (asked.get(host) ?? Number.NEGATIVE_INFINITY) > pauseOf(host);
    const unsure = alignments(desk.farm, state).filter(({ inLine, isSeen }) => !inLine && !isSeen);
    const apart = doubtful(desk.farm, state, now);
    // What SSISDB says about a worker comes from its master's machine, asked at about the time of the worker's own
    // look.
    const due = apart.filter(isDue);
    const masters = due.length === 0 ? [] : hostsWith(desk.farm, 'master').map(({ name }) => name);
    const names = [
      ...unsure.map(({ host, master, isPast }) => (isPast ? master : host)),
      ...lostUnseen(state),
      ...unseenSince(state),
      ...unseenFollowers(state),
      ...unseenUndone(state, now),
      ...unseenCutShort(desk.farm, state, now),
      ...due,
      ...masters,
    ];
    const hosts = desk.farm.hosts.filter(({ name }) => (names.includes(name) || whyFull(name) === '') && isDue(name));
    if (hosts.length === 0) return;
    for (const { name } of hosts) asked.set(name, steady);
    for (const host of pauses.keys()) if (!apart.some((one) => one === host)) pauses.delete(host);
    await orderLooks(desk, deps, hosts);
    // Only now: a full disk at the bot says nothing about the service.
    for (const host of due)
      pauses.set(host, Math.min(2 * (pauses.get(host) ?? ASK_AGAIN_AFTER_MS), ASK_AT_LEAST_EVERY_MS));
  };
}
