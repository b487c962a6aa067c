import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { planRotation } from '../../src/plans/index.ts';
import { draftReconnect } from '../../src/plans/reconnect.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { host, make } from '../app/runner/world.ts';
import { profileOf } from '../fixtures/profile.ts';
import { type Looks, type Loose, master, OTHER, request, type Spoil, survey, worker } from './support.ts';

const wish: Wish = { ...plainWish('reconnect'), workers: ['sqlw01' as never], of: 'prod-3' };
const asked = (farm: unknown, looks: unknown, over: Partial<Wish> = {}) => ({
  ...request(farm, looks),
  wish: { ...wish, ...over },
});

const presented = (looks: Loose<Looks>): Thumbprint => master(looks).presented[0]?.thumbprint as Thumbprint;

/** sqlw01 pins another certificate than its master presents, and its log says that it is refused. */
async function behind(spoil: Spoil = () => {}) {
  const { farm, looks } = await survey();
  const one = worker(looks);
  // Machines in memory have no certificate of their own.
  Object.assign(one, { masterThumbprint: OTHER, certificate: { ...master(looks).certificate } });
  Object.assign(one.connection, {
    log: { state: 'refused', line: 'The remote certificate is invalid', at: null },
    tcp: false,
  });
  spoil(looks, farm);
  return { farm, looks };
}

const codeOf = ({ farm, looks }: Awaited<ReturnType<typeof behind>>): string => {
  const draft = draftReconnect(asked(farm, looks));
  return isRefusal(draft) ? draft.code : 'planned';
};

describe('The plan of a reconnect', () => {
  test('trusts, pins and restarts on that worker alone, and names the certificate and the rotation that made it', async () => {
    const { farm, looks } = await behind();
    const plan = await planRotation(asked(farm, looks));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.phases).toMatchObject([
      { name: 'cutover', onFailure: 'stop-keep', stages: [{ name: 'reconnect', hosts: ['sqlw01'], canary: 0 }] },
    ]);
    expect(plan.header.existing).toEqual({ present: { thumbprint: presented(looks), host: 'sqlm01', store: 'Root' } });
    expect([plan.header.wish.of, plan.header.profiles, plan.header.old]).toEqual(['prod-3', {}, null]);
    const work = plan.slices.map(({ host, stages }) => [
      host,
      Object.values(stages).flatMap(({ steps, checks }) => [...steps, ...checks].map(({ kind }) => kind)),
    ]);
    const kinds = ['trust-certificate', 'write-setting', 'restart-service', 'service-runs', 'worker-connected'];
    expect(work).toEqual([
      ['sqlm01', []],
      ['sqlw01', kinds],
    ]);
    const [group] = changesOf(plan);
    expect(group).toMatchObject({
      hosts: ['sqlw01'],
      role: 'worker',
      lines: { 0: { data: { thumbprint: presented(looks) } } },
    });
  });

  test.each<[string, object]>([
    ['certificate-missing', { role: 'worker' }],
    ['binding-differs-from-setting', {}],
    ['settings-not-writable', { role: 'master' }],
    ['not-readable', { what: 'SSISScaleOutWorker.cer' }],
    ['cer-not-writable', { role: 'worker' }],
  ])('ignores a problem that none of its steps touches: %s %j', async (code, data) => {
    expect(codeOf(await behind((looks) => looks.sqlw01?.problems.push({ code, data } as never)))).toBe('planned');
  });

  test.each<[string, string, Spoil]>([
    [
      'the settings of the worker cannot be written',
      'HostNotReady',
      (looks) => looks.sqlw01?.problems.push({ code: 'settings-not-writable', data: { role: 'worker' } } as never),
    ],
    [
      'another machine is a master too, and they are no cluster',
      'MoreThanOneMaster',
      (looks, farm) => {
        (farm.hosts[2] as { roles: string[] }).roles = ['master'];
        Object.assign(looks, { sqlw02: { ...looks.sqlm01, host: 'sqlw02' } });
      },
    ],
  ])('is refused where %s (%s)', async (_, code, spoil) => {
    expect(codeOf(await behind(spoil))).toBe(code);
  });

  test('takes what the running node of a clustered master presents', async () => {
    const { farm, looks } = await behind((all, file) => {
      (file.hosts[2] as { roles: string[] }).roles = ['master'];
      const off = JSON.parse(JSON.stringify(all.sqlm01));
      Object.assign(off, { host: 'sqlw02' });
      Object.assign(off.master, { clustered: true, presented: [] });
      Object.assign(off.master.service, { state: 'stopped' });
      master(all).clustered = true;
      Object.assign(all, { sqlw02: off });
      // The one that is off comes first in the farm file.
      file.hosts.reverse();
    });
    const draft = draftReconnect(asked(farm, looks));
    expect(isRefusal(draft) ? draft : draft.header.existing?.present?.host).toBe('sqlm01');
  });

  test('leaves a stopped service stopped, proves no connection then, and warns of it', async () => {
    const { farm, looks } = await behind((all) => Object.assign(worker(all).service, { state: 'stopped', pid: 0 }));
    const draft = draftReconnect(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const { checks = [] } = draft.slices[1]?.stages.reconnect ?? {};
    expect(checks.map(({ kind, wanted }) => [kind, wanted])).toEqual([['service-runs', 'stopped']]);
    const warned = warningsOf(farm as never, looks as never, wish);
    expect(warned).toContainEqual({
      id: 'warning.service-not-running',
      data: { host: 'sqlw01', role: 'worker', state: 'stopped' },
    });
  });

  test('for a worker whose own certificate is missing, proves no connection and warns of it', async () => {
    const { farm, looks } = await behind((all) => Object.assign(worker(all), { certificate: null }));
    const draft = draftReconnect(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    expect(draft.slices[1]?.stages.reconnect?.checks.map(({ kind }) => kind)).toEqual(['service-runs']);
    expect(warningsOf(farm as never, looks as never, wish).map(({ id }) => id)).toContain(
      'warning.own-certificate-missing',
    );
  });

  test('for a worker whose own certificate lies in an unread store, proves the connection and calls nothing missing', async () => {
    const { farm, looks } = await behind((all) =>
      Object.assign(worker(all), { certificate: null, storeLocation: 'CurrentUser' }),
    );
    const draft = draftReconnect(asked(farm, looks));
    if (isRefusal(draft)) throw new Error(draft.code);
    const kinds = draft.slices[1]?.stages.reconnect?.checks.map(({ kind }) => kind);
    expect(kinds).toEqual(['service-runs', 'worker-connected']);
    const warned = warningsOf(farm as never, looks as never, wish).map(({ id }) => id);
    expect(warned.filter((id) => id.startsWith('warning.own-certificate'))).toEqual([]);
  });

  test('for a worker whose own certificate the master does not trust, proves no connection and warns of it', async () => {
    const places = (all: Loose<Looks>, ...stores: readonly string[]) => {
      const own = worker(all).certificate;
      Object.assign(own ?? {}, { selfSigned: true });
      const held = stores.map((store) => ({ store, privateKey: 'no', readers: null }));
      Object.assign(all.sqlm01 ?? {}, {
        named: [{ thumbprint: own?.thumbprint, der: null, places: held, issuers: [] }],
      });
    };
    const kindsOf = ({ farm, looks }: Awaited<ReturnType<typeof behind>>) => {
      const draft = draftReconnect(asked(farm, looks));
      if (isRefusal(draft)) throw new Error(draft.code);
      return draft.slices[1]?.stages.reconnect?.checks.map(({ kind }) => kind);
    };
    const strange = await behind((all) => places(all));
    expect(kindsOf(strange)).toEqual(['service-runs']);
    expect(warningsOf(strange.farm as never, strange.looks as never, wish).map(({ id }) => id)).toContain(
      'warning.own-certificate-untrusted',
    );
    expect(kindsOf(await behind((all) => places(all, 'Root')))).toEqual(['service-runs', 'worker-connected']);
  });

  test('for a refused worker that pins and trusts the right certificate, warns of its own certificate', async () => {
    const { farm, looks } = await behind((all) => Object.assign(worker(all), { masterThumbprint: presented(all) }));
    expect(isRefusal(draftReconnect(asked(farm, looks)))).toBe(false);
    expect(warningsOf(farm as never, looks as never, wish).map(({ id }) => id)).toContain(
      'warning.own-certificate-refused',
    );
  });

  test.each<readonly [string, Spoil]>([
    ['pins another certificate', () => {}],
    [
      'does not trust what it pins',
      (all) => Object.assign(worker(all), { masterThumbprint: presented(all), trustsPinned: false }),
    ],
    [
      'is not refused',
      (all) =>
        Object.assign(worker(all), {
          masterThumbprint: presented(all),
          connection: { ...worker(all).connection, log: null },
        }),
    ],
  ])('for a worker that %s, does not blame its own certificate', async (_what, spoil) => {
    const { farm, looks } = await behind(spoil);
    const warned = warningsOf(farm as never, looks as never, wish).map(({ id }) => id);
    expect(warned.filter((id) => id.startsWith('warning.own-certificate'))).toEqual([]);
  });

  test('is made for a re-imaged worker, which pins the right certificate but does not trust it', async () => {
    expect(
      codeOf(
        await behind((all) => Object.assign(worker(all), { masterThumbprint: presented(all), trustsPinned: false })),
      ),
    ).toBe('planned');
  });

  const inLine: Spoil = (all) => {
    Object.assign(worker(all), { masterThumbprint: presented(all) });
    Object.assign(worker(all).connection, { log: { state: 'connected', line: null, at: null }, tcp: true });
  };
  const REFUSALS: readonly (readonly [string, string, Spoil])[] = [
    ['it is in line and connected', 'AlreadyConnected', inLine],
    [
      'it is in line and its service is off',
      'InLineNotRunning',
      (all, farm) => {
        inLine(all, farm);
        Object.assign(worker(all).service, { state: 'stopped' });
      },
    ],
    [
      'it is in line and its service hangs as it stops',
      'InLineNotRunning',
      (all, farm) => {
        inLine(all, farm);
        Object.assign(worker(all).service, { state: 'stop-pending' });
      },
    ],
    ['its service is disabled', 'ServiceDisabled', (all) => Object.assign(worker(all).service, { start: 'disabled' })],
    [
      'its endpoint cannot be understood',
      'EndpointNotUnderstood',
      (all) => Object.assign(worker(all), { masterEndpoint: 'sqlm01' }),
    ],
    [
      'its endpoint has another port',
      'EndpointElsewhere',
      (all) => Object.assign(worker(all), { masterEndpoint: 'https://sqlm01:9999' }),
    ],
    [
      'the certificate does not cover its endpoint',
      'PresentNotCovering',
      (all) => Object.assign(worker(all), { masterEndpoint: 'https://sqlm01.example.com:8391' }),
    ],
    [
      'its endpoint shows it another certificate',
      'MasterNotSeenFrom',
      (all) => Object.assign(worker(all).connection.handshake, { thumbprint: OTHER }),
    ],
    [
      'its endpoint does not answer it',
      'MasterNotSeenFrom',
      (all) => Object.assign(worker(all).connection.handshake, { thumbprint: null, error: 'ETIMEDOUT' }),
    ],
    [
      'its setting is no thumbprint',
      'SettingNotAThumbprint',
      (all) => Object.assign(worker(all), { masterThumbprint: '' }),
    ],
    ['nothing is known of it', 'HostNotLooked', (all) => delete (all as { sqlw01?: unknown }).sqlw01],
    ['it has no worker', 'RoleNotInstalled', (all) => Object.assign(all.sqlw01 ?? {}, { worker: null })],
    ['its runner is paused', 'HostNotReady', (all) => all.sqlw01?.problems.push({ code: 'runner-paused', data: {} })],
    ['the master is off', 'MasterNotRunning', (all) => Object.assign(master(all).service, { state: 'stopped' })],
    [
      'the master answers nowhere',
      'MasterPresentsNothing',
      (all) => {
        for (const one of master(all).presented) Object.assign(one, { thumbprint: null, error: 'ECONNREFUSED' });
      },
    ],
    ['the master presents nothing', 'MasterPresentsNothing', (all) => Object.assign(master(all), { presented: [] })],
    [
      'the master binds another certificate than its settings name',
      'MasterThumbprintsDisagree',
      (all) => Object.assign(master(all), { sslCertThumbprint: OTHER }),
    ],
    [
      'what the master presents lies in a store that is not read',
      'MasterStoreNotServed',
      (all) => {
        Object.assign(master(all), { certificate: null });
        Object.assign(master(all).bindings[0] ?? {}, { store: 'WebHosting' });
      },
    ],
    [
      'what the master presents is in no store',
      'MasterCertificateMissing',
      (all) => Object.assign(master(all), { certificate: null }),
    ],
  ];

  test.each(REFUSALS)('is refused when %s: %s', async (_, code, spoil) => {
    expect(codeOf(await behind(spoil))).toBe(code);
  });

  test('is refused when no rotation made what the master presents', async () => {
    const { farm, looks } = await behind();
    expect(draftReconnect(asked(farm, looks, { of: null }))).toMatchObject({ refused: true, code: 'MakerNotKnown' });
  });

  test('to a certificate that no rotation made, is made only where the worker’s runner is allowed to take it', async () => {
    const { farm, looks: ours } = await behind();
    const real = make(profileOf(host('sqlm01')), Date.now());
    const looks: typeof ours = JSON.parse(JSON.stringify(ours).replaceAll(presented(ours), real.thumbprint));
    Object.assign(master(looks), { der: real.der });
    const of = { of: null };
    Object.assign(looks.sqlw01 ?? {}, { allowed: [OTHER] });
    expect(draftReconnect(asked(farm, looks, of))).toMatchObject({ code: 'MakerNotKnown', data: { host: 'sqlw01' } });
    Object.assign(looks.sqlw01 ?? {}, { allowed: [presented(looks)] });
    expect(isRefusal(draftReconnect(asked(farm, looks, of)))).toBe(false);
  });

  test('only restarts a worker that pins and trusts what no rotation made, so that its runner has nothing to take', async () => {
    const { farm, looks } = await behind((all) =>
      Object.assign(worker(all), { masterThumbprint: presented(all), trustsPinned: true }),
    );
    const plan = await planRotation(asked(farm, looks, { of: null }));
    if (isRefusal(plan)) throw new Error(plan.code);
    const { steps = [], checks = [] } = plan.slices[1]?.stages.reconnect ?? {};
    expect([...steps, ...checks].map(({ kind }) => kind)).toEqual([
      'restart-service',
      'service-runs',
      'worker-connected',
    ]);
    expect(plan.header.existing).toEqual({ present: { thumbprint: presented(looks), host: 'sqlm01', store: 'Root' } });
    // Whether it trusts it is not known: its runner would have to see to that.
    Object.assign(worker(looks), { trustsPinned: null });
    expect(draftReconnect(asked(farm, looks, { of: null }))).toMatchObject({ code: 'MakerNotKnown' });
  });

  describe("to a company's certificate", () => {
    const now = Date.parse(request(null, null).at);
    const authority = { ca: true, certSign: true } as const;
    const root = make(profileOf(host('sqlm01')), now, { ...authority, cn: 'Contoso Root' });
    const middle = make(profileOf(host('sqlm01')), now, {
      ...authority,
      cn: 'Contoso Issuing',
      issuer: 'Contoso Root',
    });
    const leaf = make(profileOf(host('sqlm01')), now, { issuer: 'Contoso Issuing' });
    const whole = [
      { ...middle, store: 'CA' as const },
      { ...root, store: 'Root' as const },
    ];
    const issued = async (issuers: readonly unknown[], allowed: readonly Thumbprint[]) => {
      const { farm, looks: ours } = await behind();
      const looks: typeof ours = JSON.parse(JSON.stringify(ours).replaceAll(presented(ours), leaf.thumbprint));
      Object.assign(master(looks), { der: leaf.der });
      Object.assign(master(looks).certificate ?? {}, { selfSigned: false });
      Object.assign(worker(looks).certificate ?? {}, { thumbprint: OTHER });
      Object.assign(looks.sqlm01 ?? {}, { named: [{ ...leaf, places: [], issuers }] });
      Object.assign(looks.sqlw01 ?? {}, { allowed });
      return planRotation(asked(farm, looks, { of: null }));
    };

    test('trusts the root alone, pins the certificate, and is proved, where the worker’s runner allows both', async () => {
      const plan = await issued(whole, [leaf.thumbprint, root.thumbprint]);
      if (isRefusal(plan)) throw new Error(plan.code);
      expect(plan.header.existing).toEqual({
        present: { thumbprint: leaf.thumbprint, host: 'sqlm01', store: 'Root' },
        authority: { thumbprint: root.thumbprint, host: 'sqlm01', store: 'Root' },
      });
      const { steps = [], checks = [] } = plan.slices[1]?.stages.reconnect ?? {};
      expect(steps.map(({ kind, params }) => [kind, (params as { thumbprint?: unknown }).thumbprint])).toEqual([
        ['trust-certificate', { ref: 'authority' }],
        ['write-setting', { ref: 'present' }],
        ['restart-service', undefined],
      ]);
      expect(checks.map(({ kind }) => kind)).toEqual(['service-runs', 'worker-connected']);
      const said = changesOf(plan).flatMap(({ lines }) => lines);
      expect(said.find(({ id }) => id === 'step.trust-certificate')?.data.thumbprint).toBe(root.thumbprint);
      expect(said.find(({ id }) => id === 'step.write-setting')?.data.thumbprint).toBe(leaf.thumbprint);
    });

    test.each([
      ['the certificate alone', [leaf.thumbprint]],
      ['its root alone', [root.thumbprint]],
      ['neither', []],
    ])('is refused where the worker’s runner allows %s, naming both', async (_, allowed) => {
      const data = { host: 'sqlw01', thumbprint: leaf.thumbprint, authority: root.thumbprint };
      expect(await issued(whole, allowed)).toMatchObject({ code: 'IssuerNotAllowed', data });
    });

    test('is refused when its chain does not end in a root of the master', async () => {
      const both = [leaf.thumbprint, root.thumbprint];
      for (const issuers of [
        [],
        whole.slice(0, 1),
        [
          { ...middle, store: 'CA' },
          { ...root, store: 'CA' },
        ],
      ])
        expect(await issued(issuers, both)).toMatchObject({ code: 'IssuerNotKnown', data: { host: 'sqlm01' } });
    });
  });
});
