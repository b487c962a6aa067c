import {
  type CertificateProfile,
  type MadeCertificate,
  type PlanHeader,
  type PlanSlice,
  writePlan,
} from '../../../src/domain/plan/plan.ts';
import { workerRef } from '../../../src/domain/plan/scope.ts';
import { plainWish, type Wish } from '../../../src/domain/plan/wish.ts';
import type { Json } from '../../../src/domain/values.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { factsOfMade, type Twist } from './certificates.ts';
import { type Change, forged, OTHER, ofKind, put, refusal } from './forge.ts';
import { createRig, host, outcomeOf, type Rig } from './rig.ts';
import { make } from './world.ts';

const WORKER = 'sqlw01';
const MASTER = 'sqlm01';
const ORDER = { refs: {} };
const STOLEN: Wish = {
  ...plainWish('rotate-worker'),
  workers: [host(WORKER)],
  compromised: true,
  when: { by: 'now' },
};

const ofWorker: CertificateProfile = {
  ...profileOf(host(WORKER)),
  store: 'My',
  usages: ['serverAuth', 'clientAuth'],
};

/** A farm whose worker shows a certificate that its master trusts, as set-up left it: no journal knows it. */
async function rigWith(twist: Twist = {}): Promise<{ rig: Rig; stolen: MadeCertificate }> {
  const rig = await createRig({ wish: STOLEN });
  const stolen = make(ofWorker, rig.clock.now(), twist);
  const worker = rig.machines.get(WORKER);
  const settings = worker?.settings.worker;
  if (worker === undefined || settings === undefined) throw new Error('no worker');
  settings.WorkerHttpsCertThumbprint = stolen.thumbprint;
  worker.stores.My.set(stolen.thumbprint, {
    ...stolen,
    facts: { ...factsOfMade(stolen), privateKey: 'yes' },
    readers: [],
  });
  trust(rig, stolen);
  return { rig, stolen };
}

function trust(rig: Rig, one: MadeCertificate, privateKey: 'yes' | 'no' = 'no'): void {
  const facts = { ...factsOfMade(one), privateKey };
  rig.machines.get(MASTER)?.stores.Root.set(one.thumbprint, { ...one, facts, readers: [] });
}

const root = (rig: Rig) => rig.machines.get(MASTER)?.stores.Root;
const distrust = (change: Change): Change => ofKind('distrust-certificate', change);

test('the master stops trusting the worker’s certificate and restarts; the bytes are on disk before the certificate goes', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  expect(plan.header.phases.map(({ name, onFailure }) => [name, onFailure])).toEqual([
    ['contain', 'stop-keep'],
    ['prepare', 'undo-phase'],
    ['cutover', 'stop-keep'],
  ]);
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('applied');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
  const performed = rig.machines.get(MASTER)?.performed.map(({ type }) => type);
  expect(performed).toEqual(['certificate.remove', 'service.restart']);
  expect(rig.entries(MASTER).find(({ type }) => type === 'started')).toMatchObject({
    before: { present: true, thumbprint: stolen.thumbprint, der: stolen.der },
  });
});

test('a certificate that is gone already is no obstacle: the master restarts, for it may have read it before', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  root(rig)?.delete(stolen.thumbprint);
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('applied');
  expect(rig.machines.get(MASTER)?.performed.map(({ type }) => type)).toEqual(['service.restart']);
});

test('an undo does not make the master trust it again', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  await rig.run(plan, MASTER, 'apply', 'contain', ORDER);
  await rig.run(plan, MASTER, 'undo', 'contain', ORDER);
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
  expect(rig.machines.get(MASTER)?.performed.some(({ type }) => type === 'certificate.trust')).toBe(false);
});

test('if the restart fails, the worker stays contained, and the service is started again', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  rig.machines.get(MASTER)?.faults.set('service.restart', { kind: 'fail', times: 1 });
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('kept');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
  expect(rig.machines.get(MASTER)?.performed.filter(({ type }) => type === 'service.restart').length).toBe(2);
  expect(rig.entries(MASTER).findLast(({ type }) => type === 'failed')).toMatchObject({ code: 'ToolFailed' });
});

test('if the service cannot be started again, the outcome is unknown, and the worker is contained all the same', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  rig.machines.get(MASTER)?.faults.set('service.restart', { kind: 'fail', times: 99 });
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('unknown');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
});

test.each([
  ['trust was taken away', 'certificate.remove'],
  ['the restart', 'service.restart'],
])('a stop after %s has the master restart once all the same, for it trusts by what it read', async (_what, last) => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  const apply = rig.order(plan, MASTER, 'apply', 'contain', ORDER);
  const stop = rig.order(plan, MASTER, 'stop', 'contain', ORDER);
  const inner = rig.windowsHost(MASTER);
  const runner = rig.runner(MASTER, {
    host: {
      ...inner,
      async perform(change, signal) {
        await inner.perform(change, signal);
        if (change.type === last) await runner.receive(rig.seal(stop));
      },
    },
  });
  await runner.start();
  await runner.receive(rig.seal(apply));
  await runner.idle();
  await runner.stop();
  expect(rig.entries(MASTER).find(({ type }) => type === 'failed')).toMatchObject({ code: 'StopAsked' });
  expect(outcomeOf(rig.entries(MASTER), apply.n)).toBe('kept');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
  const performed = rig.machines.get(MASTER)?.performed.map(({ type }) => type);
  expect(performed).toEqual(['certificate.remove', 'service.restart']);
  // The bot goes by this, and not by a process that has another number.
  expect(rig.entries(MASTER).filter(({ type }) => type === 'undone')).toHaveLength(1);
});

const header =
  (change: (value: { wish: { [name: string]: Json }; [name: string]: unknown }) => void): Change =>
  (value) =>
    change(value as never);
const wished = (name: string, to: Json): Change => header(({ wish }) => put(name, to)(wish));

const FORGERIES: readonly (readonly [what: string, code: string, how: Parameters<typeof forged>[3]])[] = [
  ['a rotation that does not call a key compromised', 'RemovalNotAllowed', { header: wished('compromised', false) }],
  [
    'the name of a worker that the request does not name',
    'RemovalNotAllowed',
    { step: distrust(put('worker', 'sqlw02')) },
  ],
  [
    'the name of a worker that this machine does not know',
    'MakerNotPinned',
    {
      header: wished('workers', ['sqlw09']),
      step: distrust(put('worker', 'sqlw09')),
    },
  ],
  [
    'the name of a worker whose certificate it is not',
    'CertificateNotWorkers',
    {
      header: wished('workers', ['sqlw02']),
      step: distrust(put('worker', 'sqlw02')),
    },
  ],
  [
    'a rotation of the master',
    'StepNotAllowed',
    {
      header: header((value) => {
        value.kind = 'rotate-master';
        value.wish.kind = 'rotate-master';
      }),
    },
  ],
  [
    'a request to remove',
    'StepNotAllowed',
    {
      header: header((value) => {
        value.kind = 'retire';
        value.wish.kind = 'retire';
      }),
    },
  ],
];

test.each(FORGERIES)('no trust is taken away under %s', async (_what, code, how) => {
  const { rig } = await rigWith();
  const plan = forged(await rig.plan(), MASTER, 'contain', how);
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe(`refused ${code}`);
});

test('trust is taken away, and the master restarted, in no other phase', async () => {
  const { rig } = await rigWith();
  const renamed: Change = (value) => {
    const [first] = value.phases as { name: string }[];
    if (first !== undefined) first.name = 'prepare';
  };
  const plan = await rig.plan();
  const forgedPhase = forged(plan, MASTER, 'contain', { header: renamed });
  expect(await refusal(rig, forgedPhase, MASTER, 'contain', ORDER)).toBe('refused RemovalNotAllowed');
  const restartOnly: Change = (step) => {
    step.kind = 'restart-service';
    step.params = { role: 'master' };
  };
  const forgedRestart = forged(plan, MASTER, 'contain', { header: renamed, step: restartOnly });
  expect(await refusal(rig, forgedRestart, MASTER, 'contain', ORDER)).toBe('refused RoleNotAllowed');
});

const NAMED: readonly (readonly [what: string, twist: Twist])[] = [
  ['named after something else too', { names: [WORKER, 'intranet.example'] }],
  ['named after an address alone', { names: ['10.0.0.7'], cn: '10.0.0.7' }],
  ['whose subject is another machine', { cn: 'sqlw02' }],
  ['one of whose common names is another machine', { bare: true, cn: [WORKER, 'sqlw02'] }],
  ['with a name of another kind as well', { uri: 'https://intranet.example' }],
];

test('a certificate that an authority issued is not taken away either, for it is the issuer that is trusted', async () => {
  const { rig } = await rigWith();
  const plan = await rig.plan();
  const issued = make(ofWorker, rig.clock.now(), { issuer: 'Contoso' });
  trust(rig, issued);
  const forgedPlan = forged(plan, MASTER, 'contain', { step: distrust(put('thumbprint', issued.thumbprint)) });
  expect(await refusal(rig, forgedPlan, MASTER, 'contain', ORDER)).toBe('refused CertificateNotSelfSigned');
});

test.each(NAMED)('a certificate %s does not count as a worker’s, whatever the plan says', async (_what, twist) => {
  const { rig } = await rigWith(twist);
  const plan = await rig.plan();
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateNotWorkers');
});

test.each<[string, Twist]>([
  ['set-up makes them', { names: [WORKER, '10.0.0.7'] }],
  ['Microsoft’s page makes them, in common names', { bare: true, cn: ['10.0.0.7', WORKER] }],
])('a certificate that bears the worker’s address beside its name, as %s, is taken away', async (_how, twist) => {
  const { rig, stolen } = await rigWith(twist);
  const plan = await rig.plan();
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('applied');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
});

test('what the master itself is bound to is not taken away, under any name', async () => {
  const { rig } = await rigWith();
  const plan = await rig.plan();
  const own = rig.machines.get(MASTER)?.bindings[0]?.thumbprint ?? '';
  const asWorker = forged(plan, MASTER, 'contain', { step: distrust(put('thumbprint', own)) });
  expect(await refusal(rig, asWorker, MASTER, 'contain', ORDER)).toBe('refused CertificateNotWorkers');
  const asItself = forged(plan, MASTER, 'contain', {
    header: wished('workers', [MASTER]),
    step: (step) => {
      distrust(put('thumbprint', own))(step);
      distrust(put('worker', MASTER))(step);
    },
  });
  expect(await refusal(rig, asItself, MASTER, 'contain', ORDER)).toBe('refused CertificateNotWorkers');
});

test('each certificate is judged by what is known of it, also beside one that is gone already', async () => {
  const { rig } = await rigWith();
  const { header, slices } = await rig.plan();
  const own = rig.machines.get(MASTER)?.bindings[0]?.thumbprint ?? '';
  const both = slices.map((slice) => {
    const { contain } = slice.stages;
    if (slice.host !== MASTER || contain === undefined) return slice;
    const steps = contain.steps.flatMap((step) =>
      step.kind === 'distrust-certificate'
        ? [OTHER, own].map((thumbprint) => ({
            ...step,
            id: `${step.id}/${thumbprint}`,
            params: { worker: WORKER, thumbprint },
          }))
        : [step],
    );
    return { ...slice, stages: { ...slice.stages, contain: { ...contain, steps } } };
  });
  const plan = writePlan(header, both);
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateNotWorkers');
});

test('bytes of a worker’s certificate say nothing about another one, under whose thumbprint they were read', async () => {
  const { rig, stolen } = await rigWith();
  const another = make({ ...ofWorker, cn: 'intranet.example', names: ['intranet.example'] }, rig.clock.now());
  trust(rig, another);
  const plan = forged(await rig.plan(), MASTER, 'contain', { step: distrust(put('thumbprint', another.thumbprint)) });
  const inner = rig.windowsHost(MASTER);
  const named: typeof inner.named = async (asked) =>
    (await inner.named(asked)).map((one) => ({ ...one, der: stolen.der }));
  const order = rig.order(plan, MASTER, 'apply', 'contain', ORDER);
  const runner = rig.runner(MASTER, { host: { ...inner, named } });
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('refused CertificateNotWorkers');
  expect(root(rig)?.has(another.thumbprint)).toBe(true);
});

test('a certificate that the master used before is not taken away as if it were a worker’s, for it is the way back', async () => {
  const { rig } = await rigWith();
  const former = make(profileOf(host(MASTER)), rig.clock.now());
  trust(rig, former, 'yes');
  const plan = forged(await rig.plan(), MASTER, 'contain', {
    header: wished('workers', [MASTER]),
    step: (step) => {
      distrust(put('thumbprint', former.thumbprint))(step);
      distrust(put('worker', MASTER))(step);
    },
  });
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateNotWorkers');
});

const OWN_SETTING = { kind: 'setting', where: 'SSISScaleOutWorker150 WorkerHttpsCertThumbprint' };
const USERS: readonly (readonly [who: string, outcome: string, users: readonly Json[]])[] = [
  ['that worker alone', 'applied', [OWN_SETTING, { kind: 'published', where: 'X SSISScaleOutWorker.cer' }]],
  ['a port too', 'refused CertificateInUse', [OWN_SETTING, { kind: 'binding', where: '0.0.0.0:8391' }]],
  ['the master too', 'refused CertificateInUse', [OWN_SETTING, { kind: 'setting', where: 'X SSLCertThumbprint' }]],
  [
    'new workers too',
    'refused CertificateInUse',
    [OWN_SETTING, { kind: 'published', where: 'X SSISScaleOutMaster.cer' }],
  ],
  ['nobody', 'refused CertificateNotWorkers', []],
];

test.each(USERS)(
  'if the worker is on the master’s own machine, a certificate in use by %s: %s',
  async (_who, outcome, users) => {
    const { rig } = await rigWith();
    const own = make({ ...ofWorker, ...{ host: host(MASTER), cn: MASTER, names: [MASTER] } }, rig.clock.now());
    trust(rig, own, 'yes');
    Object.assign(rig.machines.get(MASTER) ?? {}, { users: new Map([[own.thumbprint, users]]) });
    const plan = forged(await rig.plan(), MASTER, 'contain', {
      header: wished('workers', [MASTER]),
      step: (step) => {
        distrust(put('thumbprint', own.thumbprint))(step);
        distrust(put('worker', MASTER))(step);
      },
    });
    expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe(outcome);
    expect(root(rig)?.has(own.thumbprint)).toBe(outcome !== 'applied');
  },
);

test('on a machine that is no master, no trust is taken away', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  const { header, slices } = JSON.parse(JSON.stringify(plan)) as { header: PlanHeader; slices: PlanSlice[] };
  const moved = JSON.parse(
    JSON.stringify({ header, slices }).replaceAll(`"hosts":["${MASTER}"]`, `"hosts":["${WORKER}"]`),
  ) as typeof plan;
  const [step] = slices.find((slice) => slice.host === MASTER)?.stages.contain?.steps ?? [];
  const contain = { steps: [{ ...step, host: WORKER }], checks: [] };
  const onWorker = writePlan(
    moved.header,
    moved.slices.map((slice) => (slice.host === WORKER ? { ...slice, stages: { contain } } : slice)) as PlanSlice[],
  );
  const worker = rig.machines.get(WORKER);
  const facts = { ...factsOfMade(stolen), privateKey: 'no' as const };
  worker?.stores.Root.set(stolen.thumbprint, { ...stolen, facts, readers: [] });
  expect(await refusal(rig, onWorker, WORKER, 'contain', ORDER)).toBe('refused RemovalNotAllowed');
});

test('a certificate that something else on the master uses, or whose key is there, stays', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  trust(rig, stolen, 'yes');
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused KeyIsHere');
  trust(rig, stolen);
  const bound = rig.machines.get(MASTER);
  const [binding] = bound?.bindings ?? [];
  if (bound === undefined || binding === undefined) throw new Error('no binding');
  bound.bindings = [...bound.bindings, { ...binding, key: '0.0.0.0:443', thumbprint: stolen.thumbprint }];
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateInUse');
});

test('a certificate that a worker’s setting on the master names stays, unless the master is that worker', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  const users = [{ kind: 'setting', where: 'C:\\Worker.settings.config WorkerHttpsCertThumbprint' }];
  Object.assign(rig.machines.get(MASTER) ?? {}, { users: new Map([[stolen.thumbprint, users]]) });
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateInUse');
});

test('a certificate that an administrator allowed here by name stays', async () => {
  const { rig, stolen } = await rigWith();
  const plan = await rig.plan();
  rig.allowed.set(MASTER, [stolen.thumbprint]);
  expect(await refusal(rig, plan, MASTER, 'contain', ORDER)).toBe('refused CertificateAllowedHere');
});

test('a certificate that is not there is not removed by its thumbprint alone; the master just restarts', async () => {
  const { rig } = await rigWith();
  const plan = forged(await rig.plan(), MASTER, 'contain', { step: distrust(put('thumbprint', OTHER)) });
  expect(await rig.run(plan, MASTER, 'apply', 'contain', ORDER)).toBe('applied');
  expect(rig.machines.get(MASTER)?.performed.map(({ type }) => type)).toEqual(['service.restart']);
});

test('nobody is made to trust it again, not even as the certificate to roll back to', async () => {
  const { rig, stolen } = await rigWith();
  await rig.run(await rig.plan(), MASTER, 'apply', 'contain', ORDER);
  const back = forged(await rig.plan(), MASTER, 'master-trust', {
    header: header((value) => {
      value.wish.of = 'prod-3';
      value.wish.compromised = false;
      value.profiles = {};
      value.existing = { [workerRef(host(WORKER))]: { thumbprint: stolen.thumbprint, host: WORKER, store: 'My' } };
    }),
  });
  const refs = { [workerRef(host(WORKER))]: { ...stolen, host: host(WORKER) } };
  expect(await refusal(rig, back, MASTER, 'master-trust', { refs })).toBe('refused CertificateDoneAwayWith');
  expect(root(rig)?.has(stolen.thumbprint)).toBe(false);
  // Unless an administrator has named it there since: that is judged no more here.
  rig.allowed.set(MASTER, [stolen.thumbprint]);
  expect(await rig.run(back, MASTER, 'apply', 'master-trust', { refs })).toBe('applied');
});
