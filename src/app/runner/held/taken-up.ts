import type { AcceptedOrder } from '../../../domain/fold/runner-fold.ts';
import type { AskedHere } from '../asked-here.ts';
import type { Halt } from '../change/job.ts';
import type { Holds } from './holds.ts';
import type { Reason } from './run-held.ts';
import type { SideOrders } from './side-orders.ts';

/** What is known on this machine, read afresh each time. */
interface KnownHere {
  /** All that were accepted, by number. */
  orders(): readonly AcceptedOrder[];
  /** Those that have not ended. */
  open(): readonly AcceptedOrder[];
  readonly askedHere: Pick<AskedHere, 'has' | 'hasSince'>;
  /** Whether this order was open at the start, and has not been taken up since. */
  isResumed(n: number): boolean;
  readonly holds: Holds;
  readonly sideOrders: SideOrders;
}

export interface TakenUp {
  /** Why an order has to be taken up now; null if it is held. */
  reasonFor(order: AcceptedOrder): Reason | null;
  /**
   * Why an order under work goes no further: a stop or an undo of its rotation came, a person here puts that back, or
   * its master is going back or has gone back.
   */
  haltOf(order: AcceptedOrder): Halt | null;
  /** Whether it is a master that holds its order and goes back now. */
  isDue(order: AcceptedOrder): boolean;
  /** Whether it puts back the master of a worker on this machine whose order has not ended. */
  isMastersUndo(order: AcceptedOrder): boolean;
}

/**
 * Decides which of a machine's orders are taken up, held or halted: by the journal, by what was heard, and by the
 * clock.
 */
export function createTakenUp({ orders, open, askedHere, isResumed, holds, sideOrders }: KnownHere): TakenUp {
  const later = (order: AcceptedOrder): readonly AcceptedOrder[] =>
    orders().filter(({ n, kind }) => n > order.n && kind !== 'look');

  const isStopped = (order: AcceptedOrder): boolean =>
    later(order).some(({ rotation, kind }) => rotation === order.rotation && kind === 'stop');

  const isDue = (order: AcceptedOrder): boolean => {
    const hold = holds.of(order);
    return hold?.part === 'lead' && holds.decide(order, hold) === 'back';
  };

  function reasonFor(order: AcceptedOrder): Reason | null {
    const hold = holds.of(order);
    if (hold === null) return 'forth';
    const isOvertaken = later(order).some(({ rotation, kind, stage }) =>
      rotation === order.rotation ? kind === 'undo' && stage === order.stage : kind !== 'stop',
    );
    if (isBehindMaster(order)) return null;
    if (isOvertaken || askedHere.has(order.rotation)) return 'overtaken';
    // A worker that has followed goes back with its master, which is stopped too.
    const hasFollowed = hold.part === 'follow' && order.switched !== null;
    if (!hasFollowed && isStopped(order)) return 'stop';
    if (order.failed !== null && isResumed(order.n)) return 'settle';
    const decision = holds.decide(order, hold);
    return decision === 'hold' ? null : decision;
  }

  const isOfPart = (order: AcceptedOrder, part: 'lead' | 'follow'): boolean => holds.of(order)?.part === part;

  /** What its order here has ended as is known from its stage alone: the journal keeps no letter of an ended order. */
  const follows = (order: AcceptedOrder, { rotation, stage }: AcceptedOrder): boolean => {
    const hold = holds.of(order);
    return hold?.part === 'follow' && order.rotation === rotation && hold.leadStage === stage;
  };

  const isMastersUndo = (order: AcceptedOrder): boolean =>
    order.kind === 'undo' && order.outcome === null && open().some((one) => follows(one, order));

  /**
   * A worker whose master on this machine is put back by hand, and is not back yet: that covers what this order has
   * begun too, after the master, because all others are cut off until then.
   */
  function isBehindMaster(order: AcceptedOrder): boolean {
    const hold = holds.of(order);
    if (hold === null || !askedHere.has(order.rotation) || !holds.hasBegun(order, hold)) return false;
    const isForth = ({ kind, outcome }: AcceptedOrder): boolean =>
      kind === 'apply' && (outcome === null || outcome === 'applied');
    return orders().some((one) => isForth(one) && follows(order, one));
  }

  /** By itself, or because the bot says so. */
  const isGoingBack = (order: AcceptedOrder): boolean =>
    isMastersUndo(order) || isDue(order) || (isOfPart(order, 'lead') && reasonFor(order) === 'stop');

  function haltOf(order: AcceptedOrder): Halt | null {
    const hold = holds.of(order);
    // All others are cut off until it is back, also where the bot has told this worker to go back as well.
    const isGoing = hold?.part === 'follow' && !askedHere.has(order.rotation) && open().some(isGoingBack);
    if (isGoing || isBehindMaster(order)) return 'MasterIsDue';
    // For an order that runs beside others, a stop or an undo counts even if it has ended by now.
    const byHand = askedHere.has(order.rotation) || (sideOrders.has(order) && askedHere.hasSince(order));
    const own = later(order).filter(
      ({ rotation, outcome }) => rotation === order.rotation && (outcome === null || sideOrders.has(order)),
    );
    if (own.some(({ kind }) => kind === 'stop' || kind === 'undo')) return 'StopAsked';
    if (byHand) return 'PutBackByHand';
    if (hold?.part !== 'follow') return null;
    return holds.decide(order, hold) === 'back' ? 'MasterWentBack' : null;
  }

  return { reasonFor, haltOf, isDue, isMastersUndo };
}
