import { createMemorySigner } from '../../../../adapters/memory/signer.ts';
import type { MadeRef } from '../../../../src/domain/letters/protocol.ts';
import type { CertificateProfile, Plan } from '../../../../src/domain/plan/plan.ts';
import type { Twist } from '../certificates.ts';
import { forged, OTHER, putInProfile, refusal } from '../forge.ts';
import { type Rig, rigBefore } from '../rig.ts';
import { host, make } from '../world.ts';

describe('a certificate that comes with an order', () => {
  /** The master's runner, if it were owned: it signs that it made this certificate under this very plan. */
  function madeBy(rig: Rig, plan: Plan, twist: Twist, signer = rig.signers.get('sqlm01')): MadeRef {
    const made = make(plan.header.profiles.new as CertificateProfile, rig.clock.now(), twist);
    const entry = {
      type: 'done',
      n: 1,
      rotation: plan.header.id,
      digest: plan.digest,
      step: 'sqlm01/create/create-certificate',
      facts: {},
      made,
      changed: true,
    };
    const at = new Date(rig.clock.now()).toISOString();
    const line = { stream: 'runner.sqlm01', seq: 3, prev: 'ab'.repeat(32), at, entry };
    const report = (signer ?? createMemorySigner()).sign('entry', JSON.stringify(line));
    return { ...made, host: host('sqlm01'), seq: 3, report };
  }

  /** The same, with another entry in its report. */
  function reported(rig: Rig, plan: Plan, change: (entry: { [name: string]: unknown }) => object): MadeRef {
    const ref = madeBy(rig, plan, {});
    const line = JSON.parse(ref.report.body);
    const signer = rig.signers.get('sqlm01') ?? createMemorySigner();
    return { ...ref, report: signer.sign('entry', JSON.stringify({ ...line, entry: change(line.entry) })) };
  }

  /** Its maker was killed before it had it in its store. */
  const begun = (_ref: MadeRef, rig: Rig, plan: Plan): MadeRef =>
    reported(rig, plan, ({ n, rotation, digest, step, made }) => {
      return { type: 'started', n, rotation, digest, step, before: {}, made, goal: {}, direction: 'forth' };
    });

  const TWISTS: readonly (readonly [string, string, Twist])[] = [
    ['is a CA', 'CertificateIsCa', { ca: true }],
    ['may sign certificates', 'CertificateCanSign', { certSign: true }],
    ['may sign revocation lists', 'CertificateCanSign', { crlSign: true }],
    ['does not say what its key may do', 'CertificateCanSign', { anyUse: true }],
    ['is of the first version, whose fields nobody has to read', 'CertificateVersionDiffers', { version: 1 }],
    ['was issued by somebody else', 'CertificateNotSelfSigned', { issuer: 'login.example.com' }],
    ['has a shorter key', 'CertificateKeyDiffers', { keyBits: 1024 }],
    ['is signed with SHA-1', 'CertificateHashDiffers', { hash: 'sha1' }],
    ['has no name but its subject', 'CertificateNamesDiffer', { bare: true }],
    ['has a name of another kind as well', 'CertificateNamesDiffer', { uri: 'https://login.example.com' }],
    ['has a name that nobody approved', 'CertificateNamesDiffer', { names: ['sqlm01', 'login.example.com'] }],
    ['has another subject', 'CertificateNamesDiffer', { cn: 'login.example.com' }],
    ['lives too long', 'CertificateLifetimeDiffers', { lifetimeDays: 3650 }],
    ['began long ago', 'CertificateLifetimeDiffers', { begunDaysAgo: 3000 }],
    ['begins only years from now', 'CertificateLifetimeDiffers', { begunDaysAgo: -3000, lifetimeDays: 3300 }],
    ['has expired', 'CertificateLifetimeDiffers', { lifetimeDays: -1 }],
    ['ends at an instant that OpenSSL does not read', 'CertificateUnreadable', { ends: '99991231235959' }],
    ['ended when years had two digits', 'CertificateUnreadable', { ends: '00270601000000Z' }],
    ['is a CA in a form that is not DER', 'CertificateUnreadable', { constraints: '30052103' + '0101ff' }],
    ['is a CA by two bytes for one', 'CertificateUnreadable', { constraints: '3004010200ff' }],
    ['may do what no bits tell', 'CertificateUnreadable', { keyUsage: '020205a0' }],
    ['has a field that Windows takes for its usages', 'CertificateFieldsDiffer', { field: '1.3.6.1.4.1.311.21.10' }],
    ['is good for clients too', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'clientAuth'] }],
    ['is good for code signing', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'codeSigning'] }],
  ];

  test.each(TWISTS)('and %s is refused (%s), although the right runner signed for it', async (_, code, twist) => {
    const { rig, plan } = await rigBefore('trust');
    expect(await refusal(rig, plan, 'sqlw01', 'trust', { refs: { new: madeBy(rig, plan, twist) } })).toBe(
      `refused ${code}`,
    );
  });

  test('and was made by a worker is refused, although the plan says so and that worker signed for it', async () => {
    const { rig, plan } = await rigBefore('trust');
    const elsewhere = forged(plan, 'sqlw01', 'trust', { header: putInProfile('host', 'sqlw02') });
    const ref = { ...madeBy(rig, elsewhere, {}, rig.signers.get('sqlw02')), host: host('sqlw02') };
    expect(await refusal(rig, elsewhere, 'sqlw01', 'trust', { refs: { new: ref } })).toBe('refused MakerNotPinned');
  });

  test('of a master that is to be confirmed within an hour is trusted, and that hour is the longest', async () => {
    const { rig, plan } = await rigBefore('trust');
    const longest = forged(plan, 'sqlw01', 'trust', {
      header: (header) => Object.assign(header.gap as object, { limitMs: 3_600_000 }),
    });
    const refs = { new: madeBy(rig, longest, {}) };
    expect(await rig.run(longest, 'sqlw01', 'apply', 'trust', { refs })).toBe('applied');
  });

  test('and is as approved, signed by the right runner, is trusted', async () => {
    const { rig, plan } = await rigBefore('trust');
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust', { refs: { new: madeBy(rig, plan, {}) } })).toBe('applied');
  });

  const REFS: readonly (readonly [string, string, (ref: MadeRef, rig: Rig, plan: Plan) => MadeRef])[] = [
    [
      'signed by a key that is not pinned',
      'MakerSignatureWrong',
      (_, rig, plan) => madeBy(rig, plan, {}, createMemorySigner()),
    ],
    [
      "signed by another machine's runner",
      'MakerSignatureWrong',
      (_, rig, plan) => madeBy(rig, plan, {}, rig.signers.get('sqlw02')),
    ],
    ['made on another machine', 'MakerNotPinned', (ref) => ({ ...ref, host: host('sqlw02') })],
    ['made on an unknown machine', 'MakerNotPinned', (ref) => ({ ...ref, host: host('constructor') })],
    ['with another seq than its entry', 'MakerReportDiffers', (ref) => ({ ...ref, seq: ref.seq + 1 })],
    [
      'made under another plan',
      'MakerReportDiffers',
      (_, rig, plan) => madeBy(rig, { ...plan, digest: 'ab'.repeat(32) }, {}),
    ],
    [
      'with a report about the making of another one',
      'MakerReportDiffers',
      (_, rig, plan) => ({ ...madeBy(rig, plan, {}), report: madeBy(rig, plan, {}).report }),
    ],
    ['of which the right runner says only that it began to make it', 'MakerReportDiffers', begun],
    [
      'with a report of a step that made nothing',
      'MakerReportDiffers',
      (_, rig, plan) => reported(rig, plan, (entry) => ({ ...entry, made: null })),
    ],
    ['whose thumbprint is not its own', 'CertificateDiffers', (ref) => ({ ...ref, thumbprint: OTHER })],
    ['whose bytes are another certificate', 'CertificateDiffers', (ref, rig) => ({ ...ref, der: rig.old.der })],
    ['whose bytes are no certificate', 'CertificateUnreadable', (ref) => ({ ...ref, der: 'AAAA' })],
  ];

  test.each(REFS)('%s is refused (%s)', async (_, code, change) => {
    const { rig, plan } = await rigBefore('trust');
    const [honest] = Object.values(rig.refs());
    if (honest === undefined) throw new Error('nothing made');
    expect(await refusal(rig, plan, 'sqlw01', 'trust', { refs: { new: change(honest, rig, plan) } })).toBe(
      `refused ${code}`,
    );
  });

  test.each(['trust', 'workers'])(
    "and does not cover the worker's own endpoint is refused in stage %s",
    async (stage) => {
      const { rig, plan } = await rigBefore(stage);
      const settings = rig.machines.get('sqlw01')?.settings.worker;
      if (settings !== undefined) settings.MasterEndpoint = 'https://10.0.0.5:8391';
      expect(await refusal(rig, plan, 'sqlw01', stage)).toBe('refused EndpointNotCovered');
    },
  );

  test('and that its plan has another machine make is refused', async () => {
    const { rig, plan } = await rigBefore('trust');
    const other = forged(plan, 'sqlw01', 'trust', { header: putInProfile('host', 'sqlw02') });
    expect(await refusal(rig, other, 'sqlw01', 'trust', { refs: { new: madeBy(rig, other, {}) } })).toBe(
      'refused MakerNotPinned',
    );
  });

  test('is judged even if no step uses it, for a later undo might', async () => {
    const { rig, plan } = await rigBefore('create');
    expect(await refusal(rig, plan, 'sqlm01', 'create', { refs: { new: madeBy(rig, plan, { ca: true }) } })).toBe(
      'refused CertificateIsCa',
    );
  });

  test('under a name that the plan does not know is refused, whoever made it', async () => {
    const { rig, plan } = await rigBefore('trust');
    const ref = madeBy(rig, plan, {});
    expect(await refusal(rig, plan, 'sqlw01', 'trust', { refs: { new: ref, other: ref } })).toBe(
      'refused ProfileDiffers',
    );
  });

  test('and is said to be the master’s own work must be in its own journal', async () => {
    const { rig, plan } = await rigBefore('master');
    expect(await refusal(rig, plan, 'sqlm01', 'master', { refs: { new: madeBy(rig, plan, {}) } })).toBe(
      'refused NotMadeHere',
    );
  });

  test("is accepted without any of that if its thumbprint is in the runner's own configuration", async () => {
    const { rig, plan } = await rigBefore('trust');
    const ref = madeBy(rig, plan, { lifetimeDays: 3000 }, createMemorySigner());
    const runner = rig.runner('sqlw01', { config: { ...rig.config('sqlw01'), allowedCertificates: [ref.thumbprint] } });
    await runner.start();
    await runner.receive(rig.seal(rig.order(plan, 'sqlw01', 'apply', 'trust', { refs: { new: ref } })));
    await runner.idle();
    await runner.stop();
    expect(rig.machines.get('sqlw01')?.stores.Root.has(ref.thumbprint)).toBe(true);
  });
});
