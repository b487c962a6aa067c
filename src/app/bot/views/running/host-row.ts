import { asksAboutPackages } from '../../../../domain/next/drain.ts';
import { targetOf } from '../../../../domain/next/proof/proof.ts';
import {
  begun,
  cutAt,
  forthWork,
  hasStayed,
  isArmedOrder,
  isHeld,
  isKept,
  ordersOf,
} from '../../../../domain/next/stages.ts';
import type { PlanSlice } from '../../../../domain/plan/plan.ts';
import { followStages, isArmed, masterOf, retires, switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import { type HostName, type Message, shortThumbprint } from '../../../../domain/values.ts';
import type { HostRow } from '../../../../domain/views/view.ts';
import { type Gap, gapOf, masterSwitch } from '../evidence/gaps.ts';
import { isOfWorkers, ownTarget } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { keptRow, ownRow, waitRow } from './own-row.ts';

/** One machine on the running card, on the needs-a-person card and in the console. */
export function hostRow(rotation: RotationState, slice: PlanSlice, direction: 'forth' | 'back', now: number): HostRow {
  const { host } = slice;
  const follows = rotation.plan !== null && followStages(rotation.plan).some((stage) => stage.hosts.includes(host));
  const isMaster = slice.roles.includes('master') && !(follows && isOfWorkers(rotation));
  const gap = follows ? gapOf(rotation, host, now) : null;
  const order = orderToTell(rotation, host);
  const told = tell(rotation, slice, order, direction);
  const { state, what } = isUnseen(gap, told) ? UNSEEN : told;
  const swap = isMaster ? masterSwitch(rotation) : null;
  // The time shown is that of the gap that is open now, not of one that is over.
  const lasted =
    gap?.open === true ? gap.ms.at(-1) : gap?.ms.reduce<number | undefined>((sum, ms) => (sum ?? 0) + ms, undefined);
  return {
    host,
    role: isMaster ? 'master' : 'worker',
    state,
    what,
    // On a machine that is both, the time that grows is how long its worker is cut off.
    ms:
      isMaster && gap?.open !== true ? (swap?.to == null ? null : swap.to - (swap.cut ?? swap.from)) : (lasted ?? null),
    cutOff: gap?.open ?? false,
  };
}

/**
 * The newest order; on the way back, one that ended unknown, since what is put back after it does not make it known.
 */
function orderToTell(rotation: RotationState, host: HostName): OrderState | undefined {
  const orders = ordersOf(rotation, host).filter(({ kind }) => kind === 'apply' || kind === 'undo');
  const isLatest = (order: OrderState): boolean => orders.findLast(({ stage }) => stage === order.stage) === order;
  const unsure = orders.findLast(
    (one) => one.kind === 'undo' && one.outcome === 'unknown' && !one.seen && isLatest(one),
  );
  return unsure ?? orders.at(-1);
}

const isUnsure = ({ outcome, silentSince }: OrderState): boolean => outcome === 'unknown' || silentSince !== null;

const UNSEEN = { state: 'unknown', what: { id: 'row.unseen', data: {} } } as const;

/** It was cut off, and nobody has seen since whether it is connected. */
export const isUnwatched = ({ unwatchedAt, backAt }: Gap): boolean => unwatchedAt !== null && backAt === null;

/** Nothing that it waits for would show whether it is connected. */
const isUnseen = (gap: Gap | null, { state }: Pick<HostRow, 'state'>): boolean =>
  gap !== null && isUnwatched(gap) && state === 'waiting';

function tell(
  rotation: RotationState,
  slice: PlanSlice,
  order: OrderState | undefined,
  direction: 'forth' | 'back',
): { state: HostRow['state']; what: Message } {
  const { host } = slice;
  const isFinal = rotation.plan !== null && retires(rotation.plan);
  if (rotation.resolved[host]?.choice === 'leave-behind') return { state: 'bad', what: { id: 'row.left', data: {} } };
  const target = isOfWorkers(rotation) ? ownTarget(rotation, slice, direction) : targetOf(rotation, direction);
  if (isFinal && slice.stages.retire === undefined) return { state: 'good', what: { id: 'row.holds-none', data: {} } };
  // It is never asked for anything but a look.
  if (isReconnect(rotation) && slice.stages.reconnect === undefined) return ownRow(rotation, slice);
  if (rotation.leftOut[host] !== undefined && direction === 'forth' && order?.kind !== 'undo')
    return { state: 'waiting', what: { id: 'row.left', data: {} } };
  const kept = isKept(rotation) ? keptRow(rotation, slice) : null;
  if (kept !== null) return kept;
  const waits = direction === 'forth' && !isKept(rotation) ? waitRow(rotation, host) : null;
  if (waits !== null) return waits;
  if (order === undefined) return { state: 'waiting', what: { id: 'row.waiting', data: {} } };
  // A second look has seen what its runner could not tell.
  if (order.seen && isUnsure(order)) return seenRow(rotation, slice, order, { direction, target });
  if (order.silentSince !== null && order.isUnread === true)
    return { state: 'unknown', what: { id: 'row.unread', data: {} } };
  if (order.silentSince !== null)
    return { state: 'unknown', what: { id: 'row.silent', data: { since: order.silentSince } } };
  if (order.status === 'refused' || (order.status === 'lapsed' && order.code !== null))
    return { state: 'bad', what: { id: 'row.refused', data: { code: order.code ?? '' } } };
  if (order.status === 'finished' && order.outcome === 'unknown')
    return { state: 'unknown', what: { id: 'row.unknown', data: { code: order.code ?? '' } } };
  if (asksAboutPackages({ stage: order.stage, code: order.code ?? '' }) && direction === 'forth')
    return { state: 'waiting', what: { id: 'row.prepared', data: {} } };
  if (order.status === 'finished' && order.outcome === 'kept')
    return { state: 'bad', what: { id: 'row.failed', data: { code: order.code ?? '' } } };
  if (order.status === 'finished' && order.outcome === 'put-back') {
    if (order.kind === 'apply') return { state: 'bad', what: { id: 'row.failed', data: { code: order.code ?? '' } } };
    return { state: 'good', what: { id: 'row.put-back', data: {} } };
  }
  if (hasStayed(order) && direction === 'forth') return { state: 'bad', what: { id: 'row.left', data: {} } };
  // It went forth, and its way back has not begun.
  if (order.status === 'finished' && direction === 'back' && order.kind === 'apply') return toGoBack(rotation);
  if (order.status === 'finished' && isFinal) return { state: 'good', what: { id: 'row.retired', data: {} } };
  if (order.status === 'finished') return settled(rotation, slice, order, target);
  if (isArmedOrder(rotation, order) && direction === 'forth')
    return { state: 'waiting', what: { id: 'row.armed', data: {} } };
  if (isArming(rotation, order)) return { state: 'running', what: { id: 'row.arming', data: {} } };
  if (isHeld(order)) return held(rotation, slice, order, direction);
  return {
    state: 'running',
    what: { id: 'row.doing', data: { kind: currentKind(rotation, slice, order), back: goesBack(order) } },
  };
}

/** It was told to go back, or something failed there: then its runner puts back at once what this order did. */
const goesBack = ({ kind, code }: OrderState): boolean => kind === 'undo' || code !== null;

const toGoBack = (rotation: RotationState): Pick<HostRow, 'state' | 'what'> => ({
  state: 'waiting',
  what: { id: cutAt(rotation) === null ? 'row.waiting' : 'row.next', data: {} },
});

/** A look has shown it in the state that its order was to bring about. */
function seenRow(
  rotation: RotationState,
  slice: PlanSlice,
  order: OrderState,
  { direction, target }: { readonly direction: 'forth' | 'back'; readonly target: string | null },
): ReturnType<typeof settled> {
  if (order.kind === 'undo') return { state: 'good', what: { id: 'row.put-back', data: {} } };
  return direction === 'back' ? toGoBack(rotation) : settled(rotation, slice, order, target);
}

/**
 * It was given its order, and has not confirmed yet that it holds it; nothing is written before its master has
 * switched.
 */
const isArming = (rotation: RotationState, { host, kind, stage, armedAt }: OrderState): boolean =>
  rotation.plan !== null &&
  isArmed(rotation.plan) &&
  kind === 'apply' &&
  armedAt === null &&
  followStages(rotation.plan).some(({ name }) => name === stage) &&
  !begun(rotation, host, stage ?? '');

/** It has switched and may still go back, or it has failed and follows its master. */
function held(
  rotation: RotationState,
  slice: PlanSlice,
  order: OrderState,
  direction: 'forth' | 'back',
): ReturnType<typeof settled> {
  if (order.code !== null) return { state: 'bad', what: { id: 'row.failed', data: { code: order.code } } };
  if (direction === 'back') return { state: 'waiting', what: { id: 'row.next', data: {} } };
  return settled(rotation, slice, order, targetOf(rotation, direction));
}

function settled(
  rotation: RotationState,
  slice: PlanSlice,
  order: OrderState,
  target: string | null,
): { state: HostRow['state']; what: Message } {
  if (isOfWorkers(rotation)) return ownRow(rotation, slice);
  const isMaster = rotation.plan !== null && masterOf(rotation.plan) === slice.host;
  // The master's last stage is not its switch: in its slice the wait for packages comes after that.
  const lead = isMaster && rotation.plan !== null ? switchStage(rotation.plan)?.name : undefined;
  const last = lead ?? Object.keys(slice.stages).at(-1);
  const switched = order.stage === last || forthWork(rotation, slice.host, last ?? '') === 'good';
  const short = target === null ? '' : shortThumbprint(target);
  if (switched && isMaster) return { state: 'good', what: { id: 'row.presents', data: { thumbprint: short } } };
  if (switched) return { state: 'good', what: { id: 'row.connected', data: { thumbprint: short } } };
  const waits = cutAt(rotation) !== null && !begun(rotation, slice.host, last ?? '');
  if (waits && !isMaster) return { state: 'waiting', what: { id: 'row.next', data: {} } };
  return { state: 'waiting', what: { id: isMaster ? 'row.prepared' : 'row.trusts', data: { thumbprint: short } } };
}

/** The kind of the step that the host is at, or of its check. */
export function currentKind(rotation: RotationState, slice: PlanSlice, order: OrderState): string {
  const stage = slice.stages[order.stage ?? ''];
  const states = rotation.steps[slice.host] ?? {};
  const back = goesBack(order);
  const step = stage?.steps.find((one) => {
    const state = states[one.id]?.state;
    // By itself, a runner puts back only what it began.
    if (back) return state !== 'undone' && (order.kind === 'undo' || state !== undefined);
    return state !== 'done' && state !== 'proved';
  });
  if (step !== undefined) return step.kind;
  return stage?.checks.find((one) => states[one.id]?.state !== 'proved')?.kind ?? 'check';
}
