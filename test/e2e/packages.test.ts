import { jest } from '@jest/globals';
import type { NeedsPersonView } from '../../src/domain/views/view.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';

jest.setTimeout(300_000);

let opened: Awaited<ReturnType<typeof openLab>>;
let rig: E2e;

afterEach(async () => {
  await rig.stop();
  await opened.end();
});

const packages = async () => (await opened.lab.measure()).packages;
/** The orders in the journal, in order, without looks. */
const orders = () => rig.rotation().orders.flatMap(({ kind, stage }) => (kind === 'look' ? [] : [`${kind} ${stage}`]));
const evidence = () => {
  const view = rig.chat.cards().at(-1);
  return view?.kind === 'closed' ? view.evidence.map(({ what }) => what) : [];
};

test.each([
  ['a farm of three machines', {}],
  ['a onebox', { onebox: true, workers: 1 }],
])('%s waits for packages to end, runs none twice, and SSISDB is a witness at the end', async (_what, options) => {
  opened = await openLab(options);
  rig = await startE2e(opened.lab);
  const running = ['LoadOrders.dtsx', 'Prices.dtsx'].map((name) => ({ package: name, worker: 'sqlw01', ms: 3000 }));
  await opened.lab.change(MASTER, { packages: running });
  await rig.approved();
  const { outcome } = await rig.closed();
  expect(outcome).toBe('proved');
  const [waited, cut] = [orders().indexOf('apply drain'), orders().indexOf('apply master')];
  // Between the wait and the outage the workers are armed; a wait that is too old by then is repeated.
  expect(waited).toBeGreaterThan(0);
  expect(new Set(orders().slice(waited, cut))).toEqual(new Set(['apply drain', 'apply workers']));
  expect(await packages()).toMatchObject([
    { status: 7, runs: 1, error: null },
    { status: 7, runs: 1, error: null },
  ]);
  const switched = Math.min(
    ...Object.values((await opened.lab.measure()).workers).flatMap(({ gaps }) => gaps.map(({ from }) => from)),
  );
  for (const { endedAt } of await packages()) expect(endedAt).toBeLessThan(switched);
  expect(evidence()).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        id: 'proof.workers',
        data: expect.objectContaining({ witnesses: expect.arrayContaining(['log', 'ssisdb']) }),
      }),
      { id: 'proof.ssisdb-thumbprint', data: { thumbprint: rig.thumbprint() } },
    ]),
  );
});

test('a package that does not end is put to people; if they go on, it is run a second time', async () => {
  opened = await openLab({ switches: { leaseMs: 60, sweepMs: 20 } });
  rig = await startE2e(opened.lab, { farm: { drain: { limitMs: 1000 } } });
  await opened.lab.change(MASTER, { packages: [{ package: 'LoadOrders.dtsx', worker: 'sqlw01', ms: null }] });
  await rig.approved();
  const card = (): NeedsPersonView | null => {
    const view = rig.chat.cards().at(-1);
    return view?.kind === 'needs-person' ? view : null;
  };
  await rig.until(() => card() !== null);
  const found = { packages: ['LoadOrders.dtsx (SQLW01)'] };
  expect(card()).toMatchObject({
    ...{ unknown: [], packages: { waitMs: 1000, workers: [] } },
    why: [{ id: 'why.host', data: { host: MASTER, code: 'PackagesRun', data: { found } } }],
  });
  expect(orders()).not.toContain('apply master');
  const before = Object.values((await opened.lab.measure()).workers).flatMap(({ gaps }) => gaps);
  expect(before).toEqual([]);

  await rig.click('ana', 'go-on', { rotation: 'prod-1', digest: card()?.digest ?? '' });
  await rig.until(() => card()?.asked != null);
  expect(card()).toMatchObject({ asked: { choice: 'go-on', by: { id: 'ana' } }, needed: 2 });
  for (const who of ['tom', 'wei']) {
    await rig.click(who, 'approve', { rotation: 'prod-1', digest: card()?.digest ?? '' });
  }
  const { outcome } = await rig.closed();
  expect(outcome).toBe('proved');
  expect((await packages())[0]?.runs).toBeGreaterThan(1);
});

test.each([
  ['a farm of three machines', {}, 'sqlw02'],
  ['a onebox with workers beside it', { onebox: true, workers: 2 }, MASTER],
])(
  'a worker of %s whose package never ends is left on its old certificate, stays connected and runs it once',
  async (_what, options, endless) => {
    opened = await openLab(options);
    rig = await startE2e(opened.lab, { farm: { drain: { limitMs: 1000 } } });
    await opened.lab.change(MASTER, { packages: [{ package: 'LoadOrders.dtsx', worker: endless, ms: null }] });
    await rig.type('mei', '/ssis rotate-worker all because Yearly renewal');
    await rig.planned();
    for (const who of ['ana', 'tom']) await rig.vote(who);
    const card = (): NeedsPersonView | null => {
      const view = rig.chat.cards().at(-1);
      return view?.kind === 'needs-person' ? view : null;
    };
    await rig.until(() => card() !== null);
    expect(card()?.packages).toMatchObject({ workers: [endless], leaveOut: {} });
    await rig.click('ana', 'leave-out', { rotation: 'prod-1', digest: card()?.digest ?? '' });
    await rig.until(() => card()?.asked != null);
    for (const who of ['tom', 'wei']) {
      await rig.click(who, 'approve', { rotation: 'prod-1', digest: card()?.digest ?? '' });
    }
    const { outcome, data } = await rig.closed();
    expect(outcome).toBe('partly');
    expect(data.kept).not.toContain(endless);
    const measured = await opened.lab.measure();
    expect(measured.workers[endless]?.gaps ?? []).toEqual([]);
    expect(measured.packages).toMatchObject([{ status: 2, runs: 1, error: null }]);
    const undone = rig.rotation().orders.filter(({ kind }) => kind === 'undo');
    expect(undone.filter(({ host }) => host === endless).map(({ stage }) => stage)).toContain('worker-create');
    expect(undone.every(({ outcome: how }) => how === 'put-back')).toBe(true);
  },
);

test('where packages cannot be seen there is nothing to wait for, and the card says why', async () => {
  opened = await openLab();
  await opened.lab.break(MASTER, 'ssisdb-no-role-always');
  rig = await startE2e(opened.lab);
  await opened.lab.change(MASTER, { packages: [{ package: 'LoadOrders.dtsx', worker: 'sqlw01', ms: null }] });
  await rig.type('mei', '/ssis rotate-master because Yearly renewal');
  await rig.planned();
  await rig.until(() => rig.chat.cards().at(-1)?.kind === 'plan');
  expect(rig.chat.cards().at(-1)).toMatchObject({
    packages: { figure: { id: 'plan.packages-unseen' }, why: { id: 'unseen.no-role' } },
    quiet: null,
  });
  for (const who of ['ana', 'tom']) await rig.vote(who);
  const { outcome } = await rig.closed();
  expect(outcome).toBe('proved');
  expect(orders()).not.toContain('apply drain');
});

test.each([
  ['a farm of three machines', {}, ['sqlw01', 'sqlw02'], true],
  ['a farm with a onebox whose catalog does not tell who runs what', { onebox: true, workers: 1 }, ['sqlw01'], false],
])(
  'workers’ own certificates in %s: each worker switches when nothing runs there, and no package is run twice',
  async (_what, options, workers, executionsNameWorkers) => {
    opened = await openLab(options);
    rig = await startE2e(opened.lab);
    const worker = workers.at(-1) ?? '';
    await opened.lab.change(MASTER, { executionsNameWorkers });
    await rig.type('mei', `/ssis rotate-worker ${workers.join(' ')} because Yearly renewal`);
    await rig.planned();
    await rig.vote('ana');
    // It is still running when all is prepared.
    const packages = [{ package: 'LoadOrders.dtsx', worker, ms: 12_000 }];
    await opened.lab.change(MASTER, { packages });
    await rig.vote('tom');
    const { outcome } = await rig.closed();
    expect(outcome).toBe('proved');
    const all = rig.rotation().orders;
    for (const worker of workers) {
      const waited = all.findLast(({ only }) => only?.includes(`${MASTER}/drain/packages-end/${worker}`));
      const switched = all.find(({ host, stage }) => host === worker && stage === 'worker-switch');
      expect(waited).toMatchObject({ host: MASTER, kind: 'apply', stage: 'drain', outcome: 'unchanged' });
      expect(Date.parse(switched?.issued ?? '') - Date.parse(waited?.finishedAt ?? '')).toBeGreaterThanOrEqual(-50);
    }
    const [ran] = (await opened.lab.measure()).packages;
    expect(ran).toMatchObject({ status: 7, runs: 1 });
    const told = all.find(({ host, stage }) => host === worker && stage === 'worker-switch');
    expect(Date.parse(told?.issued ?? '')).toBeGreaterThanOrEqual(ran?.endedAt ?? Number.POSITIVE_INFINITY);
  },
);
