import { CertopsError } from '../../domain/errors.ts';
import { type AcceptedOrder, openOrders, pastOf } from '../../domain/journal/runner-fold.ts';
import { parseOrder } from '../../domain/letters/letters.ts';
import { readWork } from '../../domain/letters/order-work.ts';
import type { Order, Say } from '../../domain/letters/protocol.ts';
import type { HostLook } from '../../domain/machine/host-facts.ts';
import { type Facts, isRefusal, type RotationId } from '../../domain/values.ts';
import { createBeside } from './beside.ts';
import type { RunnerDeps } from './deps.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { failureOf, RunnerStopping } from './failure.ts';
import { createHolds } from './holds.ts';
import { type Halt, type Job, partOfWork } from './job.ts';
import { lookAround } from './look-around.ts';
import { type Ended, runApply } from './run-apply.ts';
import { type Reason, runHeld } from './run-held.ts';
import { runStop } from './run-stop.ts';
import { runUndo } from './run-undo.ts';
import { createStubborn } from './stubborn.ts';
import { type StageBack, stagesToUndo } from './undo-here.ts';

export interface Worker {
  /** An order was accepted just now; `seen`: facts that were read for it. */
  begin(n: number, seen: ReadonlyMap<string, Facts>): void;
  /** The bot spoke of an order that is held. */
  hear(n: number, say: Say, issued: number): void;
  /** Puts back what the journal shows of a rotation; its orders end before. */
  undoHere(rotation: RotationId): Promise<readonly StageBack[]>;
  /** Goes on with all that the journal shows as open. */
  resume(): void;
  stop(): Promise<void>;
  idle(): Promise<void>;
}

/**
 * Works from the journal: one changing order at a time, in the order of their numbers; what changes nothing
 * beside it. Whatever is accepted and not finished is under way, and is again after the next start. An armed order
 * stands aside while it is held. `mayNot`: nothing begins until it is to resume.
 */
export function createWorker(deps: RunnerDeps, record: Job['record'], mayNot: () => boolean): Worker {
  const { journal, clock, host, log, config } = deps;
  const stopping = new AbortController();
  const stubborn = createStubborn(record, deps, stopping.signal);
  const beside = createBeside(config);
  const besides = new Set<Promise<void>>();
  const taken = new Set<number>();
  const seenOf = new Map<number, ReadonlyMap<string, Facts>>();
  /** Ends a wait: another order came in, perhaps one that stops this, or the runner is to stop. */
  let halt = new AbortController();
  let running: Promise<void> | null = null;

  const open = (): readonly AcceptedOrder[] => openOrders(journal.state());

  const holds = createHolds(deps, () => {
    if (open().some((order) => order.n === busy && haltOf(order) !== null)) nudge();
    if (open().some((order) => order.kind !== 'look' && reasonFor(order) !== null)) kick(false);
  });
  /** The order under work. */
  let busy: number | null = null;
  /** Its work is done, and its end is being recorded: on a full disk for as long as that is full. */
  let isEnding = false;
  /** What passed it meanwhile. */
  let passing: Promise<void> = Promise.resolve();
  /** Rotations that a person at this machine puts back. */
  let byHand: readonly { readonly rotation: RotationId; done(stages: Promise<readonly StageBack[]>): void }[] = [];
  /** Orders that were open at the start, and have not been taken up since. */
  let resumedOrders: ReadonlySet<number> = new Set();

  const later = (order: AcceptedOrder): readonly AcceptedOrder[] =>
    journal.state().orders.filter(({ n, kind }) => n > order.n && kind !== 'look');

  const isDue = (order: AcceptedOrder): boolean => {
    const hold = holds.of(order);
    return hold?.part === 'lead' && holds.decide(order, hold) === 'back';
  };

  /**
   * A master that was confirmed: its end changes nothing, and is recorded beside whatever is at work here. Until then
   * only memory knows of it, and a runner that starts again would go back.
   */
  const stays = (order: AcceptedOrder): boolean =>
    order.n !== busy && holds.of(order)?.part === 'lead' && reasonFor(order) === 'end';

  /**
   * Why an order under work goes no further: a stop or an undo of its rotation came, or its master goes or went back.
   */
  function haltOf(order: AcceptedOrder): Halt | null {
    // What it runs beside may have ended by now.
    const own = later(order).filter(
      ({ rotation, outcome }) => rotation === order.rotation && (outcome === null || beside.has(order)),
    );
    if (isByHand(order) || own.some(({ kind }) => kind === 'stop' || kind === 'undo')) return 'StopAsked';
    const hold = holds.of(order);
    if (hold?.part !== 'follow') return null;
    if (open().some(isDue)) return 'MasterIsDue';
    return holds.decide(order, hold) === 'back' ? 'MasterWentBack' : null;
  }

  /** Why an order is to be taken up now; null: it is held. */
  function reasonFor(order: AcceptedOrder): Reason | null {
    const hold = holds.of(order);
    if (hold === null) return 'forth';
    const isOvertaken = later(order).some(({ rotation, kind, stage }) =>
      rotation === order.rotation ? kind === 'undo' && stage === order.stage : kind !== 'stop',
    );
    if (isOvertaken || isByHand(order)) return 'overtaken';
    // Who has followed goes back with the master, which is stopped too.
    const hasFollowed = hold.part === 'follow' && order.switched !== null;
    if (!hasFollowed && isStopped(order)) return 'stop';
    if (order.failed !== null && resumedOrders.has(order.n)) return 'settle';
    const decision = holds.decide(order, hold);
    return decision === 'hold' ? null : decision;
  }

  const isByHand = (order: AcceptedOrder): boolean => byHand.some(({ rotation }) => rotation === order.rotation);

  const isStopped = (order: AcceptedOrder): boolean =>
    later(order).some(
      ({ rotation, kind, outcome }) => rotation === order.rotation && kind === 'stop' && outcome === null,
    );

  /** A master that is due goes back while the end of another order waits for room: nothing else may hold it up. */
  const passes = (order: AcceptedOrder): boolean => isEnding && order.n !== busy && isDue(order);

  function nudge(): void {
    const was = halt;
    halt = new AbortController();
    was.abort();
  }

  function kick(resumed: boolean): void {
    for (const order of open()) {
      const isBeside = order.kind === 'look' || (!mayNot() && (beside.has(order) || stays(order) || passes(order)));
      if (!isBeside || taken.has(order.n)) continue;
      taken.add(order.n);
      const how = order.kind === 'look' ? () => lookAround(deps, order) : () => carryOut(order, resumed);
      const work: Promise<void> = finishSurely(order, how).finally(() => besides.delete(work));
      besides.add(work);
      if (passes(order)) passing = Promise.all([passing, work]).then(() => {});
    }
    if (mayNot()) return;
    running ??= work(resumed).finally(() => {
      running = null;
      // An order that came in between the last look at the list and here.
      if (!stopping.signal.aborted && (next() !== undefined || byHand.length > 0)) kick(false);
    });
  }

  /** A master that holds its order comes first: everybody else waits for it. */
  function next(): AcceptedOrder | undefined {
    const isBeside = (order: AcceptedOrder): boolean => beside.has(order) || taken.has(order.n);
    const ready = open().filter((order) => !isBeside(order) && reasonFor(order) !== null);
    return ready.find((order) => holds.of(order)?.part === 'lead') ?? ready[0];
  }

  async function work(resumed: boolean): Promise<void> {
    if (resumed) resumedOrders = new Set(open().map(({ n }) => n));
    for (;;) {
      const order = next();
      const [asked] = byHand;
      if (stopping.signal.aborted || (order === undefined && asked === undefined)) return;
      if (order === undefined) {
        const undone = undoStages(asked?.rotation ?? '');
        asked?.done(undone);
        await undone.catch(() => {});
        byHand = byHand.slice(1);
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

  /** Carries an order out and records its end; what nobody foresaw ends as unknown, never as a second try. */
  async function finishSurely(
    order: AcceptedOrder,
    how: () => Promise<(Ended & { look?: HostLook }) | 'held'>,
  ): Promise<void> {
    const { n, rotation, kind } = order;
    try {
      const ended = await how().catch(brokeOff(order));
      if (ended === 'held') return holds.start();
      isEnding ||= n === busy;
      const { outcome, facts, owed = [], look = null } = ended;
      await stubborn(...owed, { type: 'finished', n, rotation, outcome, look, facts });
      if (holds.of(order)?.part === 'lead') holds.unsee();
      if (kind !== 'look') tellEventLog(deps, EVENTS.finished, `certops ended order ${n} (${rotation}): ${outcome}`);
    } catch (error) {
      if (!(error instanceof RunnerStopping)) throw error;
    } finally {
      seenOf.delete(n);
    }
  }

  const brokeOff =
    ({ n, rotation }: AcceptedOrder) =>
    (error: unknown): Ended & { look?: HostLook } => {
      const failure = failureOf(error);
      log.warn({ n, rotation, ...failure }, 'an order broke off');
      return { outcome: 'unknown', facts: {}, owed: [{ type: 'failed', n, rotation, step: null, ...failure }] };
    };

  async function carryOut(order: AcceptedOrder, resumed: boolean): Promise<Ended | 'held'> {
    if (order.kind === 'stop') return runStop(journal.state(), order);
    const letter = order.envelope === null ? null : parseOrder(order.envelope.body);
    const work = letter === null || isRefusal(letter) ? null : readWork(letter, deps.config);
    // It was read before it was accepted: only a version that forgot a kind of step comes here.
    if (letter === null || isRefusal(letter) || work === null || isRefusal(work)) {
      throw new CertopsError('OrderNotUnderstood', { n: order.n });
    }
    const job = jobOf(order, letter, work, resumed);
    if (order.kind === 'undo') return runUndo(job);
    const late = clock.steady() >= job.deadline;
    const hold = holds.of(order);
    if (hold === null) return runApply(job, late);
    // What was due a moment ago may have passed: then it is held again.
    const reason = reasonFor(order);
    return reason === null ? 'held' : runHeld(job, hold.part, { reason, late });
  }

  /** Stage by stage, until one cannot be proved: what lies before it stays. */
  async function undoStages(rotation: RotationId): Promise<readonly StageBack[]> {
    const done: StageBack[] = [];
    for (const { order, letter, work } of stagesToUndo(journal.read(), journal.state(), rotation, deps.config)) {
      const { outcome, facts } = await runUndo(jobOf(order, letter, work, false)).catch(brokeOff(order));
      await stubborn({ type: 'finished', n: order.n, rotation, outcome, look: null, facts });
      done.push({ stage: work.stage, outcome });
      if (outcome !== 'put-back') break;
    }
    tellEventLog(deps, EVENTS.byHand, `certops put back ${rotation} by hand: ${JSON.stringify(done)}`);
    return done;
  }

  function jobOf(order: AcceptedOrder, letter: Order, work: Job['work'], resumed: boolean): Job {
    const { startBy, timeLimitMs } = letter;
    const isTimed = order.kind === 'apply' && holds.of(order)?.part !== 'follow';
    // By the clock on the wall a runner that starts again has at most what it had: that clock may have been put back.
    const left = resumed && isTimed ? Math.min(0, Date.parse(startBy) - clock.now()) : 0;
    const past = () => pastOf(journal.state(), work.digest);
    return {
      deps,
      host,
      order,
      work: partOfWork(work, letter.only),
      refs: past()?.refs ?? {},
      seen: new Map(resumed ? [] : seenOf.get(order.n)),
      deadline: clock.steady() + left + timeLimitMs,
      timeLimitMs,
      past,
      record,
      halted: () => haltOf(order),
      checkpoint() {
        if (stopping.signal.aborted) throw new RunnerStopping();
      },
      wait: (ms) => clock.sleep(ms, halt.signal).catch(() => {}),
    };
  }

  return {
    begin(n, seen) {
      // Behind another order they would be old by the time it starts.
      const order = open().find((one) => one.n === n);
      if (running === null && !mayNot() && (order === undefined || reasonFor(order) !== null)) seenOf.set(n, seen);
      nudge();
      kick(false);
      holds.start();
    },
    hear: holds.hear,
    undoHere(rotation) {
      return new Promise((resolve) => {
        byHand = [...byHand, { rotation, done: resolve }];
        nudge();
        kick(false);
      });
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
