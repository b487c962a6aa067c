import type { Farm } from '../farm/farm.ts';
import { inTable } from '../in-table.ts';
import { keepsCertificate, type PlannedStep } from '../plan/plan.ts';
import { DRAIN, phaseOf } from '../plan/plan-phases.ts';
import { stepParams } from '../plan/step-params.ts';
import type { Wish } from '../plan/wish.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { type HostName, parseThumbprint, type Refusal, type RotationId, refuse, type Thumbprint } from '../values.ts';

/** Outcomes after which a new certificate is in use, everywhere or in part. */
const FORTH: readonly string[] = ['proved', 'left-behind', 'partly'];

/** Outcomes of a request that was closed before anything was changed. */
const BEFORE: readonly string[] = ['refused', 'denied', 'withdrawn', 'lapsed'];

/** A restored bot closes what it no longer knows as refused. */
const neverBegan = ({ closed, cutShort }: RotationState): boolean =>
  closed !== null && cutShort === null && BEFORE.includes(closed.outcome);

const wentForth = ({ dry, closed }: RotationState): boolean =>
  !dry && closed !== null && FORTH.includes(closed.outcome);

/** Rotations that can be rolled back, newest first; suggested when none, or an unknown one, is named. */
const known = (state: FarmState, farm: Farm): readonly RotationId[] =>
  [...state.order].reverse().filter((id) => {
    const rotation = state.rotations[id];
    return rotation !== undefined && !isWayBackOver(state, rotation, farm);
  });

/**
 * What `rollback ID` means in full: a rotation of the same kind, towards the previous certificate. Workers that were
 * put back then, or never started, are left out, and so are those that the farm file no longer names as workers: see
 * `goneSince`. Pure.
 */
export function rollbackWish(state: FarmState, wish: Wish, farm: Farm): Wish | Refusal {
  const id = wish.of ?? '';
  const rotation = inTable(state.rotations, id);
  if (rotation === undefined) return refuse('rollback-unknown', { id, known: known(state, farm).slice(0, 3) });
  const refused = refusedOf(state, rotation, farm);
  if (refused !== null) return refused;
  if (rotation.wish.kind === 'rotate-worker') {
    const workers = stillOn(state, rotation).filter((host) => isWorker(farm, host));
    return { ...wish, kind: 'rotate-worker', workers };
  }
  return { ...wish, kind: 'rotate-master', use: rotation.plan?.header.old?.thumbprint ?? null };
}

const isWorker = (farm: Farm, host: HostName): boolean =>
  farm.hosts.some(({ name, roles }) => name === host && roles.includes('worker'));

/**
 * Workers that stay on what the rotation gave them when it is rolled back, because the farm file no longer names them
 * as workers: they were taken out of it, or renamed.
 */
export function goneSince(state: FarmState, { of, kind }: Wish, farm: Farm): readonly HostName[] {
  const rotation = of === null || kind !== 'rotate-worker' ? undefined : inTable(state.rotations, of);
  return rotation === undefined ? [] : stillOn(state, rotation).filter((host) => !isWorker(farm, host));
}

/** What prevents this rotation from being rolled back, regardless of what came later. */
function refusedAlone(rotation: RotationState): Refusal | null {
  const { id, closed, wish, dry, cutShort } = rotation;
  if (dry) return refuse('rollback-dry', { id });
  if (closed === null) return refuse('rollback-open', { id });
  if (wish.kind === 'reconnect') return refuse('rollback-reconnect', { id });
  if (wish.kind !== 'rotate-master' && wish.kind !== 'rotate-worker')
    return refuse(neverBegan(rotation) ? 'rollback-none-removed' : 'rollback-final', { id });
  if (cutShort !== null) return refuse('rollback-untold', { id });
  // Where no worker was proved, nobody knows of any that it could be rolled back for.
  const isNone = wish.kind === 'rotate-worker' && closed.outcome === 'left-behind' && changedIn(rotation).length === 0;
  if (isNone) return refuse('rollback-unproved', { id });
  if ((!wentForth(rotation) && closed.outcome !== 'contained') || isKept(rotation))
    return refuse('rollback-nothing', { id, outcome: closed.outcome });
  return wish.compromised ? refuse('rollback-compromised', { id }) : null;
}

/** Whether it could not be rolled back now: a later rotation has come, or what was in use before has been removed. */
export const isWayBackOver = (state: FarmState, rotation: RotationState, farm: Farm): boolean =>
  refusedOf(state, rotation, farm) !== null || isWayBackRemoved(state, rotation, farm);

/** Whether it could be rolled back on the day it ended, and some of its machines are still in the farm. */
export const canGoBack = (rotation: RotationState, farm: Farm): boolean =>
  refusedAlone(rotation) === null &&
  !wasPastItsEnd(rotation) &&
  (rotation.wish.kind !== 'rotate-worker' || changedIn(rotation).some((host) => isWorker(farm, host)));

/** Whether a certificate that it replaced had expired by then, or was gone before: nobody goes back to that. */
export function wasPastItsEnd(rotation: RotationState): boolean {
  const { closed, looks, plan, wish } = rotation;
  if (closed === null) return false;
  const ends =
    wish.kind === 'rotate-worker'
      ? changedIn(rotation).map((host) => looks[host]?.worker?.certificate?.notAfter)
      : [plan?.header.old?.notAfter];
  return ends.some((end) => end === null || (end !== undefined && Date.parse(end) <= Date.parse(closed.at)));
}

function refusedOf(state: FarmState, rotation: RotationState, farm: Farm): Refusal | null {
  const { id } = rotation;
  const alone = refusedAlone(rotation);
  if (alone !== null) return alone;
  // A machine that the farm file no longer names keeps none of the others from going back.
  const places = placesOf(rotation).filter((place) => place === 'master' || isWorker(farm, place));
  if (places.length === 0) return refuse('rollback-gone', { id, hosts: changedIn(rotation) });
  const standing = places
    .map((place) => standingAt(state, rotation, rotation.wish.kind, place))
    .filter((those) => those.includes(rotation));
  // A rotation of several workers may have been rolled back for only some of them.
  if (standing.length === 0) return refuse('rollback-twice', { id, by: rolledBackBy(state, id) });
  const newer = standing.flatMap((those) => those.slice(those.indexOf(rotation) + 1));
  const last = state.order.findLast((one) => newer.some((other) => other.id === one));
  if (last === undefined) return null;
  const lastOne = state.rotations[last];
  return refuse('rollback-not-last', { id, last, final: lastOne !== undefined && refusedAlone(lastOne) !== null });
}

/** Where a rotation changed a certificate: the master, or a single worker. */
type Place = HostName | 'master';

const placesOf = (rotation: RotationState): readonly Place[] =>
  rotation.wish.kind === 'rotate-worker' ? changedIn(rotation) : ['master'];

/**
 * Which of this rotation and all later ones, of one kind, are in effect at this place, newest last. A rolled-back
 * rotation no longer is, nor is its rollback, which may itself be rolled back while it is the last.
 */
function standingAt(
  { order, rotations }: FarmState,
  first: RotationState,
  kind: Wish['kind'],
  place: Place,
): readonly RotationState[] {
  const standing: RotationState[] = [];
  for (const id of order.slice(order.indexOf(first.id))) {
    const one = rotations[id];
    if (one === undefined || one.wish.kind !== kind || !wentForth(one) || isKept(one)) continue;
    if (!placesOf(one).includes(place)) continue;
    if (one.wish.of !== null && one.wish.of === standing.at(-1)?.id) standing.pop();
    else standing.push(one);
  }
  return standing;
}

const rolledBackBy = ({ order, rotations }: FarmState, id: RotationId): RotationId =>
  order.findLast((one) => {
    const rotation = rotations[one];
    return rotation?.wish.of === id && wentForth(rotation);
  }) ?? id;

/**
 * The newest later rotation that changed what the card of this one speaks of, so that it is true only of when it ended;
 * null: none has, or those that did were rolled back. By their order, since a clock may have been set back.
 */
export function changedBy(state: FarmState, rotation: RotationState): RotationId | null {
  const { id, wish, closed } = rotation;
  if (closed === null) return null;
  const after = state.order.slice(state.order.indexOf(id) + 1).flatMap((one) => state.rotations[one] ?? []);
  const later = after.filter((one) => one.wish.kind === wish.kind);
  // What is gone stays gone; what was left may have gone later.
  if (wish.kind === 'retire') return later.findLast(wentForth)?.id ?? null;
  if (wish.kind === 'reconnect') return outOfLineSince(state, rotation, after);
  const isForth = wentForth(rotation) && !isKept(rotation);
  const places = isForth ? placesOf(rotation) : placesAsked(wish, later);
  const expected = isForth ? rotation : undefined;
  const changes = places
    .map((place) => standingAt(state, rotation, wish.kind, place).at(-1))
    .flatMap((top) => (top === expected ? [] : [top?.id ?? rolledBackBy(state, id)]));
  const cut = isCut(rotation) ? [] : later.filter((one) => isCut(one) && isAbout(one, places)).map((one) => one.id);
  return state.order.findLast((one) => [...changes, ...cut].includes(one)) ?? null;
}

/** Workers in line with their master: until that is given another certificate, or they are cut off for good. */
function outOfLineSince(state: FarmState, rotation: RotationState, after: readonly RotationState[]): RotationId | null {
  const isForth = wentForth(rotation);
  const hosts = isForth ? changedIn(rotation) : rotation.wish.workers;
  const isOfThem = (one: RotationState): boolean =>
    hosts.length === 0 || changedIn(one).some((host) => hosts.includes(host));
  const changes = after.filter(
    (one) =>
      (isCut(one) && isAbout(one, hosts)) ||
      // One that brought nobody in line left that to a later one.
      (!isForth && one.wish.kind === 'reconnect' && wentForth(one) && isOfThem(one)),
  );
  const master = standingAt(state, rotation, 'rotate-master', 'master').slice(-1);
  return after.findLast((one) => [...changes, ...master].includes(one))?.id ?? null;
}

/** Of one that changed nothing: where it would have. Every worker, if it names none. */
const placesAsked = ({ kind, workers }: Wish, later: readonly RotationState[]): readonly Place[] =>
  kind === 'rotate-master' ? ['master'] : workers.length > 0 ? workers : later.flatMap(placesOf);

/** Its workers' certificates are trusted no more, also where they were given no other. */
const isCut = ({ wish, closed }: RotationState): boolean =>
  wish.compromised && (closed?.outcome === 'contained' || closed?.outcome === 'partly');

const isAbout = ({ wish }: RotationState, places: readonly Place[]): boolean =>
  wish.workers.some((one) => places.includes(one));

/** Workers that run on what this rotation gave them: none has changed them since, nor brought them back. */
const stillOn = (state: FarmState, rotation: RotationState): readonly HostName[] =>
  changedIn(rotation).filter((host) => standingAt(state, rotation, rotation.wish.kind, host).at(-1) === rotation);

/** It kept the certificate that was there. */
const isKept = ({ plan }: RotationState): boolean => plan !== null && keepsCertificate(plan.header);

/** Workers that ran on what this rotation gave them when it ended. */
function changedIn({ plan, closed }: RotationState): readonly HostName[] {
  const stages = plan === null ? [] : (phaseOf(plan, 'cutover')?.stages ?? []);
  const hosts = stages.filter(({ name }) => name !== DRAIN).flatMap((stage) => stage.hosts);
  const kept = closed?.data.kept;
  return Array.isArray(kept) ? hosts.filter((host) => kept.includes(host)) : hosts;
}

/** The certificate each worker had before the rotation being rolled back; empty if this is no rollback of workers. */
export function certificatesBefore(
  state: Pick<FarmState, 'rotations'>,
  { of, kind, workers }: Wish,
): { readonly [host: string]: Thumbprint } {
  const looks = of === null || kind !== 'rotate-worker' ? {} : (state.rotations[of]?.looks ?? {});
  return Object.fromEntries(
    workers.flatMap((host) => {
      const own = parseThumbprint(looks[host]?.worker?.workerThumbprint ?? '');
      return own === null ? [] : [[host, own] as const];
    }),
  );
}

/**
 * Whether a later request has removed what this rotation could be rolled back to: one worker stands for all, but none
 * that the farm file names no more, since a rollback leaves those out.
 */
function isWayBackRemoved(state: FarmState, rotation: RotationState, farm: Farm): boolean {
  const { id, wish, plan } = rotation;
  const old = wish.kind === 'rotate-master' ? plan?.header.old?.thumbprint : undefined;
  if (old !== undefined) return removedFrom(state, old).length > 0;
  const workers = changedIn(rotation).filter((host) => isWorker(farm, host));
  const own = certificatesBefore(state, { ...wish, of: id, workers });
  return Object.entries(own).some(([host, one]) => removedFrom(state, one).some((from) => from === host));
}

/** Machines from which a request has removed this certificate, according to their runners. */
export const removedFrom = (
  { order, rotations }: Pick<FarmState, 'order' | 'rotations'>,
  thumbprint: Thumbprint,
): readonly HostName[] => [
  ...new Set(
    order.flatMap((id) => {
      const { wish, plan, steps } = rotations[id] ?? {};
      if (wish?.kind !== 'retire' || plan == null) return [];
      const isGone = (step: PlannedStep, host: HostName): boolean =>
        step.kind === 'remove-certificate' &&
        stepParams('remove-certificate', step).thumbprint === thumbprint &&
        steps?.[host]?.[step.id]?.state === 'done';
      return plan.slices.flatMap(({ host, stages }) =>
        Object.values(stages).some((stage) => stage.steps.some((step) => isGone(step, host))) ? [host] : [],
      );
    }),
  ),
];
