import type { AcceptedOrder } from '../../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../domain/journal/entries.ts';
import { MINUTE_MS } from '../../../domain/time.ts';
import type { Facts } from '../../../domain/values.ts';
import { stepOf } from '../../../steps/index.ts';
import { throwIfStopping } from '../failure.ts';
import { backBy, type Job, parseStepOf, pastOfStep, recordIfPossible } from './job.ts';
import { lostWayBack } from './lost-way-back.ts';
import { type Proof, presentsAnother, proveAll, wantedOf } from './prove.ts';
import type { Ended } from './run-apply.ts';
import { inOrderBack, stepBack } from './step-back.ts';
import type { StepResult } from './step-forth.ts';
import { fallenBack } from './still-back.ts';

/**
 * One undo order: the same steps towards the old facts, then the checks with the old values. Microsoft says to restart
 * a worker after every fix, because it may not come back by itself: a worker that this rotation touched is restarted at
 * once if it is not back, one that it never touched if it is not back after two heartbeats.
 * What could not be taken back cannot be proved either: then nothing is waited for. `isByHand`: nor where the master
 * presents another certificate, because whoever puts a worker back alone was told that this cuts it off.
 */
export async function runUndo(job: Job, isByHand = false): Promise<Ended> {
  const { steps, checks } = job.work;
  const facts: { [step: string]: Facts } = {};
  /** What the disk did not accept: without it, an unknown end would give no reason. */
  const owed: RunnerEntry[] = [];
  let isSure = true;
  let changed = false;
  const take = async (id: string, back: StepResult): Promise<void> => {
    facts[id] = back.facts;
    changed ||= back.changed;
    if (back.failure === null) return;
    isSure = false;
    const { n, rotation } = job.order;
    const entry: RunnerEntry = { type: 'failed', n, rotation, step: id, ...back.failure };
    if (!(await recordIfPossible(job, entry))) owed.push(entry);
  };
  const lost = await lostWayBack(job, steps);
  if (lost !== null) {
    const { step, ...failure } = lost;
    await take(step, { changed: false, facts: {}, failure });
    return { outcome: 'unknown', facts, owed };
  }
  const touched = steps.some(({ id }) => pastOfStep(job, id) !== undefined);
  for (const planned of inOrderBack(job, steps)) {
    await take(planned.id, await stepBack(job, parseStepOf(planned, job.refs), job.deadline));
  }
  const wanted = checks.filter((check) => wantedOf(check, 'back') !== null);
  const proveBy = (deadline: number, since?: number) =>
    proveAll(job, wanted, { deadline, direction: 'back', halts: false, since, endsCutOff: isByHand });
  const now = job.deps.clock.steady();
  const half = now + (job.deadline - now) / 2;
  const restarts = steps.filter((step) => stepOf(step).rereads === true);
  let proofs: readonly Proof[] = [];
  if (wanted.length > 0) {
    const untilBack = async () => (touched ? now : Math.min(half, now + 2 * (await heartbeat(job))));
    // What was touched has restarted since, and its log with it.
    const since = touched ? undefined : armedAt(job);
    proofs = await proveBy(!isSure ? now : changed ? backBy(job, job.deadline) : await untilBack(), since);
    const mayComeBack = isSure && !(isByHand && proofs.some(({ failure }) => presentsAnother(failure)));
    if (mayComeBack && !changed && proofs.some(({ failure }) => failure !== null) && restarts.length > 0) {
      for (const planned of restarts) {
        await take(planned.id, await stepBack(job, parseStepOf(planned, job.refs), job.deadline, true));
      }
      proofs = await proveBy(backBy(job, job.deadline));
    }
  }
  const proved = proofs.map(({ check, ...proof }) => ({ step: check, ...proof }));
  const fallen = isSure ? await fallenBack(job, facts) : [];
  for (const { step, facts: found, failure } of [...proved, ...fallen]) {
    await take(step, { changed: false, facts: found, failure });
  }
  return { outcome: isSure ? 'put-back' : 'unknown', facts, owed };
}

/** Since when its master may have been away: since this worker waited for its switch. undefined: it never did. */
function armedAt({ deps, order, work }: Job): number | undefined {
  const isIts = (one: AcceptedOrder): boolean => one.rotation === order.rotation && one.stage === work.stage;
  const at = deps.journal.state().orders.findLast((one) => isIts(one) && one.armedAt !== null)?.armedAt;
  return at == null ? undefined : Date.parse(at);
}

/** A worker's heartbeat by its own settings file (`00:01:00`). Milliseconds. */
async function heartbeat(job: Job): Promise<number> {
  if (job.deps.heartbeatMs !== undefined) return job.deps.heartbeatMs;
  const isWorker = job.work.steps.some(({ params }) => (params as { role?: unknown } | null)?.role === 'worker');
  if (!isWorker) return 0;
  try {
    const text = await job.host.setting('worker', 'AgentHeartbeatInterval');
    const found = /^(\d{1,2}):(\d{2}):(\d{2})(?:\.\d*)?$/u.exec(text.trim());
    if (found === null) return MINUTE_MS;
    const [hours = 0, minutes = 0, seconds = 0] = found.slice(1, 4).map(Number);
    return ((hours * 60 + minutes) * 60 + seconds) * 1000;
  } catch (error) {
    throwIfStopping(error);
    return MINUTE_MS;
  }
}
