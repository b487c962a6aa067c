import type { ConnectionWitness } from '../../../../domain/machine/host-facts.ts';
import { begun, cutAt, isUnderWay, latestOrder, ordersOf } from '../../../../domain/next/stages.ts';
import type { Plan } from '../../../../domain/plan/plan.ts';
import {
  CONTAIN,
  contains,
  followStages,
  keeps,
  makesBinding,
  switchStage,
} from '../../../../domain/plan/plan-phases.ts';
import type { RotationKind } from '../../../../domain/plan/wish.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import { leftIn } from '../../../../domain/rotation/left-behind.ts';
import type { OrderState, RotationState, StepState } from '../../../../domain/rotation/rotation.ts';
import { timeOf } from '../../../../domain/time.ts';
import type { HostName } from '../../../../domain/values.ts';
import { masterBack } from './master-switch.ts';
import { isMasterStuck, isStuckStopping } from './stuck-stopping.ts';

/** A worker that nobody watched for longer than this may have been connected again long before. Milliseconds. */
const UNWATCHED_MS = 2_000;

/**
 * When one worker was cut off and connected again: forth, and when it was put back. Milliseconds since 1970; null if
 * not measured.
 */
export interface Gap {
  readonly host: HostName;
  readonly cutAt: number | null;
  readonly forthAt: number | null;
  readonly backCutAt: number | null;
  readonly backAt: number | null;
  /** Whether the clocks of both ends were compared. */
  readonly isClocked: boolean;
  /** Since when nobody has seen whether it is connected, because the master was up again; null if all was watched. */
  readonly unwatchedAt: number | null;
  /** Lengths in milliseconds, in order; the last one grows while `open`. Empty if not measured. */
  readonly ms: readonly number[];
  readonly open: boolean;
}

/**
 * From the master's restart, or the worker's own where no master switches, to the first connection that the worker's
 * runner proved. Host clocks are compared after their skew was taken off. `now` closes no gap: it only measures one
 * that is still open.
 */
export function gapOf(rotation: RotationState, host: HostName, now: number): Gap {
  const gap = measured(rotation, host, now);
  // Nobody has measured since when (it was cut off for longer than this rotation lasts), or until when.
  return wasRefused(rotation, host) || isSeenLater(rotation, host) ? { ...gap, ms: [], open: false } : gap;
}

/** Whether its service did not start when it was put back, and was started at a time that nobody knows. */
export const isSeenLater = ({ plan, orders }: RotationState, host: HostName): boolean =>
  (plan === null || !contains(plan)) && orders.some((one) => one.host === host && one.seenBack === true);

/**
 * Whether its master did not let it in even before. Its own log must say so, and no connection speak against it: a
 * worker that nobody can watch was probably connected.
 */
export const wasRefused = ({ looks }: Pick<RotationState, 'looks'>, host: HostName): boolean =>
  isRefused(looks[host]?.worker?.connection);

/** Whether no later look, such as one before its start, has shown a worker connected that was refused before. */
export const isRefusedStill = ({ looks, proofs }: Pick<RotationState, 'looks' | 'proofs'>, host: HostName): boolean =>
  wasRefused({ looks }, host) && (proofs[host] === undefined || wasRefused({ looks: proofs }, host));

const isRefused = (seen: ConnectionWitness | undefined): boolean => seen?.log?.state === 'refused' && seen.tcp !== true;

function measured(rotation: RotationState, host: HostName, now: number): Gap {
  if (rotation.plan !== null && makesBinding(rotation.plan)) return unmeasured(rotation, host);
  if (isOff(rotation, host)) return { ...unmeasured(rotation, host), backCutAt: null };
  const own = ownRestart(rotation, host);
  const cut = own === null ? masterCut(rotation) : own.cut;
  const backCut = own === null ? masterBack(rotation).cut : own.backCut;
  const check = connectionCheck(rotation, host);
  const forthAt = timeOf(check?.provedAt);
  const backAt = timeOf(check?.provedBackAt) ?? own?.endedAt ?? null;
  const end = rotation.closed === null ? now : Date.parse(rotation.closed.at);
  const unwatchedAt =
    cut === null ? null : isStuck(rotation, own) ? cut : unwatchedSince(rotation, host, { backAt, end });
  const isClocked = ![host, own === null ? masterHost(rotation) : host].some((one) => isUnclocked(rotation, one));
  const none = { host, cutAt: cut, forthAt, backCutAt: backCut, backAt, unwatchedAt, isClocked };
  if (cut === null || unwatchedAt !== null || !isClocked) return { ...none, ms: [], open: false };
  if (isClockSet(none)) return { ...none, isClocked: false, ms: [], open: false };
  if (forthAt === null) {
    const until = backAt ?? end;
    return { ...none, ms: [Math.max(0, until - cut)], open: backAt === null && rotation.closed === null };
  }
  const there = forthAt - cut;
  // After the end it was a person's doing, which nobody has measured.
  if (backCut === null || (rotation.closed !== null && backCut > end)) return { ...none, ms: [there], open: false };
  return {
    ...none,
    ms: [there, Math.max(0, (backAt ?? end) - backCut)],
    open: backAt === null && rotation.closed === null,
  };
}

/** No worker is back before it was cut off: then a clock was set meanwhile. */
const isClockSet = ({
  cutAt: cut,
  forthAt,
  backCutAt,
  backAt,
}: Pick<Gap, 'cutAt' | 'forthAt' | 'backCutAt' | 'backAt'>) =>
  isBefore(forthAt, cut) || isBefore(backAt, forthAt === null ? cut : backCutAt);

const isBefore = (at: number | null, from: number | null): boolean => at !== null && from !== null && at < from;

/**
 * When a worker was cut off that nobody has seen connected since; null if it was seen, or if nobody has measured when.
 */
export function lastCutAt(rotation: RotationState, host: HostName, now: number): number | null {
  const { cutAt: cut, forthAt, backCutAt, backAt, unwatchedAt, isClocked, ms } = gapOf(rotation, host, now);
  // One that nobody has watched from the start may never have been cut off.
  const isMeasured = ms.length > 0 || (unwatchedAt !== null && unwatchedAt !== cut && isClocked);
  return !isMeasured || backAt !== null ? null : forthAt === null ? cut : backCutAt;
}

/** Cut off since before it began: nobody has measured since when, and after a way back it stays so. */
const unmeasured = (rotation: RotationState, host: HostName): Gap => ({
  host,
  cutAt: null,
  forthAt: timeOf(connectionCheck(rotation, host)?.provedAt),
  backCutAt: masterBack(rotation).cut,
  backAt: null,
  unwatchedAt: null,
  isClocked: true,
  ms: [],
  open: false,
});

const masterHost = ({ plan }: RotationState): HostName | undefined =>
  (plan === null ? undefined : switchStage(plan))?.hosts[0];

const isUnclocked = ({ unclocked }: RotationState, host: HostName | undefined): boolean =>
  host !== undefined && unclocked.includes(host);

/**
 * A worker comes back by itself as soon as its master presents the old certificate again. Only a runner that watches
 * its own worker sees when; where the master ended unknown, or was silent, that watch began much later.
 */
function unwatchedSince(
  rotation: RotationState,
  host: HostName,
  { backAt, end }: { readonly backAt: number | null; readonly end: number },
): number | null {
  const stoodAt = masterStoodAt(rotation);
  if (stoodAt === null) return null;
  let watched = stoodAt;
  for (const order of ordersOf(rotation, host).filter((one) => isWatching(rotation, one))) {
    if (backAt !== null && backAt <= watched) return null;
    // A stopped service connects nobody, however long its runner was not asked.
    const isWatched = order.foundStopped === true || (timeOf(order.acceptedAt) ?? end) - watched <= UNWATCHED_MS;
    if (!isWatched) return watched;
    watched = Math.max(watched, timeOf(order.finishedAt) ?? end);
  }
  return (backAt ?? end) - watched > UNWATCHED_MS ? watched : null;
}

/** When the master first came to rest without having gone forth: put back, unknown, or last heard. */
function masterStoodAt(rotation: RotationState): number | null {
  const stage = rotation.plan === null ? undefined : switchStage(rotation.plan);
  const host = stage?.hosts[0];
  if (stage === undefined || host === undefined) return null;
  const orders = ordersOf(rotation, host).filter((order) => order.stage === stage.name && order.kind !== 'stop');
  const stood = orders.find(
    (order) =>
      !isUnderWay(order) && (order.silentSince !== null || ['put-back', 'unknown'].includes(order.outcome ?? '')),
  );
  return timeOf(stood?.silentSince ?? stood?.finishedAt);
}

/**
 * Whether the order makes its runner look at its own worker. One that is held armed looks at the master alone; and
 * where the service does not stop, its process may connect while the runner still waits for its end.
 */
function isWatching(rotation: RotationState, { host, stage, acceptedAt, armedAt }: OrderState): boolean {
  const follows = rotation.plan !== null && followStages(rotation.plan).some(({ name }) => name === stage);
  return (
    follows &&
    !isStuckStopping(rotation, host, stage) &&
    acceptedAt !== null &&
    (armedAt === null || begun(rotation, host, stage ?? ''))
  );
}

/** What was to cut it off is a restart that does not begin. */
const isStuck = (rotation: RotationState, own: OwnRestart | null): boolean =>
  own === null ? isMasterStuck(rotation) : own.isStuck === true;

/** Windows did not stop it, so nobody was cut off then; what came of it since, nobody has measured. */
const isStopRefused = (order: OrderState | undefined): boolean => order?.code === 'ServiceStopRefused';

function masterCut(rotation: RotationState): number | null {
  const stage = rotation.plan === null ? undefined : switchStage(rotation.plan);
  const [host] = stage?.hosts ?? [];
  const order = host === undefined ? undefined : latestOrder(rotation, host, stage?.name ?? '', 'apply');
  return isStopRefused(order) ? null : cutAt(rotation);
}

interface OwnRestart {
  readonly cut: number | null;
  readonly backCut: number | null;
  /** When its runner said that it was back: the look that follows proves what it put back by itself. */
  readonly endedAt: number | null;
  readonly isStuck?: boolean;
}

/** A worker that goes by itself is cut off only by its own restart; null if it follows a master. */
function ownRestart(rotation: RotationState, host: HostName): OwnRestart | null {
  const { plan } = rotation;
  const stage = plan !== null && keeps(plan) ? followStages(plan).find(({ hosts }) => hosts.includes(host)) : undefined;
  if (plan === null || stage === undefined) return null;
  // Cut off since long before, and nobody has measured since when.
  if (plan.header.kind === 'reconnect') return { cut: null, backCut: null, endedAt: null };
  const steps = plan.slices.find((slice) => slice.host === host)?.stages[stage.name]?.steps ?? [];
  const restart = steps.find(({ kind }) => kind === 'restart-service');
  const state = restart === undefined ? undefined : rotation.steps[host]?.[restart.id];
  const order = latestOrder(rotation, host, stage.name, 'apply');
  const isBack = order?.status === 'finished' && order.outcome === 'put-back' && order.seenBack !== true;
  // A contained worker is cut off before, and by nothing else; its old certificate no longer brings it back.
  if (contains(plan)) return { cut: containedAt(rotation, plan), backCut: null, endedAt: null };
  if (isStopRefused(order)) return { cut: null, backCut: null, endedAt: null };
  return {
    cut: timeOf(state?.startedAt),
    backCut: timeOf(state?.backAt),
    endedAt: isBack ? timeOf(order.finishedAt) : null,
    isStuck: isStuckStopping(rotation, host, stage.name),
  };
}

/**
 * When the master that no longer trusts them was restarted, or stopped and not started again; null if it was not (yet),
 * or could not say: a service that was not stopped goes on with what it has read.
 */
function containedAt(rotation: RotationState, plan: Plan): number | null {
  const times = plan.slices.flatMap(({ host, stages }) => {
    const order = latestOrder(rotation, host, CONTAIN, 'apply');
    const isAtIt = order !== undefined && isUnderWay(order);
    return (stages[CONTAIN]?.steps ?? []).flatMap(({ id, kind }) => {
      const step = kind === 'restart-service' ? rotation.steps[host]?.[id] : undefined;
      const isEnded = step?.state === 'done' || step?.state === 'undone' || step?.facts.state === 'stopped';
      return step !== undefined && (isAtIt || isEnded) ? (timeOf(step.startedAt ?? step.backAt) ?? []) : [];
    });
  });
  return times.length === 0 ? null : Math.min(...times);
}

/** Hosts that follow the master or go by themselves, in the order in which they go. */
export const workersOf = (rotation: RotationState): readonly HostName[] =>
  rotation.plan === null ? [] : [...new Set(followStages(rotation.plan).flatMap((stage) => stage.hosts))];

/**
 * Whether a worker is not asked to connect: when the plan was made its service was off, and stays so; or it is to be
 * reconnected, and its own certificate does not let it in.
 */
export function isOff({ plan }: RotationState, host: string): boolean {
  const stages = plan?.slices.find((slice) => slice.host === host)?.stages ?? {};
  const follows = plan === null ? [] : followStages(plan).filter(({ hosts }) => hosts.some((one) => one === host));
  const checks = follows.flatMap(({ name }) => stages[name]?.checks ?? []);
  return checks.length > 0 && !checks.some(({ kind }) => kind === 'worker-connected');
}

/** Outcomes in which at least some workers were proved. */
const DONE: readonly string[] = ['proved', 'partly', 'left-behind'];

/**
 * The shortest and longest gap of workers that went forth and stayed, in the newest rotation of this kind; null if
 * there is none. A worker that was left behind may have been off for days before it followed, which says nothing about
 * the next rotation.
 */
export function lastGap(
  state: FarmState,
  kind: RotationKind,
  contained = false,
): { minMs: number; maxMs: number } | null {
  for (const id of [...state.order].reverse()) {
    const rotation = state.rotations[id];
    if (rotation?.closed == null || !DONE.includes(rotation.closed.outcome) || rotation.wish.kind !== kind) continue;
    // Contained workers are cut off throughout, so the two kinds are not compared.
    if (rotation.plan !== null && contains(rotation.plan) !== contained) continue;
    const left = leftIn(rotation);
    const stayed = workersOf(rotation).filter((host) => !left.includes(host));
    const gaps = stayed.map((host) => gapOf(rotation, host, 0));
    const all = gaps.flatMap(({ forthAt, backCutAt, ms }) => (forthAt !== null && backCutAt === null ? ms : []));
    if (all.length > 0) return { minMs: Math.min(...all), maxMs: Math.max(...all) };
  }
  return null;
}

function connectionCheck(rotation: RotationState, host: HostName): StepState | undefined {
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const checks = Object.values(slice?.stages ?? {}).flatMap((stage) => stage.checks);
  const check = checks.find((one) => one.kind === 'worker-connected');
  return check === undefined ? undefined : rotation.steps[host]?.[check.id];
}
