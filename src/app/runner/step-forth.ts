import { CertopsError } from '../../domain/errors.ts';
import type { MadeCertificate, PlannedStep } from '../../domain/plan/plan.ts';
import { type Facts, isRefusal, type Refusal, refuse } from '../../domain/values.ts';
import type { Verdict } from '../../ports/step.ts';
import type { HostChange, Secret } from '../../ports/windows-host.ts';
import { movedFact } from '../../steps/moved.ts';
import { type Failure, failureOf, reasonOf } from './failure.ts';
import { type Job, type ParsedStep, pastOfStep, perform, poll } from './job.ts';
import { isOvertaken, mustReread } from './reread.ts';

interface Forth {
  readonly changed: boolean;
  readonly facts: Facts;
  readonly failure: Failure | null;
}

/**
 * Takes one step to its goal: look, record `started`, change, look again, judge. What a tool says counts for nothing if
 * the fresh look shows otherwise, either way. Throws what reading throws.
 */
export async function stepForth(job: Job, parsed: ParsedStep): Promise<Forth> {
  const { planned, step, params } = parsed;
  const { host, work, order, refs } = job;
  const past = pastOfStep(job, planned.id);
  const mine = past?.started.n === order.n && past.started.direction === 'forth' ? past.started : null;
  let made = past?.made.at(-1) ?? null;
  const now = job.seen.get(planned.id) ?? (await step.observe(host, params, made));
  const moved = past === undefined ? movedFact(step, planned, now) : null;
  if (moved !== null) return { changed: false, facts: now, failure: reasonOf(moved) };

  const goal = mine?.goal ?? step.goal(now, params, made);
  if (isRefusal(goal)) return { changed: false, facts: now, failure: reasonOf(goal) };
  const verdict = step.judge(now, goal, mine?.before ?? null);
  const done = step.rereads === true ? verdict.met && !mustReread(job, parsed, now, goal, 'forth') : verdict.met;
  if (done) return { ...(await recordDone(job, planned, now, made, mine !== null)), failure: null };

  let secret: Secret | null = null;
  const plan = () => step.move(now, goal, params, { made, secret, refs, direction: 'forth' });
  let moves = step.make !== undefined && made === null ? refuse('SecretLost') : plan();
  const mustMake = isRefusal(moves) && moves.code === 'SecretLost' && step.make !== undefined;
  if (mustMake && step.make !== undefined) {
    ({ made, secret } = await step.make(host, params));
    moves = plan();
  }
  if (isRefusal(moves)) return { changed: mine !== null, facts: now, failure: reasonOf(moves) };
  if (moves.length === 0 && mine === null) {
    if (!verdict.met) return { changed: false, facts: now, failure: failureOfVerdict(verdict) };
    return { ...(await recordDone(job, planned, now, made, false)), failure: null };
  }
  job.checkpoint();
  const base = { n: order.n, rotation: order.rotation, digest: work.digest, step: planned.id };
  if (mine === null || mustMake || isOvertaken(job, planned.id)) {
    await job.record({ type: 'started', ...base, before: mine?.before ?? now, made, goal, direction: 'forth' });
  }
  job.seen.clear();
  const trouble = await performAll(job, moves, async () =>
    step.move(await step.observe(host, params, made), goal, params, { made, secret, refs, direction: 'forth' }),
  );
  const begun = mine?.before ?? now;
  const seen = await poll(
    job,
    job.deadline,
    async () => {
      const facts = await step.observe(host, params, made);
      return { facts, verdict: step.judge(facts, goal, begun) };
    },
    (found) => isPending(found.verdict) && job.halted() === null && !stands(step, trouble),
    job.wait,
  ).catch(unlessTold(trouble));
  const isMet = seen.verdict.met && !stands(step, trouble);
  const failure = isMet ? null : (trouble ?? failureOfVerdict(seen.verdict));
  if (failure !== null) return { changed: true, facts: seen.facts, failure };
  return { ...(await recordDone(job, planned, seen.facts, made, true)), failure: null };
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
): Promise<{ changed: boolean; facts: Facts }> {
  const { n, rotation } = job.order;
  const { digest } = job.work;
  await job.record({ type: 'done', n, rotation, digest, step: planned.id, facts, made, changed });
  return { changed, facts };
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
    failureOf(error);
    throw trouble === null ? error : new CertopsError(trouble.code, trouble.data);
  };

export const isPending = (verdict: Verdict): boolean => !verdict.met && verdict.pending;

export const failureOfVerdict = (verdict: Verdict): Failure =>
  verdict.met
    ? { code: 'Unexpected', data: {} }
    : { code: verdict.code, data: { found: verdict.found, wanted: verdict.wanted } };
