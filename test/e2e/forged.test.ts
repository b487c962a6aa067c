import type { Lab } from '../../infra/lab/index.ts';
import type { Envelope, Order } from '../../src/domain/letters/protocol.ts';
import type { Plan } from '../../src/domain/plan/plan.ts';
import { altered, type Forgery, forgedPlan, madeUnder, orderFor, stranger } from './forge.ts';
import { type E2e, MASTER, openLab, startE2e } from './rig.ts';
import { pidsOf, worldOf } from './world.ts';

const OTHER = 'CD'.repeat(20);
const WORKER = 'sqlw01';

let opened: Awaited<ReturnType<typeof openLab>>;
let lab: Lab;
let rig: E2e;
let plan: Plan;

beforeAll(async () => {
  opened = await openLab();
  lab = opened.lab;
});
afterAll(() => opened.end());
beforeEach(async () => {
  rig = await startE2e(lab);
  await rig.type('mei', '/ssis plan rotate-master');
  const dry = await rig.planned();
  if (dry.plan === null) throw new Error('no plan');
  plan = dry.plan;
  await rig.until(() => rig.rotation().closed !== null);
});
afterEach(() => rig.stop());

const sentenceOf = (code: string): string => (code === 'OrderNotUnderstood' ? 'order-not-understood' : 'strange-order');

const refusals = (host: string): readonly string[] =>
  rig.journalOf(host).flatMap((entry) => (entry.type === 'refused' ? [entry.code] : []));

/**
 * A runner that gets the letter refuses it with this code, journals and reports it, and nothing changes on the machine.
 */
async function expectRefused(host: string, letter: unknown, code: string): Promise<void> {
  const before = [worldOf(lab), pidsOf(lab)];
  await rig.letter(host, letter as Envelope);
  await rig.until(() => refusals(host).length > 0);
  expect(refusals(host)).toEqual([code]);
  // Other notices may come before it, about what earlier tests have left in the stores.
  const notice = () =>
    rig.chat.cards().find((card) => card.kind === 'notice' && JSON.stringify(card).includes(`"${code}"`));
  await rig.until(() => notice() !== undefined);
  expect(notice()).toMatchObject({ messages: [{ id: sentenceOf(code), data: { host, code } }] });
  expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
  expect(rig.journalOf(host).some(({ type }) => type === 'started')).toBe(false);
}

describe('An order', () => {
  const LETTERS: readonly (readonly [what: string, code: string, (order: Order, sealed: Envelope) => unknown])[] = [
    ['without a signature', 'EnvelopeMalformed', (_, { type, key, body }) => ({ type, key, body })],
    ['with an empty signature', 'EnvelopeMalformed', (_, sealed) => ({ ...sealed, sig: '' })],
    ['altered on the way', 'EnvelopeBadSignature', (_, sealed) => altered(sealed)],
    ['signed by a key that is not pinned', 'EnvelopeUnknownKey', (order) => rig.sealed(order, stranger())],
    ["signed by a runner's key", 'EnvelopeUnknownKey', (order) => rig.sealed(order, rig.signerOf(WORKER))],
    ['signed as a report', 'EnvelopeWrongType', (order) => rig.bot.sign('report', JSON.stringify(order))],
    [
      'that has expired',
      'OrderExpired',
      (order) => rig.sealed({ ...order, startBy: new Date(rig.now() - 121_000).toISOString() }),
    ],
    [
      'from the future',
      'OrderTooEarly',
      (order) => rig.sealed({ ...order, issued: new Date(rig.now() + 360_000).toISOString() }),
    ],
    ['for another host', 'OtherHost', (order) => rig.sealed({ ...order, host: 'sqlw02' as Order['host'] })],
    ['for another farm', 'OtherFarm', (order) => rig.sealed({ ...order, farm: 'test' })],
    ['with another digest', 'DigestDiffers', (order) => rig.sealed({ ...order, digest: 'ab'.repeat(32) })],
    ['whose number was used', 'OrderNumberUsed', (order) => rig.sealed({ ...order, n: 1 })],
    ["with another machine's line", 'OtherHost', (order) => rig.sealed({ ...order, slice: plan.lines[2] ?? null })],
    ['for another rotation', 'OtherRotation', (order) => rig.sealed({ ...order, rotation: 'prod-9' })],
    ['for a stage that is not its own', 'StageNotInPlan', (order) => rig.sealed({ ...order, stage: 'workers' })],
    ['that is no order', 'OrderNotUnderstood', () => rig.bot.sign('order', '{"run":"cmd.exe"}')],
    [
      'with an extra field',
      'OrderNotUnderstood',
      (order) => rig.bot.sign('order', JSON.stringify({ ...order, run: 1 })),
    ],
  ];

  test.each(LETTERS)('%s is refused (%s), journaled and reported in chat', async (_, code, forge) => {
    const order = orderFor(rig, plan, MASTER, 'create');
    await expectRefused(MASTER, forge(order, rig.sealed(order)), code);
  });

  test('that was carried out is not carried out again when it comes again', async () => {
    await rig.approved();
    await rig.closed();
    const taken = rig.journalOf(MASTER).find((entry) => entry.type === 'accepted' && entry.stage === 'create');
    if (taken?.type !== 'accepted') throw new Error('no order');
    const { order } = taken;
    const before = [worldOf(lab), pidsOf(lab)];
    const { length } = rig.journalOf(MASTER);
    await rig.letter(MASTER, order);
    await rig.letter(MASTER, rig.sealed({ ...(JSON.parse(order.body) as Order), timeLimitMs: 59_999 }));
    await rig.until(() => refusals(MASTER).length > 0);
    expect(refusals(MASTER)).toEqual(['OrderNumberUsed']);
    expect(rig.journalOf(MASTER)).toHaveLength(length + 1);
    expect([worldOf(lab), pidsOf(lab)]).toEqual(before);
  });
});

describe('A bot with a valid key that wants', () => {
  const ofKind =
    (kind: string, change: (params: { [name: string]: unknown }) => void): NonNullable<Forgery['step']> =>
    (step, params) => {
      if (step.kind === kind) change(params);
    };
  const inProfile = (name: string, value: unknown): Forgery => ({
    header: (header) => {
      ((header.profiles as { readonly [ref: string]: object }).new as { [name: string]: unknown })[name] = value;
    },
    step: (_, params) => {
      (params.profile as { [name: string]: unknown })[name] = value;
    },
  });
  const everyStep = (name: string, value: never): Forgery => ({
    step: (_, params) => {
      params[name] = value;
    },
  });

  const PLANS: readonly (readonly [what: string, host: string, stage: string, code: string, how: Forgery])[] = [
    [
      'another port bound',
      MASTER,
      'master',
      'PortNotAllowed',
      {
        step: ofKind('bind-port', (p) => {
          p.port = 443;
        }),
      },
    ],
    ['another port rehearsed', MASTER, 'rehearse', 'PortNotAllowed', everyStep('port', 443 as never)],
    ['another port unbound', MASTER, 'rehearse-end', 'PortNotAllowed', everyStep('port', 443 as never)],
    [
      'another port asked',
      MASTER,
      'master',
      'PortNotAllowed',
      {
        check: (_, p) => {
          p.port = 22;
        },
      },
    ],
    [
      'another name asked for',
      MASTER,
      'master',
      'NameNotAllowed',
      {
        check: (_, p) => {
          p.servername = 'evil.example';
        },
      },
    ],
    [
      'a thumbprint of its own bound',
      MASTER,
      'master',
      'CertificateNotAllowed',
      {
        step: ofKind('bind-port', (p) => {
          p.thumbprint = OTHER;
        }),
      },
    ],
    [
      'a thumbprint of its own pinned',
      WORKER,
      'workers',
      'CertificateNotAllowed',
      {
        step: ofKind('write-setting', (p) => {
          p.thumbprint = OTHER;
        }),
      },
    ],
    [
      'a certificate of its own trusted',
      WORKER,
      'trust',
      'CertificateNotAllowed',
      everyStep('thumbprint', OTHER as never),
    ],
    [
      'a certificate of its own published',
      MASTER,
      'publish',
      'CertificateNotAllowed',
      everyStep('thumbprint', OTHER as never),
    ],
    [
      'a thumbprint of 39 digits',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('write-setting', (p) => {
          p.thumbprint = OTHER.slice(1);
        }),
      },
    ],
    [
      'a thumbprint in lower case',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('write-setting', (p) => {
          p.thumbprint = OTHER.toLowerCase();
        }),
      },
    ],
    [
      'a thumbprint with a command',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('write-setting', (p) => {
          p.thumbprint = `${OTHER}" & calc`;
        }),
      },
    ],
    [
      'a certificate that came from nowhere',
      WORKER,
      'trust',
      'RefMissing',
      everyStep('thumbprint', { ref: 'other' } as never),
    ],
    [
      'another setting written',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('write-setting', (p) => {
          p.key = 'MasterEndpoint';
        }),
      },
    ],
    [
      "the worker's own certificate exchanged",
      WORKER,
      'workers',
      'SettingNotAllowed',
      {
        step: ofKind('write-setting', (p) => {
          p.key = 'WorkerHttpsCertThumbprint';
        }),
      },
    ],
    [
      'another file written',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('write-setting', (p) => {
          p.file = 'C:\\Windows\\win.ini';
        }),
      },
    ],
    [
      'the setting of a role that is not here',
      WORKER,
      'workers',
      'ServiceMissing',
      {
        step: ofKind('write-setting', (p) => {
          p.role = 'master';
          p.key = 'SSLCertThumbprint';
        }),
      },
    ],
    [
      'another service restarted',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('restart-service', (p) => {
          p.role = 'MSSQLSERVER';
        }),
      },
    ],
    [
      'a service by its name',
      WORKER,
      'workers',
      'StepNotUnderstood',
      {
        step: ofKind('restart-service', (p) => {
          p.service = 'MSSQLSERVER';
        }),
      },
    ],
    [
      'a service that is not here',
      WORKER,
      'workers',
      'ServiceMissing',
      {
        step: ofKind('restart-service', (p) => {
          p.role = 'master';
        }),
      },
    ],
    ['the key for everybody', MASTER, 'create', 'GrantNotAllowed', everyStep('serviceSid', 'S-1-1-0' as never)],
    ['the readers of another key', MASTER, 'create', 'OldNotInUse', everyStep('oldThumbprint', OTHER as never)],
    [
      'a longer life than approved',
      MASTER,
      'create',
      'ProfileDiffers',
      {
        step: (_, p) => {
          (p.profile as { lifetimeDays: number }).lifetimeDays = 3650;
        },
      },
    ],
    [
      'other names than approved',
      MASTER,
      'create',
      'ProfileDiffers',
      {
        step: (_, p) => {
          (p.profile as { names: string[] }).names = ['login.example.com'];
        },
      },
    ],
    [
      'another size than approved',
      MASTER,
      'create',
      'ProfileDiffers',
      {
        step: (_, p) => {
          (p.profile as { keyBits: number }).keyBits = 4096;
        },
      },
    ],
    [
      'a key that may leave',
      MASTER,
      'create',
      'ProfileDiffers',
      {
        step: (_, p) => {
          (p.profile as { exportable: boolean }).exportable = true;
        },
      },
    ],
    ['a key too short', MASTER, 'create', 'PlanNotUnderstood', inProfile('keyBits', 1024)],
    ['a life too long', MASTER, 'create', 'PlanNotUnderstood', inProfile('lifetimeDays', 36_500)],
    ['another hash', MASTER, 'create', 'PlanNotUnderstood', inProfile('hash', 'SHA-1')],
    ['a CA', MASTER, 'create', 'PlanNotUnderstood', inProfile('ca', true)],
    ['a usage for clients', MASTER, 'create', 'UsageNotAllowed', inProfile('usages', ['serverAuth', 'clientAuth'])],
    ['a name that hides whose it is', MASTER, 'create', 'FriendlyNameDiffers', inProfile('friendlyName', 'Microsoft')],
    ['another maker', MASTER, 'create', 'MakerNotPinned', inProfile('host', 'sqlw02')],
    [
      'it made on a worker',
      WORKER,
      'trust',
      'KindUnknown',
      {
        step: (step) => {
          step.kind = 'certificate.import';
        },
      },
    ],
    ['another store', MASTER, 'create', 'StoreNotAllowed', everyStep('store', 'My' as never)],
    [
      'a certificate removed',
      MASTER,
      'create',
      'StepNotUnderstood',
      {
        step: (step) => {
          step.kind = 'remove-certificate';
        },
      },
    ],
    [
      'a certificate removed as a retirement does it',
      MASTER,
      'create',
      'RemovalNotAllowed',
      {
        step: (step) => {
          step.kind = 'remove-certificate';
          step.params = { thumbprint: 'AB'.repeat(20) };
        },
      },
    ],
    [
      'a kind that nobody knows',
      MASTER,
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
      MASTER,
      'create',
      'KindUnknown',
      {
        step: (step) => {
          step.kind = 'constructor';
        },
      },
    ],
    ['an extra parameter', MASTER, 'create', 'StepNotUnderstood', everyStep('command', 'whoami' as never)],
    [
      "another machine's step",
      MASTER,
      'create',
      'StepForOtherHost',
      {
        step: (step) => {
          step.host = 'sqlw02';
        },
      },
    ],
    [
      'two steps of one id',
      MASTER,
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
      MASTER,
      'create',
      'RotationNotServed',
      {
        header: (h) => {
          h.kind = 'retire';
        },
      },
    ],
  ];

  test.each(PLANS)('%s, on %s in stage %s, gets %s', async (_, host, stage, code, how) => {
    const forged = forgedPlan(plan, host, stage, how);
    await expectRefused(host, rig.sealed(orderFor(rig, forged, host, stage)), code);
  });

  const CERTIFICATES: readonly (readonly [what: string, code: string, make: () => object])[] = [
    ['a CA', 'CertificateIsCa', () => madeUnder(rig, plan, { ca: true })],
    ['one that may sign certificates', 'CertificateCanSign', () => madeUnder(rig, plan, { certSign: true })],
    [
      'one with another name',
      'CertificateNamesDiffer',
      () => madeUnder(rig, plan, { names: ['sqlm01', 'evil.example'] }),
    ],
    ['one with another subject', 'CertificateNamesDiffer', () => madeUnder(rig, plan, { cn: 'evil.example' })],
    ['one that lives too long', 'CertificateLifetimeDiffers', () => madeUnder(rig, plan, { lifetimeDays: 3650 })],
    ['one that has ended', 'CertificateLifetimeDiffers', () => madeUnder(rig, plan, { lifetimeDays: -1 })],
    [
      'one for clients',
      'CertificateUsagesDiffer',
      () => madeUnder(rig, plan, { usages: ['serverAuth', 'clientAuth'] }),
    ],
    ['one that signs code', 'CertificateUsagesDiffer', () => madeUnder(rig, plan, { usages: ['codeSigning'] })],
    ['one that a stranger signed for', 'MakerSignatureWrong', () => madeUnder(rig, plan, {}, stranger())],
    ['one that the bot signed for', 'MakerSignatureWrong', () => madeUnder(rig, plan, {}, rig.bot)],
    [
      'one that another runner signed for',
      'MakerSignatureWrong',
      () => madeUnder(rig, plan, {}, rig.signerOf('sqlw02')),
    ],
    ['one made by another machine', 'MakerNotPinned', () => ({ ...madeUnder(rig, plan, {}), host: 'sqlw02' })],
    [
      'one made under another plan',
      'MakerReportDiffers',
      () => madeUnder(rig, { ...plan, digest: 'ab'.repeat(32) }, {}),
    ],
    [
      'one whose thumbprint is not its own',
      'CertificateDiffers',
      () => ({ ...madeUnder(rig, plan, {}), thumbprint: OTHER }),
    ],
  ];

  test.each(CERTIFICATES)('workers to trust %s gets %s', async (_, code, ref) => {
    const refs = { new: ref() } as Order['refs'];
    await expectRefused(WORKER, rig.sealed(orderFor(rig, plan, WORKER, 'trust', { refs })), code);
  });

  test('an undo to remove a certificate that is not from this rotation gets NothingToUndo', async () => {
    const old = lab.machine(WORKER).host.state.certificates.find(({ store }) => store === 'Root');
    const foreign = { ...madeUnder(rig, plan, {}), thumbprint: old?.thumbprint.toUpperCase(), der: old?.der };
    const refs = { new: foreign } as unknown as Order['refs'];
    const undo = orderFor(rig, plan, WORKER, 'trust', { kind: 'undo', refs });
    await expectRefused(WORKER, rig.sealed(undo), 'NothingToUndo');
  });
});
