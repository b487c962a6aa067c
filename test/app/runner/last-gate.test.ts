import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import {
  type Plan,
  type PlanHeader,
  type PlannedCheck,
  type PlannedStep,
  type PlanSlice,
  writePlan,
} from '../../../src/domain/plan.ts';
import type { MadeRef, Order } from '../../../src/domain/protocol.ts';
import type { Json, Thumbprint } from '../../../src/domain/values.ts';
import { createCertificateMaker, type Twist } from './certificates.ts';
import { host, type Rig, rigBefore } from './rig.ts';

const make = createCertificateMaker();
const OTHER = 'CD'.repeat(20) as Thumbprint;

type Change = (value: { [name: string]: Json }) => void;

type Loose = { host: string; stages: { [stage: string]: { steps: PlannedStep[]; checks: PlannedCheck[] } } };

/** A plan that a bot with a valid key made up: everything is signed and hashed as it should be. */
function forged(
  plan: Plan,
  name: string,
  stage: string,
  how: { step?: Change; check?: Change; header?: Change },
): Plan {
  const copy = JSON.parse(JSON.stringify(plan)) as { header: PlanHeader; slices: Loose[] };
  how.header?.(copy.header as unknown as { [name: string]: Json });
  for (const slice of copy.slices) {
    if (slice.host !== name) continue;
    const work = slice.stages[stage];
    // A stage of checks alone: its steps would be refused first.
    if (how.check !== undefined) work?.steps.splice(0);
    for (const step of work?.steps ?? []) how.step?.(step as unknown as { [name: string]: Json });
    for (const check of work?.checks ?? []) how.check?.(check as unknown as { [name: string]: Json });
  }
  return writePlan(copy.header, copy.slices as unknown as PlanSlice[]);
}

const params =
  (change: Change): Change =>
  (step) =>
    change(step.params as { [name: string]: Json });
const ofKind =
  (kind: string, change: Change): Change =>
  (step) => {
    if (step.kind === kind) params(change)(step);
  };

async function refusal(rig: Rig, plan: Plan, name: string, stage: string, how: Partial<Order> = {}): Promise<string> {
  const before = rig.machines.get(name)?.performed.length ?? 0;
  const outcome = await rig.run(plan, name, 'apply', stage, how);
  expect(rig.machines.get(name)?.performed).toHaveLength(before);
  return outcome;
}

const PLANS: readonly (readonly [
  what: string,
  host: string,
  stage: string,
  code: string,
  Parameters<typeof forged>[3],
])[] = [
  [
    'another port to bind',
    'sqlm01',
    'master',
    'PortNotAllowed',
    {
      step: ofKind('bind-port', (p) => {
        p.port = 443;
      }),
    },
  ],
  [
    'another port to rehearse',
    'sqlm01',
    'rehearse',
    'PortNotAllowed',
    {
      step: params((p) => {
        p.port = 443;
      }),
    },
  ],
  [
    'another port to unbind',
    'sqlm01',
    'rehearse-end',
    'PortNotAllowed',
    {
      step: params((p) => {
        p.port = 443;
      }),
    },
  ],
  [
    'another port to ask',
    'sqlm01',
    'master',
    'PortNotAllowed',
    {
      check: params((p) => {
        p.port = 22;
      }),
    },
  ],
  [
    'another name to ask for',
    'sqlm01',
    'master',
    'NameNotAllowed',
    {
      check: params((p) => {
        p.servername = 'other.example';
      }),
    },
  ],
  [
    'a thumbprint of its own to bind',
    'sqlm01',
    'master',
    'CertificateNotAllowed',
    {
      step: ofKind('bind-port', (p) => {
        p.thumbprint = OTHER;
      }),
    },
  ],
  [
    'a thumbprint of its own to write',
    'sqlw01',
    'workers',
    'CertificateNotAllowed',
    {
      step: ofKind('write-setting', (p) => {
        p.thumbprint = OTHER;
      }),
    },
  ],
  [
    'a thumbprint of its own to trust',
    'sqlw01',
    'trust',
    'CertificateNotAllowed',
    {
      step: params((p) => {
        p.thumbprint = OTHER;
      }),
    },
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
    'a certificate that came from nowhere',
    'sqlw01',
    'trust',
    'RefMissing',
    {
      step: params((p) => {
        p.thumbprint = { ref: 'other' };
      }),
    },
  ],
  [
    'another setting',
    'sqlw01',
    'workers',
    'StepNotUnderstood',
    {
      step: ofKind('write-setting', (p) => {
        p.key = 'MasterEndpoint';
      }),
    },
  ],
  [
    "the worker's own certificate",
    'sqlw01',
    'workers',
    'SettingNotAllowed',
    {
      step: ofKind('write-setting', (p) => {
        p.key = 'WorkerHttpsCertThumbprint';
      }),
    },
  ],
  [
    'another service',
    'sqlw01',
    'workers',
    'StepNotUnderstood',
    {
      step: ofKind('restart-service', (p) => {
        p.role = 'MSSQLSERVER';
      }),
    },
  ],
  [
    'a service that is not here',
    'sqlw01',
    'workers',
    'ServiceMissing',
    {
      step: ofKind('restart-service', (p) => {
        p.role = 'master';
      }),
    },
  ],
  [
    'a key for somebody else',
    'sqlm01',
    'create',
    'GrantNotAllowed',
    {
      step: params((p) => {
        p.serviceSid = 'S-1-1-0';
      }),
    },
  ],
  [
    'another profile than the approved one',
    'sqlm01',
    'create',
    'ProfileDiffers',
    {
      step: params((p) => {
        (p.profile as { keyBits: number }).keyBits = 4096;
      }),
    },
  ],
  [
    'a key too short',
    'sqlm01',
    'create',
    'PlanNotUnderstood',
    {
      header: (h) => {
        (h.profile as { keyBits: number }).keyBits = 1024;
      },
    },
  ],
  [
    'a parameter more',
    'sqlm01',
    'create',
    'StepNotUnderstood',
    {
      step: params((p) => {
        p.command = 'whoami';
      }),
    },
  ],
  [
    'a kind that nobody knows',
    'sqlm01',
    'create',
    'KindUnknown',
    {
      step: (step) => {
        step.kind = 'run-script';
      },
    },
  ],
  [
    'a kind that every object has',
    'sqlm01',
    'create',
    'KindUnknown',
    {
      step: (step) => {
        step.kind = 'constructor';
      },
    },
  ],
  [
    'a step for another machine',
    'sqlm01',
    'create',
    'StepForOtherHost',
    {
      step: (step) => {
        step.host = 'sqlw01';
      },
    },
  ],
  [
    'two steps of one id',
    'sqlm01',
    'master',
    'StepTwice',
    {
      step: (step) => {
        step.id = 'same';
      },
    },
  ],
  [
    'another kind of rotation',
    'sqlm01',
    'create',
    'PlanNotUnderstood',
    {
      header: (h) => {
        h.kind = 'rotate-worker';
      },
    },
  ],
  [
    'another farm',
    'sqlm01',
    'create',
    'OtherFarm',
    {
      header: (h) => {
        h.farm = 'test';
      },
    },
  ],
  [
    'another rotation',
    'sqlm01',
    'create',
    'OtherRotation',
    {
      header: (h) => {
        h.id = 'prod-18';
      },
    },
  ],
  [
    'a maker that is not the pinned master',
    'sqlm01',
    'create',
    'MakerNotPinned',
    {
      header: (h) => {
        (h.profile as { host: string }).host = 'sqlw02';
      },
      step: params((p) => {
        (p.profile as { host: string }).host = 'sqlw02';
      }),
    },
  ],
  [
    'a usage for clients',
    'sqlm01',
    'create',
    'UsageNotAllowed',
    {
      header: (h) => {
        (h.profile as { usages: string[] }).usages = ['serverAuth', 'clientAuth'];
      },
      step: params((p) => {
        (p.profile as { usages: string[] }).usages = ['serverAuth', 'clientAuth'];
      }),
    },
  ],
  [
    'a name that hides what it is',
    'sqlm01',
    'create',
    'FriendlyNameDiffers',
    {
      header: (h) => {
        (h.profile as { friendlyName: string }).friendlyName = 'Microsoft';
      },
      step: params((p) => {
        (p.profile as { friendlyName: string }).friendlyName = 'Microsoft';
      }),
    },
  ],
  [
    'another store for the certificate',
    'sqlm01',
    'create',
    'StoreNotAllowed',
    {
      step: params((p) => {
        p.store = 'My';
      }),
    },
  ],
];

describe('a bot with a valid key that wants', () => {
  test.each(PLANS)('%s on %s in stage %s gets %s', async (_, name, stage, code, how) => {
    const { rig, plan } = await rigBefore(stage);
    // What was done so far was done under the honest plan; the certificate is known, the digest is another.
    const outcome = await refusal(rig, forged(plan, name, stage, how), name, stage, { refs: {} });
    expect(outcome).toBe(`refused ${code}`);
  });
});

describe('a certificate that an order brings along', () => {
  /** The master's runner, if it were owned: it signs that it made this certificate under this very plan. */
  function madeBy(rig: Rig, plan: Plan, twist: Twist, signer = rig.signers.get('sqlm01')): MadeRef {
    const made = make(plan.header.profile, rig.clock.now(), twist);
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

  const TWISTS: readonly (readonly [string, string, Twist])[] = [
    ['is a CA', 'CertificateIsCa', { ca: true }],
    ['may sign certificates', 'CertificateCanSign', { certSign: true }],
    ['has a name that nobody approved', 'CertificateNamesDiffer', { names: ['sqlm01', 'login.example.com'] }],
    ['has another subject', 'CertificateNamesDiffer', { cn: 'login.example.com' }],
    ['lives too long', 'CertificateLifetimeDiffers', { lifetimeDays: 3650 }],
    ['is over already', 'CertificateLifetimeDiffers', { lifetimeDays: -1 }],
    ['is good for clients too', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'clientAuth'] }],
    ['is good for signing code', 'CertificateUsagesDiffer', { usages: ['serverAuth', 'codeSigning'] }],
  ];

  test.each(TWISTS)('and %s is refused (%s), although the right runner signed for it', async (_, code, twist) => {
    const { rig, plan } = await rigBefore('trust');
    expect(await refusal(rig, plan, 'sqlw01', 'trust', { refs: { new: madeBy(rig, plan, twist) } })).toBe(
      `refused ${code}`,
    );
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
    ['made on a machine that nobody knows', 'MakerNotPinned', (ref) => ({ ...ref, host: host('constructor') })],
    ['with another seq than its entry', 'MakerReportDiffers', (ref) => ({ ...ref, seq: ref.seq + 1 })],
    [
      'made under another plan',
      'MakerReportDiffers',
      (_, rig, plan) => madeBy(rig, { ...plan, digest: 'ab'.repeat(32) }, {}),
    ],
    ['whose thumbprint is not its own', 'CertificateDiffers', (ref) => ({ ...ref, thumbprint: OTHER })],
    ['whose bytes are another certificate', 'CertificateDiffers', (ref, rig) => ({ ...ref, der: rig.old.der })],
    ['whose bytes are none', 'CertificateUnreadable', (ref) => ({ ...ref, der: 'AAAA' })],
  ];

  test.each(REFS)('%s is refused (%s)', async (_, code, change) => {
    const { rig, plan } = await rigBefore('trust');
    const [honest] = Object.values(rig.refs());
    if (honest === undefined) throw new Error('nothing made');
    expect(await refusal(rig, plan, 'sqlw01', 'trust', { refs: { new: change(honest, rig, plan) } })).toBe(
      `refused ${code}`,
    );
  });

  test("and does not cover the worker's own endpoint is refused", async () => {
    const { rig, plan } = await rigBefore('trust');
    const settings = rig.machines.get('sqlw01')?.settings.worker;
    if (settings !== undefined) settings.MasterEndpoint = 'https://10.0.0.5:8391';
    expect(await refusal(rig, plan, 'sqlw01', 'trust')).toBe('refused EndpointNotCovered');
  });

  test('is judged even where no step uses it: an undo might, later', async () => {
    const { rig, plan } = await rigBefore('create');
    expect(await refusal(rig, plan, 'sqlm01', 'create', { refs: { new: madeBy(rig, plan, { ca: true }) } })).toBe(
      'refused CertificateIsCa',
    );
  });

  test('and that the master itself shall have made, its own journal must show', async () => {
    const { rig, plan } = await rigBefore('master');
    expect(await refusal(rig, plan, 'sqlm01', 'master', { refs: { new: madeBy(rig, plan, {}) } })).toBe(
      'refused NotMadeHere',
    );
  });

  test("counts without any of it when its thumbprint stands in the runner's own configuration", async () => {
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

describe('an undo order', () => {
  test('removes only what this machine itself has trusted under this plan, whatever certificate it names', async () => {
    const { rig, plan } = await rigBefore('rehearse');
    const root = rig.machines.get('sqlw01')?.stores.Root;
    const [honest] = Object.values(rig.refs());
    const foreign = { ...(honest as MadeRef), thumbprint: rig.old.thumbprint, der: rig.old.der };
    expect(await rig.run(plan, 'sqlw01', 'undo', 'trust', { refs: { new: foreign } })).toBe('put-back');
    expect([...(root?.keys() ?? [])]).toEqual([rig.old.thumbprint]);
  });

  test('writes nothing that only the letter says', async () => {
    const { rig, plan } = await rigBefore('workers');
    const evil = forged(plan, 'sqlw01', 'workers', {
      step: (step) => {
        if (step.kind === 'write-setting') step.expected = { value: OTHER };
      },
    });
    const before = rig.machines.get('sqlw01')?.performed.length ?? 0;
    expect(await rig.run(evil, 'sqlw01', 'undo', 'workers')).toBe('unknown');
    expect(
      rig.machines
        .get('sqlw01')
        ?.performed.slice(before)
        .filter(({ type }) => type !== 'service.restart'),
    ).toEqual([]);
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
