import type { Job } from '../../../../src/app/runner/change/job.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { AcceptedOrder, StepPast } from '../../../../src/domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../../src/domain/journal/entries.ts';
import type { PlannedStep } from '../../../../src/domain/plan/plan.ts';
import type { Facts, HostName, Instant } from '../../../../src/domain/values.ts';

export const NOW = Date.parse('2026-11-24T12:00:00.000Z');
export const LIMIT_MS = 60_000;
export const instant = (at: number): Instant => new Date(at).toISOString();

/** The restart of a master's service, the only step of these orders. */
export const RESTART: PlannedStep = {
  id: 'sqlm01/master/restart-service',
  kind: 'restart-service',
  host: 'sqlm01' as HostName,
  params: { role: 'master' },
  expected: { state: 'running' },
};

interface Service {
  readonly state: string;
  readonly pid: number;
}
export const runs = (pid: number): Service => ({ state: 'running', pid });

interface How {
  readonly order?: Partial<AcceptedOrder>;
  readonly steps?: readonly PlannedStep[];
  readonly past?: { readonly [step: string]: Partial<StepPast> };
  /** What one look after the other sees of the service; the last one again and again. An error is thrown. */
  readonly sees?: readonly (Service | Error)[];
  readonly halted?: ReturnType<Job['halted']>;
  readonly isFull?: boolean;
  readonly isPaused?: boolean;
  /** Called whenever the service is looked at, and whenever somebody sleeps. */
  readonly meanwhile?: (job: FakeJob) => void;
  readonly headSeq?: number;
  /** Facts that were read while the order was accepted. */
  readonly seen?: { readonly [step: string]: Facts };
}

interface FakeJob {
  readonly job: Job;
  readonly entries: RunnerEntry[];
  readonly warned: object[];
  readonly clock: { now: number; steady: number };
  past: { [step: string]: Partial<StepPast> };
}

/** When a step was begun, by the order itself: as its machine's second process, after the first. */
export const began = (over: Partial<StepPast['started']> = {}): StepPast => ({
  first: { ...runs(1) },
  made: [],
  done: null,
  started: {
    seq: 3,
    at: instant(NOW),
    n: 7,
    direction: 'forth',
    before: { ...runs(1) },
    goal: { ...runs(1) },
    ...over,
  },
});

/** An armed order on a machine that has nothing but a service. */
export function fakeJob(how: How = {}): FakeJob {
  const { steps = [], sees = [runs(1)] } = how;
  const fake = { entries: [], warned: [], clock: { now: NOW, steady: 500_000 }, past: { ...how.past } } as never as {
    -readonly [K in keyof FakeJob]: FakeJob[K];
  };
  let looks = 0;
  const order: AcceptedOrder = {
    ...{ n: 7, rotation: 'prod-17', kind: 'apply', stage: 'master', digest: 'd' as never, seq: 2 },
    ...{ at: instant(NOW), bodyHash: 'h' as never, envelope: null, armedAt: null },
    ...{ switched: null, failed: null, outcome: null },
    ...how.order,
  };
  const record = async (...all: readonly RunnerEntry[]): Promise<void> => {
    if (how.isFull === true) throw new CertopsError('JournalNotWritable', {});
    fake.entries.push(...all);
  };
  const job = {
    deps: {
      journal: { head: () => ({ seq: how.headSeq ?? 2, hash: '' }) },
      clock: {
        now: () => fake.clock.now,
        steady: () => fake.clock.steady,
        // a limit is over after whatever it is the limit of
        sleep: async (ms: number, limit?: AbortSignal) => {
          if (limit !== undefined) await new Promise((resolve) => setImmediate(resolve));
          if (limit?.aborted === true) return;
          fake.clock.now += ms;
          fake.clock.steady += ms;
          how.meanwhile?.(fake);
        },
      },
      log: { info() {}, warn: (data: object) => void fake.warned.push(data) },
      ...(how.isPaused === undefined ? {} : { paused: async () => how.isPaused }),
    },
    host: {
      async service() {
        const seen = sees[Math.min(looks, sees.length - 1)];
        looks += 1;
        how.meanwhile?.(fake);
        if (seen instanceof Error) throw seen;
        return seen;
      },
    },
    order,
    work: {
      ...{ digest: 'd', stage: 'master', steps, checks: [], phase: { undoOrder: 'reverse' } },
      header: { gap: { limitMs: LIMIT_MS } },
    },
    ...{ refs: {}, seen: new Map(Object.entries(how.seen ?? {})), deadline: 500_000 + LIMIT_MS, timeLimitMs: LIMIT_MS },
    past: () => ({ steps: fake.past }),
    record,
    halted: () => how.halted ?? null,
    checkpoint() {},
    async wait() {},
  };
  return Object.assign(fake, { job: job as unknown as Job });
}
