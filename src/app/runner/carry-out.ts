import { CertopsError } from '../../domain/errors.ts';
import { type AcceptedOrder, pastOf } from '../../domain/fold/runner-fold.ts';
import { parseOrder } from '../../domain/letters/letters.ts';
import type { Order } from '../../domain/letters/protocol.ts';
import { readWork } from '../../domain/orders/order-work.ts';
import { type Facts, isRefusal, type RotationId } from '../../domain/values.ts';
import { type Job, partOfWork } from './change/job.ts';
import { type Ended, runApply } from './change/run-apply.ts';
import { runStop } from './change/run-stop.ts';
import { runUndo } from './change/run-undo.ts';
import type { RunnerDeps, StageBack } from './deps.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { failureOf, RunnerStopping } from './failure.ts';
import type { Holds } from './held/holds.ts';
import { runHeld } from './held/run-held.ts';
import type { TakenUp } from './held/taken-up.ts';
import { stagesToUndo, standsBehind } from './here/undo-here.ts';
import type { UntilRecorded } from './until-recorded.ts';

interface CarrierDeps extends Pick<Job, 'record'> {
  readonly deps: RunnerDeps;
  readonly holds: Holds;
  readonly takenUp: TakenUp;
  readonly untilRecorded: UntilRecorded;
  /** The runner is being stopped. */
  readonly stopping: AbortSignal;
  /** Ends a wait that begins now. */
  halting(): AbortSignal;
  /** Facts that were read when the order was accepted, and are still fresh. */
  seenOf(n: number): ReadonlyMap<string, Facts> | undefined;
}

interface Carrier {
  /** `resumed`: the runner was restarted since this order was taken up. Throws what nobody foresaw. */
  carryOut(order: AcceptedOrder, resumed: boolean): Promise<Ended | 'held'>;
  /**
   * Undoes stage by stage until one cannot be proved; the stages before that one stay. Throws CertopsError
   * `UndoBehindAnother`.
   */
  undoStages(rotation: RotationId): Promise<readonly StageBack[]>;
  /** The end of an order that threw something unforeseen: unknown, never a second try. */
  brokeOff(order: AcceptedOrder): (error: unknown) => Ended;
}

/** Does what one order asks for. */
export function createCarrier(own: CarrierDeps): Carrier {
  const { deps, record, holds, takenUp, untilRecorded } = own;
  const { journal, clock, host, log, config } = deps;

  const brokeOff =
    ({ n, rotation }: AcceptedOrder) =>
    (error: unknown): Ended => {
      const failure = failureOf(error);
      log.warn({ n, rotation, ...failure }, 'an order broke off');
      return { outcome: 'unknown', facts: {}, owed: [{ type: 'failed', n, rotation, step: null, ...failure }] };
    };

  async function carryOut(order: AcceptedOrder, resumed: boolean): Promise<Ended | 'held'> {
    if (order.kind === 'stop') return runStop(journal.state(), order);
    const letter = order.envelope === null ? null : parseOrder(order.envelope.body);
    const work = letter === null || isRefusal(letter) ? null : readWork(letter, config);
    // It was read before it was accepted, so only a version that no longer knows a kind of step gets here.
    if (letter === null || isRefusal(letter) || work === null || isRefusal(work)) {
      throw new CertopsError('OrderNotUnderstood', { n: order.n });
    }
    const job = jobOf(order, letter, work, resumed);
    if (order.kind === 'undo') return runUndo(job);
    const late = clock.steady() >= job.deadline;
    const hold = holds.of(order);
    if (hold === null) return runApply(job, late);
    // What was due a moment ago may be so no longer: then it is held again.
    const reason = takenUp.reasonFor(order);
    return reason === null ? 'held' : runHeld(job, hold.part, { reason, late });
  }

  async function undoStages(rotation: RotationId): Promise<readonly StageBack[]> {
    const done: StageBack[] = [];
    const stages = stagesToUndo(journal.read(), journal.state(), rotation, config);
    // The caller has checked this too, but an order may have come and been carried out since then.
    const other = stages.length === 0 ? null : standsBehind(journal.read(), journal.state(), rotation, config);
    if (other !== null) throw new CertopsError('UndoBehindAnother', { rotation, other, host: config.host });
    host.forget();
    for (const { order, letter, work } of stages) {
      const ended = await runUndo(jobOf(order, letter, work, false), true).catch(brokeOff(order));
      const { outcome, facts, owed = [] } = ended;
      await untilRecorded(...owed, { type: 'finished', n: order.n, rotation, outcome, look: null, facts });
      done.push({ stage: work.stage, outcome });
      if (outcome !== 'put-back') break;
    }
    tellEventLog(deps, EVENTS.byHand, `certops put back ${rotation} by hand: ${JSON.stringify(done)}`);
    return done;
  }

  function jobOf(order: AcceptedOrder, letter: Order, work: Job['work'], resumed: boolean): Job {
    const { startBy, timeLimitMs } = letter;
    const isTimed = order.kind === 'apply' && holds.of(order)?.part !== 'follow';
    // By the wall clock, a restarted runner has at most the time that it had: that clock may have been set back.
    const left = resumed && isTimed ? Math.min(0, Date.parse(startBy) - clock.now()) : 0;
    const past = () => pastOf(journal.state(), work.digest);
    return {
      deps,
      host,
      order,
      work: partOfWork(work, letter.only),
      refs: past()?.refs ?? {},
      seen: new Map(resumed ? [] : own.seenOf(order.n)),
      deadline: clock.steady() + left + timeLimitMs,
      timeLimitMs,
      past,
      record,
      halted: () => takenUp.haltOf(order),
      checkpoint() {
        if (own.stopping.aborted) throw new RunnerStopping();
      },
      wait: (ms) => clock.sleep(ms, own.halting()).catch(() => {}),
    };
  }

  return { carryOut, undoStages, brokeOff };
}
