import { readAgain } from '../../../domain/read-again.ts';
import type { Job } from './job.ts';

/**
 * Reads again before a person is asked about a step that nothing else keeps from going back. Throws what the last try
 * threw, and RunnerStopping.
 */
export const readBack = <T>(job: Job, read: () => Promise<T>): Promise<T> =>
  readAgain(read, {
    steady: () => job.deps.clock.steady(),
    wait: async (ms) => {
      await job.deps.clock.sleep(ms);
      job.checkpoint();
    },
  });
