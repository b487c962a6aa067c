import { RunnerStopping } from './failure.ts';
import { backBy, type Job } from './job.ts';

/**
 * What is waited before a reading that failed is tried again: a file that is held, a tool that could not be started or
 * took too long, half of an answer are often over by then. Milliseconds.
 */
const PAUSES_MS = [300, 1_000, 3_000];

/**
 * A reading that failed tells nothing of the machine, so it is tried again a few times, while `goesOn`; a change never
 * is. Throws what the last try threw.
 */
export async function readAgain<T>(
  read: () => Promise<T>,
  { wait, goesOn }: { readonly wait: (ms: number) => Promise<void>; readonly goesOn: () => boolean },
): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await read();
    } catch (error) {
      if (error instanceof RunnerStopping || !goesOn()) throw error;
      await wait(pause);
      if (!goesOn()) throw error;
    }
  }
  return read();
}

/** On the way forth, while nothing ends the order. */
export const readForth = <T>(job: Job, read: () => Promise<T>): Promise<T> =>
  readAgain(read, { wait: job.wait, goesOn: () => job.halted() === null && job.deps.clock.steady() < job.deadline });

/** On the way back, which nothing ends, and which gets some time however late it is. */
export function readBack<T>(job: Job, deadline: number, read: () => Promise<T>): Promise<T> {
  const { clock } = job.deps;
  const until = backBy(job, deadline);
  return readAgain(read, { wait: (ms) => clock.sleep(ms), goesOn: () => clock.steady() < until });
}
