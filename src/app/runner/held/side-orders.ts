import type { AcceptedOrder } from '../../../domain/fold/runner-fold.ts';
import { parseOrder } from '../../../domain/letters/letters.ts';
import { partOf } from '../../../domain/orders/armed.ts';
import { readWork } from '../../../domain/orders/order-work.ts';
import { type HostName, isRefusal } from '../../../domain/values.ts';

export interface SideOrders {
  has(order: AcceptedOrder): boolean;
}

/**
 * Orders that change nothing: looks, and waits for packages. They run beside one that does, because a wait may take
 * minutes and this machine may have something else to do meanwhile.
 */
export function createSideOrders(own: { readonly farm: string; readonly host: HostName }): SideOrders {
  const known = new Map<number, boolean>();
  return {
    has(order) {
      if (order.kind === 'look') return true;
      const is = known.get(order.n) ?? changesNothing(order, own);
      known.set(order.n, is);
      return is;
    },
  };
}

function changesNothing(order: AcceptedOrder, own: { readonly farm: string; readonly host: HostName }): boolean {
  if (order.kind !== 'apply' || order.envelope === null) return false;
  const letter = parseOrder(order.envelope.body);
  const work = isRefusal(letter) ? letter : readWork(letter, own);
  return !isRefusal(work) && work.steps.length === 0 && partOf(work) === null;
}
