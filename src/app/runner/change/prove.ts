import type { PlannedCheck } from '../../../domain/plan/plan.ts';
import { type Facts, type Json, parseThumbprint } from '../../../domain/values.ts';
import type { Verdict } from '../../../ports/step.ts';
import { checkOf } from '../../../steps/index.ts';
import { type Failure, failureOf } from '../failure.ts';
import { type Job, poll, recordIfPossible } from './job.ts';
import { readBack } from './read-back.ts';
import { failureOfVerdict, isPending } from './step-forth.ts';

export interface Proof {
  readonly check: string;
  readonly facts: Facts;
  readonly failure: Failure | null;
  /** The last line of the worker's log, as long as the master did not present another certificate; null: none. */
  readonly line: string | null;
}

/** How a check is waited for. */
interface Patience {
  readonly deadline: number;
  readonly direction: 'forth' | 'back';
  /** A halted order stops waiting; on the way back nothing halts. */
  readonly halts: boolean;
  /** What was so before then proves nothing; milliseconds since 1970. Left out: everything counts. */
  readonly since?: number | undefined;
  /** Nothing is waited for while the master presents another certificate. */
  readonly endsCutOff?: boolean;
}

/**
 * Proves checks in parallel and records each that holds. Throws only RunnerStopping, or when the journal accepts
 * nothing.
 */
export const proveAll = (job: Job, checks: readonly PlannedCheck[], patience: Patience): Promise<readonly Proof[]> =>
  Promise.all(checks.map((check) => prove(job, check, patience)));

/** What a check wants in a direction; null: nothing is to be proved. */
export const wantedOf = (check: PlannedCheck, direction: 'forth' | 'back'): Json =>
  direction === 'forth' ? check.wanted : check.wantedAfterUndo;

interface Seen {
  readonly facts: Facts;
  readonly verdict: Verdict;
  /** What could not be read; it may be readable a moment later. */
  readonly failure: Failure | null;
}

async function prove(job: Job, planned: PlannedCheck, patience: Patience): Promise<Proof> {
  const check = checkOf(planned);
  const params = check.parse(planned.params, job.refs);
  const wanted = wantedOf(planned, patience.direction);
  const wait = patience.halts ? job.wait : (ms: number) => job.deps.clock.sleep(ms);
  let line: string | null = null;
  const look = async (): Promise<Seen> => {
    job.checkpoint();
    try {
      const observe = () => check.observe(job.host, params, patience.since);
      const isLast = patience.direction === 'back' && job.deps.clock.steady() >= patience.deadline;
      const facts = await (isLast ? readBack(job, observe) : observe());
      const verdict = check.judge(facts, wanted, job.refs);
      const isOther = !verdict.met && presentsAnother(failureOfVerdict(verdict, planned));
      if (!isOther) line = typeof facts.line === 'string' ? facts.line : null;
      return { facts, verdict, failure: null };
    } catch (error) {
      return { facts: {}, verdict: UNREADABLE, failure: failureOf(error) };
    }
  };
  const settled = async (): Promise<Seen> => {
    const first = await look();
    const settleMs = isPending(first.verdict) ? 0 : (check.settleMs?.(first.facts) ?? 0);
    if (settleMs === 0) return first;
    await wait(settleMs);
    return look();
  };
  const isHalted = () => patience.halts && job.halted() !== null;
  const endsHere = ({ verdict }: Seen): boolean =>
    patience.endsCutOff === true && !verdict.met && presentsAnother(failureOfVerdict(verdict, planned));
  const isOpen = (found: Seen): boolean => isPending(found.verdict) && !isHalted() && !endsHere(found);
  const from = job.deps.clock.steady();
  const seen = await poll(job, patience.deadline, settled, isOpen, wait, check.everyMs);
  if (!seen.verdict.met) {
    const failure = seen.failure ?? waitedFor(failureOfVerdict(seen.verdict, planned), seen.verdict, job, from);
    return { check: planned.id, facts: seen.facts, failure, line };
  }
  const { n, rotation } = job.order;
  const entry = { type: 'proved', n, rotation, step: planned.id, facts: seen.facts } as const;
  if (patience.direction === 'forth') await job.record(entry);
  else await recordIfPossible(job, entry);
  return { check: planned.id, facts: seen.facts, failure: null, line: null };
}

/** How long a service that still starts was waited for. */
function waitedFor(failure: Failure, verdict: Verdict, { deps }: Job, from: number): Failure {
  const limitMs = Math.round((deps.clock.steady() - from) / 1000) * 1000;
  if (failure.code !== 'ServiceNotRunning' || !isPending(verdict) || limitMs === 0) return failure;
  return { ...failure, data: { ...failure.data, limitMs } };
}

/** Its master answers, with another certificate than the one that the worker is to find. */
export function presentsAnother(failure: Failure | null): boolean {
  if (failure?.code !== 'EndpointPresentsAnother') return false;
  const { presented } = (failure.data.found ?? {}) as { readonly presented?: unknown };
  return typeof presented === 'string' && parseThumbprint(presented) !== null;
}

const UNREADABLE: Verdict = { met: false, pending: true, code: 'Unreadable', found: null, wanted: null };
