import type { AcceptedOrder, DigestPast, StepPast } from '../../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../domain/journal/entries.ts';
import type { OrderWork } from '../../../domain/orders/order-work.ts';
import type { PlannedStep } from '../../../domain/plan/plan.ts';
import type { Facts } from '../../../domain/values.ts';
import type { Refs } from '../../../ports/step.ts';
import type { HostChange, WindowsHost } from '../../../ports/windows-host.ts';
import { type Step, stepOf } from '../../../steps/index.ts';
import type { RunnerDeps } from '../deps.ts';
import { type Failure, failureOf, isNotWritable, ofService } from '../failure.ts';

/** The time that a change gets to end when told to: a restart that has stopped its service starts it again first. */
const ENDING_MS = 180_000;
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 500;

/** What each part of a way back gets at least, however late it is. Milliseconds. */
const LEAST_MS = 30_000;

/**
 * Another order ends it, a person at this machine puts its rotation back, the master is back on the old certificate, or
 * the master on this machine is due to go back.
 */
export type Halt = 'StopAsked' | 'PutBackByHand' | 'MasterWentBack' | 'MasterIsDue';

/** One order being carried out: what it asks, until when, and how to record and to wait. */
export interface Job {
  readonly deps: RunnerDeps;
  readonly host: WindowsHost;
  readonly order: AcceptedOrder;
  readonly work: OrderWork;
  readonly refs: Refs;
  /** Facts that were read while the order was accepted; valid only until the first change. */
  readonly seen: Map<string, Facts>;
  /** By the steady clock. */
  readonly deadline: number;
  readonly timeLimitMs: number;
  past(): DigestPast | undefined;
  /** Resolves after fsync. Throws `JournalNotWritable`. */
  record(...entries: RunnerEntry[]): Promise<void>;
  /** Why this order has to go no further here; null if it may. */
  halted(): Halt | null;
  /** Throws RunnerStopping when the runner is being stopped. */
  checkpoint(): void;
  /** Waits this long, or less if the order is halted or the runner stops. */
  wait(ms: number): Promise<void>;
}

/** What the journal shows of a step under the digest of this job. */
export const pastOfStep = (job: Job, step: string): StepPast | undefined => job.past()?.steps[step];

/** An undo may cover only some steps, so that what the others proved stays. A wait may cover only some checks. */
export function partOfWork(work: OrderWork, only: readonly string[] | undefined): OrderWork {
  if (only === undefined) return work;
  const isMeant = ({ id }: { readonly id: string }): boolean => only.includes(id);
  return { ...work, steps: work.steps.filter(isMeant), checks: work.checks.filter(isMeant) };
}

export interface ParsedStep {
  readonly planned: PlannedStep;
  readonly step: Step;
  readonly params: unknown;
}

/** Parameters with the certificates that are known by now. Every step was parsed once before it was accepted. */
export function parseStepOf(planned: PlannedStep, refs: Refs): ParsedStep {
  const step = stepOf(planned);
  return { planned, step, params: step.parse(planned.params, refs) };
}

/**
 * Until when a part of the way back may take. An earlier part may have used up all of the time, and a change that is
 * told to end before it has begun would leave a service stopped, or a port bound to what the settings do not name.
 */
export const backBy = ({ deps: { clock } }: Job, deadline: number): number =>
  Math.max(deadline, clock.steady() + LEAST_MS);

/** How often it is looked whether the master on this machine has become due. */
const DUE_EVERY_MS = 500;

/**
 * Makes one change, aborted at the deadline, or as soon as the master on this machine is due: everybody else is cut off
 * while a worker's service does not start. A tool that does not end even then is abandoned after a while: a fresh look
 * tells what it did.
 */
export async function perform(job: Job, change: HostChange, deadline: number): Promise<Failure | null> {
  const { clock } = job.deps;
  const over = new AbortController();
  const ended = new AbortController();
  const timer = clock
    .sleep(Math.max(0, deadline - clock.steady()), ended.signal)
    .then(() => over.abort())
    .then(() => clock.sleep(ENDING_MS, ended.signal))
    .then(
      (): Failure => ({ code: 'ChangeDoesNotEnd', data: { change: change.type } }),
      () => null,
    );
  const done = job.host.perform(change, over.signal).then(
    () => null,
    (error: unknown) => ofService(failureOf(error), { kind: change.type, params: change }),
  );
  const watchDue = async (): Promise<void> => {
    while (job.halted() !== 'MasterIsDue') {
      await clock.sleep(DUE_EVERY_MS, ended.signal);
      if (ended.signal.aborted) return;
    }
    over.abort();
  };
  watchDue().catch(() => {});
  const failure = await Promise.race([done, timer.then((late) => late ?? done)]);
  ended.abort();
  // An import that was stopped has started no tool to clean up, and may have left a key.
  const isStopped = over.signal.aborted && failure?.code !== 'ChangeDoesNotEnd';
  if (isStopped && change.type === 'certificate.import') await job.host.endHalfImport();
  return failure;
}

/** Looks again, often at first or at an even pace, until nothing is `pending` or time is up. */
export async function poll<T>(
  job: Job,
  deadline: number,
  look: () => Promise<T>,
  pending: (found: T) => boolean,
  wait: (ms: number) => Promise<void>,
  everyMs?: number,
): Promise<T> {
  let pause = everyMs ?? FIRST_POLL_MS;
  for (;;) {
    const found = await look();
    const left = deadline - job.deps.clock.steady();
    if (left <= 0 || !pending(found)) return found;
    await wait(Math.min(pause, left));
    pause = everyMs ?? Math.min(pause * 1.5, LONGEST_POLL_MS);
  }
}

/**
 * On the way back a full disk stops nothing: the journal has had the old value since before the first change. Resolves
 * to whether the entries were recorded.
 */
export async function recordIfPossible(job: Job, ...entries: RunnerEntry[]): Promise<boolean> {
  try {
    await job.record(...entries);
    return true;
  } catch (error) {
    if (!isNotWritable(error)) throw error;
    return false;
  }
}
