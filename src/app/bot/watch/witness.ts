import { hostsWith } from '../../../domain/farm/farm.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import { DAY_MS, instantOf, MINUTE_MS } from '../../../domain/time.ts';
import type { Desk } from '../desk.ts';
import { inTheWay } from './fresh-looks.ts';
import { orderLooks, type ScanDeps } from './scan.ts';

const ASK_AGAIN_AFTER_MS = MINUTE_MS;

interface Asked {
  /** The time of the decision that it was about. */
  readonly decidedAt: number;
  /** The journal's position then: a runner that took that order remembers no less. */
  readonly seq: number;
  /** By the steady clock. */
  readonly at: number;
}

/**
 * Makes a machine remember what people have taken back. Otherwise a bot whose folder is restored from a copy would
 * begin what was denied since, if nothing was ordered since. A look is the smallest order, and says where the journal
 * is; the master's machine is asked, because nothing begins without it. Returns what to call every second.
 */
export function createWitness(desk: Desk, deps: ScanDeps & { readonly queueUp: () => boolean }): () => Promise<void> {
  const startedAt = deps.clock.now();
  let asked: Asked | null = null;
  let doneUntil = 0;
  return async () => {
    const state = desk.state();
    const [now, steady] = [deps.clock.now(), deps.clock.steady()];
    const decidedAt = lastTakenBack(state);
    if (decidedAt <= doneUntil || now - decidedAt > DAY_MS) return;
    // What an earlier process asked for is known only by its answer. For a decision made since, no other look counts.
    const isOver =
      asked?.decidedAt === decidedAt ? isRemembered(desk, asked) : decidedAt < startedAt && isLooked(desk, decidedAt);
    if (isOver) {
      doneUntil = decidedAt;
      return;
    }
    if (asked?.decidedAt === decidedAt && steady - asked.at < ASK_AGAIN_AFTER_MS) return;
    const hosts = witnesses(desk, now);
    // The orders of a rotation that is at work say the same.
    if (hosts.length === 0 || inTheWay(desk, deps.queueUp()) !== null) return;
    asked = { decidedAt, seq: desk.moment().head?.seq ?? 0, at: steady };
    await orderLooks(desk, deps, hosts);
  };
}

/** When somebody last kept something from beginning, or from going on; milliseconds since 1970. */
function lastTakenBack({ order, rotations, freeze }: FarmState): number {
  const all = order.flatMap((id) => {
    const { votes, stop } = rotations[id] ?? { votes: [], stop: null };
    return [...votes.filter(({ vote }) => vote === 'deny').map(({ at }) => at), ...(stop === null ? [] : [stop.at])];
  });
  return Math.max(0, ...[...all, ...(freeze === null ? [] : [freeze.at])].map((at) => Date.parse(at)));
}

/** By a runner that knows this journal, not the one from before it was restored from a copy. */
const isRemembered = ({ presence, state }: Desk, { seq }: Asked): boolean =>
  Object.values(presence).some(({ bot }) => bot != null && bot.epoch === state().epoch && bot.seq >= seq);

/** Whether a master was looked at: nothing begins without its memory. */
const isLooked = ({ farm, state }: Desk, since: number): boolean =>
  hostsWith(farm, 'master').some(({ name }) => isLookedSince(state(), name, instantOf(since)));

/** Masters that are heard, else the first machine that is; older runners remember nothing. */
function witnesses({ farm, presence }: Desk, now: number): Desk['farm']['hosts'] {
  const able = farm.hosts.filter(({ name }) => isHeard(presence[name], now) && presence[name]?.bot !== undefined);
  const masters = hostsWith(farm, 'master').filter(({ name }) => able.some((one) => one.name === name));
  return masters.length > 0 ? masters : able.slice(0, 1);
}
