import type { MadeRef } from '../../../../src/domain/letters/protocol.ts';
import { type MadeCertificate, type Plan, writePlan } from '../../../../src/domain/plan/plan.ts';
import type { HostName, Json, Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { factsOfMade } from '../certificates.ts';
import { forged, OTHER, ofKind, put, refusal } from '../forge.ts';
import { leftBehind, planReconnect, STAGE } from '../reconnect-rig.ts';
import { host, type Rig, stateOf } from '../rig.ts';
import { make } from '../world.ts';

const ONEBOX = { sqlm01: ['master', 'worker'] } as const;

type Forgery = Parameters<typeof forged>[3];

/** The plan of a reconnect to this certificate. */
const toFind = (plan: Plan, thumbprint: Thumbprint): Plan => {
  const wanted = (key: string, value: Json) => (key === 'wanted' && value !== 'running' ? thumbprint : value);
  return { ...plan, slices: JSON.parse(JSON.stringify(plan.slices), wanted) };
};

const PLANS: readonly (readonly [string, string, Forgery])[] = [
  [
    "the worker's own certificate written",
    'SettingNotAllowed',
    { step: ofKind('write-setting', put('key', 'WorkerHttpsCertThumbprint')) },
  ],
  [
    'a thumbprint of its choice pinned',
    'CertificateNotAllowed',
    { step: ofKind('write-setting', put('thumbprint', OTHER)) },
  ],
  [
    'a thumbprint of its choice trusted',
    'CertificateNotAllowed',
    { step: ofKind('trust-certificate', put('thumbprint', OTHER)) },
  ],
  [
    'a certificate trusted that does not come along',
    'RefMissing',
    { step: ofKind('trust-certificate', put('thumbprint', { ref: 'new' })) },
  ],
  ['a check of the master', 'RoleNotAllowed', { check: ofKind('service-runs', put('role', 'master')) }],
  [
    'a wait for packages',
    'RoleNotAllowed',
    { check: (one) => void Object.assign(one, { kind: 'packages-end', params: { limitMs: 1000, workers: [] } }) },
  ],
  [
    'another certificate than was approved',
    'CertificateDiffers',
    {
      header: (header) => {
        header.existing = { present: { thumbprint: OTHER, host: 'sqlm01', store: 'Root' } };
      },
    },
  ],
  ['one although none was approved', 'CertificateDiffers', { header: (header) => void delete header.existing }],
  [
    'the word of another rotation used',
    'MakerReportDiffers',
    { header: (header) => void Object.assign(header.wish as object, { of: 'prod-3' }) },
  ],
  [
    'to do it under another name',
    'RotationNotServed',
    { header: (header) => void Object.assign(header, { kind: 'rollback' }) },
  ],
];

const STRANGERS: readonly (readonly [string, string, Json])[] = [
  ['bind-port', 'StepNotAllowed', { port: 8391, thumbprint: { ref: 'present' } }],
  ['publish-cer', 'StepNotAllowed', { role: 'master', thumbprint: { ref: 'present' } }],
  ['remove-certificate', 'StepNotAllowed', { thumbprint: OTHER }],
  ['remove-key', 'StepNotAllowed', { thumbprint: OTHER }],
  ['end-rehearsal', 'StepNotAllowed', { port: 8391, thumbprint: { ref: 'present' } }],
  ['restart-service', 'RoleNotAllowed', { role: 'master' }],
  ['write-setting', 'SettingNotAllowed', { role: 'master', key: 'SSLCertThumbprint', thumbprint: { ref: 'present' } }],
];

describe('under a reconnect, a bot with a valid key that wants', () => {
  test.each(PLANS)('%s is refused with %s', async (_, code, forgery) => {
    const { rig, plan, how } = await leftBehind();
    const evil = forged(plan, 'sqlw02', STAGE, forgery);
    expect(await refusal(rig, evil, 'sqlw02', STAGE, how)).toBe(`refused ${code}`);
  });

  test.each(STRANGERS)('a step %s on a machine that is also the master is refused with %s', async (kind, code, to) => {
    const { rig, plan, how } = await leftBehind('sqlm01', ONEBOX);
    const evil = forged(plan, 'sqlm01', STAGE, {
      step: (step) => {
        if (step.kind === 'trust-certificate') Object.assign(step, { kind, params: to });
      },
    });
    expect(await refusal(rig, evil, 'sqlm01', STAGE, how)).toBe(`refused ${code}`);
  });

  test('a certificate trusted and pinned that it does not send is refused', async () => {
    const { rig, plan, how } = await leftBehind();
    expect(await refusal(rig, plan, 'sqlw02', STAGE, { ...how, refs: {} })).toBe('refused RefMissing');
  });

  test('to have the master itself reconnected is refused there, and nothing is changed', async () => {
    const { rig, plan, how } = await leftBehind();
    const moved = JSON.parse(JSON.stringify(plan).replaceAll('sqlw02', 'sqlm01'));
    const evil = writePlan(moved.header, moved.slices.slice(1));
    expect(await refusal(rig, evil, 'sqlm01', STAGE, how)).toBe('refused SettingsFileMissing');
  });
});

describe('the worker, asked to trust what its master presents, refuses', () => {
  /** What the master's runner would sign, if it were owned. */
  function signedBy(
    rig: Rig,
    twist: Parameters<typeof make>[2],
    signer = rig.signerOf('sqlm01'),
    rotation = 'prod-17',
  ): MadeRef {
    const made = make(profileOf(host('sqlm01')), rig.clock.now(), twist);
    const base = { n: 1, rotation, digest: 'ab'.repeat(32), facts: {}, changed: true };
    const entry = { type: 'done', ...base, step: 'sqlm01/create/create-certificate', made };
    const at = new Date(rig.clock.now()).toISOString();
    const line = { stream: 'runner.sqlm01', seq: 3, prev: 'ab'.repeat(32), at, entry };
    return { ...made, host: 'sqlm01' as HostName, seq: 3, report: signer.sign('entry', JSON.stringify(line)) };
  }
  /** The same plan about that certificate, and a master that presents it. */
  async function about(ref: (rig: Rig) => MadeRef, presents = true, worker = 'sqlw02', hosts?: typeof ONEBOX) {
    const { rig, plan, how } = await leftBehind(worker, hosts);
    const present = ref(rig);
    const evil = forged(plan, worker, STAGE, {
      header: (header) => {
        header.existing = { present: { thumbprint: present.thumbprint, host: 'sqlm01', store: 'Root' } };
      },
    });
    if (presents) presented(rig, present.thumbprint);
    return refusal(rig, evil, worker, STAGE, { ...how, refs: { present } });
  }
  const presented = (rig: Rig, thumbprint: Thumbprint): void => {
    const master = rig.machines.get('sqlm01');
    // Not the same objects: they stand in its journal too.
    if (master !== undefined) master.bindings = master.bindings.map((binding) => ({ ...binding, thumbprint }));
  };

  test.each([
    ['a CA', 'CertificateIsCa', { ca: true }],
    ['one that may sign certificates', 'CertificateCanSign', { certSign: true }],
    ['one that may sign revocation lists', 'CertificateCanSign', { crlSign: true }],
    ['one that does not say what its key may do', 'CertificateCanSign', { anyUse: true }],
    ['one that somebody else issued', 'CertificateNotSelfSigned', { issuer: 'login.example.com' }],
    ['one of the first version, whose fields nobody has to read', 'CertificateVersionDiffers', { version: 1 }],
    ['one with another name', 'EndpointNotCovered', { names: ['login.example.com'] }],
    ['one that has expired', 'CertificateLifetimeDiffers', { lifetimeDays: -1 }],
    ['one whose end cannot be read', 'CertificateUnreadable', { ends: '99991231235959' }],
    ['one that is good for code signing', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'codeSigning'] }],
    ['one with an unknown field', 'CertificateFieldsDiffer', { field: '1.3.6.1.4.1.311.21.10' }],
  ] as const)('%s with %s, although the right master signed for it and presents it', async (_, code, twist) => {
    expect(await about((rig) => signedBy(rig, twist as never))).toBe(`refused ${code}`);
  });

  test('one that somebody else signed for, or that the master made under another rotation', async () => {
    expect(await about((rig) => signedBy(rig, {}, rig.bot))).toBe('refused MakerSignatureWrong');
    expect(await about((rig) => signedBy(rig, {}, rig.signerOf('sqlw01')))).toBe('refused MakerSignatureWrong');
    expect(await about((rig) => ({ ...signedBy(rig, {}), host: 'sqlw01' as HostName }))).toBe('refused MakerNotPinned');
    expect(await about((rig) => signedBy(rig, {}, undefined, 'prod-16'))).toBe('refused MakerReportDiffers');
  });

  test('one that it is said to have made itself, but that its own journal does not know', async () => {
    expect(await about((rig) => signedBy(rig, {}), true, 'sqlm01', ONEBOX)).toBe('refused NotMadeHere');
  });

  test('one whose bytes are not those that were signed for', async () => {
    const strange = (rig: Rig): MadeRef => ({ ...signedBy(rig, {}), der: make(profileOf(host('sqlm01')), 1).der });
    expect(await about(strange)).toBe('refused CertificateDiffers');
  });

  test('one that the master does not present now, although it made it', async () => {
    expect(await about((rig) => signedBy(rig, {}), false)).toBe('refused NotPresentedNow');
  });

  test('everything, once its own MasterEndpoint leads nowhere', async () => {
    const { rig, plan, how } = await leftBehind();
    Object.assign(rig.machines.get('sqlm01')?.services.master?.facts ?? {}, { state: 'stopped', pid: 0 });
    expect(await refusal(rig, plan, 'sqlw02', STAGE, how)).toBe('refused NotPresentedNow');
  });
});

describe('a certificate that no runner made', () => {
  const seen = ({ thumbprint, der, host: where }: MadeRef) => ({ thumbprint, der, host: where });

  test('is accepted if an administrator has put it into the worker’s own configuration, and only while it is presented', async () => {
    const { rig, plan, how } = await leftBehind();
    const present = how.refs.present as MadeRef;
    const refs = { present: seen(present) };
    expect(await refusal(rig, plan, 'sqlw02', STAGE, { ...how, refs })).toBe('refused CertificateNotAllowed');
    rig.allowed.set('sqlw01', [present.thumbprint]);
    expect(await refusal(rig, plan, 'sqlw02', STAGE, { ...how, refs })).toBe('refused CertificateNotAllowed');
    rig.allowed.set('sqlw02', [present.thumbprint]);
    const master = rig.machines.get('sqlm01');
    const bound = JSON.stringify(master?.bindings);
    for (const binding of master?.bindings ?? []) Object.assign(binding, { thumbprint: rig.old.thumbprint });
    expect(await refusal(rig, plan, 'sqlw02', STAGE, { ...how, refs })).toBe('refused NotPresentedNow');
    for (const [at, binding] of (master?.bindings ?? []).entries()) Object.assign(binding, JSON.parse(bound)[at]);
    expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, { ...how, refs })).toBe('applied');
  });
});

test('one that set-up made is accepted once allowed: clients know it by its common names, for it has no others', async () => {
  const { rig, plan, how } = await leftBehind();
  const made = (cn: readonly string[]) => make(profileOf(host('sqlm01')), rig.clock.now(), { bare: true, cn });
  const about = (certificate: MadeCertificate) => {
    const { thumbprint } = certificate;
    rig.allowed.set('sqlw02', [thumbprint]);
    for (const binding of rig.machines.get('sqlm01')?.bindings ?? []) Object.assign(binding, { thumbprint });
    const evil = forged(toFind(plan, thumbprint), 'sqlw02', STAGE, {
      header: (header) =>
        void Object.assign(header, { existing: { present: { thumbprint, host: 'sqlm01', store: 'Root' } } }),
    });
    return [evil, { ...how, refs: { present: { ...certificate, host: 'sqlm01' as HostName } } }] as const;
  };
  const [strange, refs] = about(made(['sqlm02', '10.0.0.7']));
  expect(await refusal(rig, strange, 'sqlw02', STAGE, refs)).toBe('refused EndpointNotCovered');
  const [fit, its] = about(made(['10.0.0.7', 'SQLM01']));
  expect(await rig.run(fit, 'sqlw02', 'apply', STAGE, its)).toBe('applied');
});

describe('the root of the certificate that the master presents', () => {
  /** The master presents what an authority issued; the plan is one that trusts that authority. */
  async function issued() {
    const { rig, plan, how } = await leftBehind();
    const now = rig.clock.now();
    const of = profileOf(host('sqlm01'));
    const root = make(of, now, { ca: true, certSign: true, cn: 'Contoso Root' });
    const leaf = make(of, now, { issuer: 'Contoso Root' });
    const master = rig.machines.get('sqlm01');
    master?.stores.My.set(leaf.thumbprint, { ...leaf, facts: factsOfMade(leaf), readers: [] });
    for (const binding of master?.bindings ?? []) Object.assign(binding, { thumbprint: leaf.thumbprint, store: 'My' });
    const from = (made: MadeCertificate) => ({ thumbprint: made.thumbprint, host: 'sqlm01', store: 'Root' });
    const about = (present: MadeCertificate, authority: MadeCertificate) =>
      forged(toFind(plan, present.thumbprint), 'sqlw02', STAGE, {
        header: (header) => {
          header.existing = { present: from(present), authority: from(authority) };
          Object.assign(header.wish as object, { of: null });
        },
        step: ofKind('trust-certificate', put('thumbprint', { ref: 'authority' })),
      });
    const ref = (made: MadeCertificate) => ({ ...made, host: 'sqlm01' as HostName });
    const refs = (authority = root) => ({ ...how, refs: { present: ref(leaf), authority: ref(authority) } });
    return { rig, root, leaf, about, refs };
  }

  test('is trusted in its place if the worker’s own configuration allows both, and an undo takes that back', async () => {
    const { rig, root, leaf, about, refs } = await issued();
    const plan = about(leaf, root);
    for (const allowed of [[], [leaf.thumbprint], [root.thumbprint]]) {
      rig.allowed.set('sqlw02', allowed);
      expect(await refusal(rig, plan, 'sqlw02', STAGE, refs())).toBe('refused CertificateNotAllowed');
    }
    rig.allowed.set('sqlw02', [leaf.thumbprint, root.thumbprint]);
    expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, refs())).toBe('applied');
    const machine = rig.machines.get('sqlw02');
    const trusted = () => [leaf, root].map(({ thumbprint }) => machine?.stores.Root.has(thumbprint));
    expect([trusted(), machine?.settings.worker?.MasterHttpsCertThumbprint]).toEqual([[false, true], leaf.thumbprint]);
    expect(await rig.run(plan, 'sqlw02', 'undo', STAGE, refs())).toBe('put-back');
    expect(trusted()).toEqual([false, false]);
  });

  test('is not pinned, must be the one that was approved, and must have no issuer itself', async () => {
    const { rig, root, leaf, about, refs } = await issued();
    const middle = make(profileOf(host('sqlm01')), rig.clock.now(), { ca: true, issuer: 'Contoso Root' });
    rig.allowed.set('sqlw02', [leaf.thumbprint, root.thumbprint, middle.thumbprint]);
    expect(await refusal(rig, about(leaf, root), 'sqlw02', STAGE, refs(middle))).toBe('refused CertificateDiffers');
    expect(await refusal(rig, about(leaf, middle), 'sqlw02', STAGE, refs(middle))).toBe(
      'refused CertificateNotSelfSigned',
    );
    const pinned = forged(about(leaf, root), 'sqlw02', STAGE, {
      step: ofKind('write-setting', put('thumbprint', { ref: 'authority' })),
    });
    expect(await refusal(rig, pinned, 'sqlw02', STAGE, refs())).toBe('refused RefMissing');
  });
});

test('a reconnect trusts and pins what the master presents; when it is undone, all is as before', async () => {
  const { rig, plan, how } = await leftBehind();
  const machine = () => rig.machines.get('sqlw02');
  const before = JSON.stringify(stateOf(machine()));
  const thumbprint = how.refs.present?.thumbprint ?? '';
  expect(await rig.run(plan, 'sqlw02', 'apply', STAGE, how)).toBe('applied');
  expect(machine()?.settings.worker?.MasterHttpsCertThumbprint).toBe(thumbprint);
  expect(machine()?.stores.Root.has(thumbprint)).toBe(true);
  expect(await rig.run(plan, 'sqlw02', 'undo', STAGE, how)).toBe('put-back');
  expect(machine()?.settings.worker?.MasterHttpsCertThumbprint).toBe(rig.old.thumbprint);
  expect(machine()?.stores.Root.has(thumbprint)).toBe(false);
  expect(JSON.parse(before).root).toEqual([...(machine()?.stores.Root.keys() ?? [])]);
});

test('a machine that is master and worker accepts what its own journal shows that it made', async () => {
  const { rig, plan, how } = await leftBehind('sqlm01', ONEBOX);
  expect(plan.slices[0]?.stages.reconnect).toBeDefined();
  expect(await rig.run(plan, 'sqlm01', 'apply', STAGE, how)).toBe('applied');
  await expect(planReconnect(rig, 'sqlm01')).rejects.toThrow('AlreadyConnected');
});
