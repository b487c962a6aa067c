import type { Facts } from '../../../domain/values.ts';
import { stepOf } from '../../../steps/index.ts';
import { type Job, type ParsedStep, pastOfStep } from './job.ts';

type Direction = 'forth' | 'back';

/**
 * Whether a service must be restarted. Facts alone never tell, because a running service says nothing about what it has
 * read. It has read everything only if it is another process than the one that ran when its restart was begun, and that
 * was after the last change before it in the stage, in either direction. A change on the way back may be missing in the
 * journal, because a full disk does not stop it: so a restart in the other direction counts for nothing.
 */
export function mustReread(
  job: Job,
  { planned, step }: ParsedStep,
  now: Facts,
  wanted: Facts,
  direction: Direction,
): boolean {
  const began = pastOfStep(job, planned.id)?.started;
  const touched = lastTouched(job, planned.id);
  if (began === undefined || began.seq <= touched) return true;
  if (began.direction !== direction && hasWayBack(job, planned.id)) return true;
  return !step.judge(now, wanted, began.before).met;
}

/** Sequence number of the last change begun by an earlier step of its stage; 0 if there is none under this digest. */
export function lastTouched(job: Job, step: string): number {
  const touched = begunBefore(job, step).map((planned) => {
    const started = pastOfStep(job, planned.id)?.started;
    const isUnread = started?.direction === 'back' && stepOf(planned).backLast === true;
    return started === undefined || isUnread ? 0 : started.seq;
  });
  return Math.max(0, ...touched);
}

/** Whether an earlier step that can go back was begun: what is final was read once and for all. */
const hasWayBack = (job: Job, step: string): boolean =>
  begunBefore(job, step).some((planned) => stepOf(planned).isFinal !== true);

/** Whether a later step was begun after this one: then this one must be begun anew for its changes to be seen. */
export function isOvertaken(job: Job, step: string): boolean {
  const own = pastOfStep(job, step)?.started.seq ?? 0;
  const behind = job.work.steps.slice(indexOf(job, step) + 1);
  return behind.some(({ id }) => (pastOfStep(job, id)?.started.seq ?? 0) > own);
}

const begunBefore = (job: Job, step: string) =>
  job.work.steps.slice(0, indexOf(job, step)).filter(({ id }) => pastOfStep(job, id) !== undefined);

const indexOf = (job: Job, step: string): number => job.work.steps.findIndex(({ id }) => id === step);
