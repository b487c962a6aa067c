import type { Facts } from '../../../domain/values.ts';
import { type Failure, throwIfStopping } from '../failure.ts';
import { type Job, parseStepOf, pastOfStep } from './job.ts';
import { failureOfVerdict } from './step-forth.ts';

export interface FallenBack {
  readonly step: string;
  readonly facts: Facts;
  readonly failure: Failure;
}

/**
 * Settings that were put back and are no longer so once all else is back: a disk may forget what it said was written,
 * and nothing else that is proved shows what a service that has restarted since then found in its file. One that nobody
 * can read now was seen put back.
 */
export async function fallenBack(job: Job, back: { readonly [step: string]: Facts }): Promise<readonly FallenBack[]> {
  const fallen: FallenBack[] = [];
  for (const planned of job.work.steps) {
    const wanted = back[planned.id];
    if (planned.kind !== 'write-setting' || wanted === undefined || pastOfStep(job, planned.id) === undefined) continue;
    try {
      const { step, params } = parseStepOf(planned, job.refs);
      const facts = await step.observe(job.host, params, null);
      const verdict = step.judge(facts, wanted, null);
      if (!verdict.met) fallen.push({ step: planned.id, facts, failure: failureOfVerdict(verdict, planned) });
    } catch (error) {
      throwIfStopping(error);
    }
  }
  return fallen;
}
