import { tellsNothing } from '../../domain/errors.ts';
import type { Job } from './job.ts';

/** Milliseconds. */
const PAUSES_MS = [300, 1_000, 3_000];
/** Workers are cut off meanwhile: what takes longer by itself, as a tool that hangs does, is not tried again. */
const LIMIT_MS = 5_000;

/**
 * A reading on the way back that told nothing is tried again within five seconds, before a person is asked about a step
 * that nothing else keeps from going back. Throws what the last try threw, and RunnerStopping.
 */
export async function readBack<T>(job: Job, read: () => Promise<T>): Promise<T> {
  const { clock } = job.deps;
  const until = clock.steady() + LIMIT_MS;
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (!tellsNothing(error) || clock.steady() + pause > until) throw error;
      await clock.sleep(pause);
      job.checkpoint();
    }
  }
  return read();
}
