import type { Facts } from '../../domain/values.ts';
import { type Job, type ParsedStep, pastOfStep } from './job.ts';

/**
 * Whether a service must be restarted: facts alone never tell, because a running service says nothing about what it
 * read. It has read everything only when it is another process than the one that ran when its restart was begun, and
 * that was after the last change before it in the stage, in either direction.
 */
export function mustReread(job: Job, { planned, step }: ParsedStep, now: Facts, wanted: Facts): boolean {
  const began = pastOfStep(job, planned.id)?.started;
  const touched = lastTouched(job, planned.id);
  if (began === undefined || began.seq <= touched) return true;
  return !step.judge(now, wanted, began.before).met;
}

/** Sequence number of the last change that was begun before this step in its stage; 0: none under this digest. */
export function lastTouched(job: Job, step: string): number {
  const before = job.work.steps.slice(
    0,
    job.work.steps.findIndex(({ id }) => id === step),
  );
  return Math.max(0, ...before.map(({ id }) => pastOfStep(job, id)?.started.seq ?? 0));
}
