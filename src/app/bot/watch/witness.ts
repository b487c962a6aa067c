import { hostsWith } from '../../../domain/farm/farm.ts';
import { isHeard } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import { DAY_MS, MINUTE_MS } from '../../../domain/time.ts';
import type { Desk } from '../desk.ts';
import { inTheWay } from './fresh-looks.ts';
import { orderLooks, type ScanDeps } from './scan.ts';

const ASK_AGAIN_AFTER_MS = MINUTE_MS;

interface Asked {
  /** The decision for which it was. */
  readonly decidedAt: number;
  /** Where the journal stood then: whoever took that order remembers no less. */
  readonly seq: number;
  /** By the steady clock. */
  readonly at: number;
}

/**
 * Lets a machine remember what people have taken back: a bot whose folder is put back from a copy would else begin what
 * was denied since, if nothing was ordered since. A look is the smallest order, and says where the journal stands; the
 * master's machine is asked, for nothing begins without it. Returns what to call every second.
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
    // What an earlier process asked for is known by its answer alone. Of what was decided since, no other look tells.
    const isOver =
      asked?.decidedAt === decidedAt ? isRemembered(desk, asked) : decidedAt < startedAt && isLooked(desk, decidedAt);
    if (isOver) {
      doneUntil = decidedAt;
      return;
    }
    if (asked?.decidedAt === decidedAt && steady - asked.at < ASK_AGAIN_AFTER_MS) return;
    const hosts = witnesses(desk, now);
    // Orders of a rotation that is at work say the same.
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

/** By a runner that knows this journal, not one which was there before it was put back from a copy. */
const isRemembered = ({ presence, state }: Desk, { seq }: Asked): boolean =>
  Object.values(presence).some(({ bot }) => bot != null && bot.epoch === state().epoch && bot.seq >= seq);

/** A master was: nothing begins without its memory. */
const isLooked = ({ farm, state }: Desk, since: number): boolean =>
  hostsWith(farm, 'master').some(({ name }) => isLookedSince(state(), name, new Date(since).toISOString()));

/** Masters that speak, else the first machine that does; runners of a version before remember nothing. */
function witnesses({ farm, presence }: Desk, now: number): Desk['farm']['hosts'] {
  const able = farm.hosts.filter(({ name }) => isHeard(presence[name], now) && presence[name]?.bot !== undefined);
  const masters = hostsWith(farm, 'master').filter(({ name }) => able.some((one) => one.name === name));
  return masters.length > 0 ? masters : able.slice(0, 1);
}
