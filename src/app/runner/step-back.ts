import type { PlannedStep } from '../../domain/plan/plan.ts';
import { type Facts, isRefusal, parseThumbprint } from '../../domain/values.ts';
import type { HostChange } from '../../ports/windows-host.ts';
import { stepOf } from '../../steps/index.ts';
import { movedFact } from '../../steps/moved.ts';
import { EVENTS, tellEventLog } from './event-log.ts';
import { type Failure, failureOf, reasonOf } from './failure.ts';
import { backBy, type Job, type ParsedStep, pastOfStep, perform, poll, recordIfPossible } from './job.ts';
import { readBack } from './read-back.ts';
import { lastTouched, mustReread } from './reread.ts';
import { failureOfVerdict, isPending, stands, unlessTold } from './step-forth.ts';

/**
 * How much longer a service is waited for that is still stopping when time is up: turning away then would leave it
 * stopped for good. Short enough that this runner tells of it before its bot calls it silent.
 */
const STOPPING_MS = 60_000;

/** On the way back, a tool that refused or a service that stopped too late is worth another try. */
const MOST_TRIES = 3;

/** Steps of one stage in the order of their way back. */
export function inOrderBack({ work: { phase } }: Job, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const order = phase.undoOrder === 'reverse' ? [...steps].reverse() : steps;
  const isLast = (step: PlannedStep): boolean => stepOf(step).backLast === true;
  return [...order.filter((step) => !isLast(step)), ...order.filter(isLast)];
}

export interface Back {
  readonly changed: boolean;
  readonly facts: Facts;
  readonly failure: Failure | null;
}

/**
 * Takes one step back to the facts before it was first begun under this digest, from a fresh look, and proves it. What
 * this machine never began is only looked at: nothing that a letter says is ever written on the way back. `force`:
 * restart although nothing asks for it. Throws only RunnerStopping.
 */
export async function stepBack(job: Job, parsed: ParsedStep, deadline: number, force = false): Promise<Back> {
  const { planned, step } = parsed;
  const past = pastOfStep(job, planned.id);
  const wanted = past === undefined ? planned.expected : (step.back?.(past.first) ?? past.first);
  const made = past?.made ?? [];
  let result: Back = { changed: false, facts: {}, failure: null };
  for (const one of made.length === 0 ? [null] : made) {
    const next = await backFrom(job, parsed, { wanted, made: one, deadline, force }).catch((error: unknown) => {
      return { changed: true, facts: {}, failure: failureOf(error) };
    });
    result = {
      changed: result.changed || next.changed,
      facts: next.facts,
      failure: result.failure ?? next.failure,
    };
  }
  // Looked up again: a restart after a step that does not come back may have been begun only now.
  if (result.failure === null && pastOfStep(job, planned.id) !== undefined) {
    const { n, rotation } = job.order;
    await recordIfPossible(job, { type: 'undone', n, rotation, step: planned.id, facts: result.facts });
  }
  return result;
}

/**
 * Whether, by the plan, a setting named this certificate before. Then the way back ends there, because what still uses
 * the certificate is not this order's doing: at most it has cleaned that setting of hidden characters.
 */
const isPinnedBefore = ({ work }: Job, { code, data }: Failure): boolean =>
  code === 'CertificateInUse' &&
  work.steps.some(
    ({ kind, expected: { value } }) =>
      kind === 'write-setting' && typeof value === 'string' && parseThumbprint(value) === data.thumbprint,
  );

interface Way {
  readonly wanted: Facts;
  readonly made: Parameters<ParsedStep['step']['observe']>[2];
  readonly deadline: number;
  readonly force: boolean;
}

async function backFrom(job: Job, parsed: ParsedStep, { wanted, made, deadline, force }: Way): Promise<Back> {
  const { planned, step, params } = parsed;
  const { host, order, refs, work } = job;
  const past = pastOfStep(job, planned.id);
  const isUntouched = past === undefined && lastTouched(job, planned.id) === 0;
  const observe = (): Promise<Facts> => readBack(job, () => step.observe(host, params, made));
  const now = await observe();
  // Never begun: a certificate that was there already stays, and only what the approval rests on is compared.
  if (past === undefined && step.rereads !== true) {
    const moved = movedFact(step, planned, now);
    return { changed: false, facts: now, failure: moved === null ? null : reasonOf(moved) };
  }
  const verdict = step.judge(now, wanted, null);
  const reread = step.rereads === true && (force || (!isUntouched && mustReread(job, parsed, now, wanted, 'back')));
  if (verdict.met && !reread) return { changed: false, facts: now, failure: null };
  const moves = step.move(now, wanted, params, { made, secret: null, refs, direction: 'back' });
  if (isRefusal(moves)) return { changed: false, facts: now, failure: reasonOf(moves) };
  if (moves.length === 0) {
    return { changed: false, facts: now, failure: verdict.met ? null : failureOfVerdict(verdict) };
  }
  job.checkpoint();
  await recordIfPossible(job, {
    type: 'started',
    n: order.n,
    rotation: order.rotation,
    digest: work.digest,
    step: planned.id,
    before: now,
    made,
    goal: wanted,
    direction: 'back',
  });
  const by = backBy(job, deadline) + (step.rereads === true ? STOPPING_MS : 0);
  let trouble: Failure | null = null;
  let seen = { facts: now, verdict };
  let left: readonly HostChange[] = moves;
  for (let tries = 0; tries < MOST_TRIES && left.length > 0; tries += 1) {
    job.checkpoint();
    trouble = null;
    for (const change of left) trouble ??= await perform(job, change, by);
    seen = await poll(
      job,
      by,
      async () => {
        const facts = await observe();
        return { facts, verdict: step.judge(facts, wanted, now) };
      },
      (found) => isPending(found.verdict),
      (ms) => job.deps.clock.sleep(ms),
    ).catch(unlessTold(trouble));
    if ((seen.verdict.met && !stands(step, trouble)) || job.deps.clock.steady() >= by) break;
    const again = step.move(seen.facts, wanted, params, { made, secret: null, refs, direction: 'back' });
    left = isRefusal(again) ? [] : again;
  }
  if (!seen.verdict.met && trouble !== null && isPinnedBefore(job, trouble)) {
    const { code, data } = trouble;
    job.deps.log.warn({ step: planned.id, code, ...data }, 'what was trusted stays, for it was pinned before');
    tellEventLog(job.deps, EVENTS.finished, `certops left ${planned.id} (${order.rotation}): ${JSON.stringify(data)}`);
    return { changed: true, facts: seen.facts, failure: null };
  }
  const isMet = seen.verdict.met && !stands(step, trouble);
  return { changed: true, facts: seen.facts, failure: isMet ? null : (trouble ?? failureOfVerdict(seen.verdict)) };
}
