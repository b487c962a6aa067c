import { BODY_LIMITS } from '../../src/domain/letters/envelope.ts';
import { plainWish, type Wish } from '../../src/domain/plan/wish.ts';
import { isRefusal } from '../../src/domain/values.ts';
import { planRotation, refusedNow } from '../../src/plans/index.ts';
import { draftRotateMaster } from '../../src/plans/rotate-master.ts';
import { warningsOf } from '../../src/plans/warnings.ts';
import { lose, master, OTHER, request, type Spoil, survey, warn, worker } from './support.ts';

const REFUSALS: readonly (readonly [what: string, code: string, Spoil])[] = [
  [
    'two masters',
    'MoreThanOneMaster',
    (_, farm) => {
      (farm.hosts[1] as { roles: string[] }).roles = ['master'];
    },
  ],
  [
    'two masters that are the nodes of a cluster',
    'MasterClustered',
    (looks, farm) => {
      (farm.hosts[1] as { roles: string[] }).roles = ['master'];
      Object.assign(looks, { sqlw01: { ...looks.sqlm01, host: 'sqlw01' } });
      master(looks).clustered = true;
    },
  ],
  [
    'no master',
    'NoMaster',
    (_, farm) => {
      farm.hosts.shift();
    },
  ],
  [
    'a machine that was not looked at',
    'HostNotLooked',
    (looks) => {
      delete looks.sqlw02;
    },
  ],
  [
    'a worker without its service',
    'RoleNotInstalled',
    (looks) => {
      (looks.sqlw01 as { worker: null }).worker = null;
    },
  ],
  [
    'a clustered master',
    'MasterClustered',
    (looks) => {
      master(looks).clustered = true;
    },
  ],
  [
    'a disabled service',
    'ServiceDisabled',
    (looks) => {
      worker(looks).service.start = 'disabled';
    },
  ],
  [
    'a stopped master',
    'MasterNotRunning',
    (looks) => {
      master(looks).service.state = 'stopped';
    },
  ],
  [
    'another port than in the farm file',
    'PortDiffers',
    (looks) => {
      master(looks).port = 8392;
    },
  ],
  [
    'a port without a binding, where netsh cannot make one',
    'BindingFlagNotReturnable',
    (looks) => {
      master(looks).bindings = [];
      master(looks).netshParameters = ['certhash', 'appid'];
    },
  ],
  [
    'a bound certificate in no store, with no answer anywhere',
    'MasterCertificateMissing',
    (looks) => {
      for (const one of master(looks).presented) Object.assign(one, { thumbprint: null, error: 'ECONNRESET' });
      master(looks).certificate = null as never;
    },
  ],
  [
    'a port without a binding, and a key that cannot be read',
    'HostNotReady',
    (looks) => {
      Object.assign(master(looks), { bindings: [], presented: [] });
      Object.assign(master(looks).certificate ?? {}, { privateKey: 'unreadable' });
      looks.sqlm01?.problems.push({ code: 'private-key-unreadable', data: {} });
    },
  ],
  [
    'a flag that cannot be put back',
    'BindingFlagNotReturnable',
    (looks) => {
      (master(looks).bindings[0] as { parameters: object }).parameters = { 'flag 0x8000': 'enable' };
    },
  ],
  [
    'a setting that is no thumbprint',
    'SettingNotAThumbprint',
    (looks) => {
      master(looks).sslCertThumbprint = 'none';
    },
  ],
  [
    'a setting that names another certificate than the bound one',
    'MasterThumbprintsDisagree',
    (looks) => {
      master(looks).sslCertThumbprint = OTHER;
    },
  ],
  [
    'a bound name without an answer, where others answer',
    'MasterSilentAt',
    (looks) => {
      Object.assign(master(looks).presented[0] ?? {}, { thumbprint: null, error: 'ECONNREFUSED' });
    },
  ],
  [
    'a master that answers nowhere',
    'MasterPresentsNothing',
    (looks) => {
      for (const one of master(looks).presented) Object.assign(one, { thumbprint: null, error: 'ECONNREFUSED' });
    },
  ],
  [
    'a silent bound address, and a runner that cannot pass it by',
    'MasterSilentAt',
    (looks) => {
      lose(looks);
      delete master(looks).passesSilent;
    },
  ],
  [
    'a bound certificate in a store that is not read',
    'MasterStoreNotServed',
    (looks) => {
      master(looks).certificate = null as never;
      Object.assign(master(looks).bindings[0] ?? {}, { store: 'WebHosting' });
    },
  ],
  [
    'a bound certificate in no store',
    'MasterCertificateMissing',
    (looks) => {
      master(looks).certificate = null as never;
    },
  ],
  [
    'a worker endpoint that cannot be understood',
    'EndpointNotUnderstood',
    (looks) => {
      worker(looks).masterEndpoint = 'sqlm01';
    },
  ],
  [
    'a worker endpoint with a name that no certificate can have',
    'EndpointNotUnderstood',
    (looks) => {
      worker(looks).masterEndpoint = 'https://sql"m01;:8391';
    },
  ],
  [
    'a worker that connects to another port',
    'EndpointElsewhere',
    (looks) => {
      worker(looks).masterEndpoint = 'https://sqlm01:8392';
    },
  ],
  [
    'a worker that pins another certificate',
    'WorkerPinsAnother',
    (looks) => {
      worker(looks).masterThumbprint = OTHER;
    },
  ],
  [
    'a worker whose pinned value is no thumbprint',
    'SettingNotAThumbprint',
    (looks) => {
      worker(looks).masterThumbprint = '';
    },
  ],
  [
    'an invalid name in the farm file',
    'NameNotValid',
    (_, farm) => {
      farm.certificate.extraNames = ['a b'];
    },
  ],
  [
    'too many names for one certificate',
    'NamesTooMany',
    (_, farm) => {
      farm.certificate.extraNames = Array.from({ length: 200 }, (_name, at) => `n${at}.example.com`);
    },
  ],
  [
    'an endpoint too long for a common name',
    'NameNotValid',
    (_, farm) => {
      farm.endpoint.host = `${'a'.repeat(40)}.${'b'.repeat(40)}`;
    },
  ],
  [
    'a missing certificate of the master while it is bound',
    'HostNotReady',
    (looks) => {
      looks.sqlm01?.problems.push({ code: 'certificate-missing', data: { role: 'master' } } as never);
    },
  ],
  [
    'a missing key of the master while its certificate is bound',
    'HostNotReady',
    (looks) => {
      looks.sqlm01?.problems.push({ code: 'private-key-missing', data: { role: 'master' } } as never);
    },
  ],
  [
    'anything else wrong with a worker',
    'HostNotReady',
    (looks) => {
      looks.sqlw01?.problems.push({ code: 'settings-not-writable', data: { role: 'worker' } } as never);
    },
  ],
  [
    'a paused runner',
    'HostNotReady',
    (looks) => {
      looks.sqlw02?.problems.push({ code: 'runner-paused', data: {} } as never);
    },
  ],
  [
    'a key that cannot be opened',
    'HostNotReady',
    (looks) => {
      looks.sqlm01?.problems.push({ code: 'not-readable', data: { what: 'private key' } } as never);
    },
  ],
];

describe('before anybody is asked', () => {
  test.each(REFUSALS)('%s is refused: %s', async (_, code, spoil) => {
    const { farm, looks } = await survey();
    spoil(looks, farm);
    expect(draftRotateMaster(request(farm, looks))).toMatchObject({ refused: true, code });
  });

  test('a refusal of a master that answers nowhere says why its handshakes failed, if all failed alike', async () => {
    const { farm, looks } = await survey();
    for (const one of master(looks).presented) Object.assign(one, { thumbprint: null, error: 'ETIMEDOUT' });
    expect(draftRotateMaster(request(farm, looks))).toMatchObject({ data: { host: 'sqlm01', error: 'ETIMEDOUT' } });
    Object.assign(master(looks).presented[0] ?? {}, { error: 'ECONNREFUSED' });
    const mixed = draftRotateMaster(request(farm, looks));
    expect(isRefusal(mixed) && mixed.data).toEqual({ host: 'sqlm01' });
  });

  test('a refusal for drift names every place with what it holds', async () => {
    const { farm, looks } = await survey();
    const old = master(looks).sslCertThumbprint;
    master(looks).sslCertThumbprint = OTHER;
    expect(draftRotateMaster(request(farm, looks))).toMatchObject({
      data: { host: 'sqlm01', found: { SSLCertThumbprint: OTHER, '0.0.0.0:8391': old } },
    });
  });

  test.each([
    ['certificate-missing', { role: 'worker' }],
    ['not-readable', { what: 'SSISScaleOutMaster.cer' }],
  ])('a problem that the connection to the master does not rest on is no obstacle: %s %j', async (code, data) => {
    const { farm, looks } = await survey();
    looks.sqlw01?.problems.push({ code, data } as never);
    expect(isRefusal(draftRotateMaster(request(farm, looks)))).toBe(false);
  });

  test('hidden characters around a thumbprint are no obstacle, but are warned of', async () => {
    const { farm, looks } = await survey();
    worker(looks).masterThumbprint = `\u200e${worker(looks).masterThumbprint.toLowerCase()}`;
    expect(isRefusal(draftRotateMaster(request(farm, looks)))).toBe(false);
    expect(warn(farm, looks)).toEqual([
      { id: 'warning.setting-hidden-characters', data: { host: 'sqlw01', key: 'MasterHttpsCertThumbprint' } },
    ]);
  });
});

test.each(['rotate-master', 'rotate-worker', 'reconnect', 'retire'] as const)(
  'a master that nobody has confirmed yet, and that may go back, is no base for anything: %s',
  async (kind) => {
    const { farm, looks } = await survey();
    const unconfirmed = { rotation: 'prod-16', goesBackAt: '2026-11-24T12:01:00.000Z' };
    Object.assign(looks.sqlm01 ?? {}, { unconfirmed });
    const asked = { ...request(farm, looks), wish: plainWish(kind) };
    const refused = { code: 'MasterNotConfirmed', data: { host: 'sqlm01', ...unconfirmed } };
    expect(await planRotation(asked)).toMatchObject(refused);
    expect(refusedNow(asked)).toMatchObject(refused);
  },
);

test('a plan with an order longer than a runner reads is refused', async () => {
  const { farm, looks } = await survey();
  const plan = await planRotation({ ...request(farm, looks), reason: 'x'.repeat(BODY_LIMITS.order) });
  expect(plan).toMatchObject({ refused: true, code: 'PlanTooLarge' });
});

test('a certificate with a compromised key is refused before it is looked for, also when going back to it', async () => {
  const { farm, looks } = await survey();
  const wish = { ...plainWish('rotate-master'), use: OTHER };
  const refused = { code: 'CertificateCompromised', data: { thumbprint: OTHER } };
  expect(await planRotation({ ...request(farm, looks), wish, compromised: [OTHER] })).toMatchObject(refused);
  const back = { ...wish, of: 'prod-16' };
  expect(await planRotation({ ...request(farm, looks), wish: back, compromised: [OTHER] })).toMatchObject(refused);
});

test.each([
  ['', [], {}],
  [', and names the .cer file that it cannot read', ['SSISScaleOutMaster.cer'], { file: 'SSISScaleOutMaster.cer' }],
])('a removal is refused when a machine cannot tell what it has left%s', async (_what, unread, told) => {
  const { farm, looks } = await survey();
  for (const what of unread) looks.sqlm01?.problems.push({ code: 'not-readable', data: { what } } as never);
  for (const [name, look] of Object.entries(looks)) look.leftovers = name === 'sqlm01' ? null : [];
  const plan = await planRotation({ ...request(farm, looks), wish: plainWish('retire') });
  expect(plan).toMatchObject({ code: 'LeftoversNotRead', data: { host: 'sqlm01', ...told } });
});

describe('warnings', () => {
  const WARNINGS: readonly (readonly [string, Spoil])[] = [
    [
      'root-crowded',
      (looks) => {
        (looks.sqlm01 as { root: { count: number } }).root.count = 301;
      },
    ],
    [
      'root-not-self-signed',
      (looks) => {
        (looks.sqlw01 as { root: { notSelfSigned: number } }).root.notSelfSigned = 2;
      },
    ],
    [
      'password-account',
      (looks) => {
        Object.assign(worker(looks).service, { account: 'CORP\\ssis', accountSid: 'S-1-5-21-1-2-3-1105' });
      },
    ],
    [
      'service-not-running',
      (looks) => {
        worker(looks).service.state = 'stopped';
      },
    ],
    [
      'key-readable-by-many',
      (looks) => {
        master(looks).keyReaders = ['S-1-1-0'] as never;
      },
    ],
    [
      'key-readers-not-given',
      (looks) => {
        master(looks).keyReaders = ['EA', 'S-1-5-80-1-2-3-4-5'] as never;
      },
    ],
    [
      'worker-not-connected',
      (looks) => {
        worker(looks).connection.log = { state: 'refused', line: 'no', at: null } as never;
      },
    ],
    [
      'program-open',
      (looks) => {
        const data = { place: 'C:\\certops', others: ['Users'] };
        looks.sqlw01?.problems.push({ code: 'program-open', data } as never);
      },
    ],
    [
      'folder-open',
      (looks) => {
        const data = { folder: 'C:\\ProgramData\\certops', others: ['S-1-5-21-1-2-3-1104'] };
        looks.sqlw01?.problems.push({ code: 'folder-open', data } as never);
      },
    ],
    [
      'folder-not-read',
      (looks) => {
        const data = { folder: 'C:\\ProgramData\\certops', error: 'AclUnreadable' };
        looks.sqlw01?.problems.push({ code: 'folder-not-read', data } as never);
      },
    ],
    [
      'program-not-read',
      (looks) => {
        looks.sqlw01?.problems.push({ code: 'program-not-read', data: { places: ['C:\\'] } } as never);
      },
    ],
    [
      'log-unreadable',
      (looks) => {
        looks.sqlw01?.problems.push({ code: 'log-unreadable', data: { what: 'worker.log' } } as never);
      },
    ],
    ['address-silent', lose],
    [
      'nothing-published',
      (looks) => {
        master(looks).published = null as never;
      },
    ],
  ];

  test.each(WARNINGS)('say %s, and do not block the rotation', async (code, spoil) => {
    const { farm, looks } = await survey();
    expect(warn(farm, looks)).toEqual([]);
    spoil(looks, farm);
    expect(warn(farm, looks).map(({ id }) => id)).toEqual([`warning.${code}`]);
    expect(isRefusal(draftRotateMaster(request(farm, looks)))).toBe(false);
  });

  test('cover the master as well as the workers', async () => {
    const { farm, looks } = await survey();
    Object.assign(master(looks).service, { account: 'CORP\\ssis', accountSid: 'S-1-5-21-1-2-3-1105' });
    master(looks).sslCertThumbprint = `\u200e${master(looks).sslCertThumbprint}`;
    worker(looks).workerThumbprint = ` ${OTHER}`;
    expect(warn(farm, looks)).toEqual([
      { id: 'warning.password-account', data: { host: 'sqlm01', role: 'master', account: 'CORP\\ssis' } },
      { id: 'warning.setting-hidden-characters', data: { host: 'sqlm01', key: 'SSLCertThumbprint' } },
      { id: 'warning.setting-hidden-characters', data: { host: 'sqlw01', key: 'WorkerHttpsCertThumbprint' } },
    ]);
  });

  test('do not call the master of a cluster node stopped while its group is elsewhere, but do so with its worker', async () => {
    const { farm, looks } = await survey({ hosts: { sqlm01: ['master', 'worker'], sqlw01: ['worker'] } });
    const stopped = () => warn(farm, looks).flatMap(({ id, data }) => (id.endsWith('not-running') ? [data.role] : []));
    master(looks).service.state = 'stopped';
    expect(stopped()).toEqual(['master']);
    master(looks).clustered = true;
    expect(stopped()).toEqual([]);
    Object.assign(looks.sqlm01?.worker?.service ?? {}, { state: 'stopped' });
    expect(stopped()).toEqual(['worker']);
  });

  test('say only that a worker is stopped when it is, and what its log says when it is refused', async () => {
    const { farm, looks } = await survey();
    worker(looks).connection.log = { state: 'refused', line: 'no', at: null } as never;
    expect(warn(farm, looks)).toEqual([{ id: 'warning.worker-not-connected', data: { host: 'sqlw01', line: 'no' } }]);
    worker(looks).service.state = 'stopped';
    expect(warn(farm, looks).map(({ id }) => id)).toEqual(['warning.service-not-running']);
  });

  test('name readers that cannot be let in to a new key only for machines that get one', async () => {
    const { farm, looks } = await survey();
    for (const side of [master(looks), worker(looks)]) side.keyReaders = ['EA'] as never;
    const named = (wish: Wish) =>
      warningsOf(farm as never, looks as never, wish).flatMap(({ id, data }) =>
        id === 'warning.key-readers-not-given' ? [data.host] : [],
      );
    const anew = plainWish('rotate-worker');
    expect(named(plainWish('rotate-master'))).toEqual(['sqlm01']);
    expect([named(anew), named({ ...anew, workers: ['sqlw02' as never] })]).toEqual([['sqlw01'], []]);
    expect(named({ ...plainWish('rotate-master'), use: OTHER })).toEqual([]);
    for (const kind of ['retire', 'reconnect'] as const) expect(named(plainWish(kind))).toEqual([]);
  });

  test.each([
    ['NT Service\\SSISScaleOutMaster150', 'S-1-5-80-1-2-3-4-5', false],
    ['LocalSystem', 'S-1-5-18', false],
    ['NT AUTHORITY\\NETWORK SERVICE', 'S-1-5-20', false],
    // set-up writes these in the language of Windows
    ['NT-AUTORITÄT\\Netzwerkdienst', 'S-1-5-20', false],
    ['AUTORITE NT\\SERVICE LOCAL', 'S-1-5-19', false],
    ['CONTOSO\\gmsa-ssis$', 'S-1-5-21-1-2-3-1104', false],
    ['gmsa-ssis$@contoso.com', 'S-1-5-21-1-2-3-1104', false],
    ['CONTOSO\\svc-ssis', 'S-1-5-21-1-2-3-1105', true],
    ['svc-ssis@contoso.com', 'S-1-5-21-1-2-3-1105', true],
    ['.\\ssis', 'S-1-5-21-4-5-6-1001', true],
  ])('tell whether a service under %s (%s) depends on a password: %s', async (account, accountSid, depends) => {
    const { farm, looks } = await survey();
    Object.assign(worker(looks).service, { account, accountSid });
    expect(warn(farm, looks).map(({ id }) => id)).toEqual(depends ? ['warning.password-account'] : []);
  });

  test.each([
    'root-crowded',
    'root-not-self-signed',
    'password-account',
    'service-not-running',
    'setting-hidden-characters',
    'pinned-not-trusted',
  ])('come from facts alone: %s, as an older runner reports it, is neither shown nor in the way', async (code) => {
    const { farm, looks } = await survey();
    looks.sqlw01?.problems.push({ code, data: {} });
    expect(warn(farm, looks)).toEqual([]);
    expect(isRefusal(draftRotateMaster(request(farm, looks)))).toBe(false);
  });
});
