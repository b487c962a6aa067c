import { lookOrder } from '../../../domain/drive/new-order.ts';
import type { Farm } from '../../../domain/farm/farm.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import { SCAN } from '../../../domain/rotation/farm-state.ts';
import { isLookedSince } from '../../../domain/rotation/looked-since.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Signer } from '../../../ports/journal.ts';
import type { Desk } from '../desk.ts';

const WAIT_FOR_LOOKS_MS = 20_000;
/** Less than a day, so that each day's reminder looks anew. */
const LOOK_GOOD_FOR_MS = 20 * 3_600_000;

export interface ScanDeps {
  readonly signer: Signer;
  readonly clock: SteadyClock;
}

/** Gives a bot that has just started time to hear everybody. */
export async function everybodyHeard(desk: Desk, clock: SteadyClock): Promise<void> {
  const missing = (): boolean => desk.farm.hosts.some((host) => desk.presence[host.name] === undefined);
  const { now, since } = desk.moment();
  const end = clock.steady() - Math.max(0, now - since) + WAIT_FOR_LOOKS_MS;
  while (missing() && clock.steady() < end) await clock.sleep(100);
}

/**
 * Looks are journaled, so a run that only catches up must not add a farm of them each hour. After a compromised
 * certificate was replaced, the next look tells its machines that this is over: until then they would still undo it.
 */
export function staleHosts(desk: Desk): Farm['hosts'] {
  const { now } = desk.moment();
  const state = desk.state();
  const { latest, order, rotations } = state;
  const untold = order.flatMap((id) => rotations[id] ?? []).filter(({ wish, closed }) => wish.compromised && closed);
  return desk.farm.hosts.filter(({ name }) => {
    const at = Date.parse(latest[name]?.at ?? '1970-01-01');
    const isTold = ({ closed, orders }: RotationState): boolean =>
      (closed !== null && isLookedSince(state, name, closed.at)) ||
      !orders.some(({ host, kind }) => host === name && kind === 'apply');
    return now - at > LOOK_GOOD_FOR_MS || !untold.every(isTold);
  });
}

/** Asks the machines that were heard for a fresh look, and waits a little for the answers. */
export async function scan(desk: Desk, deps: ScanDeps, hosts: Farm['hosts']): Promise<void> {
  const before = new Map(Object.entries(desk.state().latest).map(([host, look]) => [host, look.at]));
  const asked = await orderLooks(desk, deps, hosts);
  const end = deps.clock.steady() + WAIT_FOR_LOOKS_MS;
  const fresh = (): boolean => asked.every((host) => desk.state().latest[host.name]?.at !== before.get(host.name));
  while (!fresh() && deps.clock.steady() < end) await deps.clock.sleep(100);
}

/** The same without the wait: resolves, once it is recorded, to the machines that were asked. */
export async function orderLooks(desk: Desk, deps: ScanDeps, hosts: Farm['hosts']): Promise<Farm['hosts']> {
  const asked = hosts.filter((host) => desk.presence[host.name] !== undefined);
  await desk.commit((state) => {
    const entries = asked.map(({ name: host }): BotEntry => {
      const within = { startWithinMs: PROTOCOL.lookLimitMs, timeLimitMs: PROTOCOL.lookLimitMs };
      const order = lookOrder(state, desk.moment(), { host, rotation: SCAN, ...within });
      const { n, startBy, timeLimitMs } = order;
      const signed = deps.signer.sign('order', JSON.stringify(order));
      return { type: 'ordered', id: SCAN, host, n, kind: 'look', stage: null, startBy, timeLimitMs, order: signed };
    });
    return { entries, answer: null };
  });
  return asked;
}
