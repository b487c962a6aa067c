import { blindLook, seen } from '../../../src/domain/machine/ssisdb.ts';
import {
  askedBy,
  asksAboutPackages,
  drainLimitMs,
  drainWork,
  hasBegun,
  waitsOf,
} from '../../../src/domain/next/drain.ts';
import type { Work } from '../../../src/domain/next/moment.ts';
import type { OrderState, Planned, RotationState } from '../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../src/domain/values.ts';
import { atWork, IS, orderTo, second } from '../at-work.ts';
import { farmOf, Sim } from '../sim.ts';
import { WorkerSim } from '../worker-sim.ts';

const MASTER = 'sqlm01' as HostName;
const W01 = 'sqlw01' as HostName;
const draining = new Sim(farmOf(2));
draining.drains = true;
const rotationOf = atWork(draining);
const wave = new WorkerSim(farmOf(3));
wave.ssisdb = () => ({ ...blindLook(MASTER, 'no-role'), running: seen([]) });
const waveOf = atWork(wave);

const drain = (is: Partial<OrderState>): OrderState => orderTo(MASTER, 'drain', is);
const ENDED = drain(IS.applied);
const RUNS = drain({ ...IS.back, code: 'PackagesRun' });
const BROKE = drain({ ...IS.back, code: 'ToolTimedOut' });
const OPEN = drain({});
const CUT = orderTo(MASTER, 'master');
const decided = (choice: 'go-on' | 'look-again' | 'put-all-back', orders: number): Partial<Planned> => ({
  resolved: { [MASTER]: { choice, at: second(9), orders } },
});

test.each([
  ['drain', 'PackagesRun', true],
  ['drain', 'PackagesUnseen', true],
  ['drain', 'TimeIsOver', true],
  ['drain', 'ToolTimedOut', false],
  ['master', 'TimeIsOver', false],
])('in the stage %s, %s asks about packages: %s', (stage, code, wanted) => {
  expect(asksAboutPackages({ stage, code })).toBe(wanted);
});

/** How far the wait is whose newest order stands so. */
const work = (orders: readonly OrderState[], of: Work, more: Partial<Planned> = {}): Work => {
  const waits = orders.filter(({ stage }) => stage === 'drain');
  return drainWork(rotationOf(orders, more), { worker: null }, waits, of);
};

test.each<readonly [what: string, wanted: Work, orders: readonly OrderState[], of: Work, more: Partial<Planned>]>([
  ['was never ordered', 'none', [], 'none', {}],
  ['is under way', 'under-way', [OPEN], 'under-way', {}],
  ['saw that none runs', 'good', [ENDED], 'good', {}],
  ['saw it after it was asked about', 'good', [RUNS, ENDED], 'good', {}],
  ['ended with packages running', 'unknown', [RUNS], 'failed', {}],
  ['is looked at again while a person is asked', 'unknown', [RUNS, OPEN], 'under-way', {}],
  ['broke', 'failed', [BROKE], 'failed', {}],
  ['was decided to go on', 'good', [RUNS], 'failed', decided('go-on', 1)],
  ['was decided to go on before it ended', 'unknown', [RUNS, { ...RUNS }], 'failed', decided('go-on', 1)],
  ['is to be waited for longer', 'none', [RUNS], 'failed', decided('look-again', 1)],
  ['is waited for longer', 'under-way', [RUNS, OPEN], 'under-way', decided('look-again', 1)],
  ['goes back', 'unknown', [RUNS], 'failed', decided('put-all-back', 1)],
  ['broke after it was decided to go on', 'failed', [RUNS, BROKE], 'failed', decided('go-on', 1)],
  ['is still under way when the outage begins', 'under-way', [OPEN, CUT], 'under-way', {}],
  ['did not keep the outage from beginning', 'good', [RUNS, CUT], 'failed', {}],
  ['broke, and did not keep it from beginning', 'good', [BROKE, CUT], 'failed', {}],
  ['broke after the outage had begun', 'unknown', [CUT, BROKE], 'failed', {}],
])('a wait that %s is %s', (_what, wanted, orders, of, more) => {
  expect(work(orders, of, more)).toBe(wanted);
});

describe('People are asked about', () => {
  const asked = (orders: readonly OrderState[], more: Partial<RotationState> = {}) => {
    const found = askedBy(
      rotationOf(orders, more as Partial<Planned>),
      orders.filter(({ stage }) => stage === 'drain'),
    );
    return found === undefined ? null : orders.indexOf(found);
  };

  test('the first end with packages running since they were seen to have ended, or since somebody decided', () => {
    expect(asked([RUNS, { ...RUNS }])).toBe(0);
    expect(asked([RUNS, ENDED])).toBeNull();
    expect(asked([RUNS, drain({ ...IS.released })])).toBeNull();
    expect(asked([RUNS, ENDED, { ...RUNS }])).toBe(2);
    expect(asked([RUNS, { ...RUNS }], decided('look-again', 1))).toBe(1);
    expect(asked([RUNS], decided('look-again', 1))).toBeNull();
  });

  test('any end once the outage has begun, but nothing that is under way', () => {
    expect([asked([BROKE]), asked([CUT, BROKE]), asked([CUT, drain(IS.refused)])]).toEqual([null, 1, 1]);
    expect([asked([CUT, OPEN]), asked([CUT, drain(IS.lapsed)])]).toEqual([null, null]);
    expect(asked([drain({ ...IS.refused, code: 'TimeIsOver' })])).toBe(0);
  });
});

describe('The outage has begun', () => {
  test('once the master that leads an armed farm is told, not while its workers only hold their orders', () => {
    const has = (...orders: readonly OrderState[]) => hasBegun(rotationOf(orders));
    expect(has(CUT)).toBe(true);
    expect([has(), has(ENDED), has(orderTo(W01, 'workers', IS.armed))]).toEqual([false, false, false]);
    expect(has({ ...CUT, kind: 'undo' })).toBe(false);
    expect(hasBegun({ ...rotationOf([CUT]), plan: null })).toBe(false);
    const rotation = rotationOf([CUT, ENDED]);
    expect([hasBegun(rotation, rotation.orders.slice(1)), hasBegun(rotation, [])]).toEqual([false, false]);
  });

  test('for each worker of a wave by itself', () => {
    const rotation = waveOf([orderTo(W01, 'worker-switch')]);
    expect(hasBegun(rotation)).toBe(true);
    expect(hasBegun(rotation, rotation.orders, W01)).toBe(true);
    expect(hasBegun(rotation, rotation.orders, 'sqlw02' as HostName)).toBe(false);
  });
});

test('a wait is about one worker of a wave, or about all before a master switches', () => {
  const ofWave = waitsOf(waveOf([]).plan);
  expect(ofWave.map(({ host, worker }) => [host, worker])).toEqual(
    ['sqlw01', 'sqlw02', 'sqlw03'].map((worker) => [MASTER, worker]),
  );
  expect(ofWave[0]).toMatchObject({ check: 'sqlm01/drain/packages-end/sqlw01', limitMs: 900_000 });
  expect(waitsOf(rotationOf([]).plan)).toEqual([
    { host: MASTER, check: 'sqlm01/drain/packages-end', worker: null, limitMs: 900_000 },
  ]);
  expect([drainLimitMs(rotationOf([])), drainLimitMs({ ...rotationOf([]), plan: null })]).toEqual([900_000, null]);
  expect(drainLimitMs(atWork(new Sim(farmOf(2)))([]))).toBeNull();
});
