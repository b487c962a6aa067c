import { type AcceptedOrder, openOrders } from '../../domain/fold/runner-fold.ts';
import type { Say } from '../../domain/letters/protocol.ts';
import type { HostLook } from '../../domain/machine/host-facts.ts';
import type { Facts, RotationId } from '../../domain/values.ts';
import { createAskedHere } from './asked-here.ts';
import { createCarrier } from './carry-out.ts';
import type { Ended } from './change/run-apply.ts';
import type { RunnerDeps, StageBack } from './deps.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { RunnerStopping } from './failure.ts';
import { createHolds } from './held/holds.ts';
import { createSideOrders } from './held/side-orders.ts';
import { createTakenUp } from './held/taken-up.ts';
import { lookAround } from './look/look-around.ts';
import type { OwnJournal } from './own-journal.ts';

interface OpenWork {
  /** An order was just accepted; `seen`: facts that were read for it. */
  begin(n: number, seen: ReadonlyMap<string, Facts>): void;
  /** The bot spoke about an order that is held. */
  hear(n: number, say: Say, issued: number): void;
  /** Puts back what the journal shows of a rotation; its orders are ended first. */
  undoHere(rotation: RotationId): Promise<readonly StageBack[]>;
  /** Goes on with everything that the journal shows as open. */
  resume(): void;
  stop(): Promise<void>;
  idle(): Promise<void>;
}

/**
 * Works from the journal: one changing order at a time, by number, and those that change nothing beside it. Whatever is
 * accepted and not finished is under way, and is again after the next start. An armed order stands aside while it is
 * held. `mayNot`: while true, nothing but looks begins.
 */
export function createOpenWork(
  deps: RunnerDeps,
  { record, untilRecorded }: Pick<OwnJournal, 'record' | 'untilRecorded'>,
  mayNot: () => boolean,
): OpenWork {
  const { journal, config } = deps;
  const stopping = new AbortController();
  const sideOrders = createSideOrders(config);
  const besides = new Set<Promise<void>>();
  const taken = new Set<number>();
  const seenOf = new Map<number, ReadonlyMap<string, Facts>>();
  /** Ends a wait: another order came in, perhaps one that stops this one, or the runner is being stopped. */
  let halt = new AbortController();
  let running: Promise<void> | null = null;

  const open = (): readonly AcceptedOrder[] => openOrders(journal.state());

  const holds = createHolds(deps, () => {
    if (open().some((order) => order.n === busy && haltOf(order) !== null)) nudge();
    if (open().some((order) => order.kind !== 'look' && reasonFor(order) !== null)) kick(false);
  });
  /** The order under work. */
  let busy: number | null = null;
  /** Its work is done, and its end is being recorded, which takes as long as the disk is full. */
  let isEnding = false;
  /** Orders that passed it meanwhile. */
  let passing: Promise<void> = Promise.resolve();
  const askedHere = createAskedHere();
  /** Orders that were open at the start, and have not been taken up since. */
  let resumedOrders: ReadonlySet<number> = new Set();

  const takenUp = createTakenUp({
    orders: () => journal.state().orders,
    open,
    askedHere,
    isResumed: (n) => resumedOrders.has(n),
    holds,
    sideOrders,
  });
  const { reasonFor, haltOf, isDue, isMastersUndo } = takenUp;
  const { carryOut, undoStages, brokeOff } = createCarrier({
    deps,
    record,
    holds,
    takenUp,
    untilRecorded,
    stopping: stopping.signal,
    halting: () => halt.signal,
    seenOf: (n) => seenOf.get(n),
  });

  /**
   * A master that was confirmed: its end changes nothing, and is recorded beside whatever is at work here. Until then
   * only memory knows of it, and a restarted runner would go back. If its service has fallen, that is recorded instead.
   */
  const stays = (order: AcceptedOrder): boolean =>
    order.n !== busy && holds.of(order)?.part === 'lead' && reasonFor(order) === 'end';

  /** A master that is due goes back even while another order's end waits for room: nothing else may hold it up. */
  const passes = (order: AcceptedOrder): boolean => isEnding && order.n !== busy && isDue(order);

  function nudge(): void {
    const was = halt;
    halt = new AbortController();
    was.abort();
  }

  function kick(resumed: boolean): void {
    for (const order of open()) {
      const isBeside = order.kind === 'look' || (!mayNot() && (sideOrders.has(order) || stays(order) || passes(order)));
      if (!isBeside || taken.has(order.n)) continue;
      taken.add(order.n);
      const how = order.kind === 'look' ? () => lookAround(deps, order) : () => carryOut(order, resumed);
      const work: Promise<void> = finishSurely(order, how).finally(() => {
        besides.delete(work);
        taken.delete(order.n);
        // A master that was to stay may have found that it must go back.
        if (!stopping.signal.aborted && next() !== undefined) kick(false);
      });
      besides.add(work);
      if (passes(order)) passing = Promise.all([passing, work]).then(() => {});
    }
    if (mayNot()) return;
    running ??= work(resumed).finally(() => {
      running = null;
      // An order may have come in between the last look at the list and here.
      if (!stopping.signal.aborted && (next() !== undefined || !askedHere.isEmpty())) kick(false);
    });
  }

  /** A master that holds its order, or is put back, comes first, because everybody else waits for it. */
  function next(): AcceptedOrder | undefined {
    const isBeside = (order: AcceptedOrder): boolean => sideOrders.has(order) || taken.has(order.n);
    const ready = open().filter((order) => !isBeside(order) && reasonFor(order) !== null);
    return ready.find((order) => holds.of(order)?.part === 'lead') ?? ready.find(isMastersUndo) ?? ready[0];
  }

  async function work(resumed: boolean): Promise<void> {
    if (resumed) resumedOrders = new Set(open().map(({ n }) => n));
    for (;;) {
      const order = next();
      if (stopping.signal.aborted || (order === undefined && askedHere.isEmpty())) return;
      if (order === undefined) {
        await askedHere.serve(undoStages);
        continue;
      }
      busy = order.n;
      await finishSurely(order, () => carryOut(order, resumedOrders.has(order.n)));
      await passing;
      busy = null;
      isEnding = false;
      resumedOrders = new Set([...resumedOrders].filter((n) => n !== order.n));
    }
  }

  /** Carries an order out and records its end; anything unforeseen ends as unknown, never as a second try. */
  async function finishSurely(
    order: AcceptedOrder,
    how: () => Promise<(Ended & { look?: HostLook }) | 'held'>,
  ): Promise<void> {
    const { n, rotation, kind } = order;
    try {
      const ended: (Ended & { look?: HostLook }) | 'held' = await how().catch(brokeOff(order));
      if (ended === 'held') return holds.start();
      isEnding ||= n === busy;
      const { outcome, facts, owed = [], look = null } = ended;
      await untilRecorded(...owed, { type: 'finished', n, rotation, outcome, look, facts });
      if (holds.of(order)?.part === 'lead') holds.unsee();
      if (kind !== 'look') tellEventLog(deps, EVENTS.finished, `certops ended order ${n} (${rotation}): ${outcome}`);
    } catch (error) {
      if (!(error instanceof RunnerStopping)) throw error;
    } finally {
      seenOf.delete(n);
    }
  }

  return {
    begin(n, seen) {
      // Behind another order, these facts would be out of date by the time it starts.
      const order = open().find((one) => one.n === n);
      if (running === null && !mayNot() && (order === undefined || reasonFor(order) !== null)) seenOf.set(n, seen);
      nudge();
      kick(false);
      holds.start();
    },
    hear: holds.hear,
    undoHere(rotation) {
      const undone = askedHere.ask(rotation, journal.state().lastN);
      nudge();
      kick(false);
      return undone;
    },
    resume() {
      kick(true);
      holds.start();
    },
    async stop() {
      stopping.abort();
      halt.abort();
      await holds.stop();
      await running;
      await Promise.all(besides);
    },
    async idle() {
      await holds.idle();
      while (running !== null || besides.size > 0) {
        await Promise.all([running, ...besides]);
        await holds.idle();
      }
    },
  };
}
