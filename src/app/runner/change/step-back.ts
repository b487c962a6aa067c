import { PROTOCOL } from '../../../domain/letters/protocol.ts';
import type { PlannedStep } from '../../../domain/plan/plan.ts';
import { type Facts, isRefusal, parseThumbprint } from '../../../domain/values.ts';
import type { Verdict } from '../../../ports/step.ts';
import type { HostChange } from '../../../ports/windows-host.ts';
import { stepOf } from '../../../steps/index.ts';
import { movedFact } from '../../../steps/moved.ts';
import { EVENTS, tellEventLog } from '../event-log.ts';
import { type Failure, failureOf, reasonOf } from '../failure.ts';
import { backBy, type Job, type ParsedStep, pastOfStep, perform, poll, recordIfPossible } from './job.ts';
import { readBack } from './read-back.ts';
import { lastTouched, mustReread } from './reread.ts';
import { failureOfVerdict, isPending, type StepResult, stands, unlessTold } from './step-forth.ts';

/** On the way back, a tool that refused or a service that stopped too late is worth another try. */
const MOST_TRIES = 3;

/** Steps of one stage in the order of their way back. */
export function inOrderBack({ work: { phase } }: Job, steps: readonly PlannedStep[]): readonly PlannedStep[] {
  const order = phase.undoOrder === 'reverse' ? [...steps].reverse() : steps;
  const isLast = (step: PlannedStep): boolean => stepOf(step).backLast === true;
  return [...order.filter((step) => !isLast(step)), ...order.filter(isLast)];
}

/**
 * Takes one step back to the facts before it was first begun under this digest, from a fresh look, and proves it. What
 * this machine never began is only looked at: nothing that a letter says is ever written on the way back. `force`:
 * restart although nothing asks for it. Throws only RunnerStopping.
 */
export async function stepBack(job: Job, parsed: ParsedStep, deadline: number, force = false): Promise<StepResult> {
  const { planned, step } = parsed;
  const past = pastOfStep(job, planned.id);
  const wanted = past === undefined ? planned.expected : (step.back?.(past.first) ?? past.first);
  const made = past?.made ?? [];
  let result: StepResult = { changed: false, facts: {}, failure: null };
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

async function backFrom(job: Job, parsed: ParsedStep, way: Way): Promise<StepResult> {
  const { planned, step, params } = parsed;
  const { wanted, made } = way;
  const { order, work } = job;
  const past = pastOfStep(job, planned.id);
  const isUntouched = past === undefined && lastTouched(job, planned.id) === 0;
  const now = await readBack(job, () => step.observe(job.host, params, made));
  // Never begun: a certificate that was there already stays, and only what the approval rests on is compared.
  if (past === undefined && step.rereads !== true) {
    const moved = movedFact(step, planned, now);
    return { changed: false, facts: now, failure: moved === null ? null : reasonOf(moved) };
  }
  const verdict = step.judge(now, wanted, null);
  const reread = step.rereads === true && (way.force || (!isUntouched && mustReread(job, parsed, now, wanted, 'back')));
  if (verdict.met && !reread) return { changed: false, facts: now, failure: null };
  const moves = movesBack(job, parsed, way, now);
  if (isRefusal(moves)) return { changed: false, facts: now, failure: reasonOf(moves) };
  if (moves.length === 0) {
    return { changed: false, facts: now, failure: verdict.met ? null : failureOfVerdict(verdict, planned) };
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
  const { facts, verdict: after, trouble } = await changeBack(job, parsed, way, now, moves);
  if (after.met && !stands(step, trouble)) return { changed: true, facts, failure: null };
  if (trouble !== null && isPinnedBefore(job, trouble)) {
    const { code, data } = trouble;
    job.deps.log.warn({ step: planned.id, code, ...data }, 'what was trusted stays, for it was pinned before');
    tellEventLog(job.deps, EVENTS.finished, `certops left ${planned.id} (${order.rotation}): ${JSON.stringify(data)}`);
    return { changed: true, facts, failure: null };
  }
  return { changed: true, facts, failure: trouble ?? failureOfVerdict(after, planned) };
}

const movesBack = ({ refs }: Job, { step, params }: ParsedStep, { wanted, made }: Way, now: Facts) =>
  step.move(now, wanted, params, { made, secret: null, refs, direction: 'back' });

/** Makes the changes and looks, again and again, until the step is back, no change is left, or time is up. */
async function changeBack(
  job: Job,
  parsed: ParsedStep,
  way: Way,
  before: Facts,
  moves: readonly HostChange[],
): Promise<{ readonly facts: Facts; readonly verdict: Verdict; readonly trouble: Failure | null }> {
  const { step, params } = parsed;
  const { clock } = job.deps;
  const by = backBy(job, way.deadline) + (step.rereads === true ? PROTOCOL.stoppingMs : 0);
  let left = moves;
  for (let tries = 1; ; tries += 1) {
    job.checkpoint();
    let trouble: Failure | null = null;
    for (const change of left) trouble ??= await perform(job, change, by);
    const seen = await poll(
      job,
      by,
      async () => {
        const facts = await readBack(job, () => step.observe(job.host, params, way.made));
        return { facts, verdict: step.judge(facts, way.wanted, before) };
      },
      (found) => isPending(found.verdict),
      (ms) => clock.sleep(ms),
    ).catch(unlessTold(trouble));
    const isBack = seen.verdict.met && !stands(step, trouble);
    // Another try of this worker's service would keep all those cut off who wait for the master on this machine.
    const isOver = clock.steady() >= by || job.halted() === 'MasterIsDue';
    const again = isBack || isOver ? [] : movesBack(job, parsed, way, seen.facts);
    if (isRefusal(again) || again.length === 0 || tries === MOST_TRIES) return { ...seen, trouble };
    left = again;
  }
}
