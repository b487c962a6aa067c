import type { StepPast } from '../../../domain/fold/runner-fold.ts';
import type { RunnerEntry, RunnerOutcome } from '../../../domain/journal/entries.ts';
import type { PlannedStep } from '../../../domain/plan/plan.ts';
import { instantOf } from '../../../domain/time.ts';
import type { Facts } from '../../../domain/values.ts';
import { checkOf, stepOf } from '../../../steps/index.ts';
import { type Failure, failureOf, throwIfStopping } from '../failure.ts';
import { backBy, type Halt, type Job, parseStepOf, pastOfStep, recordIfPossible } from './job.ts';
import { lostWayBack } from './lost-way-back.ts';
import { type Proof, proveAll, wantedOf } from './prove.ts';
import { readBack } from './read-back.ts';
import { inOrderBack, stepBack } from './step-back.ts';
import { failureOfVerdict, stepForth } from './step-forth.ts';
import { fallenBack } from './still-back.ts';

export interface Ended {
  readonly outcome: RunnerOutcome;
  readonly facts: { readonly [step: string]: Facts };
  /** Entries that the disk did not accept; they go before `finished`. */
  readonly owed?: readonly RunnerEntry[];
}

/** The least time that putting back gets, whatever time the order had. Milliseconds. */
const BACK_MS = 60_000;

export interface Failed extends Failure {
  readonly step: string | null;
}

/**
 * One apply order: every step and check of this host in one stage, all or nothing. What fails, lies or takes too long
 * is put back here and now, under the approval that covers the order: the bot may be gone. `late`: its time is over, as
 * a runner that was dead for a while may find.
 */
export async function runApply(job: Job, late: boolean): Promise<Ended> {
  if (job.order.failed !== null) return putBack(job);
  const went = await goForth(job, late);
  return 'outcome' in went ? went : fallBack(job, went);
}

/** Goes to the goal, or tells what stood in the way; nothing is put back yet. */
export async function goForth(job: Job, late: boolean): Promise<Ended | Failed> {
  const facts: { [step: string]: Facts } = {};
  const went = late ? tooLate(job) : ((await paused(job)) ?? (await forth(job, facts)));
  return went === 'applied' || went === 'unchanged' ? { outcome: went, facts } : went;
}

/** Records the reason, and puts back. */
export async function fallBack(job: Job, { step, code, data }: Failed): Promise<Ended> {
  const { n, rotation } = job.order;
  const entry = { type: 'failed', n, rotation, step, code, data } as const;
  const isRecorded = await recordIfPossible(job, entry);
  const ended = await putBack(job);
  return isRecorded ? ended : { ...ended, owed: [entry, ...(ended.owed ?? [])] };
}

function tooLate({ deadline, deps: { clock } }: Job): Failed {
  const at = clock.now() + deadline - clock.steady();
  return { step: null, code: 'TimeIsOver', data: { deadline: instantOf(at) } };
}

/** Somebody on this machine wants nothing to begin; what has begun is finished, never left half-way. */
async function paused(job: Job): Promise<Failed | null> {
  const hasBegun = job.work.steps.some(({ id }) => pastOfStep(job, id)?.started.n === job.order.n);
  const isPaused = !hasBegun && ((await job.deps.paused?.()) ?? false);
  return isPaused ? { step: null, code: 'RunnerPaused', data: {} } : null;
}

async function forth(job: Job, facts: { [step: string]: Facts }): Promise<'applied' | 'unchanged' | Failed> {
  let changed = false;
  for (const planned of job.work.steps) {
    job.checkpoint();
    const halt = job.halted();
    if (halt !== null) return halted(planned.id, halt);
    try {
      const result = await stepForth(job, parseStepOf(planned, job.refs));
      facts[planned.id] = result.facts;
      changed ||= result.changed;
      if (result.failure !== null) return { step: planned.id, ...result.failure };
    } catch (error) {
      return { step: planned.id, ...failureOf(error) };
    }
  }
  try {
    const patience = { deadline: job.deadline, direction: 'forth', halts: true } as const;
    const fallen: Failed[] = [];
    const isLate = job.halted() !== null;
    const looking = fallenStep(job, facts)
      .catch((error: unknown): Failed => ({ step: null, ...failureOf(error) }))
      .then((found) => void fallen.push(...(found === null ? [] : [found])));
    // Workers are cut off meanwhile: nothing is waited for that cannot hold any more.
    const proving: Job = { ...job, halted: () => (fallen.length > 0 ? 'StopAsked' : job.halted()) };
    const [proofs] = await Promise.all([proveAll(proving, job.work.checks, patience), looking]);
    if (fallen[0] !== undefined) return fallen[0];
    for (const { check, facts: found, failure } of proofs) {
      facts[check] = found;
      const halt = job.halted();
      if (halt !== null) return { ...halted(check, halt), data: isLate ? {} : lineIn(proofs) };
      if (failure !== null) return { step: check, ...failure };
    }
  } catch (error) {
    return { step: null, ...failureOf(error) };
  }
  return changed ? 'applied' : 'unchanged';
}

/**
 * The first step that no longer holds once those after it are done: a disk may forget what it said was written, and the
 * master presents what is bound, whatever its file says. The last step was looked at just now, and a service that was
 * restarted tells nothing new.
 */
async function fallenStep(job: Job, left: { readonly [step: string]: Facts }): Promise<Failed | null> {
  const standing = job.work.steps.slice(0, -1).map((planned) => parseStepOf(planned, job.refs));
  const fallen = standing.map(async ({ planned, step, params }): Promise<Failed | null> => {
    const wanted = left[planned.id];
    if (step.rereads === true || wanted === undefined) return null;
    const made = pastOfStep(job, planned.id)?.made.at(-1) ?? null;
    const verdict = step.judge(await step.observe(job.host, params, made), wanted, null);
    return verdict.met ? null : { step: planned.id, ...failureOfVerdict(verdict, planned) };
  });
  return (await Promise.all(fallen)).find((one) => one !== null) ?? null;
}

const halted = (step: string, code: Halt): Failed => ({ step, code, data: {} });

/**
 * The last line in the worker's own log while it was waited for: nobody waits any more, and it may tell why. Not once
 * all goes back already: what a worker says of a master that presents another certificate again comes from that.
 */
function lineIn(proofs: readonly Proof[]): Failure['data'] {
  const line = proofs.map((one) => one.line).find((one) => one !== null);
  return line === undefined ? {} : { line };
}

/**
 * Puts back the steps that this order began, each proved by a fresh look; then proves what this machine alone can
 * prove. What an earlier order began is not this one's to put back: it is only looked at, and unless it is back the
 * outcome is unknown.
 */
export async function putBack(job: Job): Promise<Ended> {
  const deadline = job.deps.clock.steady() + Math.max(BACK_MS, job.timeLimitMs);
  const begun = job.work.steps.filter(({ id }) => pastOfStep(job, id)?.started.n === job.order.n);
  if (begun.some(isFinal)) return keep(job, begun, deadline);
  const lost = await lostWayBack(job, begun);
  if (lost !== null) {
    const { n, rotation } = job.order;
    const entry: RunnerEntry = { type: 'failed', n, rotation, ...lost };
    return { outcome: 'unknown', facts: {}, ...((await recordIfPossible(job, entry)) ? {} : { owed: [entry] }) };
  }
  const steps = inOrderBack(job, begun);
  const facts: { [step: string]: Facts } = {};
  let isSure = true;
  for (const planned of steps) {
    const result = await stepBack(job, parseStepOf(planned, job.refs), deadline);
    facts[planned.id] = result.facts;
    isSure &&= result.failure === null;
  }
  const checks = job.work.checks.filter((check) => checkOf(check).reach === 'host' && wantedOf(check, 'back') !== null);
  if (steps.length > 0 && isSure) {
    const patience = { deadline: backBy(job, deadline), direction: 'back', halts: false } as const;
    for (const proof of await proveAll(job, checks, patience)) {
      facts[proof.check] = proof.facts;
      isSure &&= proof.failure === null;
    }
  }
  for (const planned of job.work.steps) {
    const past = pastOfStep(job, planned.id);
    if (begun.includes(planned) || isFinal(planned) || past === undefined) continue;
    const seen = await lookBack(job, planned, past);
    facts[planned.id] = seen.facts;
    isSure &&= seen.isBack;
  }
  for (const fallen of isSure ? await fallenBack(job, facts) : []) {
    facts[fallen.step] = fallen.facts;
    isSure = false;
  }
  return { outcome: isSure ? 'put-back' : 'unknown', facts };
}

/** Whether a step that was once begun here is as it was before that. */
async function lookBack(
  job: Job,
  planned: PlannedStep,
  { first, made }: StepPast,
): Promise<{ readonly facts: Facts; readonly isBack: boolean }> {
  const { step, params } = parseStepOf(planned, job.refs);
  try {
    const facts = await readBack(job, () => step.observe(job.host, params, made.at(-1) ?? null));
    return { facts, isBack: step.judge(facts, step.back?.(first) ?? first, null).met };
  } catch (error) {
    throwIfStopping(error);
    return { facts: {}, isBack: false };
  }
}

const isFinal = (step: PlannedStep): boolean => stepOf(step).isFinal === true;

/**
 * What these steps removed does not come back: a fresh look tells how far they came, or the end is unknown. A service
 * that was to restart after them does so all the same, even if that was not begun, because it holds to what it read
 * before.
 */
async function keep(job: Job, begun: readonly PlannedStep[], deadline: number): Promise<Ended> {
  const facts: { [step: string]: Facts } = {};
  let isSure = true;
  try {
    for (const planned of job.work.steps) {
      const parsed = parseStepOf(planned, job.refs);
      if (isFinal(planned)) {
        if (!begun.includes(planned)) continue;
        facts[planned.id] = await readBack(job, () => parsed.step.observe(job.host, parsed.params, null));
        continue;
      }
      const back = await stepBack(job, parsed, deadline);
      facts[planned.id] = back.facts;
      isSure &&= back.failure === null;
    }
    return { outcome: isSure ? 'kept' : 'unknown', facts };
  } catch (error) {
    throwIfStopping(error);
    return { outcome: 'unknown', facts };
  }
}
