import type { RunnerEntry } from '../../domain/entries.ts';
import { CertopsError } from '../../domain/errors.ts';
import type { HostLook } from '../../domain/host-facts.ts';
import { parseOrder } from '../../domain/letters.ts';
import { readWork } from '../../domain/order-work.ts';
import type { Order } from '../../domain/protocol.ts';
import { type AcceptedOrder, openOrders, pastOf } from '../../domain/runner-fold.ts';
import { type Facts, isRefusal } from '../../domain/values.ts';
import type { RunnerDeps } from './deps.ts';
import { failureOf, isNotWritable, RunnerStopping } from './failure.ts';
import type { Job } from './job.ts';
import { lookWithLeftovers } from './leftovers.ts';
import { type Ended, runApply } from './run-apply.ts';
import { runUndo } from './run-undo.ts';

/** The disk refuses: how long until the next try. Milliseconds. */
const DISK_RETRY_MS = 2_000;
const FINISHED_EVENT = 4101;

export interface Worker {
  /** An order was accepted just now; `seen`: facts that were read for it. */
  begin(n: number, seen: ReadonlyMap<string, Facts>): void;
  /** Goes on with all that the journal shows as open. */
  resume(): void;
  stop(): Promise<void>;
  idle(): Promise<void>;
}

/**
 * Works from the journal: one changing order at a time, in the order of their numbers; looks beside it. Whatever is
 * accepted and not finished is under way, and is again after the next start.
 */
export function createWorker(deps: RunnerDeps, record: (...entries: RunnerEntry[]) => Promise<void>): Worker {
  const { journal, clock, host, log, config } = deps;
  const stopping = new AbortController();
  const looks = new Set<Promise<void>>();
  const looking = new Set<number>();
  const seenOf = new Map<number, ReadonlyMap<string, Facts>>();
  /** Ends a wait: another order came in, perhaps one that stops this, or the runner is to stop. */
  let halt = new AbortController();
  let running: Promise<void> | null = null;

  const open = (): readonly AcceptedOrder[] => openOrders(journal.state());

  /** A stop or an undo of the same rotation with a higher number: this one goes no further. */
  const isHalted = (order: AcceptedOrder): boolean =>
    open().some(
      ({ n, rotation, kind }) => n > order.n && rotation === order.rotation && (kind === 'stop' || kind === 'undo'),
    );

  const pause = (ms: number): Promise<void> => clock.sleep(ms, stopping.signal).catch(() => {});

  function kick(resumed: boolean): void {
    for (const order of open()) {
      if (order.kind !== 'look' || looking.has(order.n)) continue;
      looking.add(order.n);
      const look: Promise<void> = finishSurely(order, lookAround).finally(() => looks.delete(look));
      looks.add(look);
    }
    running ??= work(resumed).finally(() => {
      running = null;
      // An order that came in between the last look at the list and here.
      if (!stopping.signal.aborted && open().some(({ kind }) => kind !== 'look')) kick(false);
    });
  }

  async function work(resumed: boolean): Promise<void> {
    const old = new Set(resumed ? open().map(({ n }) => n) : []);
    for (;;) {
      const order = open().find(({ kind }) => kind !== 'look');
      if (order === undefined || stopping.signal.aborted) return;
      await finishSurely(order, () => carryOut(order, old.has(order.n)));
      seenOf.delete(order.n);
    }
  }

  /** Carries an order out and records its end; what nobody foresaw ends as unknown, never as a second try. */
  async function finishSurely(order: AcceptedOrder, how: () => Promise<Ended & { look?: HostLook }>): Promise<void> {
    const { n, rotation, kind } = order;
    try {
      const { outcome, facts, owed = [], look = null } = await how().catch(brokeOff(order));
      await stubborn(...owed, { type: 'finished', n, rotation, outcome, look, facts });
      if (kind !== 'look') void host.event(FINISHED_EVENT, `certops ended order ${n} (${rotation}): ${outcome}`);
    } catch (error) {
      if (!(error instanceof RunnerStopping)) throw error;
    }
  }

  const brokeOff =
    ({ n, rotation }: AcceptedOrder) =>
    (error: unknown): Ended & { look?: HostLook } => {
      const failure = failureOf(error);
      log.warn({ n, rotation, ...failure }, 'an order broke off');
      return { outcome: 'unknown', facts: {}, owed: [{ type: 'failed', n, rotation, step: null, ...failure }] };
    };

  /** While the disk refuses, again and again: an end that is not recorded would be lived twice. */
  async function stubborn(...entries: RunnerEntry[]): Promise<void> {
    for (;;) {
      try {
        return await record(...entries);
      } catch (error) {
        if (!isNotWritable(error)) throw error;
        if (stopping.signal.aborted) throw new RunnerStopping();
        await pause(DISK_RETRY_MS);
      }
    }
  }

  const lookAround = async (): Promise<Ended & { look: HostLook }> => {
    const look = await lookWithLeftovers(host, config.farm, () => journal.state().uses);
    return { outcome: 'looked', look, facts: {} };
  };

  async function carryOut(order: AcceptedOrder, resumed: boolean): Promise<Ended> {
    if (order.kind === 'stop') return stopped(order);
    const letter = order.envelope === null ? null : parseOrder(order.envelope.body);
    const work = letter === null || isRefusal(letter) ? null : readWork(letter, deps.config);
    // It was read before it was accepted: only a version that forgot a kind of step comes here.
    if (letter === null || isRefusal(letter) || work === null || isRefusal(work)) {
      throw new CertopsError('OrderNotUnderstood', { n: order.n });
    }
    const job = jobOf(order, letter, work, resumed);
    return order.kind === 'undo' ? runUndo(job) : runApply(job, clock.now() >= job.deadline);
  }

  function jobOf(order: AcceptedOrder, letter: Order, work: Job['work'], resumed: boolean): Job {
    const { startBy, timeLimitMs } = letter;
    const from = resumed && order.kind === 'apply' ? Date.parse(startBy) : clock.now();
    const past = () => pastOf(journal.state(), work.digest);
    return {
      deps,
      host,
      order,
      work: partOf(letter, work),
      refs: past()?.refs ?? {},
      seen: new Map(resumed ? [] : seenOf.get(order.n)),
      deadline: from + timeLimitMs,
      timeLimitMs,
      past,
      record,
      halted: () => isHalted(order),
      checkpoint() {
        if (stopping.signal.aborted) throw new RunnerStopping();
      },
      wait: (ms) => clock.sleep(ms, halt.signal).catch(() => {}),
    };
  }

  /** An undo may be of some steps alone; what the others proved stays. */
  const partOf = ({ only }: Order, work: Job['work']): Job['work'] =>
    only === undefined ? work : { ...work, steps: work.steps.filter(({ id }) => only.includes(id)), checks: [] };

  function stopped(order: AcceptedOrder): Ended {
    const last = journal
      .state()
      .orders.findLast(({ kind, rotation, n }) => kind === 'apply' && rotation === order.rotation && n < order.n);
    const outcome = last?.outcome === 'unknown' || last?.outcome === 'put-back' ? last.outcome : 'unchanged';
    return { outcome, facts: {} };
  }

  return {
    begin(n, seen) {
      // Behind another order they would be old by the time it starts.
      if (running === null) seenOf.set(n, seen);
      const was = halt;
      halt = new AbortController();
      was.abort();
      kick(false);
    },
    resume: () => kick(true),
    async stop() {
      stopping.abort();
      halt.abort();
      await running;
      await Promise.all(looks);
    },
    async idle() {
      while (running !== null || looks.size > 0) await Promise.all([running, ...looks]);
    },
  };
}
