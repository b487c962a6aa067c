import fc from 'fast-check';
import type { Order } from '../../../src/domain/letters/protocol.ts';
import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import { next } from '../../../src/domain/next/index.ts';
import { refusedChoice } from '../../../src/domain/next/refused-choice.ts';
import type { When } from '../../../src/domain/plan/wish.ts';
import type { ChangeWindow } from '../../../src/domain/when/windows.ts';
import { type Behaviour, farmOf, ID } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const by = { id: 'mei', name: 'Mei Lin' };
type How = ReturnType<Behaviour>;

/** Workers' own certificates; `how`: how the waits for a worker's packages end, the first, the second ... */
function approved(
  how: { readonly [worker: string]: readonly How[] },
  {
    concurrency = 1,
    canary = 1,
    workers = 3,
    windows = [] as readonly ChangeWindow[],
    when = { by: 'policy' } as When,
    goes = (_order: Order): How => 'ok',
  } = {},
): WorkerSim {
  const farm = farmOf(workers, { windows });
  const waits: { [worker: string]: number } = {};
  const sim = new WorkerSim({ ...farm, gap: { ...farm.gap, concurrency, canary } }, (order) => {
    const worker = waitedFor(order);
    if (worker === null) return order.stage === 'worker-switch' && order.kind === 'apply' ? goes(order) : 'ok';
    const count = waits[worker] ?? 0;
    waits[worker] = count + 1;
    const ends = how[worker]?.[count];
    return ends === undefined ? 'ok' : ends;
  });
  sim.ssisdb = () => ({ ...blindLook('sqlm01', 'no-role'), running: seen([]) });
  Object.assign(sim.wish, { when });
  sim.request();
  sim.settle();
  for (const who of ['ana', 'tom']) sim.vote(who);
  sim.settle();
  return sim;
}

const waitedFor = ({ kind, stage, only }: Order): string | null =>
  kind === 'apply' && stage === 'drain' ? (only?.join().split('/').at(-1) ?? 'all') : null;

const wave = (sim: WorkerSim): readonly string[] =>
  sim.orders.flatMap((order) => {
    const worker = waitedFor(order);
    if (worker !== null) return [`wait ${worker}`];
    return order.kind === 'apply' && order.stage === 'worker-switch' ? [order.host] : [];
  });
const asks = (sim: WorkerSim) => next(sim.rotation(), sim.moment()).attention.map(({ step, code }) => [step, code]);
const ofWait = (sim: WorkerSim, worker: string): Order => {
  const order = sim.orders.findLast((one) => waitedFor(one) === worker);
  if (order === undefined) throw new Error(`nobody waited for ${worker}`);
  return order;
};
const check = (worker: string) => `sqlm01/drain/packages-end/${worker}`;

function decide(sim: WorkerSim, choice: 'go-on' | 'put-all-back'): void {
  sim.pass(30_000);
  const digest = sim.ask(choice);
  for (const who of ['ana', 'tom']) sim.vote(who, 'approve', digest);
  sim.settle();
}

test.each([
  [1, ['wait sqlw01', 'sqlw01', 'wait sqlw02', 'sqlw02', 'wait sqlw03', 'sqlw03']],
  [50, ['wait sqlw01', 'sqlw01', 'wait sqlw02', 'wait sqlw03', 'sqlw02', 'sqlw03']],
])('each worker is told to switch only after its own packages have ended: %s at once', (concurrency, order) => {
  const sim = approved({}, { concurrency });
  expect(wave(sim)).toEqual(order);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

test('a wait order carries no certificates, though the master was told to trust them all', () => {
  const sim = approved({});
  const refsOf = (stage: string) =>
    sim.orders
      .filter((order) => order.host === 'sqlm01' && order.kind === 'apply' && order.stage === stage)
      .map(({ refs }) => Object.keys(refs).length);
  expect(refsOf('master-trust')).toEqual([3]);
  expect(refsOf('drain')).toEqual([0, 0, 0]);
});

test('the plan waits for each worker by itself, on the master, for as long as the farm says', () => {
  const sim = approved({});
  const checks = sim.rotation().plan?.slices.flatMap(({ stages }) => stages.drain?.checks ?? []);
  expect(checks).toMatchObject(
    ['sqlw01', 'sqlw02', 'sqlw03'].map((worker) => ({
      id: check(worker),
      kind: 'packages-end',
      host: 'sqlm01',
      params: { limitMs: 900_000, workers: [worker] },
    })),
  );
  expect(ofWait(sim, 'sqlw02')).toMatchObject({ host: 'sqlm01', only: [check('sqlw02')], timeLimitMs: 900_000 });
});

test('a worker whose packages run holds up only itself, and goes once they have ended', () => {
  const sim = approved({ sqlw02: ['stuck'] });
  expect(wave(sim)).toEqual(['wait sqlw01', 'sqlw01', 'wait sqlw02']);
  sim.pass(30_000);
  expect(wave(sim).slice(2)).toEqual(['wait sqlw02', 'wait sqlw03', 'sqlw03']);
  expect(sim.rotation().closed).toBeNull();
  expect(asks(sim)).toEqual([]);
  sim.pass(600_000);
  sim.end(ofWait(sim, 'sqlw02'), 'unchanged');
  sim.settle();
  expect(wave(sim).at(-1)).toBe('sqlw02');
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

test('a worker whose packages run holds up nobody else when the clock is set back either', () => {
  const sim = approved({ sqlw02: ['stuck'] });
  sim.now -= 3_600_000;
  sim.since = sim.now;
  sim.pass(15_000);
  expect(wave(sim).slice(2)).toEqual(['wait sqlw02', 'wait sqlw03', 'sqlw03']);
});

test('the canary’s packages hold up all: nobody goes before it', () => {
  const sim = approved({ sqlw01: ['stuck'] }, { concurrency: 50 });
  sim.pass(120_000);
  expect(wave(sim)).toEqual(['wait sqlw01']);
});

test.each([
  ['', 0],
  [', also where the clock was set back meanwhile', 3_600_000],
])(
  'a look that found no packages counts for ten seconds: a worker that could not go by then is looked at again%s',
  (_when, backMs) => {
    const sim = approved(
      { sqlw02: ['stuck'] },
      { goes: ({ host }) => (host === 'sqlw03' && sim.now > 0 ? 'stuck' : 'ok') },
    );
    sim.pass(15_000);
    expect(wave(sim).at(-1)).toBe('sqlw03');
    sim.end(ofWait(sim, 'sqlw02'), 'unchanged');
    sim.settle();
    sim.now -= backMs;
    sim.since = sim.now;
    sim.pass(20_000);
    const switching = sim.orders.findLast(({ host, stage }) => host === 'sqlw03' && stage === 'worker-switch');
    if (switching === undefined) throw new Error('it was not told to switch');
    sim.own.sqlw03 = sim.makes('sqlw03' as never);
    sim.end(switching, 'applied');
    sim.settle();
    expect(wave(sim).slice(-2)).toEqual(['wait sqlw02', 'sqlw02']);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  },
);

describe('at the limit', () => {
  test('people are asked once no other worker can go on, and only about the one held up', () => {
    const sim = approved({ sqlw02: ['put-back'] });
    expect(wave(sim)).toEqual(['wait sqlw01', 'sqlw01', 'wait sqlw02', 'wait sqlw03', 'sqlw03']);
    expect(asks(sim)).toEqual([[check('sqlw02'), 'PackagesRun']]);
    expect(sim.rotation()).toMatchObject({ turned: null, closed: null });
    decide(sim, 'go-on');
    expect(wave(sim).at(-1)).toBe('sqlw02');
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('one question covers all workers that are held up, and waiting longer waits for each of them', () => {
    const sim = approved({ sqlw02: ['put-back'], sqlw03: ['put-back'] }, { concurrency: 50 });
    expect(asks(sim)).toEqual([
      [check('sqlw02'), 'PackagesRun'],
      [check('sqlw03'), 'PackagesRun'],
    ]);
    sim.pass(60_000);
    sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
    sim.settle();
    expect(wave(sim).slice(4)).toEqual(['wait sqlw02', 'wait sqlw03', 'sqlw02', 'sqlw03']);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('going on applies only to the workers that the question was about', () => {
    const sim = approved({ sqlw01: ['put-back'], sqlw02: ['put-back'] });
    expect(asks(sim)).toEqual([[check('sqlw01'), 'PackagesRun']]);
    decide(sim, 'go-on');
    expect(wave(sim)).toContain('sqlw01');
    expect(wave(sim)).not.toContain('sqlw02');
    expect(asks(sim)).toEqual([[check('sqlw02'), 'PackagesRun']]);
  });

  test('a worker that is held up goes once its packages have ended, and the others wait on', () => {
    const sim = approved({ sqlw02: ['put-back'], sqlw03: ['put-back', 'put-back', 'put-back'] }, { concurrency: 50 });
    expect(asks(sim)).toHaveLength(2);
    sim.pass(65_000);
    expect(wave(sim)).toContain('sqlw02');
    expect(asks(sim)).toEqual([[check('sqlw03'), 'PackagesRun']]);
    sim.pass(300_000);
    expect(sim.rotation().closed?.outcome).toBe('proved');
  });

  test('the rest of a wave may be waited for through a freeze and past its window, as a worker has switched in time', () => {
    const now = { by: 'now' } as const;
    const window = { cron: '0 13 * * 2', lengthMs: 70 * 60_000, zone: 'UTC' };
    const frozen = { until: '2026-11-24T16:00:00.000Z', reason: 'Month end', by };
    for (const when of [now, { by: 'policy' } as const]) {
      const sim = approved({ sqlw02: ['put-back'] }, { windows: [window], when });
      expect(wave(sim)).toContain('sqlw01');
      sim.put({ type: 'frozen', ...frozen });
      sim.now += 15 * 60_000;
      const found = next(sim.rotation(), sim.moment());
      expect(found).toMatchObject({ attention: [{ code: 'PackagesRun' }] });
      expect(found).not.toHaveProperty('frozen');
      expect(found).not.toHaveProperty('windowClosed');
      expect(refusedChoice(sim.rotation(), 'look-again', found)).toBeNull();
    }
  });

  test('putting all back includes the workers that have switched', () => {
    const sim = approved({ sqlw02: ['put-back'] });
    decide(sim, 'put-all-back');
    sim.pass(60_000);
    expect(sim.rotation().closed?.outcome).toBe('put-back');
    expect(new Set(Object.values(sim.own))).toHaveProperty('size', 1);
  });
});

test('a wait that the master refuses before any worker has switched undoes what was prepared', () => {
  const sim = approved({ sqlw01: ['refuse'] });
  sim.pass(60_000);
  expect(sim.rotation().closed).toMatchObject({ outcome: 'put-back', data: { stage: 'drain', code: 'OrderExpired' } });
});

test('a wait that the master refuses later turns nobody back', () => {
  const sim = approved({ sqlw02: ['refuse'] });
  sim.pass(60_000);
  expect(sim.rotation().turned).toBeNull();
  expect(asks(sim)).toEqual([[null, 'OrderExpired']]);
  sim.put({ type: 'resolve-asked', id: ID, choice: 'look-again', by, digest: null });
  sim.pass(60_000);
  expect(sim.rotation().closed?.outcome).toBe('proved');
});

test('a wave that has stopped no longer waits for packages', () => {
  const sim = approved({ sqlw02: ['stuck'] }, { goes: ({ host }) => (host === 'sqlw03' ? 'put-back' : 'ok') });
  sim.pass(15_000);
  expect(sim.rotation().turned).toMatchObject({ host: 'sqlw03' });
  expect(sim.orders.at(-1)).toMatchObject({ kind: 'stop', host: 'sqlm01', stage: 'drain' });
  sim.end(ofWait(sim, 'sqlw02'), 'put-back');
  sim.pass(60_000);
  expect(wave(sim)).not.toContain('sqlw02');
  expect(sim.rotation().closed).toMatchObject({ outcome: 'partly', data: { kept: ['sqlw01'] } });
});

test('however long packages run, no more workers switch at once than allowed, each right after a look found no packages', () => {
  const minutes = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 5, maxLength: 5 });
  fc.assert(
    fc.property(
      minutes,
      minutes,
      fc.integer({ min: 1, max: 5 }),
      fc.integer({ min: 0, max: 2 }),
      (waits, goes, concurrency, canary) => {
        const due: { readonly at: number; readonly order: Order }[] = [];
        const sim = approved({}, { workers: 5, concurrency, canary });
        expect(sim.rotation().closed?.outcome).toBe('proved');
        const slow = new WorkerSim(sim.farm, (order) => {
          const worker = waitedFor(order) ?? (order.stage === 'worker-switch' ? order.host : null);
          if (worker === null) return 'ok';
          const seconds = (waitedFor(order) === null ? goes : waits)[Number(worker.at(-1)) - 1] ?? 0;
          due.push({ at: slow.now + seconds * 1000, order });
          return 'stuck';
        });
        slow.ssisdb = sim.ssisdb;
        slow.request();
        slow.settle();
        for (const who of ['ana', 'tom']) slow.vote(who);
        slow.settle();
        const shown: { [worker: string]: number } = {};
        const told: { [worker: string]: number } = {};
        for (let round = 0; round < 400 && slow.rotation().closed === null; round += 1) {
          for (const { order } of due.filter(({ at }) => at <= slow.now)) {
            const worker = waitedFor(order);
            if (worker !== null) shown[worker] = slow.now;
            else slow.own[order.host] = slow.makes(order.host);
            slow.end(order, worker === null ? 'applied' : 'unchanged');
          }
          due.splice(0, due.length, ...due.filter(({ at }) => at > slow.now));
          const known = slow.orders.length;
          slow.pass(2_500);
          for (const order of slow.orders
            .slice(known)
            .filter(({ stage, kind }) => stage === 'worker-switch' && kind === 'apply')) {
            told[order.host] = slow.now;
            expect(slow.now - (shown[order.host] ?? 0)).toBeLessThanOrEqual(15_000);
          }
          const busy = due.filter(({ order }) => order.stage === 'worker-switch');
          expect(busy.length).toBeLessThanOrEqual(concurrency);
        }
        expect(Object.keys(told)).toHaveLength(5);
        expect(slow.rotation().closed?.outcome).toBe('proved');
      },
    ),
    { numRuns: 60 },
  );
});
