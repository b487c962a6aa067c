import { PROTOCOL } from '../letters/protocol.ts';
import { contains, DRAIN, keeps } from '../plan/plan-phases.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';
import type { Moment } from './moment.ts';
import { isArmedOrder, isOverdue, isUnderWay, ordersOf } from './stages.ts';

/** How long to wait for news of a machine that is putting something back. Milliseconds. */
const STALLED_MS = 20_000;

/**
 * Since when an order has gone unanswered; null: it has not, or that is known. `isOverdue`: its machine speaks, and has
 * reported nothing of it since then. One that is not heard any more either is silent like any other.
 */
export function unanswered(
  rotation: RotationState,
  order: OrderState,
  moment: Moment,
): { readonly since: number; readonly isOverdue: boolean } | null {
  const isKnown = isOverdue(order);
  if (!isUnderWay(isKnown ? { ...order, silentSince: null } : order)) return null;
  const issued = pastOf(order.issued, moment);
  const last = Math.max(moment.presence[order.host]?.at ?? 0, moment.since, issued);
  if (moment.now - last > PROTOCOL.silentAfterMs) return { since: last, isOverdue: false };
  if (isKnown) return null;
  if (order.status !== 'accepted') {
    // It speaks, but neither accepts nor refuses: what it writes cannot be read here.
    const start = Math.max(issued === 0 ? 0 : Date.parse(order.startBy), moment.since);
    const isLate = moment.now - start > PROTOCOL.startByToleranceMs + PROTOCOL.overdueMs;
    return isLate ? { since: Math.max(issued, moment.since), isOverdue: true } : null;
  }
  if (isArmedOrder(rotation, order) || moment.now <= overdueAt(rotation, order, moment)) return null;
  return { since: lastWord(rotation, order, moment), isOverdue: true };
}

/**
 * Machines that are putting something back and have reported nothing new for long; from when on that counts as silence;
 * and whether they still do so by themselves, and would be told to before a person is asked. null: none, or nothing in
 * this rotation goes back at all.
 */
export function stalledBack(
  rotation: RotationState,
  moment: Moment,
): { readonly hosts: readonly HostName[]; readonly at: number; readonly again: boolean } | null {
  const { plan, wish } = rotation;
  if (plan === null || contains(plan) || wish.kind === 'retire') return null;
  const stalled = rotation.orders.filter(
    (order) =>
      goesBack(order) &&
      order.status === 'accepted' &&
      isUnderWay(order) &&
      moment.now - lastWord(rotation, order, moment) > STALLED_MS,
  );
  if (stalled.length === 0) return null;
  const at = Math.max(...stalled.map((order) => overdueAt(rotation, order, moment)));
  // If others keep what they proved, a silent machine is told nothing more before somebody decides.
  const again = !keeps(plan) && stalled.some(({ kind }) => kind === 'apply');
  return { hosts: [...new Set(stalled.map(({ host }) => host))], at, again };
}

/** An undo, or an apply that has failed and puts back what it changed. */
const goesBack = ({ kind, code }: OrderState): boolean => kind === 'undo' || (kind === 'apply' && code !== null);

/**
 * The time limit of what its runner is at, and a little more, after its machine last reported progress: a runner does
 * one thing after the other, except looks, and an order, as one to stop, may wait for the end of an earlier one.
 */
function overdueAt(rotation: RotationState, order: OrderState, moment: Moment): number {
  const ahead = order.kind === 'look' ? [] : ordersOf(rotation, order.host);
  const first = ahead.find((one) => isAtWork(rotation, one)) ?? order;
  return lastWord(rotation, order, moment) + Math.max(...[first, order].map(timeOf)) + PROTOCOL.overdueMs;
}

/** Its runner is at it, and at nothing that comes after it. A wait for packages is over as soon as a stop comes. */
const isAtWork = (rotation: RotationState, order: OrderState): boolean =>
  order.status === 'accepted' &&
  order.kind !== 'look' &&
  order.stage !== DRAIN &&
  !isArmedOrder(rotation, order) &&
  (order.switchedAt === null || order.code !== null);

const timeOf = (order: OrderState): number => order.timeLimitMs + (goesBack(order) ? PROTOCOL.stoppingMs : 0);

function lastWord(rotation: RotationState, order: OrderState, moment: Moment): number {
  const ends = ordersOf(rotation, order.host).flatMap(({ finishedAt }) => finishedAt ?? []);
  const steps = Object.values(rotation.steps[order.host] ?? {}).map(({ at }) => at);
  const times = [...ends, ...steps].map((at) => pastOf(at, moment));
  return Math.max(pastOf(order.acceptedAt ?? order.issued, moment), moment.since, ...times);
}

/**
 * A recorded moment; 0 if it is in the future because the clock was set back since, in which case `since` moved too.
 */
function pastOf(at: Instant, { now }: Moment): number {
  const moment = Date.parse(at);
  return moment > now + PROTOCOL.clockToleranceMs ? 0 : moment;
}
