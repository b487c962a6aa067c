import { compare, judgeWorker } from '../machine/proof-roles.ts';
import { switchStage } from '../plan/plan-phases.ts';
import { change, type FarmState } from '../rotation/farm-state.ts';
import { leftIn, stillLeft } from '../rotation/left-behind.ts';
import { isLookedSince } from '../rotation/looked-since.ts';
import { type HostName, type Instant, parseThumbprint, type RotationId, type Thumbprint } from '../values.ts';

/** How many of the newest rotations that left machines behind are checked for machines that have caught up. */
const KEPT = 10;

/**
 * After a look at a machine: if it had been left behind and is in line with its master again, it no longer counts as
 * left behind. Not while a rotation is at work on it, since all may still be put back; then the rotation's end counts.
 */
export function rejoinAfterLook(state: FarmState, host: HostName, at: Instant): FarmState {
  const open = state.open === null ? undefined : state.rotations[state.open];
  const isBegun = open?.orders.some(({ kind }) => kind !== 'look') === true;
  const isAtWork = isBegun && open?.plan?.slices.some((slice) => slice.host === host) === true;
  return isAtWork ? state : rejoin(state, [host], at);
}

/** A rotation has ended: its last looks count, except for machines it left behind. */
export function rejoinAfterEnd(state: FarmState, id: RotationId, at: Instant): FarmState {
  const rotation = state.rotations[id];
  if (rotation === undefined) return state;
  const { plan, proofs } = rotation;
  const left = leftIn(rotation);
  const seen = (plan?.slices ?? [])
    .map(({ host }) => host)
    .filter((host) => !left.includes(host) && proofs[host] !== undefined && proofs[host] === state.latest[host]);
  const next = rejoin(state, seen, at);
  const isBehind = left.length > 0 && plan !== null && switchStage(plan) !== undefined;
  return isBehind ? { ...next, behind: [...next.behind, id].slice(-KEPT) } : next;
}

function rejoin(state: FarmState, hosts: readonly HostName[], at: Instant): FarmState {
  let next = state;
  for (const id of state.behind) {
    const rotation = state.rotations[id];
    const since = rotation?.closed?.at;
    if (rotation === undefined || since === undefined) continue;
    const back = stillLeft(rotation).flatMap((host) => {
      const presented = hosts.includes(host) && isLookedSince(state, host, since) ? inLineWith(state, host) : null;
      return presented === null ? [] : [[host, { at, presented }] as const];
    });
    if (back.length > 0)
      next = change(next, id, ({ rejoined }) => ({ rejoined: { ...rejoined, ...Object.fromEntries(back) } }));
  }
  return next;
}

/**
 * The thumbprint its master presents, if the worker pins and trusts it, runs, and is connected, by every check that a
 * rotation makes on its last look. null: not so, or nobody can tell.
 */
function inLineWith({ latest, standings }: FarmState, host: HostName): Thumbprint | null {
  const worker = latest[host]?.worker ?? null;
  const pinned = worker === null ? null : parseThumbprint(worker.masterThumbprint);
  // What SSISDB says about the connection outweighs the worker's own log.
  if (worker === null || pinned === null || standings[host]?.apart != null) return null;
  const { against, want } = compare();
  judgeWorker(worker, pinned, { ...worker, service: { ...worker.service, state: 'running' } }, true, want);
  // A connection may be older than the removal of a self-signed certificate. An issuer may be known to Windows though
  // not to a look.
  const isTrusted = worker.trustsPinned ?? true;
  return against.length === 0 && (isTrusted || !isSelfSigned(latest, pinned)) ? pinned : null;
}

const isSelfSigned = (latest: FarmState['latest'], thumbprint: Thumbprint): boolean =>
  Object.values(latest).some(
    ({ master }) => master?.certificate?.thumbprint === thumbprint && master.certificate.selfSigned,
  );
