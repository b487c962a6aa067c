import { CertopsError } from '../../../domain/errors.ts';
import type { MadeCertificate, PlannedStep } from '../../../domain/plan/plan.ts';
import { type Facts, isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { Verdict } from '../../../ports/step.ts';
import type { HostChange, Secret } from '../../../ports/windows-host.ts';
import { movedFact } from '../../../steps/moved.ts';
import { type About, type Failure, ofService, reasonOf, throwIfStopping } from '../failure.ts';
import { type Job, type ParsedStep, pastOfStep, perform, poll } from './job.ts';
import { isOvertaken, mustReread } from './reread.ts';

/** Where a step has come to, forth or back. */
export interface StepResult {
  readonly changed: boolean;
  readonly facts: Facts;
  readonly failure: Failure | null;
}

/**
 * Takes one step to its goal: look, record `started`, change, look again, judge. What a tool says counts for nothing if
 * the fresh look shows otherwise, either way. Throws what reading throws.
 */
export async function stepForth(job: Job, parsed: ParsedStep): Promise<StepResult> {
  const { planned, step, params } = parsed;
  const { order, work } = job;
  const past = pastOfStep(job, planned.id);
  const mine = past?.started.n === order.n && past.started.direction === 'forth' ? past.started : null;
  const known = past?.made.at(-1) ?? null;
  const now = job.seen.get(planned.id) ?? (await step.observe(job.host, params, known));
  const moved = past === undefined ? movedFact(step, planned, now) : null;
  if (moved !== null) return { changed: false, facts: now, failure: reasonOf(moved) };

  const goal = mine?.goal ?? step.goal(now, params, known);
  if (isRefusal(goal)) return { changed: false, facts: now, failure: reasonOf(goal) };
  const verdict = step.judge(now, goal, mine?.before ?? null);
  const isDone = verdict.met && (step.rereads !== true || !mustReread(job, parsed, now, goal, 'forth'));
  if (isDone) return recordDone(job, planned, now, known, mine !== null);

  const { moves, made, secret, isMadeNow } = await findMoves(job, parsed, now, goal, known);
  if (isRefusal(moves)) return { changed: mine !== null, facts: now, failure: reasonOf(moves) };
  if (moves.length === 0 && mine === null) {
    if (!verdict.met) return { changed: false, facts: now, failure: failureOfVerdict(verdict, planned) };
    return recordDone(job, planned, now, made, false);
  }
  job.checkpoint();
  const before = mine?.before ?? now;
  if (mine === null || isMadeNow || isOvertaken(job, planned.id)) {
    const base = { n: order.n, rotation: order.rotation, digest: work.digest, step: planned.id };
    await job.record({ type: 'started', ...base, before, made, goal, direction: 'forth' });
  }
  job.seen.clear();
  return changeAndProve(job, parsed, moves, { before, goal, made, secret });
}

/** The changes to the goal. A certificate that is to be created is made now, again if its key was lost on the way. */
async function findMoves(
  { host, refs }: Job,
  { step, params }: ParsedStep,
  now: Facts,
  goal: Facts,
  made: MadeCertificate | null,
) {
  const direction = 'forth' as const;
  const lacksIt = step.make !== undefined && made === null;
  const moves = lacksIt ? refuse('SecretLost') : step.move(now, goal, params, { made, secret: null, refs, direction });
  if (step.make === undefined || !isRefusal(moves) || moves.code !== 'SecretLost')
    return { moves, made, secret: null, isMadeNow: false };
  const fresh = await step.make(host, params);
  return { moves: step.move(now, goal, params, { ...fresh, refs, direction }), ...fresh, isMadeNow: true };
}

interface Way {
  /** The facts when it was begun. */
  readonly before: Facts;
  readonly goal: Facts;
  readonly made: MadeCertificate | null;
  readonly secret: Secret | null;
}

/** Makes the changes and looks until the step is met or cannot be any more. */
async function changeAndProve(
  job: Job,
  { planned, step, params }: ParsedStep,
  moves: readonly HostChange[],
  { before, goal, made, secret }: Way,
): Promise<StepResult> {
  const { host, refs } = job;
  const observe = (): Promise<Facts> => step.observe(host, params, made);
  const trouble = await performAll(job, moves, async () =>
    step.move(await observe(), goal, params, { made, secret, refs, direction: 'forth' }),
  );
  const seen = await poll(
    job,
    job.deadline,
    async () => {
      const facts = await observe();
      return { facts, verdict: step.judge(facts, goal, before) };
    },
    (found) => isPending(found.verdict) && job.halted() === null && !stands(step, trouble),
    job.wait,
  ).catch(unlessTold(trouble));
  if (seen.verdict.met && !stands(step, trouble)) return recordDone(job, planned, seen.facts, made, true);
  return { changed: true, facts: seen.facts, failure: trouble ?? failureOfVerdict(seen.verdict, planned) };
}

/**
 * Makes the changes one by one. When a tool refuses, a fresh look tells what is left: if none of that was tried
 * already, the tool was wrong and the rest goes on. Nothing is tried twice.
 */
async function performAll(
  job: Job,
  moves: readonly HostChange[],
  planAgain: () => Promise<readonly HostChange[] | Refusal>,
): Promise<Failure | null> {
  const tried = new Set<string>();
  let left = moves;
  for (let change = left[0]; change !== undefined; change = left[0]) {
    const halt = job.halted();
    if (tried.size > 0 && halt !== null) return { code: halt, data: {} };
    tried.add(JSON.stringify(change));
    const trouble = await perform(job, change, job.deadline);
    left = left.slice(1);
    if (trouble === null) continue;
    const rest = await planAgain().catch(unlessTold(trouble));
    if (isRefusal(rest) || rest.some((one) => tried.has(JSON.stringify(one)))) return trouble;
    left = rest;
  }
  return null;
}

async function recordDone(
  job: Job,
  planned: PlannedStep,
  facts: Facts,
  made: MadeCertificate | null,
  changed: boolean,
): Promise<StepResult> {
  const { n, rotation } = job.order;
  const { digest } = job.work;
  await job.record({ type: 'done', n, rotation, digest, step: planned.id, facts, made, changed });
  return { changed, facts, failure: null };
}

/** Whether a failure stands even if a later look finds otherwise, because the change saw it in looks of its own. */
export const stands = (step: ParsedStep['step'], trouble: Failure | null): boolean =>
  trouble !== null && (step.stands?.(trouble) ?? false);

/**
 * Why the change itself was refused tells more than that nothing could be read after it, so that is thrown instead.
 * RunnerStopping stays.
 */
export const unlessTold =
  (trouble: Failure | null) =>
  (error: unknown): never => {
    throwIfStopping(error);
    throw trouble === null ? error : new CertopsError(trouble.code, trouble.data);
  };

/** Not met yet, though it may be without another change: it is looked at again. */
export const isPending = (verdict: Verdict): boolean => !verdict.met && verdict.pending;

/** Why a verdict is not met, as the journal names it. */
export function failureOfVerdict(verdict: Verdict, planned: About): Failure {
  if (verdict.met) return { code: 'Unexpected', data: {} };
  const { code, found, wanted } = verdict;
  return ofService({ code, data: { found, wanted } }, planned);
}
