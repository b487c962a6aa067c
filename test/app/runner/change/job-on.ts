import { emptyDisk, openMemoryJournal } from '../../../../adapters/memory/journal.ts';
import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { Halt, Job } from '../../../../src/app/runner/change/job.ts';
import { RunnerStopping } from '../../../../src/app/runner/failure.ts';
import { foldRunner, initialRunnerState, pastOf } from '../../../../src/domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { PlannedCheck, PlannedStep } from '../../../../src/domain/plan/plan.ts';
import type { Digest, Facts } from '../../../../src/domain/values.ts';
import { createVirtualClock } from '../virtual-clock.ts';

const DIGEST = 'd'.repeat(64) as Digest;
const signer = createMemorySigner();
export const LIMIT_MS = 60_000;

interface Ordered {
  readonly planned?: readonly PlannedStep[];
  readonly checks?: readonly PlannedCheck[];
  readonly isPaused?: boolean;
  /** The order has failed already, before the runner died. */
  readonly hasFailed?: boolean;
}

/** Order 7 of prod-17 on a machine, with a journal of its own. */
export function jobOn(host: object, { planned = [], checks = [], isPaused, hasFailed }: Ordered) {
  const clock = createVirtualClock();
  const disk = emptyDisk<RunnerEntry>();
  const initial = initialRunnerState;
  const journal = openMemoryJournal({ stream: 'runner', disk, signer, clock, initial, fold: foldRunner });
  const warned: object[] = [];
  let halt: Halt | null = null;
  let isStopping = false;
  const job = {
    deps: {
      clock,
      host,
      log: { info() {}, warn: (data: object) => void warned.push(data) },
      ...(isPaused === undefined ? {} : { paused: async () => isPaused }),
    },
    host,
    order: { n: 7, rotation: 'prod-17', failed: hasFailed === true ? { code: 'StopAsked', data: {} } : null },
    work: { digest: DIGEST, steps: planned, checks, phase: { undoOrder: 'reverse' } },
    ...{ refs: {}, seen: new Map<string, Facts>(), deadline: clock.steady() + LIMIT_MS, timeLimitMs: LIMIT_MS },
    past: () => pastOf(journal.state(), DIGEST),
    record: (...entries: RunnerEntry[]) => journal.append(() => ({ entries, answer: undefined })),
    halted: () => halt,
    checkpoint() {
      if (isStopping) throw new RunnerStopping();
    },
    wait: (ms: number) => clock.sleep(ms),
  } as unknown as Job;
  const stop = (why: Halt): void => {
    halt = why;
  };
  const stopRunner = (): void => {
    isStopping = true;
  };
  return { job, stop, stopRunner, disk, warned, clock, entries: () => disk.lines.map(({ line }) => line.entry) };
}

/** How a step was begun, as the journal has it. */
export const begun = (step: string, how: Partial<Extract<RunnerEntry, { type: 'started' }>> = {}): RunnerEntry => ({
  ...{ type: 'started', n: 7, rotation: 'prod-17', digest: DIGEST, step, before: { value: 0 }, made: null },
  ...{ goal: { value: 2 }, direction: 'forth' as const },
  ...how,
});
