import type { SilenceEntry } from '../journal/silence-entries.ts';
import { PROTOCOL } from '../letters/protocol.ts';
import { isNotUnderstood } from '../presence/presence.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { Moment } from './moment.ts';
import { notTaken } from './takes-none.ts';

/**
 * The runner wrote a letter well past startBy, by the clock it judges orders by, without knowing the order: the order
 * will never begin. When a letter was heard proves nothing, as it may have been held back; nor does a letter that
 * cannot be parsed as a whole.
 */
export function hasLapsed(order: OrderState, moment: Moment): boolean {
  const hello = moment.presence[order.host];
  return (
    order.status === 'sent' &&
    hello !== undefined &&
    !isNotUnderstood(hello) &&
    hello.clock > Date.parse(order.startBy) + PROTOCOL.startByToleranceMs &&
    Math.abs(hello.clock - hello.at) < PROTOCOL.clockToleranceMs &&
    hello.lastN < order.n
  );
}

/** Redis does not let this bot write it: it never reaches its machine. */
export const isUnsent = ({ host, n, status }: OrderState, { unsent = [] }: Moment): boolean =>
  status === 'sent' && unsent.some((one) => one.host === host && one.n === n);

/** An apply is not sent again to a machine that takes none; what is to go back there waits until it does. */
export function lapse({ id }: RotationState, order: OrderState, moment: Moment): SilenceEntry {
  const { host, n, kind } = order;
  const lapsed = { type: 'lapsed', id, host, n } as const;
  if (isUnsent(order, moment)) return { ...lapsed, unsent: true };
  const why = kind === 'apply' ? notTaken(moment, order) : null;
  if (why === null) return lapsed;
  return why.code === 'OrdersRefused'
    ? { ...lapsed, refused: true }
    : { ...lapsed, unwritable: String(why.data.reason) };
}
