import { createHash } from 'node:crypto';
import fc from 'fast-check';
import forge from 'node-forge';
import { factsOf } from '../../adapters/windows/certificates/der.ts';
import { say } from '../../cards/wording/index.ts';
import type { NamedCertificate } from '../../src/domain/machine/host-facts.ts';
import type { MadeCertificate, Plan } from '../../src/domain/plan/plan.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Message, type Refusal, type Thumbprint } from '../../src/domain/values.ts';
import { changesOf } from '../../src/plans/changes.ts';
import { surveyCertificate } from '../../src/plans/existing-checks.ts';
import { existingOf } from '../../src/plans/existing-of.ts';
import { planRotation } from '../../src/plans/index.ts';
import { linesBefore } from '../../src/plans/rollback-worker.ts';
import { createCertificateMaker, type Twist } from '../app/runner/certificates.ts';
import { host, make } from '../app/runner/world.ts';
import { profileOf } from '../fixtures/profile.ts';
import { type Looks, type Loose, request, type Spoil, survey } from './support.ts';

const DAY = 86_400_000;
const AT = Date.parse(request(null, null).at);
const NAMES = ['sqlm01', 'sqlw01', 'sqlw02'];
const OURS = { ...profileOf(host('sqlm01')), lifetimeDays: 800 };

const named = (made: MadeCertificate, how: Partial<NamedCertificate> = {}): Loose<NamedCertificate> =>
  JSON.parse(
    JSON.stringify({
      ...made,
      places: [{ store: 'Root', privateKey: 'yes', readers: ['S-1-5-18'] }],
      issuers: [],
      ...how,
    }),
  );

/** A farm whose master holds this certificate, and whose runners would all accept it. */
async function asked(held: Loose<NamedCertificate>, spoil: Spoil = () => {}, inUse = false, compromised = false) {
  const { farm, looks } = await survey();
  const allowed = [held.thumbprint, ...held.issuers.map(({ thumbprint }) => thumbprint)];
  for (const name of NAMES) {
    const look = looks[name] as unknown as { named: unknown; allowed: unknown };
    look.named = name === 'sqlm01' ? [held] : [];
    look.allowed = [...allowed];
  }
  spoil(looks, farm);
  const wish = {
    ...plainWish('rotate-master'),
    compromised,
    use: inUse ? (looks.sqlm01?.master?.certificate?.thumbprint ?? null) : held.thumbprint,
  };
  const plan = await planRotation({ ...request(farm, looks), wish } as Parameters<typeof planRotation>[0]);
  return { plan, farm: request(farm, looks).farm, looks: request(farm, looks).looks };
}

const twisted = (twist: Twist = {}, at = AT): Loose<NamedCertificate> => named(make(OURS, at, twist));
const codeOf = (plan: Plan | Refusal): string => (isRefusal(plan) ? plan.code : 'planned');

const WEAK = createCertificateMaker(1024);

/** Of an elliptic curve (P-256). */
const CURVED = [
  'MIIBNDCB2qADAgECAgEBMAoGCCqGSM49BAMCMBExDzANBgNVBAMMBnNxbG0wMTAgFw0yMDAxMDEwMDAwMDBaGA8yMTIwMDEwMTAw',
  'MDAwMFowETEPMA0GA1UEAwwGc3FsbTAxMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEGM3Z26EmvJMr4+4aPm53DhZPmZvz2ZUl',
  'WLVNmzyDRLHhkpokDEbzJ6I5EZbXAy8XH4ubq00AZ6RUILf+kAUsEKMhMB8wHQYDVR0OBBYEFEqysLvWp8WbKqNJSLCvA55rs4JC',
  'MAoGCCqGSM49BAMCA0kAMEYCIQCgcoyTAfa7JyNrK3i+Z31pj7za7b136Mw+ivXX1DZMRQIhALT2Wb8qlreXb2FS+zsPr5w7V5G8',
  'kmPKkjjr9nTbL4su',
].join('');
const CURVED_THUMBPRINT = '9EE3C5F66C25C7ECC86677BC03FBE86BE403DF93' as Thumbprint;

const CERTIFICATES: readonly (readonly [string, string, () => Loose<NamedCertificate>])[] = [
  ['is in no store', 'ExistingMissing', () => ({ ...twisted(), der: null, places: [] })],
  [
    'has no private key',
    'ExistingWithoutKey',
    () => ({ ...twisted(), places: [{ store: 'Root', privateKey: 'no', readers: [] }] }),
  ],
  [
    'has a key that cannot be opened',
    'ExistingKeyUnreadable',
    () => ({ ...twisted(), places: [{ store: 'My', privateKey: 'unreadable', readers: null }] }),
  ],
  [
    'has its key in hardware',
    'ExistingKeyNotInFile',
    () => ({ ...twisted(), places: [{ store: 'Root', privateKey: 'yes', readers: null }] }),
  ],
  ['cannot be parsed', 'ExistingUnreadable', () => ({ ...twisted(), der: 'AAAA' })],
  ['has expired', 'ExistingExpired', () => twisted({}, AT - 900 * DAY)],
  ['is not valid yet', 'ExistingNotYetValid', () => twisted({}, AT + 2 * DAY)],
  ['has a short key', 'ExistingKeyWeak', () => named(WEAK(OURS, AT))],
  ['is signed with SHA-1', 'ExistingHashWeak', () => twisted({ hash: 'sha1' })],
  ['is only for clients', 'ExistingNotForServers', () => twisted({ usages: ['clientAuth'] })],
  ['is not for TLS', 'ExistingNotForServers', () => twisted({ notForTls: true, certSign: true })],
  ['was issued by an unknown authority', 'ExistingChainBroken', () => twisted({ issuer: 'Contoso Root' })],
  ['lacks the name of the endpoint', 'ExistingNotCovering', () => twisted({ names: ['sqlm02'] })],
  ['has no names, and another common name', 'ExistingNotCovering', () => twisted({ bare: true, cn: 'sqlm02' })],
];

test('a certificate that is not made for servers is refused with the usage that it lacks, not with one that it has', async () => {
  const told = async (one: Parameters<typeof twisted>[0]): Promise<string> => {
    const { plan } = await asked(twisted(one));
    if (!isRefusal(plan)) throw new Error('planned');
    const cause = { host: 'sqlm01', code: plan.code, data: plan.data };
    return ['why.host', 'why.host.todo'].map((id) => say({ id, data: cause }, 'en')).join(' ');
  };
  const forClients = await told({ usages: ['clientAuth'] });
  expect(forClients).toContain('(clientAuth)');
  expect(forClients).toContain('serverAuth');
  const forOthers = await told({ usages: ['serverAuth'], notForTls: true, certSign: true });
  expect(forOthers).not.toContain('serverAuth');
  expect(forOthers).toContain('digital signatures');
});

test.each(CERTIFICATES)('a certificate that %s is refused before anybody is asked (%s)', async (_, code, make) => {
  expect(codeOf((await asked(make())).plan)).toBe(code);
});

test('the refusal of a weak hash gives its name, not its number', async () => {
  expect((await asked(twisted({ hash: 'sha1' }))).plan).toMatchObject({ data: { found: 'SHA-1' } });
});

test('the refusal of a key that is not RSA, which workers may not be able to speak to, gives its kind', async () => {
  const { plan } = await asked({ ...twisted(), der: CURVED, thumbprint: CURVED_THUMBPRINT });
  expect(plan).toMatchObject({ code: 'ExistingKeyWeak', data: { found: 'ec' } });
});

const FARMS: readonly (readonly [string, string, Spoil])[] = [
  [
    'a look that could not read the certificate',
    'ExistingNotRead',
    (looks) => {
      (looks.sqlm01 as { named: unknown }).named = null;
    },
  ],
  [
    'a worker whose endpoint the certificate does not cover',
    'ExistingNotCovering',
    (looks) => {
      (looks.sqlw02?.worker as { masterEndpoint: string }).masterEndpoint = 'https://sqlm01.example.com:8391';
    },
  ],
  [
    'a runner that does not allow the certificate',
    'ExistingNotAllowed',
    (looks) => {
      (looks.sqlw02 as { allowed: unknown }).allowed = [];
    },
  ],
  [
    'a runner that does not say what it allows',
    'ExistingNotAllowed',
    (looks) => {
      delete (looks.sqlw01 as { allowed?: unknown }).allowed;
    },
  ],
];

test.each(FARMS)('a request is refused before anybody is asked because of %s (%s)', async (_, code, spoil) => {
  expect(codeOf((await asked(twisted(), spoil)).plan)).toBe(code);
});

test('the certificate in use is refused as such, whatever else is wrong', async () => {
  const { plan } = await asked(twisted(), undefined, true);
  expect(plan).toMatchObject({ code: 'ExistingInUse' });
});

test('the certificate in use is refused as compromised when its key is', async () => {
  const { plan } = await asked(twisted(), undefined, true, true);
  expect(plan).toMatchObject({ code: 'CertificateCompromised' });
});

test('the refusal of a certificate that is not allowed names the machines and what to add there', async () => {
  const held = twisted();
  const { plan } = await asked(held, (looks) => {
    for (const name of ['sqlm01', 'sqlw02']) (looks[name] as { allowed: unknown }).allowed = [];
  });
  const data = { host: 'sqlm01', hosts: ['sqlm01', 'sqlw02'], add: [held.thumbprint] };
  expect(isRefusal(plan) && plan.data).toEqual(data);
});

test('the refusal of a certificate that is not allowed, but was in use there, says so: a rollback needs no entry for it', async () => {
  const held = twisted();
  const { plan } = await asked(held, (looks) => {
    const took = { allowed: [], used: [held.thumbprint], keeps: true };
    for (const look of Object.values(looks)) Object.assign(look ?? {}, took);
  });
  expect(plan).toMatchObject({ code: 'ExistingNotAllowed', data: { add: [held.thumbprint], wasUsed: true } });
});

describe('A previous certificate that a request has removed from some machines', () => {
  const held = twisted();

  async function back(places: readonly string[], spoil: Spoil = () => {}): Promise<Plan | Refusal> {
    const { farm, looks } = await survey();
    for (const name of NAMES) {
      const { places: all, ...one } = held;
      const mine = name === 'sqlm01' ? all : places.includes(name) ? [{ store: 'Root', privateKey: 'no' }] : [];
      Object.assign(looks[name] as object, { named: [{ ...one, places: mine }], allowed: [], used: [held.thumbprint] });
    }
    spoil(looks, farm);
    const wish = { ...plainWish('rotate-master'), of: 'prod-16', use: held.thumbprint };
    const removed = [host('sqlw01'), host('sqlw02')];
    return planRotation({ ...request(farm, looks), wish, removed } as unknown as Parameters<typeof planRotation>[0]);
  }

  test('is refused before anybody is asked, naming the machines that no longer have it', async () => {
    const hosts = ['sqlw01', 'sqlw02'];
    expect(await back([])).toMatchObject({ code: 'RollbackRemoved', data: { hosts, thumbprint: held.thumbprint } });
    expect(await back(['sqlw01'])).toMatchObject({ code: 'RollbackRemoved', data: { hosts: ['sqlw02'] } });
  });

  test('is refused as gone when the master no longer has it, and as not allowed when a worker’s runner never had it in use', async () => {
    const gone = await back(['sqlw01', 'sqlw02'], (looks) => Object.assign(looks.sqlm01 ?? {}, { named: [] }));
    expect(gone).toMatchObject({ code: 'RollbackGone' });
    const strange = await back(['sqlw01', 'sqlw02'], (looks) => Object.assign(looks.sqlw02 ?? {}, { used: [] }));
    expect(strange).toMatchObject({ code: 'ExistingNotAllowed', data: { hosts: ['sqlw02'] } });
  });

  test('is refused as removed even where the runner would not take it either', async () => {
    const plan = await back([], (looks) => {
      (looks.sqlw02 as { used: unknown }).used = [];
    });
    expect(plan).toMatchObject({ code: 'RollbackRemoved', data: { hosts: ['sqlw01', 'sqlw02'] } });
  });

  test('can be gone back to once it is there again, or an administrator has allowed it', async () => {
    const again = await back(['sqlw01', 'sqlw02']);
    if (isRefusal(again)) throw new Error(again.code);
    const trusts = again.slices.flatMap(({ stages }) => stages.trust?.steps ?? []);
    expect(trusts.map(({ host, params }) => [host, params])).toEqual([
      ['sqlw01', { thumbprint: { ref: 'new' } }],
      ['sqlw02', { thumbprint: { ref: 'new' } }],
    ]);
    const plan = await back(['sqlw01'], (looks) => {
      (looks.sqlw02 as { allowed: unknown }).allowed = [held.thumbprint];
    });
    expect(codeOf(plan)).toBe('planned');
  });
});

const linesOf = async (held: Loose<NamedCertificate>): Promise<readonly (readonly [string, Message['data']])[]> => {
  const { plan, farm, looks } = await asked(held);
  if (isRefusal(plan)) throw new Error(plan.code);
  const existing = existingOf(farm, plan.header, looks as Looks);
  return (existing?.lines ?? []).map(({ state, what }) => [`${state} ${what.id}`, what.data]);
};

test('a good certificate is described line by line', async () => {
  expect((await linesOf(twisted())).map(([line]) => line)).toEqual([
    'good existing.there',
    'mind existing.key-granted',
    'good existing.names',
    'good existing.dates',
    'good existing.strong',
    'good existing.usages',
    'good existing.may-not-sign',
    'good existing.self-signed',
    'good existing.allowed',
  ]);
});

test('a certificate is described only while the master still holds it and can still be rotated', async () => {
  const held = twisted();
  const { plan, farm, looks } = await asked(held);
  if (isRefusal(plan)) throw new Error(plan.code);
  const shown = (over: (looks: Loose<Looks>) => void): unknown => {
    const now = structuredClone(looks) as unknown as Loose<Looks>;
    over(now);
    return existingOf(farm, plan.header, now as unknown as Looks);
  };
  expect(shown(() => {})).toMatchObject({
    next: {
      ...{ host: 'sqlm01', thumbprint: held.thumbprint, store: 'Root', keyBits: 2048, hash: 'SHA-256' },
      ...{ names: OURS.names, notAfter: new Date(AT + 800 * DAY).toISOString(), exportable: false },
    },
  });
  expect(shown((now) => Object.assign(now.sqlm01 ?? {}, { named: [] }))).toBeNull();
  expect(shown((now) => Object.assign(now.sqlm01?.master?.service ?? {}, { state: 'stopped' }))).toBeNull();
});

test.each<[string, string, Loose<NamedCertificate>]>([
  ['ends before the one in use', 'mind existing.ends-sooner', twisted({ lifetimeDays: 3 })],
  ['may sign others', 'mind existing.may-sign', twisted({ certSign: true })],
  ['is a CA', 'mind existing.may-sign', twisted({ ca: true })],
  ['names no usage, and so allows all', 'good existing.usages', twisted({ usages: [] })],
  ['has only a common name', 'good existing.names', twisted({ bare: true })],
  ['has it among several', 'good existing.names', twisted({ bare: true, cn: ['SQL-MASTER', '10.0.0.7', 'SQLM01'] })],
  ['has only an address besides', 'good existing.names', twisted({ names: ['10.0.0.7'] })],
  ['can be read by the service', 'good existing.key', twistedFor('S-1-5-80-1-2-3-4-5')],
  ['lies in My', 'mind existing.in-my', inMy()],
  ['is for servers among others', 'good existing.usages', twisted({ usages: ['clientAuth', 'serverAuth'] })],
  ['may be used for anything', 'good existing.usages', twisted({ usages: ['2.5.29.37.0'] })],
  ['says nothing about key usage', 'good existing.usages', twisted({ anyUse: true })],
  ['may only sign in TLS', 'good existing.usages', twisted({ keyUsage: '03020780' })],
  ['may only have keys sent to it', 'good existing.usages', twisted({ keyUsage: '03020520' })],
])('a certificate that %s is accepted, and its line says so (%s)', async (_, line, held) => {
  expect((await linesOf(held)).map(([one]) => one)).toContain(line);
});

test('a certificate without a common name is called by the first of its other names', async () => {
  const data = (await linesOf(twisted({ cn: '', names: ['sqlm01', 'sqlm01.example.com'] }))).find(
    ([line]) => line === 'good existing.there',
  );
  expect(data?.[1]).toMatchObject({ subject: 'sqlm01' });
});

test.each([
  ['Root', twisted()],
  ['My', inMy()],
])(
  "the service's account, and no other, is granted the key that it cannot read, in the store that holds it: %s",
  async (store, held) => {
    const { plan } = await asked(held);
    if (isRefusal(plan)) throw new Error(plan.code);
    const steps = plan.slices.flatMap(({ host: name, stages }) =>
      Object.entries(stages).flatMap(([stage, { steps: all }]) => all.map((step) => ({ name, stage, ...step }))),
    );
    expect(steps.filter(({ kind }) => kind === 'grant-key')).toMatchObject([
      {
        ...{ name: 'sqlm01', stage: 'grant' },
        params: { store, thumbprint: held.thumbprint, role: 'master', serviceSid: 'S-1-5-80-1-2-3-4-5' },
      },
    ]);
  },
);

test.each([
  ['sqlw01', 'runner-paused', {}],
  ['sqlm01', 'service-has-dependents', { role: 'master' }],
  ['sqlw02', 'settings-not-writable', { role: 'worker' }],
])('what prevents any rotation prevents taking a certificate too: %s %s', async (name, code, data) => {
  const { plan } = await asked(twisted(), (looks) => {
    looks[name]?.problems.push({ code, data } as never);
  });
  expect(plan).toMatchObject({ code: 'HostNotReady', data: { host: name, problem: code } });
});

test('a service that runs as SYSTEM is granted nothing, as it reads every key', async () => {
  const { plan } = await asked(twisted(), (looks) => {
    Object.assign(looks.sqlm01?.master?.service ?? {}, { accountSid: 'S-1-5-18' });
    for (const place of looks.sqlm01?.named?.[0]?.places ?? []) Object.assign(place, { readers: [] });
  });
  if (isRefusal(plan)) throw new Error(plan.code);
  expect(plan.slices.flatMap(({ stages }) => stages.grant?.steps ?? [])).toEqual([]);
});

test('a onebox is made to trust a certificate in My, which nothing has put into its Root, but not one in Root', async () => {
  const { farm, looks } = await survey({ hosts: { sqlm01: ['master', 'worker'] } });
  const trusts = async (store: string) => {
    const held = { ...twisted(), places: [{ store, privateKey: 'yes', readers: [] }] };
    Object.assign(looks.sqlm01 ?? {}, { named: [held], allowed: [held.thumbprint] });
    const wish = { ...plainWish('rotate-master'), use: held.thumbprint };
    const plan = await planRotation({ ...request(farm, looks), wish } as Parameters<typeof planRotation>[0]);
    if (isRefusal(plan)) throw new Error(plan.code);
    return plan.slices[0]?.stages.trust?.steps.map(({ params }) => params) ?? [];
  };
  expect(await trusts('My')).toEqual([{ thumbprint: { ref: 'new' } }]);
  expect(await trusts('Root')).toEqual([]);
});

test('the .cer file is written again when it holds another certificate or is torn, but not when nothing is published', async () => {
  const held = twisted();
  const publishes = async (published: unknown, publishedTorn = false) => {
    const { plan } = await asked(held, (looks) => {
      Object.assign(looks.sqlm01?.master ?? {}, { published, publishedTorn });
    });
    if (isRefusal(plan)) throw new Error(plan.code);
    return 'publish' in (plan.slices[0]?.stages ?? {});
  };
  expect(await publishes(held.thumbprint)).toBe(false);
  expect(await publishes(held.thumbprint, true)).toBe(true);
  expect(await publishes('CD'.repeat(20))).toBe(true);
  expect(await publishes(null, true)).toBe(false);
});

test('a day that has begun counts as a whole day left, as on every other card', () => {
  const before = {
    host: host('sqlw01'),
    notAfter: '2026-12-08T09:14:00.000Z',
  } as Parameters<typeof linesBefore>[0][number];
  const told = linesBefore([before], '2026-11-24T09:15:00.000Z').map(({ what }) => what.data.days);
  expect(told).toEqual([undefined, 14]);
});

function inMy(): Loose<NamedCertificate> {
  return { ...twisted(), places: [{ store: 'My', privateKey: 'yes', readers: [] }] };
}

function twistedFor(sid: string): Loose<NamedCertificate> {
  return { ...twisted(), places: [{ store: 'Root', privateKey: 'yes', readers: [sid] }] };
}

describe("a company's certificate", () => {
  const root = make(OURS, AT, { cn: 'Contoso Root', ca: true, certSign: true });
  const middle = make(OURS, AT, { cn: 'Contoso Issuing', issuer: 'Contoso Root', ca: true, certSign: true });
  const leaf = make(OURS, AT, { issuer: 'Contoso Issuing' });
  const chained = (issuers: readonly (MadeCertificate & { store: 'Root' | 'CA' })[]) => named(leaf, { issuers });
  const whole = [
    { ...middle, store: 'CA' as const },
    { ...root, store: 'Root' as const },
  ];

  test('shows its chain as a line of its own, and workers trust its root alone', async () => {
    const { plan } = await asked(chained(whole));
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.existing).toMatchObject({
      new: { thumbprint: leaf.thumbprint },
      authority: { thumbprint: root.thumbprint, store: 'Root' },
    });
    const trust = plan.slices.flatMap(({ stages }) => stages.trust?.steps ?? []);
    expect(trust.map(({ params }) => params)).toEqual([
      { thumbprint: { ref: 'authority' } },
      { thumbprint: { ref: 'authority' } },
    ]);
    const line = (await linesOf(chained(whole))).find(([id]) => id === 'good existing.chain');
    expect(line?.[1]).toEqual({ names: ['Contoso Issuing', 'Contoso Root'] });
    // What is said of a step names the certificate that it is about.
    const said = changesOf(plan).flatMap(({ lines }) => lines);
    expect(said.find(({ id }) => id === 'step.trust-certificate')?.data.thumbprint).toBe(root.thumbprint);
    expect(said.find(({ id }) => id === 'step.bind-port')?.data.thumbprint).toBe(leaf.thumbprint);
  });

  test('that workers had before can be gone back to though its chain is no longer whole, and nobody is made to trust it', async () => {
    const { farm, looks } = await survey();
    for (const name of NAMES)
      Object.assign(looks[name] ?? {}, { named: [named(leaf)], allowed: [], used: [leaf.thumbprint] });
    const wish = { ...plainWish('rotate-master'), of: 'prod-16', use: leaf.thumbprint };
    const plan = await planRotation({ ...request(farm, looks), wish } as Parameters<typeof planRotation>[0]);
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.existing).toEqual({ new: { thumbprint: leaf.thumbprint, host: 'sqlm01', store: 'Root' } });
    expect(plan.slices.flatMap(({ stages }) => stages.trust?.steps ?? [])).toEqual([]);
  });

  test('is bound from My even if it lies in Root too', async () => {
    const places = (['Root', 'My'] as const).map((store) => ({ store, privateKey: 'yes' as const, readers: [] }));
    const { plan } = await asked({ ...chained(whole), places });
    expect(isRefusal(plan) ? plan : plan.header.existing?.new?.store).toBe('My');
  });

  test('is refused unless its root is allowed too, on every machine', async () => {
    const { plan } = await asked(chained(whole), (looks) => {
      (looks.sqlw01 as { allowed: unknown }).allowed = [leaf.thumbprint];
    });
    expect(plan).toMatchObject({ code: 'ExistingNotAllowed', data: { hosts: ['sqlw01'], add: [root.thumbprint] } });
  });

  test('that two machines lack different parts of has both to be added', async () => {
    const { plan } = await asked(chained(whole), (looks) => {
      (looks.sqlw01 as { allowed: unknown }).allowed = [leaf.thumbprint];
      (looks.sqlw02 as { allowed: unknown }).allowed = [root.thumbprint];
    });
    const data = { hosts: ['sqlw01', 'sqlw02'], add: [leaf.thumbprint, root.thumbprint] };
    expect(plan).toMatchObject({ code: 'ExistingNotAllowed', data });
  });

  const ended = make(OURS, AT - 900 * DAY, { cn: 'Contoso Root', ca: true, certSign: true });
  const none = make(OURS, AT, { cn: 'Contoso Root', ca: false });
  const coming = make(OURS, AT, { cn: 'Contoso Root', ca: true, certSign: true, begunDaysAgo: -2 });
  test.each([
    ['ends in no root', 'ExistingChainBroken', [{ ...middle, store: 'CA' as const }]],
    ['ends in a root that is trusted nowhere', 'ExistingChainBroken', [whole[0], { ...root, store: 'CA' as const }]],
    ['has an authority that has expired', 'ExistingChainNotValid', [whole[0], { ...ended, store: 'Root' as const }]],
    ['ends in a root that another authority issued', 'ExistingChainBroken', [{ ...middle, store: 'Root' as const }]],
    [
      'has an authority that is not valid yet',
      'ExistingChainNotValid',
      [whole[0], { ...coming, store: 'Root' as const }],
    ],
    ['has an authority that is no CA', 'ExistingChainNotValid', [whole[0], { ...none, store: 'Root' as const }]],
  ] as const)('that %s is refused (%s)', async (_, code, issuers) => {
    expect(codeOf((await asked(chained(issuers as unknown as typeof whole))).plan)).toBe(code);
  });
});

test('a key is taken from Root rather than My, and bound with the store that it lies in', async () => {
  const both = fc.constantFrom('Root' as const, 'My' as const);
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(both, { minLength: 1 }),
      fc.uniqueArray(both, { minLength: 1 }),
      async (all, keyed) => {
        const places = [...new Set([...all, ...keyed])].map((store) => ({
          store,
          privateKey: keyed.includes(store) ? ('yes' as const) : ('no' as const),
          readers: [],
        }));
        const { plan } = await asked({ ...twisted(), places });
        if (isRefusal(plan)) throw new Error(plan.code);
        const store = keyed.includes('Root') ? 'Root' : 'My';
        expect(plan.header.existing?.new?.store).toBe(store);
        const bind = plan.slices
          .flatMap(({ stages }) => stages.master?.steps ?? [])
          .find(({ kind }) => kind === 'bind-port');
        expect((bind?.params as { store?: string } | undefined)?.store ?? 'Root').toBe(store);
      },
    ),
    { numRuns: 20 },
  );
});

test('a certificate to go back to is accepted with a weak hash, which its line gives by name', () => {
  const ends = new Date(AT + 30 * DAY).toISOString();
  const judged = surveyCertificate(twisted({ hash: 'sha1' }) as unknown as NamedCertificate, {
    at: new Date(AT).toISOString(),
    ends,
    isBack: true,
  });
  expect(judged).toMatchObject({ hash: 'SHA-1' });
  expect(isRefusal(judged) ? [] : judged.lines.map(({ what }) => [what.id, what.data.hash])).toContainEqual([
    'existing.weak',
    'SHA-1',
  ]);
});

/** The same certificate with the identifier that MakeCert writes for its signature, in both places. */
function asMakeCertWrites(made: Loose<NamedCertificate>, signature: string): Loose<NamedCertificate> {
  const root = forge.asn1.fromDer(forge.util.decode64(made.der ?? ''));
  const parts = (node: unknown) => (node as { readonly value: forge.asn1.Asn1[] }).value;
  for (const algorithm of [parts(root)[1], parts(parts(root)[0])[2]]) {
    const [identifier] = parts(algorithm);
    if (identifier !== undefined) identifier.value = forge.asn1.oidToDer(signature).getBytes();
  }
  const der = Buffer.from(forge.asn1.toDer(root).getBytes(), 'latin1');
  const thumbprint = createHash('sha1').update(der).digest('hex').toUpperCase() as Thumbprint;
  return { ...made, der: der.toString('base64'), thumbprint };
}

test.each([
  ['1.3.14.3.2.29', 'SHA-1'],
  ['1.3.14.3.2.3', 'MD5'],
])('a hash is named in the older way of writing it, too, as by MakeCert: %s', (signature, hash) => {
  const old = asMakeCertWrites(twisted({ hash: 'sha1' }), signature) as unknown as NamedCertificate;
  const [at, ends] = [AT, AT + 30 * DAY].map((time) => new Date(time).toISOString());
  const judged = surveyCertificate(old, { at: at ?? '', ends: ends ?? '', isBack: true });
  expect(judged).toMatchObject({ hash });
  expect(factsOf(Buffer.from(old.der ?? '', 'base64'))).toMatchObject({ hash });
});
