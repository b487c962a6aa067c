import { PROTOCOL } from '../letters/protocol.ts';
import { contains, keeps } from '../plan/plan-phases.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';
import type { Moment } from './moment.ts';
import { isArmedOrder, isUnderWay } from './stages.ts';

/** What is put back, and tells nothing new of it for so long, is waited for. Milliseconds. */
const STALLED_MS = 20_000;

/** Since when nothing is heard of what came of an order that is out; null: it is not overdue. */
export function silentSince(rotation: RotationState, order: OrderState, moment: Moment): number | null {
  const issued = pastOf(order.issued, moment);
  const last = Math.max(moment.presence[order.host]?.at ?? 0, moment.since, issued);
  if (moment.now - last > PROTOCOL.silentAfterMs) return last;
  if (order.status !== 'accepted') {
    // It speaks, and neither accepts nor refuses: what it writes cannot be read here.
    const start = Math.max(issued === 0 ? 0 : Date.parse(order.startBy), moment.since);
    return moment.now - start > PROTOCOL.startByToleranceMs + PROTOCOL.overdueMs ? last : null;
  }
  if (isArmedOrder(rotation, order)) return null;
  return moment.now > overdueAt(rotation, order, moment) ? last : null;
}

/**
 * Who puts something back, and has told nothing new of it for long; from when on that counts as silence; and whether it
 * does so by itself still, and would be told to before a person is asked. null: nobody; or what is done there does not
 * come back at all.
 */
export function stalledBack(
  rotation: RotationState,
  moment: Moment,
): { readonly hosts: readonly HostName[]; readonly at: number; readonly again: boolean } | null {
  const { plan, wish } = rotation;
  if (plan === null || contains(plan) || wish.kind === 'retire') return null;
  const stalled = rotation.orders.filter(
    (order) =>
      (order.kind === 'undo' || (order.kind === 'apply' && order.code !== null)) &&
      order.status === 'accepted' &&
      isUnderWay(order) &&
      moment.now - lastWord(rotation, order, moment) > STALLED_MS,
  );
  if (stalled.length === 0) return null;
  const at = Math.max(...stalled.map((order) => overdueAt(rotation, order, moment)));
  // Where others keep what they proved, a machine that is silent is told nothing more before somebody decides.
  const again = !keeps(plan) && stalled.some(({ kind }) => kind === 'apply');
  return { hosts: [...new Set(stalled.map(({ host }) => host))], at, again };
}

/** Its time, and a little more, since its machine last told how far it is with it. */
const overdueAt = (rotation: RotationState, order: OrderState, moment: Moment): number =>
  lastWord(rotation, order, moment) + order.timeLimitMs + PROTOCOL.overdueMs;

function lastWord({ steps }: RotationState, order: OrderState, moment: Moment): number {
  const times = Object.values(steps[order.host] ?? {}).map((step) => pastOf(step.at, moment));
  return Math.max(pastOf(order.acceptedAt ?? order.issued, moment), moment.since, ...times);
}

/** A moment that was recorded; 0: it is still to come, for the clock was set back since, and that put `since` on. */
function pastOf(at: Instant, { now }: Moment): number {
  const moment = Date.parse(at);
  return moment > now + PROTOCOL.clockToleranceMs ? 0 : moment;
}
