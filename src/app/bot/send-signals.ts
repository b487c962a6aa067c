import type { Farm } from '../../domain/farm/farm.ts';
import { PROTOCOL, type Say, type Signal } from '../../domain/letters/protocol.ts';
import { lastSwitched, type Moment, signals } from '../../domain/next/index.ts';
import { ARMED } from '../../domain/orders/armed.ts';
import type { HostPresence } from '../../domain/presence/presence.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import type { OrderState, RotationState } from '../../domain/rotation/rotation.ts';
import { instantOf } from '../../domain/time.ts';
import type { RotationId } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { Signer } from '../../ports/journal.ts';
import type { PostOffice } from '../../ports/post-office.ts';

interface SignalDeps {
  readonly farm: Farm;
  readonly signer: Signer;
  readonly office: PostOffice;
  readonly clock: SteadyClock;
}

/**
 * A holder judges by its own clock how old a word is. If either clock was set since it took its order, a word by the
 * other one would seem too old, or from the future, and the master would go back because of that.
 */
function clockOf(hello: HostPresence | undefined, now: number): number {
  const off = hello === undefined ? 0 : hello.clock - hello.at;
  return Math.abs(off) < PROTOCOL.clockToleranceMs ? now : now + off;
}

const keyOf = ({ host, n }: OrderState): string => `${host} ${n}`;

/** The signals of one rotation as they stand now; a rotation without a plan has none. */
function toSay(rotation: RotationState, moment: Moment) {
  const { id, plan } = rotation;
  return plan === null ? [] : signals(rotation, moment).map((one) => ({ ...one, id, digest: plan.digest }));
}

/**
 * Tells each holder of an armed order what applies to it now: at once when it is new, and again while it holds. None of
 * it is journaled: after a crash it is said again, and the runners report what came of it.
 */
export function createSignalSender({
  farm,
  signer,
  office,
  clock,
}: SignalDeps): (state: FarmState, moment: Moment) => void {
  /** `at` is by the steady clock: a wall clock set back would mute the words that keep followers waiting. */
  let last = new Map<string, { readonly say: Say; readonly at: number }>();
  /** Each signal about an order is newer than the one before, whatever the clock does. */
  const issuedOf = new Map<string, number>();

  function send(id: RotationId, { host, n }: OrderState, digest: string, say: Say, moment: Moment): void {
    const now = clockOf(moment.presence[host], moment.now);
    const before = issuedOf.get(`${host} ${n}`) ?? 0;
    // A host whose clock was far ahead for a moment gets its present time again.
    const issued = before > now + PROTOCOL.issuedToleranceMs ? now : Math.max(before + 1, now);
    issuedOf.set(`${host} ${n}`, issued);
    const signal: Signal = {
      v: 1,
      farm: farm.name,
      host,
      rotation: id,
      n,
      digest,
      say,
      issued: instantOf(issued),
    };
    // Lost while Redis is away, and said again soon.
    office.toHost(host, signer.sign('signal', JSON.stringify(signal))).catch(() => {});
  }

  return (state, moment) => {
    const at = clock.steady();
    const said = new Map<string, { readonly say: Say; readonly at: number }>();
    const ids = new Set([...state.unclosed, ...lastSwitched(state)]);
    const rotations = [...ids].flatMap((id) => state.rotations[id] ?? []);
    for (const { id, digest, order, say } of rotations.flatMap((rotation) => toSay(rotation, moment))) {
      const key = keyOf(order);
      const before = last.get(key);
      const isDue = before?.say !== say || at - before.at >= ARMED.sayEveryMs;
      if (isDue) send(id, order, digest, say, moment);
      said.set(key, isDue || before === undefined ? { say, at } : before);
    }
    const open = new Set(rotations.flatMap(({ orders }) => orders.map(keyOf)));
    for (const key of issuedOf.keys()) if (!open.has(key)) issuedOf.delete(key);
    last = said;
  };
}
