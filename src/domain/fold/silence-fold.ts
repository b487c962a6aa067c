import type { SilenceEntry } from '../journal/silence-entries.ts';
import type { OrderState } from '../rotation/rotation.ts';

/** An order after an entry that says how its machine does not answer; the same if it is about another one. */
export const withSilence = (order: OrderState, entry: SilenceEntry): OrderState =>
  entry.type === 'lapsed' ? lapsed(order, entry) : isMeant(order, entry) ? silenced(order, entry) : order;

type Silence = Extract<SilenceEntry, { type: 'silent' }>;
type Lapse = Extract<SilenceEntry, { type: 'lapsed' }>;

const isMeant = ({ host, n, status }: OrderState, entry: Silence): boolean =>
  host === entry.host &&
  (entry.unwritten === undefined || entry.unwritten.n === n) &&
  (status === 'sent' || status === 'accepted');

function silenced(order: OrderState, { since, unread, overdue, unwritten }: Silence): OrderState {
  const said = unwritten === undefined ? null : { reason: unwritten.reason, outcome: unwritten.outcome };
  const how = { isUnread: unread === true, isOverdue: overdue === true, unwritten: said };
  return { ...order, silentSince: since, ...how, seen: false };
}

function lapsed(order: OrderState, entry: Lapse): OrderState {
  if (order.host !== entry.host || order.n !== entry.n) return order;
  return { ...order, status: 'lapsed', silentSince: null, ...whyNotTaken(entry) };
}

function whyNotTaken({ unwritable, refused, unsent }: Lapse): Pick<OrderState, 'code' | 'data'> | null {
  if (unsent === true) return { code: 'OrdersNotWritable', data: {} };
  if (refused === true) return { code: 'OrdersRefused', data: {} };
  return unwritable === undefined ? null : { code: 'JournalNotWritable', data: { reason: unwritable } };
}
