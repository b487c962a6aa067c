import type { RunnerEntry } from '../journal/entries.ts';
import { change, type FarmState } from '../rotation/farm-state.ts';
import type { HostName, Instant } from '../values.ts';
import { cut } from './entry-limits.ts';

/**
 * An older runner does not say which order it fails to understand. A new request waits only for this runner's look, so
 * its unanswered order counts as refused; for an order that changes something, that would be no proof.
 */
export function withoutLook(
  state: FarmState,
  { host, when }: { readonly host: HostName; readonly when: Instant },
  { n, code, data }: Extract<RunnerEntry, { type: 'refused' }>,
): FarmState {
  if (n !== null || code !== 'OrderNotUnderstood') return state;
  const asked = state.unclosed.find((id) => state.rotations[id]?.plan === null);
  if (asked === undefined) return state;
  const refused = { status: 'refused', code, data: cut(data), finishedAt: when } as const;
  return change(state, asked, ({ orders }) => ({
    orders: orders.map((one) => (one.host === host && one.status === 'sent' ? { ...one, ...refused } : one)),
  }));
}
