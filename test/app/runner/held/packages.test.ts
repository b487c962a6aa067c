import { blindLook, type RunningPackage, type SsisdbLook, seen } from '../../../../src/domain/machine/ssisdb.ts';
import { plainWish } from '../../../../src/domain/plan/wish.ts';
import { isRefusal } from '../../../../src/domain/values.ts';
import { planRotation } from '../../../../src/plans/index.ts';
import { createRig, type Rig } from '../rig.ts';

const MINUTE = 60_000;
const LIMIT = 15 * MINUTE;

const load: RunningPackage = {
  id: '20001',
  project: 'Warehouse',
  package: 'LoadOrders.dtsx',
  since: '2026-11-24T11:50:00.000Z',
  worker: 'SQLW01',
};
const look = (running: readonly RunningPackage[]): SsisdbLook => {
  const workers = seen([{ machine: 'SQLW01', lastOnline: '2026-11-24T11:59:00.000Z', enabled: true }]);
  return { ...blindLook('sqlm01', 'no-role'), workers, running: seen(running), hours: seen([]) };
};

/** Lets the master see what `ssisdb` gives at each moment, in milliseconds since now. */
function watch(rig: Rig, ssisdb: (ms: number) => SsisdbLook | null): { asked: number } {
  const counted = { asked: 0 };
  const from = rig.clock.now();
  const machine = rig.machines.get('sqlm01');
  if (machine === undefined) throw new Error('no master');
  Object.defineProperty(machine, 'ssisdb', {
    configurable: true,
    get: () => {
      counted.asked += 1;
      return ssisdb(rig.clock.now() - from);
    },
  });
  return counted;
}

async function drained(ssisdb: (ms: number) => SsisdbLook | null) {
  const rig = await createRig();
  watch(rig, () => look([]));
  const plan = await rig.plan();
  const counted = watch(rig, ssisdb);
  const from = rig.clock.now();
  const outcome = await rig.run(plan, 'sqlm01', 'apply', 'drain', { timeLimitMs: LIMIT });
  const failed = rig.entries('sqlm01').find(({ type }) => type === 'failed');
  return { rig, plan, outcome, failed, took: rig.clock.now() - from, asked: counted.asked };
}

test('there is no wait if no package runs', async () => {
  const { outcome, took, asked } = await drained(() => look([]));
  expect({ outcome, took, asked }).toEqual({ outcome: 'unchanged', took: 0, asked: 1 });
});

test('a package that ends is waited for, and the SQL Server is asked no more than twelve times a minute', async () => {
  const { outcome, took, asked } = await drained((ms) => look(ms < 4 * MINUTE ? [load] : []));
  expect(outcome).toBe('unchanged');
  expect(took).toBe(4 * MINUTE);
  expect(asked).toBe(49);
});

test('a package that keeps running is named at the limit, and nothing has been changed', async () => {
  const { rig, outcome, failed, took } = await drained(() => look([load, { ...load, worker: null, package: '' }]));
  expect(outcome).toBe('put-back');
  expect(took).toBe(LIMIT);
  expect(failed).toMatchObject({
    code: 'PackagesRun',
    data: { found: { count: 2, packages: ['LoadOrders.dtsx (SQLW01)', '20001'] } },
  });
  expect(rig.machines.get('sqlm01')?.performed).toEqual([]);
});

test('packages that can no longer be seen are not taken for none, and people hear of it within seconds', async () => {
  const { outcome, failed, took } = await drained((ms) =>
    ms < 4 * MINUTE ? look([load]) : blindLook('sqlm01', 'login-refused'),
  );
  expect(outcome).toBe('put-back');
  expect(failed).toMatchObject({ code: 'PackagesUnseen', data: { found: 'login-refused' } });
  expect(took).toBe(4 * MINUTE + 5000);
});

test('one look that sees nothing ends no wait if the next one sees again', async () => {
  const blind = (ms: number): boolean => ms === MINUTE || ms === 2 * MINUTE;
  const { outcome, took } = await drained((ms) =>
    blind(ms) ? blindLook('sqlm01', 'server-away') : look(ms < 4 * MINUTE ? [load] : []),
  );
  expect(outcome).toBe('unchanged');
  expect(took).toBe(4 * MINUTE);
});

describe('a wait', () => {
  async function begun() {
    const rig = await createRig();
    watch(rig, () => look([]));
    const plan = await rig.plan();
    watch(rig, () => look([load]));
    const runner = rig.runner('sqlm01');
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'apply', 'drain', { timeLimitMs: LIMIT })));
    return { rig, plan, runner };
  }

  test.each(['stop', 'undo'] as const)('ends at once when a letter says %s', async (kind) => {
    const { rig, plan, runner } = await begun();
    const from = rig.clock.now();
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', kind, 'drain')));
    await runner.idle();
    await runner.stop();
    expect(rig.clock.now() - from).toBeLessThan(MINUTE);
    expect(rig.entries('sqlm01').find(({ type }) => type === 'failed')).toMatchObject({ code: 'StopAsked' });
  });

  test('ends at once when its rotation is put back by hand at the machine', async () => {
    const { rig, runner } = await begun();
    const from = rig.clock.now();
    await runner.undoHere('prod-17');
    await runner.idle();
    await runner.stop();
    expect(rig.clock.now() - from).toBeLessThan(MINUTE);
    expect(rig.entries('sqlm01').find(({ type }) => type === 'failed')).toMatchObject({ code: 'PutBackByHand' });
  });

  test('goes on when another rotation is stopped', async () => {
    const { rig, runner } = await begun();
    await runner.receive(rig.seal(rig.order(null, 'sqlm01', 'stop', null, { rotation: 'prod-16' })));
    await rig.clock.sleep(MINUTE);
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'failed' || type === 'refused')).toEqual([]);
    watch(rig, () => look([]));
    await runner.idle();
    await runner.stop();
    expect(rig.entries('sqlm01')).toContainEqual(expect.objectContaining({ type: 'finished', outcome: 'unchanged' }));
  });
});

describe('for workers that go one by one,', () => {
  const check = (worker: string) => `sqlm01/drain/packages-end/${worker}`;

  /** The master is a worker too; what runs there, and on sqlw01, as `ssisdb` gives it. */
  async function waiting(ssisdb: (ms: number) => SsisdbLook) {
    const rig = await createRig({
      hosts: { sqlm01: ['master', 'worker'], sqlw01: ['worker'], sqlw02: ['worker'] },
      wish: plainWish('rotate-worker'),
    });
    watch(rig, () => look([]));
    const plan = await rig.plan();
    watch(rig, ssisdb);
    const wait = (...only: string[]) =>
      rig.seal(rig.order(plan, 'sqlm01', 'apply', 'drain', { timeLimitMs: LIMIT, only }));
    const runner = rig.runner('sqlm01');
    await runner.start();
    const end = async () => {
      await runner.idle();
      await runner.stop();
      return rig.entries('sqlm01').flatMap((entry) => (entry.type === 'finished' ? [[entry.n, entry.outcome]] : []));
    };
    return { rig, plan, wait, runner, end };
  }
  const runs = (worker: string, minutes: number) => (ms: number) =>
    look(ms < minutes * MINUTE ? [{ ...load, worker }] : []);

  test('each is waited for separately and in parallel, and a change of this machine waits for none of them', async () => {
    const { rig, plan, wait, runner, end } = await waiting(runs('SQLW01', 4));
    await runner.receive(wait(check('sqlw01')));
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'apply', 'worker-create')));
    await runner.receive(wait(check('sqlw02')));
    expect((await end()).map(([n]) => n).at(-1)).toBe(1);
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'proved')).toMatchObject([
      { n: 3, step: check('sqlw02') },
      { n: 1, step: check('sqlw01') },
    ]);
  });

  test('a stop ends all waits at once, although it has ended before they have', async () => {
    const { rig, plan, wait, runner, end } = await waiting(runs('SQLW01', 600));
    const from = rig.clock.now();
    await runner.receive(wait(check('sqlw01')));
    await runner.receive(rig.seal(rig.order(plan, 'sqlm01', 'stop', 'drain')));
    expect(await end()).toEqual(expect.arrayContaining([[1, 'put-back']]));
    expect(rig.clock.now() - from).toBeLessThan(MINUTE);
    expect(rig.entries('sqlm01').find(({ type }) => type === 'failed')).toMatchObject({ n: 1, code: 'StopAsked' });
  });

  test('a runner that was stopped meanwhile goes on waiting up to the limit of the order', async () => {
    const { rig, wait, runner } = await waiting(runs('SQLW01', 600));
    const from = rig.clock.now();
    await runner.receive(wait(check('sqlw01')));
    await runner.stop();
    expect(rig.entries('sqlm01').map(({ type }) => type)).toEqual(['accepted']);
    const again = rig.runner('sqlm01');
    await again.start();
    await again.idle();
    await again.stop();
    expect(rig.entries('sqlm01').filter(({ type }) => type === 'failed')).toMatchObject([{ code: 'PackagesRun' }]);
    expect(rig.clock.now() - from).toBeLessThanOrEqual(LIMIT + MINUTE);
  });

  test.each([
    ['nobody', []],
    ['a check of another stage', ['sqlm01/worker-switch/service-runs']],
    ['a step', ['sqlm01/worker-create/create-certificate']],
  ])('a wait for %s is refused', async (_what, only) => {
    const { rig, wait, runner, end } = await waiting(() => look([]));
    await runner.receive(wait(...only));
    await end();
    expect(rig.entries('sqlm01')).toMatchObject([{ type: 'refused', code: 'PartNotAllowed' }]);
  });
});

test('a plan waits for packages at the end of prepare if they can be seen and the farm waits for them, and otherwise does not', async () => {
  const rig = await createRig();
  const blind = await rig.plan();
  watch(rig, () => look([]));
  const sighted = await rig.plan();
  const impatient = await planRotation({
    ...{ farm: { ...rig.farm, drain: { limitMs: 0 } }, looks: await rig.looks(), id: 'prod-17', reason: 'Yearly' },
    ...{ wish: plainWish('rotate-master'), by: { id: 'mei', name: 'Mei Lin' }, at: sighted.header.at },
  });
  if (isRefusal(impatient)) throw new Error(impatient.code);
  const has = (plan: typeof blind): boolean =>
    plan.header.phases.some(({ stages }) => stages.some(({ name }) => name === 'drain'));
  expect([has(blind), has(sighted), has(impatient)]).toEqual([false, true, false]);
  const prepare = sighted.header.phases.find(({ name }) => name === 'prepare');
  expect(prepare?.stages.at(-1)).toMatchObject({ name: 'drain', hosts: ['sqlm01'] });
  expect(sighted.digest).not.toBe(blind.digest);
});

test('only packages on the workers in question are waited for, and those that the catalog does not place', async () => {
  const { packagesEnd } = await import('../../../../src/steps/packages-end.ts');
  const rig = await createRig();
  watch(rig, () => look([load, { ...load, id: '2', worker: 'SQLW02' }, { ...load, id: '3', worker: null }]));
  const seenBy = (workers: readonly string[]) =>
    packagesEnd.observe(rig.windowsHost('sqlm01'), { limitMs: 1, workers: workers as never });
  expect((await seenBy([])).running).toBe(3);
  expect((await seenBy(['sqlw01.corp.example'])).packages).toEqual(['LoadOrders.dtsx (SQLW01)', 'LoadOrders.dtsx']);
});
