import { quorumReachable } from '../../../domain/approval/approval.ts';
import { frozenNow } from '../../../domain/approval/freeze.ts';
import { sameJson } from '../../../domain/equal.ts';
import type { Farm, FarmHost, Person } from '../../../domain/farm/farm.ts';
import { refusedTicket } from '../../../domain/farm/ticket.ts';
import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import { unnamedKey } from '../../../domain/letters/unknown-keys.ts';
import { hostsIn, refuseScope, workersIn } from '../../../domain/plan/scope.ts';
import type { Wish } from '../../../domain/plan/wish.ts';
import { FIRST_HELLO_WITHIN_MS } from '../../../domain/presence/presence.ts';
import { alikeIn } from '../../../domain/presence/skew.ts';
import { tooOften } from '../../../domain/request/per-hour.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import { instantOf } from '../../../domain/time.ts';
import { type HostName, type Json, type Refusal, type RotationId, refuse } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { nothing } from '../record-together.ts';
import { refusedWhen } from './refused-when.ts';

export interface Request {
  readonly person: Person;
  readonly wish: Wish;
  readonly reason: string;
  /** `plan ...`: asks nobody and changes nothing. */
  readonly dry: boolean;
  readonly origin: { readonly platform: string; readonly channel: string };
}

type Requested = { readonly id: RotationId; readonly again: boolean } | Refusal;

/**
 * Records a request, or says at once why it cannot, as far as that is known without a machine's answer. The same
 * request again returns its card.
 */
export function request(desk: Desk, wanted: Request): Promise<Requested> {
  return desk.commit<Requested>((state) => {
    const open = openIn(state);
    if (!wanted.dry && open !== null) {
      const same =
        open.by.id === wanted.person.id &&
        open.reason === wanted.reason &&
        open.gate === null &&
        sameJson(open.wish, wanted.wish);
      return nothing(same ? { id: open.id, again: true } : whileOpen(open));
    }
    const refused = refusedRequest(desk, state, wanted);
    if (refused !== null) return nothing(refused);
    const id = `${desk.farm.name}-${state.nextNumber}`;
    const by = { id: wanted.person.id, name: wanted.person.name };
    const { wish, dry, reason, origin } = wanted;
    return {
      entries: [{ type: 'requested', id, kind: wish.kind, wish, dry, by, reason, origin }],
      answer: { id, again: false },
    };
  });
}

const openIn = ({ open, rotations }: FarmState): RotationState | null =>
  open === null ? null : (rotations[open] ?? null);

const whileOpen = ({ id, by }: RotationState): Refusal => refuse('open-rotation', { id, by: by.name });

/** A farm has at most one open rotation; null if there is none. */
export function refusedByOpen(state: FarmState): Refusal | null {
  const open = openIn(state);
  return open === null ? null : whileOpen(open);
}

/** Why this cannot be requested now, as far as that is known without a machine's answer; null if it can. */
export function refusedRequest(desk: Desk, state: FarmState, wanted: Request): Refusal | null {
  const { person, wish, dry } = wanted;
  const { now } = desk.moment();
  const freeze = dry ? null : frozenNow(state, now);
  const early = refusedWhen(desk, wish, freeze, now) ?? refusedFor(desk, wanted);
  if (early !== null) return early;
  const often = tooOften(askedAt(state, person.id), now);
  if (often !== null) return often;
  return (
    refuseScope(desk.farm, wish) ??
    (dry ? null : quorumReachable(desk.farm, [person.id], wish)) ??
    unreachable(desk, wish)
  );
}

const askedAt = ({ order, rotations }: FarmState, person: Person['id']): readonly number[] =>
  order.flatMap((id) => {
    const one = rotations[id];
    return one?.by.id === person ? [Date.parse(one.at)] : [];
  });

/** A dry plan needs no ticket. */
function refusedFor({ farm }: Desk, { wish, dry }: Request): Refusal | null {
  return dry && wish.ticket === null ? null : refusedTicket(farm.ticket, wish.ticket);
}

/** The workers that could be asked for without the silent ones; none where a master is silent, or all are. */
function othersThan(silent: readonly FarmHost[], farm: Farm, wish: Wish): readonly HostName[] {
  const isOfEach = (wish.kind === 'rotate-worker' || wish.kind === 'reconnect') && wish.of === null;
  if (!isOfEach || silent.some(({ roles }) => roles.includes('master'))) return [];
  return workersIn(farm, wish).flatMap((host) => (silent.includes(host) ? [] : [host.name]));
}

/** How many machines' clocks agree that the bot's is off. */
function alikeOff({ farm, presence }: Desk): number {
  const skews = farm.hosts.flatMap(({ name }) => presence[name]?.skew.ms ?? []);
  // A clock that agrees with the bot's confirms it.
  return skews.some((ms) => Math.abs(ms) <= PROTOCOL.clockToleranceMs) ? 0 : alikeIn(skews);
}

/** A host without a runner, a clock that is off, a runner that takes no work: said before anybody is asked. */
export function unreachable(desk: Desk, wish: Wish): Refusal | null {
  const { presence } = desk;
  const hosts = hostsIn(desk.farm, wish);
  const { now, since, unnamed } = desk.moment();
  const silent = hosts.filter((host) => {
    const hello = presence[host.name];
    // A bot that has just started, or was without its queue, could not hear anybody: the look will tell.
    const heardBy = Math.max(hello?.at ?? 0, since);
    return now - heardBy > (hello === undefined ? FIRST_HELLO_WITHIN_MS : PROTOCOL.silentAfterMs);
  });
  const keys = silent.map(({ name }) => unnamedKey(unnamed, name, now));
  if (silent.length > 0)
    return refuse('no-runner', {
      unnamed: silent.flatMap(({ name }, at) => (keys[at] === null ? [] : [name])),
      keys: keys.filter((key) => key !== null),
      others: othersThan(silent, desk.farm, wish),
      hosts: silent.map((host) => host.name),
      lastHeard: silent.map((host): Json => {
        const at = presence[host.name]?.at;
        return at === undefined ? null : instantOf(at);
      }),
    });
  for (const host of hosts) {
    const hello = presence[host.name];
    const skewMs = hello?.skew.ms ?? 0;
    if (Math.abs(skewMs) > PROTOCOL.clockToleranceMs)
      return refuse('clock-off', {
        host: host.name,
        hostClock: instantOf(now + skewMs),
        botClock: instantOf(now),
        alike: alikeOff(desk),
      });
    const note = hello?.notes[0];
    if (hello === undefined || note === undefined) continue;
    const { code, data } = note;
    return refuse('runner-not-ready', { host: host.name, code, data, version: hello.version, bot: desk.version });
  }
  return null;
}
