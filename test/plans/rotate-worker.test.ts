import { say } from '../../cards/wording/index.ts';
import { seen } from '../../src/domain/machine/ssisdb.ts';
import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { planRotation } from '../../src/plans/index.ts';
import { draftRotateMaster } from '../../src/plans/rotate-master.ts';
import { draftRotateWorker } from '../../src/plans/rotate-worker.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { host, make } from '../app/runner/world.ts';
import { profileOf } from '../fixtures/profile.ts';
import { lose, master, OTHER, request, type Spoil, survey, worker } from './support.ts';

const wish = plainWish('rotate-worker');
const asked = (farm: unknown, looks: unknown, over: Partial<Wish> = {}) => ({
  ...request(farm, looks),
  wish: { ...wish, ...over },
});

describe("The plan to rotate workers' own certificates", () => {
  test('first makes and trusts everywhere, then switches, and changes only Root on the master', async () => {
    const { farm, looks } = await survey();
    const plan = await planRotation(asked(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(
      plan.header.phases.map(({ name, onFailure, stages }) => [name, onFailure, stages.map((one) => one.name)]),
    ).toEqual([
      ['prepare', 'undo-phase', ['worker-create', 'worker-trust', 'master-trust']],
      ['cutover', 'stop-keep', ['worker-switch']],
    ]);
    const kinds = plan.slices.map(({ host, stages }) => [
      host,
      Object.values(stages).flatMap(({ steps }) => steps.map(({ kind }) => kind)),
    ]);
    expect(kinds).toEqual([
      ['sqlm01', ['trust-certificate', 'trust-certificate']],
      ['sqlw01', ['create-certificate', 'trust-certificate', 'write-setting', 'restart-service']],
      ['sqlw02', ['create-certificate', 'trust-certificate', 'write-setting', 'restart-service']],
    ]);
    expect(plan.header.profiles['new.sqlw02']).toMatchObject({
      host: 'sqlw02',
      store: 'My',
      names: ['sqlw02'],
      usages: ['serverAuth', 'clientAuth'],
    });
    expect([plan.header.old, plan.header.wish.kind]).toEqual([null, 'rotate-worker']);
  });

  test('refreshes the .cer file of each worker that has one, before any worker is cut off', async () => {
    const { farm, looks } = await survey();
    worker(looks).published = OTHER;
    const plan = await planRotation(asked(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.phases.map(({ stages }) => stages.map(({ name, hosts }) => [name, hosts]))).toMatchObject([
      [
        ['worker-create', {}],
        ['worker-trust', {}],
        ['master-trust', {}],
        ['worker-publish', ['sqlw01']],
      ],
      [['worker-switch', {}]],
    ]);
    const publish = plan.slices.find(({ host }) => host === 'sqlw01')?.stages['worker-publish'];
    expect(publish?.steps).toEqual([
      {
        id: 'sqlw01/worker-publish/publish-cer',
        kind: 'publish-cer',
        host: 'sqlw01',
        params: { role: 'worker', thumbprint: { ref: 'new.sqlw01' } },
        expected: { published: OTHER, der: null },
      },
    ]);
  });

  test('for one worker, covers that worker and its master, with no canary', async () => {
    const { farm, looks } = await survey();
    delete (looks as { sqlw01?: unknown }).sqlw01;
    const draft = draftRotateWorker(asked(farm, looks, { workers: ['sqlw02' as never] }));
    if (isRefusal(draft)) throw new Error(draft.code);
    expect(draft.slices.map(({ host }) => host)).toEqual(['sqlm01', 'sqlw02']);
    expect(draft.header.phases[1]?.stages).toMatchObject([{ hosts: ['sqlw02'], canary: 0 }]);
  });

  const afterUndo = (draft: ReturnType<typeof draftRotateWorker>, host: string): unknown => {
    if (isRefusal(draft)) throw new Error(draft.code);
    const { checks = [] } = draft.slices.find((slice) => slice.host === host)?.stages['worker-switch'] ?? {};
    return checks.find(({ kind }) => kind === 'worker-connected')?.wantedAfterUndo;
  };

  test('expects a worker to be connected after an undo only if it was connected before', async () => {
    const { farm, looks } = await survey();
    Object.assign(worker(looks).connection, { log: { state: 'refused', line: '403', at: null }, tcp: false });
    const draft = draftRotateWorker(asked(farm, looks));
    expect(afterUndo(draft, 'sqlw01')).toBeNull();
    expect(afterUndo(draft, 'sqlw02')).toBe(master(looks).certificate?.thumbprint);
  });

  test('has each worker proved by its service, which runs, and by its connection to what the master presents', async () => {
    const { farm, looks } = await survey();
    const draft = draftRotateWorker(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const presented = master(looks).certificate?.thumbprint;
    for (const name of ['sqlw01', 'sqlw02']) {
      const { checks } = draft.slices.find((slice) => slice.host === name)?.stages['worker-switch'] ?? {};
      expect(checks?.map(({ kind, host, wanted, wantedAfterUndo }) => [kind, host, wanted, wantedAfterUndo])).toEqual([
        ['service-runs', name, 'running', 'running'],
        ['worker-connected', name, presented, presented],
      ]);
    }
  });

  test('says in one line which workers the master is to trust, and one line for the packages that a worker waits for', async () => {
    const { farm, looks } = await survey();
    Object.assign(looks.sqlm01 ?? {}, { ssisdb: { running: seen([]), workers: seen([]) } });
    const plan = await planRotation(asked(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    const said = changesOf(plan).flatMap(({ role, hosts, lines }) =>
      lines.map(({ id, data }) => [role, hosts, id, data]),
    );
    expect(said.filter(([, , id]) => id === 'step.trust-workers')).toEqual([
      ['master', ['sqlm01'], 'step.trust-workers', { store: 'Root', hosts: ['sqlw01', 'sqlw02'] }],
    ]);
    expect(said.filter(([role, , id]) => role === 'master' && id !== 'step.trust-workers')).toHaveLength(1);
  });

  test('always leaves at least one worker that does not go first', async () => {
    const { farm, looks } = await survey();
    farm.gap.canary = 5;
    const draft = draftRotateWorker(asked(farm, looks));
    expect(isRefusal(draft) ? draft : draft.header.phases[1]?.stages.at(-1)).toMatchObject({ canary: 1 });
  });

  test('on a onebox, trusts only once', async () => {
    const { farm, looks } = await survey({ hosts: { sqlm01: ['master', 'worker'] } });
    const draft = draftRotateWorker(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    expect(Object.keys(draft.slices[0]?.stages ?? {})).toEqual(['worker-create', 'master-trust', 'worker-switch']);
  });

  test.each<[string, Spoil, object]>([
    ['whose certificate and key are there, to be started', () => {}, {}],
    ['whose certificate is gone', (looks) => Object.assign(worker(looks), { certificate: null }), { gone: true }],
    [
      'whose key is gone',
      (looks) => Object.assign(worker(looks), { certificate: { ...worker(looks).certificate, privateKey: 'no' } }),
      { gone: true },
    ],
    [
      'whose certificate is where no look reads',
      (looks) => Object.assign(worker(looks), { storeLocation: 'CurrentUser', certificate: null }),
      {},
    ],
  ])('tells of a worker that is off, and %s', async (_, spoil, said) => {
    const { farm, looks } = await survey();
    Object.assign(worker(looks).service, { state: 'stopped' });
    Object.assign(worker(looks), { certificate: { ...master(looks).certificate, privateKey: 'yes' } });
    spoil(looks, farm);
    const draft = draftRotateWorker(asked(farm, looks));
    expect(draft).toMatchObject({ code: 'WorkerNotRunning' });
    expect(isRefusal(draft) && draft.data).toEqual({ host: 'sqlw01', state: 'stopped', ...said });
  });

  const REFUSALS: readonly (readonly [string, string, Spoil])[] = [
    ['its service is off', 'WorkerNotRunning', (looks) => Object.assign(worker(looks).service, { state: 'stopped' })],
    [
      'its service is disabled',
      'ServiceDisabled',
      (looks) => Object.assign(worker(looks).service, { start: 'disabled' }),
    ],
    [
      'its certificate lies in Root',
      'WorkerStoreNotServed',
      (looks) => Object.assign(worker(looks), { workerStore: 'Root' }),
    ],
    [
      'its certificate lies in another store of the machine',
      'WorkerStoreNotServed',
      (looks) => Object.assign(worker(looks), { storeLocation: 'LocalMachine\\TrustedPeople', certificate: null }),
    ],
    [
      'its certificate lies in a store of its account',
      'WorkerStoreElsewhere',
      (looks) => Object.assign(worker(looks), { storeLocation: 'CurrentUser', certificate: null }),
    ],
    [
      'its setting is no thumbprint',
      'SettingNotAThumbprint',
      (looks) => Object.assign(worker(looks), { workerThumbprint: 'none' }),
    ],
    [
      'it pins another master',
      'WorkerPinsAnother',
      (looks) => Object.assign(worker(looks), { masterThumbprint: OTHER }),
    ],
    [
      'its endpoint has another port',
      'EndpointElsewhere',
      (looks) => Object.assign(worker(looks), { masterEndpoint: 'https://sqlm01:9999' }),
    ],
    ['nothing is known of it', 'HostNotLooked', (looks) => delete (looks as { sqlw01?: unknown }).sqlw01],
    [
      'its runner is paused',
      'HostNotReady',
      (looks) => looks.sqlw01?.problems.push({ code: 'runner-paused', data: {} }),
    ],
    ['the master is off', 'MasterNotRunning', (looks) => Object.assign(master(looks).service, { state: 'stopped' })],
    [
      'the master presents nothing',
      'MasterPresentsNothing',
      (looks) => Object.assign(master(looks), { presented: [] }),
    ],
    [
      'the master runs but does not answer',
      'HostNotReady',
      (looks) => looks.sqlm01?.problems.push({ code: 'master-not-answering', data: { port: 8391 } }),
    ],
    [
      'its own settings cannot be written',
      'HostNotReady',
      (looks) => looks.sqlw01?.problems.push({ code: 'settings-not-writable', data: { role: 'worker' } }),
    ],
    [
      'nobody can tell who may use its key, which lies in hardware',
      'HostNotReady',
      (looks) =>
        looks.sqlw01?.problems.push({
          code: 'not-readable',
          data: { what: 'private key', role: 'worker', error: 'KeyNotInFile' },
        }),
    ],
    [
      'another machine is a master too, and they are no cluster',
      'MoreThanOneMaster',
      (looks, farm) => {
        (farm.hosts[2] as { roles: string[] }).roles = ['master'];
        Object.assign(looks, { sqlw02: { ...looks.sqlm01, host: 'sqlw02' } });
      },
    ],
    [
      'a machine has a name that no certificate can have',
      'NameNotValid',
      (looks, farm) => {
        const [, one] = farm.hosts;
        Object.assign(one ?? {}, { name: 'sqlw01 (old)' });
        looks['sqlw01 (old)'] = looks.sqlw01 as never;
      },
    ],
    [
      'the master is clustered and only one node is known',
      'ClusterNodesUnknown',
      (looks) => Object.assign(master(looks), { clustered: true }),
    ],
  ];

  test.each(REFUSALS)('is refused when %s: %s', async (_, code, spoil) => {
    const { farm, looks } = await survey();
    spoil(looks, farm);
    expect(draftRotateWorker(asked(farm, looks))).toMatchObject({ refused: true, code });
  });

  describe('for a compromised key,', () => {
    const stolen = { workers: ['sqlw01' as never], compromised: true };
    const withOwn = async (facts: object | null) => {
      const { farm, looks } = await survey();
      const own = { ...master(looks).certificate, thumbprint: worker(looks).workerThumbprint, ...facts };
      Object.assign(worker(looks), { certificate: facts === null ? null : own });
      return { farm, looks };
    };

    test('contains a self-signed certificate before anything else, for good, and without waiting for packages', async () => {
      const { farm, looks } = await withOwn({ selfSigned: true });
      Object.assign(looks.sqlm01 ?? {}, { ssisdb: { running: seen([]), workers: seen([]) } });
      const contained = draftRotateWorker(asked(farm, looks, stolen));
      const planned = draftRotateWorker(asked(farm, looks, { workers: stolen.workers }));
      if (isRefusal(contained) || isRefusal(planned)) throw new Error('it is refused');
      expect(contained.header.phases.map(({ name, onFailure, stages }) => [name, onFailure, stages[0]?.name])).toEqual([
        ['contain', 'stop-keep', 'contain'],
        ['prepare', 'undo-phase', 'worker-create'],
        ['cutover', 'stop-keep', 'worker-switch'],
      ]);
      const forgets = contained.slices[0]?.stages.contain?.steps.map(({ kind }) => kind);
      expect(forgets).toEqual(['distrust-certificate', 'restart-service']);
      // A certificate that its master does not trust no longer lets it in, whether it was connected or not.
      expect(afterUndo(contained, 'sqlw01')).toBeNull();
      expect(planned.header.phases[1]?.stages[0]?.name).toBe('drain');
    });

    test('warns of what the master forgets and which workers that cuts off', async () => {
      const { farm, looks } = await withOwn({ selfSigned: true });
      const told = (over: Partial<Wish>) =>
        warningsOf(farm as never, looks as never, asked(farm, looks, over).wish).filter(({ id }) =>
          id.startsWith('warning.contain'),
        );
      expect(told(stolen)).toEqual([
        { id: 'warning.contain', data: { masters: ['sqlm01'] } },
        { id: 'warning.contain-workers', data: { hosts: ['sqlw01'] } },
      ]);
      expect(told({ workers: stolen.workers })).toEqual([]);
      // A master's compromised certificate is replaced, and no worker's is distrusted for it.
      expect(told({ kind: 'rotate-master', compromised: true })).toEqual([]);
    });

    test('contains it though a bound address of the master is silent: the proof passes it by, and the card warns of it', async () => {
      const { farm, looks } = await withOwn({ selfSigned: true });
      lose(looks);
      const draft = draftRotateWorker(asked(farm, looks, stolen));
      if (isRefusal(draft)) throw new Error(draft.code);
      expect(draft.slices[0]?.stages.contain?.checks).toMatchObject([{ params: { silent: ['::1:8391'] } }]);
      const warned = warningsOf(farm as never, looks as never, asked(farm, looks, stolen).wish);
      expect(warned).toContainEqual({ id: 'warning.address-silent', data: { host: 'sqlm01', at: ['[::1]:8391'] } });
    });

    test.each<[string, string, Spoil]>([
      [
        'the runner of the master cannot pass by a silent address',
        'MasterSilentAt',
        (looks) => {
          lose(looks);
          delete master(looks).passesSilent;
        },
      ],
      [
        'the master answers at an address, but not for each name there',
        'MasterSilentAt',
        (looks) => Object.assign(master(looks).presented[1] ?? {}, { thumbprint: null, error: 'ECONNRESET' }),
      ],
      [
        'the master shows another certificate at one address',
        'MasterThumbprintsDisagree',
        (looks) => Object.assign(master(looks).presented[1] ?? {}, { thumbprint: OTHER }),
      ],
    ])('is refused rather than cut a worker off for a proof that cannot come: %s', async (_, code, spoil) => {
      const { farm, looks } = await withOwn({ selfSigned: true });
      spoil(looks as never, farm as never);
      expect(draftRotateWorker(asked(farm, looks, stolen))).toMatchObject({ refused: true, code });
      expect(isRefusal(draftRotateWorker(asked(farm, looks, { workers: stolen.workers })))).toBe(false);
    });

    test('is refused when an authority issued the certificate, as the master goes on trusting that authority', async () => {
      const { farm, looks } = await withOwn({ selfSigned: false });
      const data = { host: 'sqlw01', thumbprint: worker(looks).workerThumbprint };
      expect(draftRotateWorker(asked(farm, looks, stolen))).toMatchObject({ code: 'StolenNotSelfSigned', data });
      expect(isRefusal(draftRotateWorker(asked(farm, looks, { workers: stolen.workers })))).toBe(false);
    });

    test('is refused when nobody can read the certificate, but made when the master still has it', async () => {
      const { farm, looks } = await withOwn(null);
      expect(draftRotateWorker(asked(farm, looks, stolen))).toMatchObject({ code: 'StolenNotRead' });
      const held = make(profileOf(host('sqlw01')), Date.now());
      Object.assign(worker(looks), { workerThumbprint: held.thumbprint });
      Object.assign(looks.sqlm01 ?? {}, { named: [{ ...held, places: [], issuers: [] }] });
      expect(isRefusal(draftRotateWorker(asked(farm, looks, stolen)))).toBe(false);
    });
  });

  /** Its group is on the first node. */
  async function clustered() {
    const { farm, looks } = await survey({ hosts: { sqlm01: ['master'], sqlm02: ['master'], sqlw01: ['worker'] } });
    for (const name of ['sqlm01', 'sqlm02']) Object.assign(looks[name]?.master ?? {}, { clustered: true });
    for (const one of looks.sqlm02?.master?.presented ?? [])
      Object.assign(one, { thumbprint: null, error: 'ECONNREFUSED' });
    Object.assign(looks.sqlm02?.master?.service ?? {}, { state: 'stopped' });
    return { farm, looks };
  }

  describe('for a compromised key and a clustered master,', () => {
    const stolen = { workers: ['sqlw01' as never], compromised: true };
    const own = (looks: Awaited<ReturnType<typeof clustered>>['looks'], facts: object) => {
      const certificate = { ...master(looks).certificate, thumbprint: worker(looks).workerThumbprint, ...facts };
      Object.assign(worker(looks), { certificate });
    };

    test('is refused, saying what to remove by hand and where, and nothing about the master’s own certificate', async () => {
      const { farm, looks } = await clustered();
      own(looks, { selfSigned: true });
      const refused = draftRotateWorker(asked(farm, looks, stolen));
      expect(refused).toMatchObject({ refused: true, code: 'ContainClustered', data: { host: 'sqlm01' } });
      if (!isRefusal(refused)) throw new Error('it is planned');
      for (const language of ['en', 'zh-CN'] as const) {
        const words = say({ id: 'error.ContainClustered.todo', data: refused.data }, language);
        expect(words).toContain(`certutil -delstore Root ${worker(looks).workerThumbprint}`);
        for (const name of ['sqlm01', 'sqlm02', '/ssis rotate-worker sqlw01 in prod']) expect(words).toContain(name);
        expect(words).not.toMatch(/netsh|SSLCertThumbprint/u);
        // Nobody knows when a master reads its Root: Microsoft's page restarts none that is to trust a new worker.
        expect(words).toMatch(/may go on trusting|可能继续信任/u);
      }
    });

    test('is refused for another reason when removing it from Root would not help, or the master uses it', async () => {
      const { farm, looks } = await clustered();
      own(looks, { selfSigned: false });
      expect(draftRotateWorker(asked(farm, looks, stolen))).toMatchObject({ code: 'StolenNotSelfSigned' });
      Object.assign(worker(looks), { workerThumbprint: master(looks).sslCertThumbprint });
      own(looks, { selfSigned: true });
      expect(draftRotateWorker(asked(farm, looks, stolen))).toMatchObject({ code: 'WorkerSharesMasters' });
    });
  });

  test('with a clustered master whose nodes are all known, trusts on each of them', async () => {
    const { farm, looks } = await clustered();
    // What a real node reports when the group is on the other one; the last is from older runners only.
    looks.sqlm02?.problems.push(
      { code: 'clustered', data: { service: 'SSISScaleOutMaster160' } },
      { code: 'master-not-answering', data: { port: 8391, error: 'ECONNREFUSED' } },
      { code: 'service-not-running', data: { role: 'master', state: 'stopped' } },
    );
    const draft = draftRotateWorker(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const trust = draft.header.phases[0]?.stages.find(({ name }) => name === 'master-trust');
    expect(trust?.hosts).toEqual(['sqlm01', 'sqlm02']);
  });

  test('with a node that is passive and has a fault of its own, names the fault', async () => {
    const { farm, looks } = await clustered();
    looks.sqlm02?.problems.push({ code: 'service-disabled', data: {} });
    const data = { host: 'sqlm02', problem: 'service-disabled' };
    expect(draftRotateWorker(asked(farm, looks))).toMatchObject({ code: 'HostNotReady', data });
  });

  test('names the node that runs, and how its handshakes failed, when a clustered master answers nowhere', async () => {
    const { farm, looks } = await clustered();
    const [off, on] = [looks.sqlm01?.master, looks.sqlm02?.master];
    Object.assign(off?.service ?? {}, { state: 'stopped' });
    Object.assign(on?.service ?? {}, { state: 'running' });
    for (const one of off?.presented ?? []) Object.assign(one, { thumbprint: null, error: 'ECONNREFUSED' });
    for (const one of on?.presented ?? []) Object.assign(one, { thumbprint: null, error: 'ETIMEDOUT' });
    expect(draftRotateWorker(asked(farm, looks))).toMatchObject({
      code: 'MasterPresentsNothing',
      data: { host: 'sqlm02', error: 'ETIMEDOUT' },
    });
  });

  test('ignores what is wrong with the bindings, settings, key and .cer file of the master, which stay as they are', async () => {
    const { farm, looks } = await survey();
    looks.sqlm01?.problems.push(
      { code: 'binding-differs-from-setting', data: {} },
      { code: 'not-readable', data: { what: 'SSISScaleOutMaster.cer' } },
      { code: 'settings-not-writable', data: { role: 'master' } },
      { code: 'private-key-missing', data: {} },
    );
    expect(isRefusal(draftRotateWorker(asked(farm, looks)))).toBe(false);
  });
});

describe('A rotation of the master with workers that the farm file does not list', () => {
  const now = '2026-11-24T12:00:00.000Z';
  const withStranger = async () => {
    const { farm, looks } = await survey();
    const workers = seen([{ machine: 'SQLW09', lastOnline: now, enabled: true }]);
    Object.assign(looks.sqlm01 ?? {}, {
      ssisdb: { server: 'sqlm01', now, thumbprint: null, workers, running: workers, hours: workers },
    });
    return { farm, looks };
  };
  const of = (farm: unknown, looks: unknown, leaveBehind: readonly string[]) => ({
    ...request(farm, looks),
    wish: { ...plainWish('rotate-master'), leaveBehind },
  });
  const warned = ({ farm, looks, wish: said }: ReturnType<typeof of>) =>
    warningsOf(farm, looks, said).map(({ id }) => id);

  test('is refused when SSISDB saw one, unless the request leaves it behind, and then the card says so', async () => {
    const { farm, looks } = await withStranger();
    expect(draftRotateMaster(of(farm, looks, []))).toMatchObject({
      code: 'WorkersOutside',
      data: { hosts: ['SQLW09'] },
    });
    const draft = draftRotateMaster(of(farm, looks, ['sqlw09']));
    expect(isRefusal(draft) ? draft : draft.header.wish.leaveBehind).toEqual(['sqlw09']);
    expect(warned(of(farm, looks, ['sqlw09']))).toContain('warning.left-outside');
    expect(warned(of(farm, looks, []))).not.toContain('warning.outside-not-seen');
  });

  test('which names one that neither SSISDB nor the farm file knows, says that nobody knows it', async () => {
    const { farm, looks } = await withStranger();
    const { wish } = of(farm, looks, ['sqlw09', 'sqlw99']);
    expect(warningsOf(farm as never, looks as never, wish)).toEqual(
      expect.arrayContaining([
        { id: 'warning.left-outside', data: { hosts: ['sqlw09'] } },
        { id: 'warning.left-unseen', data: { hosts: ['sqlw99'] } },
      ]),
    );
  });

  test.each([
    ['SSISDB saw', true],
    ['the look alone shows', false],
  ])('is refused for one on the master’s machine, which lacks the role, as %s', async (_, isSeen) => {
    const { farm, looks } = await survey({ hosts: { sqlm01: ['master', 'worker'], sqlw01: ['worker'] } });
    const [first, ...others] = farm.hosts;
    const one = { ...farm, hosts: [{ ...first, roles: ['master'] }, ...others] };
    const workers = isSeen ? seen([{ machine: 'SQLM01', lastOnline: now, enabled: true }]) : null;
    if (workers !== null)
      Object.assign(looks.sqlm01 ?? {}, {
        ssisdb: { server: 'sqlm01', now, thumbprint: null, workers, running: workers, hours: workers },
      });
    const named = draftRotateMaster(of(one, looks, []));
    expect(named).toMatchObject({ code: 'WorkersOutside', data: { hosts: [isSeen ? 'SQLM01' : 'sqlm01'] } });
    expect(isRefusal(draftRotateMaster(of(one, looks, ['sqlm01'])))).toBe(false);
    expect(isRefusal(draftRotateMaster(of(farm, looks, [])))).toBe(false);
    // As approved, but since stopped by somebody, with SSISDB no longer seen.
    const { worker, ...rest } = looks.sqlm01 as unknown as { readonly worker: { readonly service: object } };
    const stopped = { ...rest, ssisdb: null, worker: { ...worker, service: { ...worker.service, state: 'stopped' } } };
    expect(isRefusal(draftRotateMaster(of(one, { ...looks, sqlm01: stopped }, ['sqlm01'])))).toBe(false);
    const apart = { ...rest, ssisdb: null, worker: { ...worker, masterThumbprint: 'D'.repeat(40) } };
    expect(draftRotateMaster(of(one, { ...looks, sqlm01: apart }, ['sqlm01']))).toMatchObject({
      code: 'LeaveBehindKnown',
    });
    const gone = { ...looks, sqlm01: { ...rest, ssisdb: null, worker: null } };
    expect(draftRotateMaster(of(one, gone, ['sqlm01']))).toMatchObject({ code: 'LeaveBehindKnown' });
  });

  test('is planned when SSISDB was not seen, and the card says that nobody knows', async () => {
    const { farm, looks } = await survey();
    expect(isRefusal(draftRotateMaster(of(farm, looks, [])))).toBe(false);
    expect(warned(of(farm, looks, []))).toContain('warning.outside-not-seen');
  });
});
