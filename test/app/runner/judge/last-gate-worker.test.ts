import type { MadeRef } from '../../../../src/domain/letters/protocol.ts';
import type { Plan } from '../../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../../src/domain/plan/wish.ts';
import type { HostName, Json } from '../../../../src/domain/values.ts';
import { type Change, forged, OTHER, ofKind, params, put, refusal } from '../forge.ts';
import { createRig, outcomeOf, type Rig } from '../rig.ts';
import { make } from '../world.ts';

const STAGES = [
  ['sqlw01', 'worker-create'],
  ['sqlw02', 'worker-create'],
  ['sqlw01', 'worker-trust'],
  ['sqlw02', 'worker-trust'],
  ['sqlm01', 'master-trust'],
  ['sqlw01', 'worker-switch'],
  ['sqlw02', 'worker-switch'],
] as const;

/** A rotation of all workers' own certificates, applied up to the named stage, but without that one. */
async function upTo(stage: string): Promise<{ rig: Rig; plan: Plan }> {
  const rig = await createRig({ wish: plainWish('rotate-worker') });
  const plan = await rig.plan();
  for (const [name, one] of STAGES) {
    if (one === stage) break;
    const outcome = await rig.run(plan, name, 'apply', one, { refs: refsFor(rig, name) });
    if (outcome !== 'applied') throw new Error(`${name} ${one}: ${outcome}`);
  }
  return { rig, plan };
}

/** What the bot sends along: a worker its own, the master all. */
const refsFor = (rig: Rig, name: string): { [ref: string]: MadeRef } =>
  name === 'sqlm01'
    ? rig.refs()
    : Object.fromEntries(Object.entries(rig.refs()).filter(([ref]) => ref === `new.${name}`));

const inProfiles =
  (host: string, name: string, to: Json): Change =>
  (header) => {
    (header.profiles as { [ref: string]: { [name: string]: Json } })[`new.${host}`] = {
      ...(header.profiles as { [ref: string]: { [name: string]: Json } })[`new.${host}`],
      [name]: to,
    };
  };
const both = (name: string, to: Json): Parameters<typeof forged>[3] => ({
  header: inProfiles('sqlw01', name, to),
  step: params((step) => {
    (step.profile as { [name: string]: Json })[name] = to;
  }),
});
const SWITCH = 'worker-switch';

const PLANS: readonly (readonly [string, string, string, string, Parameters<typeof forged>[3]])[] = [
  [
    'to make for another worker',
    'sqlw01',
    'worker-create',
    'MakerNotPinned',
    { step: params(put('ref', 'new.sqlw02')) },
  ],
  ['to make for the master', 'sqlw01', 'worker-create', 'MakerNotPinned', { step: params(put('ref', 'new')) }],
  ['a certificate of another machine', 'sqlw01', 'worker-create', 'MakerNotPinned', both('host', 'sqlw02')],
  [
    'another profile than approved',
    'sqlw01',
    'worker-create',
    'ProfileDiffers',
    { step: both('keyBits', 4096).step as Change },
  ],
  ['a certificate in Root', 'sqlw01', 'worker-create', 'StoreNotAllowed', { step: params(put('store', 'Root')) }],
  ['a profile for Root', 'sqlw01', 'worker-create', 'StoreNotAllowed', both('store', 'Root')],
  [
    'a certificate that is good for servers only',
    'sqlw01',
    'worker-create',
    'UsageNotAllowed',
    both('usages', ['serverAuth']),
  ],
  [
    'a certificate with somebody else’s name',
    'sqlw01',
    'worker-create',
    'NameNotAllowed',
    both('names', ['sqlw01', 'sqlw02']),
  ],
  [
    'a certificate with a name that only begins like its own',
    'sqlw01',
    'worker-create',
    'NameNotAllowed',
    both('names', ['sqlw01', 'sqlw010']),
  ],
  ...['10.0.0.5', 'fd00::5'].map(
    (address) =>
      [
        `a certificate for an address too: ${address}`,
        'sqlw01',
        'worker-create',
        'NameNotAllowed',
        both('names', ['sqlw01', address]),
      ] as const,
  ),
  ['another subject', 'sqlw01', 'worker-create', 'NameNotAllowed', both('cn', 'login.example.com')],
  [
    'a certificate without its bare name',
    'sqlw01',
    'worker-create',
    'NameNotAllowed',
    both('names', ['sqlw01.corp.example']),
  ],
  [
    'a certificate under another label',
    'sqlw01',
    'worker-create',
    'FriendlyNameDiffers',
    both('friendlyName', 'Microsoft'),
  ],
  [
    'the key for everybody',
    'sqlw01',
    'worker-create',
    'GrantNotAllowed',
    { step: params(put('serviceSid', 'S-1-1-0')) },
  ],
  [
    'the readers of another certificate',
    'sqlw01',
    'worker-create',
    'OldNotInUse',
    { step: params(put('oldThumbprint', OTHER)) },
  ],
  ['the key for the master', 'sqlw01', 'worker-create', 'RoleNotAllowed', { step: params(put('role', 'master')) }],
  [
    'a worker to trust another',
    'sqlw01',
    'worker-trust',
    'TrustNotAllowed',
    { step: params(put('thumbprint', { ref: 'new.sqlw02' })) },
  ],
  [
    'a worker to trust a thumbprint',
    'sqlw01',
    'worker-trust',
    'CertificateNotAllowed',
    { step: params(put('thumbprint', OTHER)) },
  ],
  [
    'the master to trust a thumbprint',
    'sqlm01',
    'master-trust',
    'CertificateNotAllowed',
    { step: params(put('thumbprint', OTHER)) },
  ],
  [
    'the master to trust what came from nowhere',
    'sqlm01',
    'master-trust',
    'RefMissing',
    { step: params(put('thumbprint', { ref: 'new.sqlw09' })) },
  ],
  [
    'what the worker pins',
    'sqlw01',
    SWITCH,
    'SettingNotAllowed',
    { step: ofKind('write-setting', put('key', 'MasterHttpsCertThumbprint')) },
  ],
  [
    'another thumbprint written',
    'sqlw01',
    SWITCH,
    'CertificateNotAllowed',
    { step: ofKind('write-setting', put('thumbprint', OTHER)) },
  ],
  ['a certificate written that does not come along', 'sqlw01', SWITCH, 'RefMissing', {}],
  [
    'the certificate of another worker written',
    'sqlw01',
    SWITCH,
    'RefMissing',
    { step: ofKind('write-setting', put('thumbprint', { ref: 'new.sqlw02' })) },
  ],
];

/** Steps of other kinds of rotation, put in the place of the first of the stage. */
const STRANGERS: readonly (readonly [string, string, string, string, string, Json])[] = [
  [
    'a binding',
    'sqlm01',
    'master-trust',
    'StepNotAllowed',
    'bind-port',
    { port: 8391, thumbprint: { ref: 'new.sqlw01' } },
  ],
  [
    'a .cer file',
    'sqlm01',
    'master-trust',
    'RoleNotAllowed',
    'publish-cer',
    { role: 'master', thumbprint: { ref: 'new.sqlw01' } },
  ],
  [
    'the .cer file of another worker',
    'sqlm01',
    'master-trust',
    'RefMissing',
    'publish-cer',
    { role: 'worker', thumbprint: { ref: 'new.sqlw01' } },
  ],
  [
    'a certificate of its choice in a .cer file',
    'sqlm01',
    'master-trust',
    'CertificateNotAllowed',
    'publish-cer',
    { role: 'worker', thumbprint: OTHER },
  ],
  ['the restart of the master', 'sqlm01', 'master-trust', 'RoleNotAllowed', 'restart-service', { role: 'master' }],
  [
    "the master's setting",
    'sqlm01',
    'master-trust',
    'SettingNotAllowed',
    'write-setting',
    { role: 'master', key: 'SSLCertThumbprint', thumbprint: { ref: 'new.sqlw01' } },
  ],
];

describe("under a rotation of workers' own certificates, a bot with a valid key that wants", () => {
  test.each(PLANS)('%s on %s in stage %s is refused with %s', async (_, name, stage, code, how) => {
    const { rig, plan } = await upTo(stage);
    const outcome = await refusal(rig, forged(plan, name, stage, how), name, stage, { refs: {} });
    expect(outcome).toBe(`refused ${code}`);
  });

  test.each(STRANGERS)('%s on %s in stage %s is refused with %s', async (_, name, stage, code, kind, to) => {
    const { rig, plan } = await upTo(stage);
    const evil = forged(plan, name, stage, {
      step: (step) => {
        if (!String(step.id).endsWith('/sqlw01')) return;
        step.kind = kind;
        step.params = to;
      },
    });
    expect(await refusal(rig, evil, name, stage, { refs: {} })).toBe(`refused ${code}`);
  });

  test.each([
    ['under a rotation of the master', 'rotate-master', 'SettingNotAllowed'],
    ['under a kind that no runner serves', 'rollback', 'RotationNotServed'],
  ])('the worker’s own certificate written %s is refused', async (_, kind, code) => {
    const { rig, plan } = await upTo(SWITCH);
    const evil = forged(plan, 'sqlw01', SWITCH, {
      header: (header) => {
        header.kind = kind;
        header.wish = { ...plainWish(kind as 'rollback') } as unknown as Json;
      },
    });
    expect(await refusal(rig, evil, 'sqlw01', SWITCH, { refs: {} })).toBe(`refused ${code}`);
  });
});

describe('a machine that is asked to trust', () => {
  /** What a worker's runner would sign, if it were owned. */
  function signedBy(
    rig: Rig,
    plan: Plan,
    host: string,
    twist: Parameters<typeof make>[2],
    signer = rig.signerOf(host),
  ): MadeRef {
    const profile = plan.header.profiles[`new.${host}`];
    if (profile === undefined) throw new Error(host);
    const made = make(profile, rig.clock.now(), twist);
    const base = { n: 1, rotation: plan.header.id, digest: plan.digest, facts: {}, changed: true };
    const entry = { type: 'done', ...base, step: `${host}/worker-create/create-certificate`, made };
    const at = new Date(rig.clock.now()).toISOString();
    const line = { stream: `runner.${host}`, seq: 3, prev: 'ab'.repeat(32), at, entry };
    return { ...made, host: host as HostName, seq: 3, report: signer.sign('entry', JSON.stringify(line)) };
  }

  test.each([
    ['a CA', 'CertificateIsCa', { ca: true }],
    ['one that may sign certificates', 'CertificateCanSign', { certSign: true }],
    ['one with another name', 'CertificateNamesDiffer', { names: ['sqlw01', 'login.example.com'] }],
    ['one that lives too long', 'CertificateLifetimeDiffers', { lifetimeDays: 3650 }],
    ['one that is good for code signing', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'codeSigning'] }],
  ] as const)('%s refuses with %s, although the right worker signed for it', async (_, code, twist) => {
    const { rig, plan } = await upTo('master-trust');
    const refs = { ...rig.refs(), 'new.sqlw01': signedBy(rig, plan, 'sqlw01', twist as never) };
    expect(await refusal(rig, plan, 'sqlm01', 'master-trust', { refs })).toBe(`refused ${code}`);
  });

  test('what another worker or somebody unknown signed for refuses', async () => {
    const { rig, plan } = await upTo('master-trust');
    const honest = rig.refs();
    const stranger = signedBy(rig, plan, 'sqlw01', {}, rig.bot);
    const swapped = { ...honest, 'new.sqlw01': honest['new.sqlw02'] as MadeRef };
    expect(await refusal(rig, plan, 'sqlm01', 'master-trust', { refs: { ...honest, 'new.sqlw01': stranger } })).toBe(
      'refused MakerSignatureWrong',
    );
    expect(await refusal(rig, plan, 'sqlm01', 'master-trust', { refs: swapped })).toBe('refused MakerNotPinned');
  });

  test('a certificate with more names than the worker’s refuses, although a plan has them and that worker signed for it', async () => {
    const { rig, plan } = await upTo('master-trust');
    const wide = forged(plan, '', '', { header: inProfiles('sqlw01', 'names', ['sqlw01', 'login.example.com']) });
    const refs = { 'new.sqlw01': signedBy(rig, wide, 'sqlw01', {}) };
    expect(await refusal(rig, wide, 'sqlm01', 'master-trust', { refs })).toBe('refused NameNotAllowed');
  });

  test('the certificate of another worker as its own refuses, under whichever name it comes', async () => {
    const { rig, plan } = await upTo('worker-trust');
    const swapped = forged(plan, '', '', {
      header: ({ profiles }) => {
        const of = profiles as { [ref: string]: Json };
        of['new.sqlw01'] = of['new.sqlw02'] ?? null;
      },
    });
    const refs = { 'new.sqlw01': signedBy(rig, swapped, 'sqlw02', {}) };
    expect(await refusal(rig, swapped, 'sqlw01', 'worker-trust', { refs })).toBe('refused MakerNotPinned');
  });

  test('another worker, and to use its certificate itself, refuses, although it comes along and that worker signed for it', async () => {
    const { rig, plan } = await upTo(SWITCH);
    const swapped = forged(plan, 'sqlw01', SWITCH, {
      step: ofKind('write-setting', put('thumbprint', { ref: 'new.sqlw02' })),
    });
    const refs = { 'new.sqlw02': signedBy(rig, swapped, 'sqlw02', {}) };
    expect(await refusal(rig, swapped, 'sqlw01', SWITCH, { refs })).toBe('refused RefMissing');
  });
});

describe('trust in those workers alone that have a new certificate', () => {
  const only = ['sqlm01/master-trust/trust-certificate/sqlw01'];

  async function withOne(compromised: boolean): Promise<{ rig: Rig; plan: Plan }> {
    const rig = await createRig({ wish: plainWish('rotate-worker') });
    const plan = forged(await rig.plan(), '', '', {
      header: (header) => Object.assign(header.wish as object, { compromised }),
    });
    expect(await rig.run(plan, 'sqlw01', 'apply', 'worker-create', { refs: {} })).toBe('applied');
    return { rig, plan };
  }

  test('is given if their keys are compromised, for they are cut off already', async () => {
    const { rig, plan } = await withOne(true);
    expect(await rig.run(plan, 'sqlm01', 'apply', 'master-trust')).toBe('refused RefMissing');
    expect(await rig.run(plan, 'sqlm01', 'apply', 'master-trust', { only })).toBe('applied');
    const made = rig.refs()['new.sqlw01']?.thumbprint ?? '';
    expect([...(rig.machines.get('sqlm01')?.stores.Root.keys() ?? [])]).toEqual([rig.old.thumbprint, made]);
    expect(await rig.run(plan, 'sqlm01', 'undo', 'master-trust', { only })).toBe('put-back');
  });

  test.each([
    ['otherwise, where one failure stops all', false, 'master-trust', only],
    ['for what is not in the plan', true, 'master-trust', ['sqlm01/master-trust/trust-certificate/sqlw09']],
    ['with a restart alone', true, 'worker-switch', ['sqlw01/worker-switch/restart-service']],
  ] as const)('is refused %s', async (_, compromised, stage, part) => {
    const { rig, plan } = await withOne(compromised);
    const name = stage === 'master-trust' ? 'sqlm01' : 'sqlw01';
    expect(await refusal(rig, plan, name, stage, { only: part })).toBe('refused PartNotAllowed');
  });
});

describe('an undo of some steps', () => {
  test('takes back the trust in the named workers alone, and nothing that was there before', async () => {
    const { rig, plan } = await upTo('worker-switch');
    const root = rig.machines.get('sqlm01')?.stores.Root;
    const refs = rig.refs();
    const only = ['sqlm01/master-trust/trust-certificate/sqlw02'];
    expect(await rig.run(plan, 'sqlm01', 'undo', 'master-trust', { refs, only })).toBe('put-back');
    expect([...(root?.keys() ?? [])]).toEqual([rig.old.thumbprint, refs['new.sqlw01']?.thumbprint]);
  });

  test('leaves the rest of its stage to a person at the machine, who puts back all of it', async () => {
    const { rig, plan } = await upTo('worker-switch');
    const only = ['sqlm01/master-trust/trust-certificate/sqlw02'];
    expect(await rig.run(plan, 'sqlm01', 'undo', 'master-trust', { refs: rig.refs(), only })).toBe('put-back');
    const runner = rig.runner('sqlm01');
    expect(await runner.undoHere('prod-17')).toEqual([{ stage: 'master-trust', outcome: 'put-back' }]);
    await runner.stop();
    expect([...(rig.machines.get('sqlm01')?.stores.Root.keys() ?? [])]).toEqual([rig.old.thumbprint]);
  });

  test.each([
    ['a restart', 'undo', 'worker-switch', ['sqlw01/worker-switch/restart-service']],
    ['the making of a certificate', 'undo', 'worker-create', ['sqlw01/worker-create/create-certificate']],
    ['what is not in the stage', 'undo', 'worker-trust', ['sqlw01/worker-switch/write-setting']],
    ['a part of what is to be done', 'apply', 'worker-trust', ['sqlw01/worker-trust/trust-certificate/sqlw01']],
  ] as const)('is refused for %s alone', async (_, kind, stage, only) => {
    const { rig, plan } = await upTo('worker-trust');
    expect(await rig.run(plan, 'sqlw01', kind, stage, { refs: refsFor(rig, 'sqlw01'), only })).toBe(
      'refused PartNotAllowed',
    );
  });
});

test('stage by stage, such a rotation ends with each worker on a new certificate of its own; undone, all is as before', async () => {
  const { rig, plan } = await upTo('nothing');
  const refs = rig.refs();
  for (const name of ['sqlw01', 'sqlw02']) {
    const machine = rig.machines.get(name);
    const made = refs[`new.${name}`]?.thumbprint ?? '';
    expect(machine?.settings.worker?.WorkerHttpsCertThumbprint).toBe(made);
    expect(machine?.stores.My.get(made)?.facts.privateKey).toBe('yes');
    expect(machine?.stores.My.get(made)?.readers).toEqual(['S-1-5-80-1-2-3-4-5']);
  }
  expect(rig.machines.get('sqlm01')?.performed.map(({ type }) => type)).toEqual([
    'certificate.trust',
    'certificate.trust',
  ]);
  for (const [name, stage] of [...STAGES].reverse())
    expect([stage, await rig.run(plan, name, 'undo', stage, { refs: refsFor(rig, name) })]).toEqual([
      stage,
      'put-back',
    ]);
  for (const name of ['sqlm01', 'sqlw01', 'sqlw02']) {
    const machine = rig.machines.get(name);
    expect([...(machine?.stores.My.keys() ?? [])]).toEqual(name === 'sqlm01' ? [] : ['AB'.repeat(20)]);
    expect([...(machine?.stores.Root.keys() ?? [])]).toEqual([rig.old.thumbprint]);
  }
  expect(outcomeOf(rig.entries('sqlw01'), 1)).toBe('applied');
});
