import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import type { Message } from '../../../../domain/values.ts';

/** Above what a rehearsal with slow tools took, with one binding and a canary before the others: 2.3 times a look. */
const LOOKS_IN_AN_OUTAGE = 3;

/**
 * Warns an approver beforehand of machines whose tools are so slow that the outage may not end within its limit: it
 * starts about as many of them as some looks do, one after the other.
 */
export function slowLooks({ plan, orders }: Pick<RotationState, 'plan' | 'orders'>): readonly Message[] {
  if (plan === null) return [];
  const { limitMs } = plan.header.gap;
  // The newest of each machine.
  const looks = new Map(orders.filter(({ kind }) => kind === 'look').map((look) => [look.host, lengthOf(look)]));
  const slow = [...looks].filter(([, ms]) => ms * LOOKS_IN_AN_OUTAGE > limitMs);
  if (slow.length === 0) return [];
  const hosts = slow.map(([host]) => host);
  return [{ id: 'warning.slow', data: { hosts, ms: Math.max(...slow.map(([, ms]) => ms)), limitMs } }];
}

/** Longer than its limit it is only if a clock was set meanwhile. */
function lengthOf({ acceptedAt, finishedAt, timeLimitMs }: OrderState): number {
  const ms = Date.parse(finishedAt ?? '') - Date.parse(acceptedAt ?? '');
  return ms <= timeLimitMs ? ms : 0;
}
