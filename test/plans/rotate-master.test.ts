import { seen } from '../../src/domain/machine/ssisdb.ts';
import { type Plan, readPlan } from '../../src/domain/plan/plan.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { planRotation } from '../../src/plans/index.ts';
import { draftRotateMaster } from '../../src/plans/rotate-master.ts';
import { lose, master, planned, request, survey, warn, worker } from './support.ts';

const orderOf = (plan: Plan): readonly string[] =>
  plan.header.phases.flatMap(({ name, stages }) =>
    stages.map((stage) => `${name}/${stage.name}: ${stage.hosts.join(' ')}`),
  );

describe('a plan to rotate the master', () => {
  test('trusts first, then switches, and removes nothing', async () => {
    expect(orderOf(await planned())).toEqual([
      'prepare/create: sqlm01',
      'prepare/trust: sqlw01 sqlw02',
      'prepare/rehearse: sqlm01',
      'prepare/rehearse-end: sqlm01',
      'prepare/publish: sqlm01',
      'cutover/master: sqlm01',
      'cutover/workers: sqlw01 sqlw02',
    ]);
  });

  test('is undone from its end while it prepares, and from the master on once it cuts off; only that part is armed', async () => {
    const { phases } = (await planned()).header;
    expect(phases.map(({ stages: _stages, ...phase }) => phase)).toEqual([
      { name: 'prepare', gate: 'request', onFailure: 'undo-phase', undoOrder: 'reverse' },
      { name: 'cutover', gate: 'same', onFailure: 'put-all-back', undoOrder: 'same', armed: true },
    ]);
  });

  test('has these steps on each machine, and no others', async () => {
    const kinds = (await planned()).slices.map(({ host, stages }) => [
      host,
      Object.fromEntries(Object.entries(stages).map(([name, { steps }]) => [name, steps.map(({ kind }) => kind)])),
    ]);
    const worker = { trust: ['trust-certificate'], workers: ['write-setting', 'restart-service'] };
    expect(kinds).toEqual([
      [
        'sqlm01',
        {
          create: ['create-certificate'],
          rehearse: ['rehearse-binding'],
          'rehearse-end': ['end-rehearsal'],
          publish: ['publish-cer'],
          master: ['bind-port', 'write-setting', 'restart-service'],
        },
      ],
      ['sqlw01', worker],
      ['sqlw02', worker],
    ]);
  });

  test('says which certificate it replaces, and when that ends', async () => {
    const { farm, looks } = await survey();
    const plan = await planRotation(request(farm, looks));
    const { thumbprint, notAfter } = master(looks).certificate ?? {};
    expect(notAfter).toEqual(expect.any(String));
    expect(isRefusal(plan) ? plan : plan.header.old).toEqual({ thumbprint, notAfter });
  });

  test.each([
    [{ running: seen([]), workers: seen([]) }, 900_000, ['sqlm01']],
    [{ running: seen([]), workers: seen([]) }, 0, []],
    [null, 900_000, []],
  ])(
    'where SSISDB shows %j and the farm waits %i ms, waits for packages at the end of prepare on %j',
    async (...row) => {
      const [ssisdb, limitMs, hosts] = row;
      const { farm, looks } = await survey();
      Object.assign(looks.sqlm01 ?? {}, { ssisdb });
      Object.assign(farm.drain, { limitMs });
      const plan = await planRotation(request(farm, looks));
      if (isRefusal(plan)) throw new Error(plan.code);
      const order = orderOf(plan);
      expect(
        order.slice(order.indexOf('prepare/publish: sqlm01') + 1, order.indexOf('cutover/master: sqlm01')),
      ).toEqual(hosts.map((host) => `prepare/drain: ${host}`));
      const checks = plan.slices.flatMap(({ host, stages }) =>
        (stages.drain?.checks ?? []).map(({ kind, params, wanted }) => ({ host, kind, params, wanted })),
      );
      expect(checks).toEqual(
        hosts.map((host) => ({ host, kind: 'packages-end', params: { limitMs, workers: [] }, wanted: 'none' })),
      );
    },
  );

  test('on a onebox, trusts nothing twice and has the stages of both roles in one slice', async () => {
    const plan = await planned({ hosts: { sqlm01: ['master', 'worker'], sqlw01: ['worker'] } });
    expect(orderOf(plan)).toContain('prepare/trust: sqlw01');
    expect(orderOf(plan)).toContain('cutover/workers: sqlm01 sqlw01');
    expect(Object.keys(plan.slices[0]?.stages ?? {})).toEqual([
      'create',
      'rehearse',
      'rehearse-end',
      'publish',
      'master',
      'workers',
    ]);
  });

  test.each([
    ['Root', 'Root'],
    ['root', 'Root'],
    ['ROOT', 'Root'],
    ['WebHosting', 'Root'],
    ['My', 'My'],
    ['MY', 'My'],
  ])('takes the readers of the old key, bound from %s, from the store %s', async (store, oldStore) => {
    const { farm, looks } = await survey();
    for (const binding of looks.sqlm01?.master?.bindings ?? []) binding.store = store;
    const plan = await planRotation(request(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    const step = plan.slices.flatMap(({ stages }) => stages.create?.steps ?? [])[0];
    expect(step?.params).toMatchObject({ oldStore });
  });

  test('keeps what its steps saw: each expects the facts of the look', async () => {
    const plan = await planned();
    const old = plan.header.old?.thumbprint;
    const steps = plan.slices.flatMap(({ stages }) => Object.values(stages).flatMap(({ steps }) => steps));
    const expected = Object.fromEntries(steps.map(({ id, expected }) => [id, expected]));
    expect(expected['sqlm01/master/bind-port']).toMatchObject({ '0.0.0.0:8391': { thumbprint: old } });
    expect(expected['sqlm01/master/write-setting']).toEqual({ value: old });
    expect(expected['sqlw02/workers/restart-service']).toEqual({ state: 'running', pid: 1200 });
    expect(new Set(steps.map(({ id }) => id)).size).toBe(steps.length);
  });

  test('covers the name of every worker endpoint, the machine, and the names that the farm asks for', async () => {
    const { farm, looks } = await survey();
    farm.certificate.extraNames = ['ssis.example.com', '10.0.0.5'];
    if (looks.sqlw02?.worker) looks.sqlw02.worker.masterEndpoint = 'https://SQLM01.example.com:8391';
    const draft = draftRotateMaster(request(farm, looks));
    expect(isRefusal(draft) ? draft : draft.header.profiles.new?.names).toEqual([
      'sqlm01',
      'sqlm01.example.com',
      'ssis.example.com',
      '10.0.0.5',
    ]);
  });

  test('expects the old certificate after an undo of the master, and of the workers that were connected', async () => {
    const { farm, looks } = await survey();
    Object.assign(worker(looks).connection, { log: { state: 'refused', line: '403', at: null }, tcp: false });
    const draft = draftRotateMaster(request(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const checks = draft.slices.flatMap(({ stages }) => Object.values(stages).flatMap(({ checks }) => checks));
    const back = Object.fromEntries(checks.map(({ id, wantedAfterUndo }) => [id, wantedAfterUndo]));
    const old = draft.header.old?.thumbprint;
    expect(back).toMatchObject({
      'sqlm01/master/presents': old,
      'sqlw01/workers/worker-connected': null,
      'sqlw02/workers/worker-connected': old,
    });
  });

  test('first rehearses the new certificate where it disturbs nobody, with the flags of an existing binding', async () => {
    const rehearsal = (await planned()).slices[0]?.stages.rehearse;
    expect(rehearsal?.steps[0]?.params).toEqual({ port: 8391, like: '0.0.0.0:8391', thumbprint: { ref: 'new' } });
    expect(rehearsal?.checks[0]?.params).toEqual({ port: 8391, servername: 'sqlm01', rehearsal: true });
  });

  test('reads back from its lines with the same digest', async () => {
    const plan = await planned();
    expect(readPlan(plan.lines)).toEqual(plan);
  });

  test('has no rehearsal where HTTP.SYS does not listen on the loopback, and warns of it', async () => {
    const { farm, looks } = await survey();
    const { presented } = looks.sqlm01?.master ?? { presented: [] };
    const elsewhere = presented.map((one) => ({ ...one, target: one.target.replace('127.0.0.1', '10.0.0.5') }));
    Object.assign(looks.sqlm01?.master ?? {}, { presented: elsewhere });
    const draft = draftRotateMaster(request(farm, looks));
    expect(isRefusal(draft) ? [] : Object.keys(draft.slices[0]?.stages ?? {})).toEqual(['create', 'publish', 'master']);
    expect(warn(farm, looks)).toEqual([{ id: 'warning.no-rehearsal', data: { host: 'sqlm01' } }]);
  });

  test.each([
    [['10.0.0.5'], false],
    [['127.0.0.1', '::1'], false],
    [['10.0.0.5', '127.0.0.2'], true],
    [['0.0.0.0'], true],
    [[], true],
    [null, true],
  ])('where one address is bound and HTTP.SYS listens on %j, has a rehearsal: %s', async (listens, isThere) => {
    const { farm, looks } = await survey();
    const { bindings } = looks.sqlm01?.master ?? { bindings: [] };
    Object.assign(bindings[0] ?? {}, { key: '10.0.0.5:8391' });
    Object.assign(looks.sqlm01?.master ?? {}, { listens });
    const draft = draftRotateMaster(request(farm, looks));
    expect(isRefusal(draft) ? draft : 'rehearse' in (draft.slices[0]?.stages ?? {})).toBe(isThere);
  });

  test('proves the switch at the addresses that answer today, and warns of those that do not', async () => {
    const { farm, looks } = await survey();
    lose(looks);
    const draft = draftRotateMaster(request(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const target = { port: 8391, servername: 'sqlm01', rehearsal: false };
    expect(draft.slices[0]?.stages.master?.checks).toMatchObject([{ params: { ...target, silent: ['::1:8391'] } }]);
    expect(warn(farm, looks)).toEqual([{ id: 'warning.address-silent', data: { host: 'sqlm01', at: ['[::1]:8391'] } }]);
  });

  test('has no rehearsal where its address is already bound, and warns of it', async () => {
    const { farm, looks } = await survey();
    const bindings = looks.sqlm01?.master?.bindings ?? [];
    const [first] = bindings;
    if (first !== undefined) bindings.push({ ...first, key: '127.0.0.2:8391' });
    const draft = draftRotateMaster(request(farm, looks));
    expect(isRefusal(draft) ? [] : Object.keys(draft.slices[0]?.stages ?? {})).toEqual(['create', 'publish', 'master']);
    expect(warn(farm, looks)).toEqual([{ id: 'warning.no-rehearsal', data: { host: 'sqlm01' } }]);
  });
});

describe('every change', () => {
  test('is shown once for machines that do the same, with the canary by itself', async () => {
    const hosts = { sqlm01: ['master'], sqlw01: ['worker'], sqlw02: ['worker'], sqlw03: ['worker'] } as const;
    const groups = changesOf(await planned({ hosts }));
    expect(groups.map(({ role, goesFirst, hosts }) => [role, goesFirst, hosts])).toEqual([
      ['master', true, ['sqlm01']],
      ['worker', true, ['sqlw01']],
      ['worker', false, ['sqlw02', 'sqlw03']],
    ]);
    expect(groups[1]?.lines.map(({ id }) => id)).toEqual([
      'step.trust-certificate',
      'step.write-setting',
      'step.restart-service',
      'check.service-runs',
      'check.worker-connected',
    ]);
  });

  test('says that a service which does not run is left as it is', async () => {
    const { farm, looks } = await survey();
    worker(looks).service.state = 'stopped';
    const plan = await planRotation(request(farm, looks));
    const lines = isRefusal(plan) ? [] : changesOf(plan).flatMap(({ lines }) => lines);
    expect(lines).toContainEqual({ id: 'step.leave-service', data: { role: 'worker', state: 'stopped' } });
  });

  test('is shown for both roles of a onebox', async () => {
    const groups = changesOf(await planned({ hosts: { sqlm01: ['master', 'worker'] } }));
    expect(groups.map(({ role, hosts }) => [role, hosts])).toEqual([
      ['master', ['sqlm01']],
      ['worker', ['sqlm01']],
    ]);
  });
});
