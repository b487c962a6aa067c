import { FIRST_HELLO_WITHIN_MS, isHeard } from '../../../domain/presence/presence.ts';
import { startedAt } from '../../../domain/rotation/rotation.ts';
import type { HostName, RotationId } from '../../../domain/values.ts';
import type { Log } from '../../../ports/log.ts';
import type { Desk } from '../desk.ts';
import { orderLooks, type ScanDeps } from './scan.ts';

/** What became of the wish for fresh looks. A host that is in none of the lists was looked at recently. */
export interface FreshLooks {
  /** A look is on its way. */
  readonly asked: readonly HostName[];
  /** Nobody there would answer. */
  readonly silent: readonly HostName[];
  /**
   * Why nobody is asked: a rotation is at work, letters cannot be sent, nothing can be recorded, or the bot has just
   * started and has heard nobody. null if nothing is in the way.
   */
  readonly held:
    | { readonly by: 'rotation'; readonly id: RotationId }
    | { readonly by: 'queue' | 'journal' | 'start' }
    | null;
}

export interface LookAsker {
  /** Resolves when the wish is recorded, and waits for no machine. `only`: one machine; null: the whole farm. */
  ask(desk: Desk, only: HostName | null): Promise<FreshLooks>;
}

const LOOK_GOOD_FOR_MS = 3_600_000;
/** By then, an order that nobody has answered is void. */
const ASK_AGAIN_AFTER_MS = 60_000;

/** Asks for fresh looks where the last ones are older than an hour, and not twice for the same. */
export function createLookAsker(deps: ScanDeps & { readonly queueUp: () => boolean; readonly log: Log }): LookAsker {
  const { clock, queueUp, log } = deps;
  /** By the steady clock. */
  const askedAt = new WeakMap<Desk, Map<string, number>>();

  async function ask(desk: Desk, only: HostName | null): Promise<FreshLooks> {
    const { now, since } = desk.moment();
    const { latest } = desk.state();
    const known = askedAt.get(desk) ?? new Map<string, number>();
    askedAt.set(desk, known);
    const wanted = desk.farm.hosts.filter(({ name }) => only === null || name === only);
    const stale = wanted.filter(({ name }) => now - lookedAt(latest[name]?.at) > LOOK_GOOD_FOR_MS);
    const speaks = ({ name }: { name: string }): boolean => isHeard(desk.presence[name], now);
    const isEarly = ({ name }: { name: string }): boolean =>
      desk.presence[name] === undefined && now - since <= FIRST_HELLO_WITHIN_MS;
    const silent = stale.filter((host) => !speaks(host) && !isEarly(host)).map(({ name }) => name);
    const asked = stale.filter(speaks);
    const early = stale.some(isEarly) ? ({ by: 'start' } as const) : null;
    const held = asked.length === 0 && early === null ? null : inTheWay(desk, queueUp());
    if (held !== null) return { asked: [], silent, held };
    if (asked.length === 0) return { asked: [], silent, held: early };
    const steady = clock.steady();
    const isDue = (at = Number.NEGATIVE_INFINITY): boolean => steady - at >= ASK_AGAIN_AFTER_MS;
    const anew = asked.filter(({ name }) => isDue(known.get(name)));
    for (const { name } of anew) known.set(name, steady);
    try {
      if (anew.length > 0) await orderLooks(desk, deps, anew);
    } catch (error) {
      for (const { name } of anew) known.delete(name);
      log.warn({ farm: desk.farm.name, error: String(error) }, 'fresh looks could not be asked for');
      return { asked: [], silent, held: { by: 'journal' } };
    }
    return { asked: asked.map(({ name }) => name), silent, held: null };
  }

  return { ask };
}

const lookedAt = (at: string | undefined): number => (at === undefined ? Number.NEGATIVE_INFINITY : Date.parse(at));

/**
 * A look has an order number too: accepted before an order of a rotation that is still on its way, it would make that
 * one too old to be accepted.
 */
export function inTheWay(desk: Desk, queueUp: boolean): FreshLooks['held'] {
  const { rotations } = desk.state();
  const id = desk.state().unclosed.find((one) => {
    const rotation = rotations[one];
    const isUnderWay = rotation?.orders.some(({ status }) => status === 'sent' || status === 'accepted');
    return isUnderWay === true || (rotation !== undefined && startedAt(rotation) !== null);
  });
  if (id !== undefined) return { by: 'rotation', id };
  return queueUp ? null : { by: 'queue' };
}
