import { isRefusedOrders } from '../presence/orders-refused.ts';
import { isHeard } from '../presence/presence.ts';
import type { OrderState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Cause, Moment } from './moment.ts';
import { notWritable } from './unwritten-ends.ts';

/** How long a runner may have an order before it writes that it took it; it notes that it cannot. Milliseconds. */
const TAKEN_WITHIN_MS = 5_000;

type Why = Pick<Cause, 'code' | 'data'>;

/** That Redis hands its runner no orders, as that says. null: it does not say so. */
export const handedNone = ({ presence, now }: Moment, host: HostName): Why | null =>
  isHeard(presence[host], now) && isRefusedOrders(presence[host]) ? { code: 'OrdersRefused', data: {} } : null;

/** Why a machine takes no order, as it says itself: it cannot write its journal, or is handed none. */
export const saysItTakesNone = (moment: Moment, host: HostName): Why | null =>
  notWritable(moment, host) ?? handedNone(moment, host);

/**
 * The same before it is given an order. An older runner that cannot write gives no reason, does not try by itself, and
 * finds only with an order that it can write again: it is given one.
 */
export function takesNone(moment: Moment, host: HostName): Why | null {
  const full = notWritable(moment, host);
  return full === null || full.data.reason === '' ? handedNone(moment, host) : full;
}

/** The same for an order that was sent: it lapses, unless the machine takes it in time. */
export function notTaken(moment: Moment, { host, status, issued }: OrderState): Why | null {
  const at = moment.presence[host]?.at ?? 0;
  return status === 'sent' && at > Date.parse(issued) + TAKEN_WITHIN_MS ? saysItTakesNone(moment, host) : null;
}
