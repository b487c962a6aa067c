import type { SilenceEntry } from '../journal/silence-entries.ts';
import type { OrderState } from '../rotation/rotation.ts';

/** An order after an entry that says how its machine does not answer; the same if it is about another one. */
export const withSilence = (order: OrderState, entry: SilenceEntry): OrderState =>
  entry.type === 'lapsed' ? lapsed(order, entry) : isMeant(order, entry) ? silenced(order, entry) : order;

type Silence = Extract<SilenceEntry, { type: 'silent' }>;

const isMeant = ({ host, n, status }: OrderState, entry: Silence): boolean =>
  host === entry.host &&
  (entry.unwritten === undefined || entry.unwritten.n === n) &&
  (status === 'sent' || status === 'accepted');

function silenced(order: OrderState, { since, unread, unwritten }: Silence): OrderState {
  const said = unwritten === undefined ? null : { reason: unwritten.reason, outcome: unwritten.outcome };
  return { ...order, silentSince: since, isUnread: unread === true, unwritten: said, seen: false };
}

function lapsed(order: OrderState, { host, n, unwritable }: Extract<SilenceEntry, { type: 'lapsed' }>): OrderState {
  if (order.host !== host || order.n !== n) return order;
  const why = unwritable === undefined ? {} : { code: 'JournalNotWritable', data: { reason: unwritable } };
  return { ...order, status: 'lapsed', silentSince: null, ...why };
}
