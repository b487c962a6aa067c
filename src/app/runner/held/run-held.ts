import type { RunnerOutcome } from '../../../domain/journal/entries.ts';
import type { Decision, Part } from '../../../domain/orders/armed.ts';
import { isMakingBinding } from '../../../domain/plan/own-binding.ts';
import { instantOf } from '../../../domain/time.ts';
import { stepOf } from '../../../steps/index.ts';
import { type Job, pastOfStep, recordIfPossible } from '../change/job.ts';
import { type Ended, type Failed, fallBack, goForth, putBack } from '../change/run-apply.ts';
import { runUndo } from '../change/run-undo.ts';
import { failureOf } from '../failure.ts';
import { downService, fallenService } from './fallen-service.ts';

/**
 * Why an armed order is taken up. `settle`: this runner died while putting it back. `stop`, `overtaken`: another order
 * ends it.
 */
export type Reason = Exclude<Decision, 'hold'> | 'settle' | 'stop' | 'overtaken';

/**
 * One armed order, taken up because somebody or something asked for it. `held`: it is as far as it can be, and waits
 * for the next word. A machine that has gone forth stays held until it is confirmed, so that it can go back alone.
 */
export async function runHeld(
  job: Job,
  part: Part,
  how: { readonly reason: Reason; readonly late: boolean },
): Promise<Ended | 'held'> {
  const { switched, failed } = job.order;
  switch (how.reason) {
    case 'end':
      return part === 'lead' ? stay(job) : { outcome: asItIs(job), facts: {} };
    case 'back':
      return part === 'lead' ? leadBack(job) : followBack(job);
    case 'settle': {
      const ended = await putBack(job);
      return part === 'follow' ? heldOn(job, ended) : ended;
    }
    case 'stop':
      return stop(job, part);
    case 'overtaken':
      return switched !== null && failed === null ? { outcome: 'applied', facts: {} } : stop(job, part);
    case 'forth':
      return part === 'lead' ? lead(job, how.late) : follow(job);
  }
}

const asItIs = ({ order: { failed, switched } }: Job): RunnerOutcome =>
  failed !== null ? 'put-back' : switched === null ? 'unchanged' : 'applied';

/**
 * A master that is confirmed stays, unless its service has fallen. It then only says so: this runs beside other orders,
 * and going back has to wait for its turn.
 */
async function stay(job: Job): Promise<Ended | 'held'> {
  const { n, rotation, failed, switched } = job.order;
  const mayGoBack = failed === null && switched !== null && switched.goesBackAt !== null;
  const fallen = mayGoBack ? await fallenService(job) : null;
  const entry = fallen === null ? null : ({ type: 'failed', n, rotation, ...fallen } as const);
  const isToGoBack = entry !== null && (await recordIfPossible(job, entry));
  return isToGoBack ? 'held' : { outcome: asItIs(job), facts: {} };
}

/** Whatever could not follow a master whose service is down did not hold it up. */
async function leadBack(job: Job): Promise<Ended> {
  if (job.order.failed !== null) return putBack(job);
  return fallBack(job, (await downService(job)) ?? { step: null, code: 'NotConfirmed', data: {} });
}

async function lead(job: Job, late: boolean): Promise<Ended | 'held'> {
  const begin = { seq: job.deps.journal.head().seq, at: job.deps.clock.steady() };
  const went = await goForth(job, late);
  const fallen = 'outcome' in went ? await hold(job, goesBackAt(job, begin)) : went;
  return fallen === null ? 'held' : fallBack(job, fallen);
}

/**
 * The gap limit after this order's restart, which cut the others off; after the order's end if it restarted nothing. No
 * more time can have passed since `begin` than the steady clock says, whatever the wall clock does. null if it never
 * goes back by itself, because nothing was bound before: nobody is served there, and a worker that has followed would
 * find nothing to go back to. If it is unconfirmed for long, it ends as it is.
 */
function goesBackAt(job: Job, begin: { readonly seq: number; readonly at: number }): string | null {
  if (job.work.steps.some(isMakingBinding)) return null;
  const { clock } = job.deps;
  const restart = job.work.steps.find((step) => stepOf(step).rereads === true);
  const started = restart === undefined ? undefined : pastOfStep(job, restart.id)?.started;
  const isOwn = started !== undefined && started.n === job.order.n;
  const most = isOwn && started.seq > begin.seq ? clock.steady() - begin.at : Number.POSITIVE_INFINITY;
  const gone = isOwn ? Math.min(most, Math.max(0, clock.now() - Date.parse(started.at))) : 0;
  return instantOf(clock.now() - gone + job.work.header.gap.limitMs);
}

/**
 * A follower that fails is put back at once, and goes on following: it is connected again only when the master is back.
 */
async function follow(job: Job): Promise<Ended | 'held'> {
  const went = await goForth(job, false);
  const fallen = 'outcome' in went ? await hold(job, null) : went;
  if (fallen === null) return 'held';
  // It stays as far as it came: anything it did now would keep everybody else waiting.
  if (job.halted() === 'MasterIsDue') return 'held';
  if (fallen.code === 'MasterWentBack') return followBack(job, fallen.data);
  return heldOn(job, await fallBack(job, fallen));
}

/** Put back, it follows on. If its master became due meanwhile, it broke off, and the rest is put back after that. */
const heldOn = (job: Job, ended: Ended): Ended | 'held' =>
  ended.owed === undefined && (ended.outcome === 'put-back' || job.halted() === 'MasterIsDue') ? 'held' : ended;

/**
 * null if it is held. What is not on the disk is not held: a master without a deadline there would stay on the new
 * certificate for good, so this fails like any other entry that cannot be written.
 */
async function hold(job: Job, until: string | null): Promise<Failed | null> {
  const { n, rotation } = job.order;
  try {
    await job.record({ type: 'switched', n, rotation, goesBackAt: until });
    return null;
  } catch (error) {
    return { step: null, ...failureOf(error) };
  }
}

/**
 * The master presents the old certificate again: puts the steps back and reconnects, with a restart where one is
 * needed.
 */
async function followBack(job: Job, data: Failed['data'] = {}): Promise<Ended> {
  const { n, rotation } = job.order;
  const entry = { type: 'failed', n, rotation, step: null, code: 'MasterWentBack', data } as const;
  const isRecorded = await recordIfPossible(job, entry);
  const ended = await runUndo(job);
  return isRecorded ? ended : { ...ended, owed: [entry, ...(ended.owed ?? [])] };
}

/**
 * A follower is disarmed without any change, or put back as far as it was begun. A master always says that it is back:
 * for one that has to switch, `unchanged` would mean that it already was at its goal.
 */
async function stop(job: Job, part: Part): Promise<Ended> {
  if (job.order.failed !== null) return putBack(job);
  const isDisarmed =
    part === 'follow' && !job.work.steps.some(({ id }) => pastOfStep(job, id)?.started.n === job.order.n);
  const isByHand = job.halted() === 'PutBackByHand';
  if (isDisarmed) return isByHand ? disarmedByHand(job) : { outcome: 'unchanged', facts: {} };
  return fallBack(job, { step: null, code: isByHand ? 'PutBackByHand' : 'StopAsked', data: {} });
}

/** Nobody else knows why it stays, and the end of what was prepared here is told only later. */
async function disarmedByHand(job: Job): Promise<Ended> {
  const { n, rotation } = job.order;
  const entry = { type: 'failed', n, rotation, step: null, code: 'PutBackByHand', data: {} } as const;
  const ended = { outcome: 'unchanged', facts: {} } as const;
  return (await recordIfPossible(job, entry)) ? ended : { ...ended, owed: [entry] };
}
