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
  isOverdue,
  isUnderWay,
  ordersOf,
} from '../../../../domain/next/stages.ts';
import { AUTHORITY, type PlanSlice } from '../../../../domain/plan/plan.ts';
import { followStages, isArmed, masterOf, retires, switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import { type HostName, shortThumbprint } from '../../../../domain/values.ts';
import type { HostRow } from '../../../../domain/views/view.ts';
import { type Gap, gapOf, isOff } from '../evidence/gaps.ts';
import { masterLengths } from '../evidence/master-switch.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';
import { isReconnect } from '../evidence/reconnected.ts';
import { failedRow, keptRow, ownRow, row, type Told, waitRow } from './own-row.ts';

/** One machine on the running card, on the needs-a-person card and in the console. */
export function hostRow(rotation: RotationState, slice: PlanSlice, direction: 'forth' | 'back', now: number): HostRow {
  const { host } = slice;
  const follows = rotation.plan !== null && followStages(rotation.plan).some((stage) => stage.hosts.includes(host));
  const isMaster = slice.roles.includes('master') && !(follows && isOfWorkers(rotation));
  const gap = follows ? gapOf(rotation, host, now) : null;
  const order = orderToTell(rotation, host);
  const told = tell(rotation, slice, order, direction);
  const { state, what } = isUnseen(gap, told) ? row('unknown', 'row.unseen') : told;
  // The time shown is that of the gap that is open now, not of one that is over. On a machine that is both, what grows
  // is how long its worker is cut off.
  const ms = gap?.open === true ? gap.ms.slice(-1) : isMaster ? masterLengths(rotation) : (gap?.ms ?? []);
  return {
    host,
    role: isMaster ? 'master' : 'worker',
    state,
    what,
    ms,
    cutOff: gap?.open ?? false,
  };
}

/**
 * The order that its runner is at, before those that come after it, and before one that waits for it, on a machine that
 * is both; else the newest; before all, one that makes no progress, and on the way back one that ended unknown, since
 * what is put back after it does not make it known.
 */
function orderToTell(rotation: RotationState, host: HostName): OrderState | undefined {
  const orders = ordersOf(rotation, host).filter(({ kind }) => kind === 'apply' || kind === 'undo');
  const isLatest = (order: OrderState): boolean => orders.findLast(({ stage }) => stage === order.stage) === order;
  const unsure = orders.findLast(
    (one) => ((one.kind === 'undo' && one.outcome === 'unknown') || isOverdue(one)) && !one.seen && isLatest(one),
  );
  const underWay = orders.filter((one) => one.status === 'accepted' && isUnderWay(one));
  return unsure ?? underWay.find((one) => !isArmedOrder(rotation, one)) ?? underWay[0] ?? orders.at(-1);
}

const isUnsure = ({ outcome, silentSince }: OrderState): boolean => outcome === 'unknown' || silentSince !== null;

/** It was cut off, and nobody has seen since whether it is connected. */
export const isUnwatched = ({ unwatchedAt, backAt }: Gap): boolean => unwatchedAt !== null && backAt === null;

/** Nothing that it waits for would show whether it is connected. */
const isUnseen = (gap: Gap | null, { state }: Told): boolean => gap !== null && isUnwatched(gap) && state === 'waiting';

function tell(
  rotation: RotationState,
  slice: PlanSlice,
  order: OrderState | undefined,
  direction: 'forth' | 'back',
): Told {
  const { host, stages } = slice;
  const isForth = direction === 'forth';
  if (rotation.resolved[host]?.choice === 'leave-behind') return row('bad', 'row.left');
  if (isRemoval(rotation) && stages.retire === undefined) return row('good', 'row.holds-none');
  // It is never asked for anything but a look.
  if (isReconnect(rotation) && stages.reconnect === undefined) return ownRow(rotation, slice);
  if (rotation.leftOut[host] !== undefined && isForth && order?.kind !== 'undo') return row('waiting', 'row.left');
  const kept = isKept(rotation) ? keptRow(rotation, slice) : null;
  if (kept !== null) return kept;
  const waits = isForth && !isKept(rotation) ? waitRow(rotation, host) : null;
  if (waits !== null) return waits;
  return order === undefined ? row('waiting', 'row.waiting') : ofOrder(rotation, slice, order, direction);
}

function ofOrder(rotation: RotationState, slice: PlanSlice, order: OrderState, direction: 'forth' | 'back'): Told {
  const code = order.code ?? '';
  // A second look has seen what its runner could not tell.
  if (order.seen && isUnsure(order)) return seenRow(rotation, slice, order, direction);
  if (order.silentSince !== null && order.unwritten != null)
    return row('unknown', 'row.unwritten', { outcome: order.unwritten.outcome });
  if (isOverdue(order)) return row('unknown', 'row.overdue', { since: order.silentSince });
  if (order.silentSince !== null)
    return order.isUnread === true
      ? row('unknown', 'row.unread')
      : row('unknown', 'row.silent', { since: order.silentSince });
  if (order.status === 'refused' || (order.status === 'lapsed' && order.code !== null))
    return row('bad', 'row.refused', { code });
  if (order.status === 'finished' && order.outcome === 'unknown') return row('unknown', 'row.unknown', { code });
  if (asksAboutPackages({ stage: order.stage, code }) && direction === 'forth')
    return settled(rotation, slice, order, direction);
  if (order.status === 'finished') return finished(rotation, slice, order, direction);
  if (isHeld(order)) return held(rotation, slice, order, direction);
  if (isArmedOrder(rotation, order) && direction === 'forth') return row('waiting', 'row.armed');
  if (isArming(rotation, order)) return row('running', 'row.arming');
  return row('running', 'row.doing', { kind: currentKind(rotation, slice, order), back: goesBack(order) });
}

/** Its order has ended, and its runner knows how the machine stands. */
function finished(rotation: RotationState, slice: PlanSlice, order: OrderState, direction: 'forth' | 'back'): Told {
  const { kind, outcome } = order;
  if (outcome === 'kept') return failedRow(order);
  if (outcome === 'put-back')
    return kind === 'apply' && !hasFollowedBack(order) ? failedRow(order) : row('good', 'row.put-back');
  if (hasStayed(order) && direction === 'forth') return row('bad', 'row.left');
  // It went forth, and its way back has not begun.
  if (direction === 'back' && kind === 'apply') return toGoBack(rotation);
  return isRemoval(rotation) ? row('good', 'row.retired') : settled(rotation, slice, order, direction);
}

const isRemoval = ({ plan }: RotationState): boolean => plan !== null && retires(plan);

/** It was told to go back, or something failed there: then its runner puts back at once what this order did. */
const goesBack = ({ kind, code }: OrderState): boolean => kind === 'undo' || code !== null;

/** Its master went back, and it goes with it: nothing has failed there. */
const hasFollowedBack = ({ code }: OrderState): boolean => code === 'MasterWentBack';

const toGoBack = (rotation: RotationState): Told =>
  row('waiting', cutAt(rotation) === null ? 'row.waiting' : 'row.next');

/** A look has shown it in the state that its order was to bring about. */
function seenRow(rotation: RotationState, slice: PlanSlice, order: OrderState, direction: 'forth' | 'back'): Told {
  if (order.kind === 'undo') return row('good', 'row.put-back');
  return direction === 'back' ? toGoBack(rotation) : settled(rotation, slice, order, direction);
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
function held(rotation: RotationState, slice: PlanSlice, order: OrderState, direction: 'forth' | 'back'): Told {
  if (hasFollowedBack(order))
    return row('running', 'row.doing', { kind: currentKind(rotation, slice, order), back: true });
  if (order.code !== null) return failedRow(order);
  return direction === 'back' ? row('waiting', 'row.next') : settled(rotation, slice, order, direction);
}

function settled(rotation: RotationState, slice: PlanSlice, order: OrderState, direction: 'forth' | 'back'): Told {
  if (isOfWorkers(rotation)) return ownRow(rotation, slice);
  const isMaster = rotation.plan !== null && masterOf(rotation.plan) === slice.host;
  // The master's last stage is not its switch: in its slice the wait for packages comes after that.
  const lead = isMaster && rotation.plan !== null ? switchStage(rotation.plan)?.name : undefined;
  const last = lead ?? Object.keys(slice.stages).at(-1);
  const switched = order.stage === last || forthWork(rotation, slice.host, last ?? '') === 'good';
  const target = targetOf(rotation, direction);
  const thumbprint = target === null ? '' : shortThumbprint(target);
  if (switched && !isMaster && isOff(rotation, slice.host)) return row('good', 'row.off');
  if (switched) return row('good', isMaster ? 'row.presents' : 'row.connected', { thumbprint });
  if (isMaster) return row('waiting', 'row.prepared', { thumbprint });
  const waits = cutAt(rotation) !== null && !begun(rotation, slice.host, last ?? '');
  if (waits) return row('waiting', 'row.next');
  const isIssued = direction === 'forth' && rotation.plan?.header.existing?.[AUTHORITY] !== undefined;
  return row('waiting', 'row.trusts', { thumbprint, ...(isIssued ? { issued: true } : {}) });
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
