import { votesShown } from '../../../../domain/approval/approval.ts';
import { asksAboutPackages } from '../../../../domain/next/drain.ts';
import type { Assessment } from '../../../../domain/next/index.ts';
import { isLeftAsItIs } from '../../../../domain/next/lost-way-back.ts';
import { begun, cutAt, isUnderWay } from '../../../../domain/next/stages.ts';
import type { PhaseHead, Plan, PlanSlice } from '../../../../domain/plan/plan.ts';
import {
  beganWithoutOld,
  contains,
  keeps,
  makesBinding,
  masterOf,
  retires,
} from '../../../../domain/plan/plan-phases.ts';
import { newMaster, type OrderState, type RotationState, startedAt } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message, Thumbprint } from '../../../../domain/values.ts';
import type { HostRow, RowState, RunningView } from '../../../../domain/views/view.ts';
import { type Gap, gapOf, isOff, isRefusedStill, workersOf } from '../evidence/gaps.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { withLate } from '../evidence/why-late.ts';
import { whyMessage } from '../why.ts';
import { hostRow, isUnwatched } from './host-row.ts';
import { isDone, numberedIds, numberSteps } from './step-rows.ts';
import { inOutage, unheardOf, unheardOrders } from './unheard.ts';

/** The card while machines are at work; null before. */
export function runningView(
  rotation: RotationState,
  assessment: Assessment,
  waiting: Message | null,
  now: number,
): RunningView | null {
  const plan = rotation.plan;
  const start = startedAt(rotation);
  if (plan === null || start === null) return null;
  // Stopping a removal takes nothing back.
  const final = retires(plan);
  // Everything is looked at once more, and nothing goes back.
  const leaves = isLeftAsItIs(rotation);
  const direction = final || leaves ? 'forth' : assessment.direction;
  const from = Date.parse(start);
  const { steps, done, rows } = numberSteps(rotation, direction, from);
  const unheard = unheardOf(rotation, waiting);
  const hostRows = plan.slices.map((slice) => {
    const row = hostRow(rotation, slice, direction, now);
    // Cut off when last heard: a time that goes on growing would claim that it still is.
    return row.cutOff && unheard?.all === true ? { ...row, ms: [] } : row;
  });
  const unseen = workersOf(rotation).filter((host) => isUnsure(rotation, host, hostRows, now));
  return {
    kind: 'running',
    wish: rotation.wish,
    id: rotation.id,
    farm: plan.header.farm,
    digest: plan.digest,
    direction,
    why: assessment.cause === null || final || leaves ? null : whyMessage(withLate(rotation, assessment.cause)),
    approvedBy: approvers(rotation),
    startedAt: start,
    step: Math.min(done + 1, steps),
    steps,
    phases: phasesOf(rotation, steps, from),
    rows: hostRows,
    stepRows: rows,
    made: isReconnect(rotation) ? null : keeps(plan) ? onlyOne(rotation) : newMaster(rotation),
    old: plan.header.old?.thumbprint ?? null,
    gapLimitMs: keeps(plan) || beganWithoutOld(plan) ? null : plan.header.gap.limitMs,
    leaveBehind: plan.header.gap.leaveBehind,
    ...(makesBinding(plan)
      ? { cutBefore: stillCut(rotation, direction, now).length }
      : refusedBefore(rotation, direction, now)),
    stop:
      direction === 'back' || leaves
        ? null
        : final
          ? { id: 'stop.retire', data: {} }
          : stopMessage(rotation, plan, unheardOrders(rotation, waiting), now),
    stopAsked: rotation.stop?.by ?? null,
    waiting,
    ...(unheard === null ? {} : { unheard }),
    ...(unseen.length === 0 ? {} : { unsure: unseen }),
  };
}

/**
 * It was cut off, and nobody has seen since whether it is connected; being put back, it may have to be restarted. Or
 * its service was not running when it was last looked at, and is looked at once more.
 */
function isUnsure(rotation: RotationState, host: HostName, rows: readonly HostRow[], now: number): boolean {
  const { state: service } = (rotation.proofs[host] ?? rotation.earlier[host])?.worker?.service ?? {};
  if (service !== undefined && service !== 'running' && !isOff(rotation, host)) return true;
  const state = rows.find((row) => row.host === host)?.state;
  return (state === 'unknown' || state === 'running') && isUnwatched(gapOf(rotation, host, now));
}

/** Those of the workers that were cut off before, if all were, that still are; on the way back all are again. */
const stillCut = (rotation: RotationState, direction: 'forth' | 'back', now: number): readonly HostName[] =>
  workersOf(rotation).filter((host) => direction === 'back' || gapOf(rotation, host, now).forthAt === null);

/** A worker whose service is off is not counted as cut off. */
function refusedBefore(
  rotation: RotationState,
  direction: 'forth' | 'back',
  now: number,
): Pick<RunningView, 'refusedBefore'> {
  const count = stillCut(rotation, direction, now).filter(
    (host) => isRefusedStill(rotation, host) && !isOff(rotation, host),
  ).length;
  return count === 0 ? {} : { refusedBefore: count };
}

/** Whose approvals of the plan count. */
export const approvers = (rotation: RotationState): readonly { id: string; name: string }[] =>
  votesShown(rotation, null)
    .filter(({ vote, digest, gone }) => vote === 'approve' && digest === rotation.plan?.digest && gone === undefined)
    .map((vote) => vote.by);

function phasesOf(rotation: RotationState, steps: number, startedAt: number): RunningView['phases'] {
  const heads = rotation.plan?.header.phases ?? [];
  let from = 1;
  let before = startedAt;
  const phases = heads.map((phase) => {
    const ids = phase.stages.flatMap((stage) =>
      stage.hosts.flatMap((host) =>
        numberedIds(rotation.plan?.slices ?? [], host, stage.name).map((one) => ({ ...one, stage: stage.name })),
      ),
    );
    const good = ids.every(({ host, id, stage }) => isDone(rotation, host, id, stage)) && !isProving(rotation, phase);
    const ended = [...ids, ...checksOf(rotation, phase)].map(({ host, id }) => rotation.steps[host]?.[id]?.at);
    // What was taken back tells only when that was.
    const isTakenBack = ids.some(({ host, id }) => rotation.steps[host]?.[id]?.state === 'undone');
    const end = good && !isTakenBack ? Math.max(before, ...ended.map((at) => Date.parse(at ?? rotation.at))) : null;
    const row = {
      name: phase.name,
      state: phaseState(rotation, phase, good),
      ms: end === null ? null : end - before,
      from,
      to: from + ids.length - 1,
    };
    from += ids.length;
    before = end ?? before;
    return row;
  });
  const proving: RowState = phases.every((phase) => phase.state === 'good') ? 'running' : 'waiting';
  return [...phases, { name: 'prove', state: proving, ms: null, from: steps, to: steps }];
}

/** Whether all that is left in it may be a proof: a worker that has restarted is cut off until it is let in. */
const isProving = (rotation: RotationState, { stages }: PhaseHead): boolean =>
  rotation.orders.some(
    (order) =>
      order.kind === 'apply' &&
      order.switchedAt === null &&
      isUnderWay(order) &&
      stages.some(({ name }) => name === order.stage),
  );

const checksOf = ({ plan }: RotationState, { stages }: PhaseHead): readonly { host: HostName; id: string }[] =>
  (plan?.slices ?? []).flatMap(({ host, stages: own }) =>
    stages.flatMap(({ name }) => (own[name]?.checks ?? []).map(({ id }) => ({ host, id }))),
  );

function phaseState(rotation: RotationState, phase: PhaseHead, good: boolean): RowState {
  if (good) return 'good';
  const orders = rotation.orders.filter(
    (order) => order.kind === 'apply' && phase.stages.some((stage) => stage.name === order.stage),
  );
  // A wait for packages that people were asked about has not failed; nor has what was ordered once more since.
  const newest = orders.filter(
    (order) => !asksAboutPackages({ ...order, code: order.code ?? '' }) && !isOrderedAgain(orders, order),
  );
  if (newest.some((order) => order.status === 'refused' || order.outcome === 'put-back')) return 'bad';
  if (newest.some((order) => !order.seen && (order.outcome === 'unknown' || order.silentSince !== null)))
    return 'unknown';
  return orders.length > 0 ? 'running' : 'waiting';
}

const isOrderedAgain = (orders: readonly OrderState[], { host, n, stage, only }: OrderState): boolean =>
  orders.some(
    (one) => one.host === host && one.stage === stage && one.n > n && (one.only ?? []).join() === (only ?? []).join(),
  );

/** A single worker's new certificate; with several workers, none is the new one. */
function onlyOne({ made }: RotationState): Thumbprint | null {
  const [first, second] = Object.values(made);
  return first === undefined || second !== undefined ? null : first.certificate.thumbprint;
}

/** Also where its length is not measured. */
const isCutOff = (gap: Gap): boolean => gap.cutAt !== null && gap.forthAt === null && gap.backAt === null;

/** What *Stop and put back* would do now, in facts. `unheard`: what these ask for may have been done unheard. */
function stopMessage(rotation: RotationState, plan: Plan, unheard: readonly OrderState[], now: number): Message {
  const workers = workersOf(rotation);
  if (isReconnect(rotation)) return { id: 'stop.reconnect', data: { hosts: workers } };
  if (beganWithoutOld(plan)) return { id: 'stop.old-gone', data: {} };
  if (makesBinding(plan))
    return { id: 'stop.unbound', data: { port: plan.header.endpoint.port, workers: workers.length } };
  if (contains(plan)) return { id: 'stop.contained', data: { hosts: workers } };
  const ofWorkers = isOfWorkers(rotation);
  const gaps = workers.map((host) => ({ host, gap: gapOf(rotation, host, now) }));
  const atWork = [...inOutage(rotation), ...unheard.filter(({ kind }) => kind === 'apply').map(({ host }) => host)];
  const mayBeCut = unheard.length > 0 || atWork.length > 0;
  const isAnyCut = mayBeCut || gaps.some(({ gap }) => gap.cutAt !== null);
  const hasSwitched = mayBeCut || cutAt(rotation) !== null;
  const hasBegun = ({ host, stages }: PlanSlice): boolean =>
    Object.keys(stages).some((stage) => begun(rotation, host, stage));
  return {
    id: ofWorkers && isAnyCut ? 'stop.workers' : hasSwitched ? 'stop.cutover' : 'stop.prepare',
    data: {
      master: masterOf(plan),
      of: rotation.wish.of,
      workers: workers.length,
      again: gaps
        .filter(({ host, gap }) => gap.forthAt !== null || (ofWorkers && !isCutOff(gap) && atWork.includes(host)))
        .map(({ host }) => host),
      stillCut: gaps.filter(({ gap }) => gap.open || (ofWorkers && isCutOff(gap))).map(({ host }) => host),
      begun: plan.slices.filter(hasBegun).length,
    },
  };
}
