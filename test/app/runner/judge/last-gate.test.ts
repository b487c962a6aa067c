import type { MadeRef } from '../../../../src/domain/letters/protocol.ts';
import { forged, OTHER, ofKind, params, put, putInProfile, refusal } from '../forge.ts';
import { rigBefore } from '../rig.ts';

const PLANS: readonly (readonly [
  what: string,
  host: string,
  stage: string,
  code: string,
  Parameters<typeof forged>[3],
])[] = [
  ['another port to bind', 'sqlm01', 'master', 'PortNotAllowed', { step: ofKind('bind-port', put('port', 443)) }],
  [
    'a master that may stay unconfirmed for more than an hour',
    'sqlm01',
    'master',
    'GapTooLong',
    { header: (header) => Object.assign(header.gap as object, { limitMs: 3_600_001 }) },
  ],
  ['another port to rehearse', 'sqlm01', 'rehearse', 'PortNotAllowed', { step: params(put('port', 443)) }],
  ['another port to unbind', 'sqlm01', 'rehearse-end', 'PortNotAllowed', { step: params(put('port', 443)) }],
  ['another port to ask', 'sqlm01', 'master', 'PortNotAllowed', { check: params(put('port', 22)) }],
  [
    'another name to ask for',
    'sqlm01',
    'master',
    'NameNotAllowed',
    { check: params(put('servername', 'other.example')) },
  ],
  [
    'a wait for packages where none can be seen',
    'sqlw01',
    'workers',
    'RoleNotAllowed',
    {
      check: (one) => {
        Object.assign(one, { kind: 'packages-end', params: { limitMs: 86_400_000, workers: [] } });
      },
    },
  ],
  [
    'a thumbprint of its choice to bind',
    'sqlm01',
    'master',
    'CertificateNotAllowed',
    { step: ofKind('bind-port', put('thumbprint', OTHER)) },
  ],
  [
    'a thumbprint of its choice to write',
    'sqlw01',
    'workers',
    'CertificateNotAllowed',
    { step: ofKind('write-setting', put('thumbprint', OTHER)) },
  ],
  [
    'a thumbprint of its choice to trust',
    'sqlw01',
    'trust',
    'CertificateNotAllowed',
    { step: params(put('thumbprint', OTHER)) },
  ],
  [
    'a value that is no thumbprint',
    'sqlw01',
    'workers',
    'StepNotUnderstood',
    {
      step: ofKind('write-setting', (p) => {
        p.thumbprint = '"; shutdown';
      }),
    },
  ],
  [
    'a thumbprint of its choice to publish',
    'sqlm01',
    'publish',
    'CertificateNotAllowed',
    { step: params(put('thumbprint', OTHER)) },
  ],
  ['the file of a worker to write', 'sqlm01', 'publish', 'RoleNotAllowed', { step: params(put('role', 'worker')) }],
  [
    'a certificate that came from nowhere',
    'sqlw01',
    'trust',
    'RefMissing',
    { step: params(put('thumbprint', { ref: 'other' })) },
  ],
  [
    'another setting',
    'sqlw01',
    'workers',
    'StepNotUnderstood',
    { step: ofKind('write-setting', put('key', 'MasterEndpoint')) },
  ],
  [
    "the worker's own certificate",
    'sqlw01',
    'workers',
    'SettingNotAllowed',
    { step: ofKind('write-setting', put('key', 'WorkerHttpsCertThumbprint')) },
  ],
  [
    'another service',
    'sqlw01',
    'workers',
    'StepNotUnderstood',
    { step: ofKind('restart-service', put('role', 'MSSQLSERVER')) },
  ],
  [
    'a service that is not here',
    'sqlw01',
    'workers',
    'ServiceMissing',
    { step: ofKind('restart-service', put('role', 'master')) },
  ],
  ['a key for somebody else', 'sqlm01', 'create', 'GrantNotAllowed', { step: params(put('serviceSid', 'S-1-1-0')) }],
  [
    'the readers of another certificate',
    'sqlm01',
    'create',
    'OldNotInUse',
    { step: params(put('oldThumbprint', OTHER)) },
  ],
  [
    'another profile than the approved one',
    'sqlm01',
    'create',
    'ProfileDiffers',
    { step: params(putInProfile('keyBits', 4096)) },
  ],
  ['a key that is too short', 'sqlm01', 'create', 'PlanNotUnderstood', { header: putInProfile('keyBits', 1024) }],
  ['an extra parameter', 'sqlm01', 'create', 'StepNotUnderstood', { step: params(put('command', 'whoami')) }],
  ['an unknown kind', 'sqlm01', 'create', 'KindUnknown', { step: put('kind', 'run-script') }],
  ['a kind that every object has', 'sqlm01', 'create', 'KindUnknown', { step: put('kind', 'constructor') }],
  ['a step for another machine', 'sqlm01', 'create', 'StepForOtherHost', { step: put('host', 'sqlw01') }],
  ['two steps with one id', 'sqlm01', 'master', 'StepTwice', { step: put('id', 'same') }],
  ['another kind of rotation', 'sqlm01', 'create', 'RotationNotServed', { header: put('kind', 'retire') }],
  ['an unknown kind of rotation', 'sqlm01', 'create', 'PlanNotUnderstood', { header: put('kind', 'wipe') }],
  ['another farm', 'sqlm01', 'create', 'OtherFarm', { header: put('farm', 'test') }],
  ['another rotation', 'sqlm01', 'create', 'OtherRotation', { header: put('id', 'prod-18') }],
  [
    'a maker that is not the pinned master',
    'sqlm01',
    'create',
    'MakerNotPinned',
    { header: putInProfile('host', 'sqlw02'), step: params(putInProfile('host', 'sqlw02')) },
  ],
  [
    'a usage for clients',
    'sqlm01',
    'create',
    'UsageNotAllowed',
    {
      header: putInProfile('usages', ['serverAuth', 'clientAuth']),
      step: params(putInProfile('usages', ['serverAuth', 'clientAuth'])),
    },
  ],
  [
    'a name that hides what it is',
    'sqlm01',
    'create',
    'FriendlyNameDiffers',
    { header: putInProfile('friendlyName', 'Microsoft'), step: params(putInProfile('friendlyName', 'Microsoft')) },
  ],
  ['another store for the certificate', 'sqlm01', 'create', 'StoreNotAllowed', { step: params(put('store', 'My')) }],
  [
    'another store in what it approved',
    'sqlm01',
    'create',
    'StoreNotAllowed',
    { header: putInProfile('store', 'My'), step: params(putInProfile('store', 'My')) },
  ],
  ['the master’s key for its worker', 'sqlm01', 'create', 'MakerNotPinned', { step: params(put('role', 'worker')) }],
  [
    'a check among its steps',
    'sqlm01',
    'create',
    'KindUnknown',
    { step: (one) => void Object.assign(one, { kind: 'service-runs', params: { role: 'master' } }) },
  ],
];

describe('a bot with a valid key that wants', () => {
  test.each(PLANS)('%s on %s in stage %s is refused with %s', async (_, name, stage, code, how) => {
    const { rig, plan } = await rigBefore(stage);
    // What was done so far was done under the honest plan; the certificate is known, the digest is another.
    const outcome = await refusal(rig, forged(plan, name, stage, how), name, stage, { refs: {} });
    expect(outcome).toBe(`refused ${code}`);
  });
});

describe('an undo order', () => {
  test('removes only what this machine itself has trusted under this plan, whatever certificate the order names', async () => {
    const { rig, plan } = await rigBefore('rehearse');
    const root = rig.machines.get('sqlw01')?.stores.Root;
    const [honest] = Object.values(rig.refs());
    const foreign = { ...(honest as MadeRef), thumbprint: rig.old.thumbprint, der: rig.old.der };
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust', { refs: { new: foreign } })).toBe('put-back');
    expect([...(root?.keys() ?? [])]).toEqual([rig.old.thumbprint]);
  });

  test('writes nothing that only the letter mentions', async () => {
    const { rig, plan } = await rigBefore('workers');
    const evil = forged(plan, 'sqlw01', 'workers', {
      step: (step) => {
        if (step.kind === 'write-setting') step.expected = { value: OTHER };
      },
    });
    const before = rig.machines.get('sqlw01')?.performed.length ?? 0;
    expect(await rig.run(evil, 'sqlw01', 'undo', 'workers')).toBe('refused NothingToUndo');
    expect(rig.machines.get('sqlw01')?.performed).toHaveLength(before);
  });

  test('leaves a certificate that was there before the rotation', async () => {
    const { rig, plan } = await rigBefore('trust');
    const [honest] = Object.values(rig.refs());
    const root = rig.machines.get('sqlw01')?.stores.Root;
    const found = rig.machines.get('sqlm01')?.stores.Root.get(honest?.thumbprint ?? '');
    if (found !== undefined) root?.set(found.facts.thumbprint, found);
    expect(await rig.run(plan, 'sqlw01', 'apply', 'trust')).toBe('unchanged');
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust')).toBe('put-back');
    expect(root?.has(honest?.thumbprint ?? '')).toBe(true);
  });
});
