import { blindLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { causeOf, openWaits } from '../../../../src/domain/next/cause/cause.ts';
import { failure } from '../../../../src/domain/next/cause/failure.ts';
import type { Cause } from '../../../../src/domain/next/moment.ts';
import type { OrderState, Planned } from '../../../../src/domain/rotation/rotation.ts';
import type { HostName } from '../../../../src/domain/values.ts';
import { atWork, IS, orderTo, second } from '../../at-work.ts';
import { farmOf, Sim } from '../../sim.ts';
import { WorkerSim } from '../../worker-sim.ts';

const MASTER = 'sqlm01' as HostName;
const STOLEN = ['sqlw01', 'sqlw02', 'sqlw03'] as HostName[];
const careful = new WorkerSim(farmOf(4));
const plain = atWork(careful);
const waiting = new WorkerSim(farmOf(3));
waiting.ssisdb = () => ({ ...blindLook(MASTER, 'no-role'), running: seen([]) });
const withWaits = atWork(waiting);
const compromised = new WorkerSim(farmOf(4));
Object.assign(compromised.wish, { workers: STOLEN, compromised: true, when: { by: 'now' } });
const contained = atWork(compromised);

const by = { id: 'mei', name: 'Mei Lin' };
type How = keyof typeof IS | null;
const switches = (...how: readonly How[]): readonly OrderState[] =>
  how.flatMap((one, at) => (one === null ? [] : [orderTo(`sqlw0${at + 1}`, 'worker-switch', IS[one])]));
const told = (found: Cause | null): string => (found === null ? '' : `${found.code} ${found.host}`);
const why = (rotation: Planned): Cause | null => causeOf(rotation, careful.moment());
const LEFT = { choice: 'leave-behind', at: second(5), orders: 0 } as const;

describe('A wave of workers that switch one by one', () => {
  test.each<readonly [string, readonly How[], string]>([
    ['goes on while all goes well', ['applied', 'sent'], ''],
    ['goes on while one is silent: a person is asked', ['applied', 'silent'], ''],
    ['goes on while one is unknown: a person is asked', ['applied', 'unknown'], ''],
    ['stops at the first that failed', ['applied', 'sent', 'refused', 'refused'], 'OrderExpired sqlw03'],
  ])('%s', (_, how, wanted) => {
    expect(told(why(plain(switches(...how))))).toBe(wanted);
  });

  test('stops at one that people left behind', () => {
    expect(why(plain(switches('applied', 'unknown'), { resolved: { sqlw02: LEFT } }))).toMatchObject({
      host: 'sqlw02',
      stage: 'worker-switch',
    });
  });

  test('is not stopped by a gap limit: nobody is cut off by the others', () => {
    const late = { ...careful.moment(), now: Date.parse(second(9_000)) };
    expect(causeOf(plain(switches('applied', 'armed')), late)).toBeNull();
  });
});

describe('Workers that were left out because of their packages', () => {
  const leftOut = { sqlw02: by, sqlw04: { id: 'tom', name: 'Tom' } };

  test('end the wave once all others have switched', () => {
    expect(why(plain(switches('applied', null, 'applied'), { leftOut }))).toEqual({
      ...{ host: 'sqlw02', stage: 'worker-switch', step: null, code: 'LeftForPackages' },
      data: { by: 'Mei Lin', hosts: ['sqlw02', 'sqlw04'] },
    });
  });

  test.each<readonly [string, readonly How[]]>([
    ['is still to switch', ['applied']],
    ['is switching', ['applied', null, 'sent']],
    ['is unknown', ['applied', null, 'unknown']],
  ])('do not end it while another %s', (_, how) => {
    expect(why(plain(switches(...how), { leftOut }))).toBeNull();
  });

  test('end nothing if there are none', () => {
    expect(why(plain(switches('applied', 'applied', 'applied', 'applied')))).toBeNull();
  });
});

describe('Where workers are cut off because their certificates are compromised', () => {
  const made = (host: string, how: keyof typeof IS) => orderTo(host, 'worker-create', IS[how]);

  test('a master that could not be told whom to stop trusting turns the rotation', () => {
    const contain = (how: keyof typeof IS) => why(contained([orderTo(MASTER, 'contain', IS[how])]));
    expect((['sent', 'applied'] as const).map((how) => told(contain(how)))).toEqual(['', '']);
    expect(contain('refused')).toMatchObject({ host: MASTER, stage: 'contain', code: 'OrderExpired' });
    expect(contain('silent')).toMatchObject({ host: MASTER, stage: 'contain', code: 'RunnerSilent' });
  });

  test('one that makes no certificate keeps the others from nothing, until all of them have switched', () => {
    const fallen = made('sqlw02', 'refused');
    expect(why(contained([fallen]))).toBeNull();
    expect(why(contained([fallen, ...switches('applied', null, 'sent')]))).toBeNull();
    const done = contained([fallen, ...switches('applied', null, 'applied')]);
    expect(why(done)).toMatchObject({ host: 'sqlw02', stage: 'worker-create', code: 'OrderExpired' });
  });

  test('one that fails as it switches keeps the others from nothing either', () => {
    expect(why(contained(switches('refused', 'sent')))).toBeNull();
    expect(why(contained(switches('refused', 'applied')))).toBeNull();
    expect(told(why(contained(switches('refused', 'applied', 'applied'))))).toBe('OrderExpired sqlw01');
  });

  test('one whose certificate no master was told to trust was silent, whatever it says now', () => {
    const only = ['sqlm01/master-trust/trust-certificate/sqlw01', 'sqlm01/master-trust/trust-certificate/sqlw03'];
    const trust = orderTo(MASTER, 'master-trust', { ...IS.applied, only });
    const orders = [made('sqlw02', 'applied'), trust, ...switches('applied', null, 'applied')];
    expect(why(contained(orders))).toEqual({ host: 'sqlw02', stage: null, step: null, code: 'RunnerSilent', data: {} });
  });

  test('a .cer file that cannot be written stops nobody there', () => {
    const publishing = (rotation: Planned): Planned => {
      const stage = { name: 'worker-publish', hosts: ['sqlw01' as HostName], concurrency: 1, canary: 0 };
      const { header } = rotation.plan;
      const phases = header.phases.map((one) =>
        one.name === 'prepare' ? { ...one, stages: [...one.stages, stage] } : one,
      );
      return { ...rotation, plan: { ...rotation.plan, header: { ...header, phases } } };
    };
    const orders = [orderTo('sqlw01', 'worker-publish', IS.refused)];
    expect(why(publishing(contained(orders)))).toBeNull();
    expect(why(publishing(plain(orders)))).toMatchObject({ host: 'sqlw01', stage: 'worker-publish' });
  });

  test('a master that does not trust the new ones stops all', () => {
    expect(why(contained([orderTo(MASTER, 'master-trust', IS.refused)]))).toMatchObject({ stage: 'master-trust' });
  });
});

describe('Waits for the packages of two workers', () => {
  const check = (at: number) => `sqlm01/drain/packages-end/sqlw0${at}`;
  const wait = (at: number, is: Partial<OrderState>): OrderState =>
    orderTo(MASTER, 'drain', { only: [check(at)], failedStep: check(at), ...is });
  const RUNS = { ...IS.back, code: 'PackagesRun' };
  const BROKE = { ...IS.back, code: 'ToolTimedOut' };

  test('are asked about each by itself, with the step of its own', () => {
    const rotation = withWaits([wait(1, RUNS), wait(2, IS.applied), wait(3, RUNS)]);
    expect(openWaits(rotation).map(({ step, code }) => `${code} ${step}`)).toEqual([
      `PackagesRun ${check(1)}`,
      `PackagesRun ${check(3)}`,
    ]);
    expect(openWaits({ ...rotation, plan: null })).toEqual([]);
  });

  test('turn nobody while packages run, but do if one went wrong before anybody switched', () => {
    expect(why(withWaits([wait(1, RUNS), wait(2, RUNS)]))).toBeNull();
    const orders = [wait(1, RUNS), wait(2, BROKE)];
    expect(why(withWaits(orders))).toMatchObject({ stage: 'drain', step: check(2), code: 'ToolTimedOut' });
    expect(why(withWaits([wait(3, BROKE), wait(2, BROKE)]))?.step).toBe(check(2));
    expect(why(withWaits([...orders, ...switches('sent')]))).toBeNull();
  });

  test('for all of a farm turn nobody either while packages run, before the master switches', () => {
    const sim = new Sim(farmOf(2));
    sim.drains = true;
    const master = atWork(sim);
    const one = (is: Partial<OrderState>) => why(master([orderTo(MASTER, 'drain', is)]));
    expect([one(RUNS), one({ ...RUNS, code: 'PackagesUnseen' })]).toEqual([null, null]);
    expect(one(BROKE)).toMatchObject({ host: MASTER, stage: 'drain', code: 'ToolTimedOut' });
  });

  test('are told by the one that is asked about, though another of the same master ended later', () => {
    const rotation = withWaits([wait(2, RUNS), wait(1, BROKE), wait(1, { ...IS.applied, failedStep: null })]);
    expect(failure(rotation, MASTER, 'drain')).toMatchObject({ step: check(2), code: 'PackagesRun' });
    const trust = orderTo(MASTER, 'master-trust', IS.refused);
    const also = withWaits([trust, wait(3, RUNS), wait(2, RUNS)]);
    expect(failure(also, MASTER, 'drain').step).toBe(check(2));
    expect(failure(also, MASTER, 'master-trust')).toMatchObject({ step: null, code: 'OrderExpired' });
    const none = withWaits([wait(2, IS.applied), wait(1, BROKE)]);
    expect(failure(none, MASTER, 'drain')).toMatchObject({ step: check(1), code: 'ToolTimedOut' });
  });
});
