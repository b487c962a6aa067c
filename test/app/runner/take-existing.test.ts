import type { Plan } from '../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import type { HostName, StoreName, Thumbprint } from '../../../src/domain/values.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { factsOfMade } from './certificates.ts';
import { forged, ofKind, put, refusal } from './forge.ts';
import {
  CUTOVER,
  createRig,
  MONITORING_SID,
  outcomeOf,
  PREPARE,
  type Rig,
  type RigOptions,
  SERVICE_SID,
  stateOf,
} from './rig.ts';
import { host, make } from './world.ts';

const ONEBOX: RigOptions = { hosts: { sqlm01: ['master', 'worker'] } };
const STAGES = ['create', 'grant', 'trust', 'rehearse', 'rehearse-end', 'publish', 'master', 'workers'];

/** A farm whose master holds another certificate, with its key, which nobody may read but one account. */
async function holding(store: StoreName, options: RigOptions = {}): Promise<{ rig: Rig; taken: Thumbprint }> {
  const rig = await createRig(options);
  const made = make({ ...profileOf(host('sqlm01')), lifetimeDays: 800 }, rig.clock.now());
  const facts = factsOfMade(made);
  rig.machines.get('sqlm01')?.stores[store].set(made.thumbprint, { ...made, facts, readers: [MONITORING_SID] });
  for (const name of rig.machines.keys()) rig.allowed.set(name, [made.thumbprint]);
  rig.ask({ ...plainWish('rotate-master'), use: made.thumbprint });
  return { rig, taken: made.thumbprint };
}

const orderOf = (plan: Plan): readonly (readonly [HostName, string])[] =>
  plan.header.phases.flatMap(({ stages }) =>
    stages.flatMap(({ name, hosts }) => hosts.map((one) => [one, name] as const)),
  );

const states = (rig: Rig) => [...rig.machines].map(([name, machine]) => [name, stateOf(machine)]);

describe.each([
  ['Root', {}],
  ['My', {}],
  ['Root', ONEBOX],
  ['My', ONEBOX],
] as const)('an existing certificate in %s of the master (%j)', (store, options) => {
  test('is bound, written, trusted and pinned as it is, and nothing is made', async () => {
    const { rig, taken } = await holding(store, options);
    const plan = await rig.plan();
    expect(orderOf(plan).map(([, stage]) => stage)).not.toContain('create');
    for (const [name, stage] of orderOf(plan))
      expect([name, stage, await rig.run(plan, name, 'apply', stage)]).toEqual([name, stage, 'applied']);
    const looks = await rig.looks();
    expect(looks.sqlm01?.master?.bindings).toMatchObject([{ thumbprint: taken, store }]);
    expect(looks.sqlm01?.master?.published).toBe(taken);
    for (const { worker } of Object.values(looks))
      if (worker !== null)
        expect([worker.masterThumbprint, worker.connection.log?.state]).toEqual([taken, 'connected']);
    const readers = rig.machines.get('sqlm01')?.stores[store].get(taken)?.readers;
    expect(readers).toEqual([MONITORING_SID, SERVICE_SID].sort());
  });

  test('leaves all as before when put back: trust and grant are gone, the certificate and its key are not', async () => {
    const { rig, taken } = await holding(store, options);
    const before = states(rig);
    const plan = await rig.plan();
    for (const [name, stage] of orderOf(plan)) await rig.run(plan, name, 'apply', stage);
    const order = orderOf(plan);
    const isCutover = ([, stage]: readonly [string, string]) => stage === 'master' || stage === 'workers';
    for (const [name, stage] of [...order.filter(isCutover), ...order.filter((one) => !isCutover(one)).reverse()])
      expect([name, stage, await rig.run(plan, name, 'undo', stage)]).toEqual([name, stage, 'put-back']);
    expect(states(rig)).toEqual(before);
    const stored = rig.machines.get('sqlm01')?.stores[store].get(taken);
    expect([stored?.facts.privateKey, stored?.readers]).toEqual(['yes', [MONITORING_SID]]);
  });
});

test.each([
  ['a key is granted', 'grant', 'RoleNotAllowed', () => holding('Root')],
  ['a certificate is made', 'create', 'MakerNotPinned', async () => ({ rig: await createRig() })],
] as const)('%s on no machine that its own configuration does not call the master', async (_, stage, code, rigged) => {
  const { rig } = await rigged();
  const plan = await rig.plan();
  const config = { ...rig.config('sqlm01'), masterHost: host('sqlw01') };
  const runner = rig.runner('sqlm01', { config });
  const order = rig.order(plan, 'sqlm01', 'apply', stage);
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries('sqlm01'), order.n)).toBe(`refused ${code}`);
});

test('a key that the service can read already is granted to nobody', async () => {
  const { rig, taken } = await holding('Root');
  const stored = rig.machines.get('sqlm01')?.stores.Root.get(taken);
  if (stored !== undefined) stored.readers = [SERVICE_SID];
  expect(orderOf(await rig.plan()).map(([, stage]) => stage)).not.toContain('grant');
});

test('the stages of such a plan are those of any rotation of the master, except for the making', async () => {
  const { rig } = await holding('Root');
  const own = [...PREPARE, ...CUTOVER].map(([, stage]) => stage).filter((stage) => stage !== 'create');
  const found = orderOf(await rig.plan()).map(([, stage]) => stage);
  expect(found.filter((stage) => stage !== 'grant')).toEqual(own);
  expect(found.every((stage) => STAGES.includes(stage))).toBe(true);
});

describe('the last gate refuses', () => {
  test.each([
    ['a grant to another account', 'GrantNotAllowed', put('serviceSid', 'S-1-1-0')],
    ['a grant for the worker', 'RoleNotAllowed', put('role', 'worker')],
    ['a grant of another key', 'CertificateNotAllowed', put('thumbprint', 'CD'.repeat(20))],
  ] as const)('%s (%s)', async (_, code, how) => {
    const { rig } = await holding('Root');
    const plan = forged(await rig.plan(), 'sqlm01', 'grant', { step: ofKind('grant-key', how) });
    expect(await refusal(rig, plan, 'sqlm01', 'grant')).toBe(`refused ${code}`);
  });

  test.each(['sqlm01', 'sqlw01'])('its bytes under a made-up thumbprint, on %s', async (name) => {
    const { rig } = await holding('Root');
    const plan = await rig.plan();
    const stage = name === 'sqlm01' ? 'rehearse' : 'trust';
    const honest = rig.order(plan, name, 'apply', stage).refs;
    const thumbprint = 'CD'.repeat(20) as Thumbprint;
    const refs = Object.fromEntries(Object.entries(honest).map(([ref, one]) => [ref, { ...one, thumbprint }]));
    expect(await refusal(rig, plan, name, stage, { refs })).toBe('refused CertificateDiffers');
  });

  test('a grant on a machine without a master service, even if the certificate is allowed there', async () => {
    const { rig } = await holding('Root');
    const plan = await rig.plan();
    const step = plan.slices[0]?.stages.grant?.steps[0];
    const made = forged(plan, 'sqlw01', 'trust', {
      step: (one) => Object.assign(one, { kind: 'grant-key', params: step?.params }),
    });
    expect(await refusal(rig, made, 'sqlw01', 'trust')).toBe('refused ServiceMissing');
  });

  test.each(['sqlm01', 'sqlw01', 'sqlw02'])('the certificate on %s if that runner does not allow it', async (name) => {
    const { rig } = await holding('Root');
    const plan = await rig.plan();
    for (const [at, stage] of orderOf(plan)) {
      if (stage === 'master' && name === 'sqlm01') break;
      if (at === name && stage === 'trust') break;
      await rig.run(plan, at, 'apply', stage);
    }
    rig.allowed.set(name, []);
    const stage = name === 'sqlm01' ? 'master' : 'trust';
    expect(await refusal(rig, plan, name, stage)).toBe('refused CertificateNotAllowed');
  });
});

test('a header with a certificate both to make and to take is refused', async () => {
  const { rig } = await holding('Root');
  const plan = forged(await rig.plan(), 'sqlm01', 'grant', {
    header: (header) => Object.assign(header, { profiles: { new: profileOf(host('sqlm01')) } }),
  });
  expect(await refusal(rig, plan, 'sqlm01', 'rehearse')).toBe('refused ProfileDiffers');
});

test('a CA that was allowed once is no longer trusted, not even as what to roll back to', async () => {
  const { rig } = await holding('Root');
  const ca = make(profileOf(host('sqlm01')), rig.clock.now(), { ca: true });
  const refs = { new: { ...ca, host: host('sqlm01') } };
  const existing = { new: { thumbprint: ca.thumbprint, host: 'sqlm01', store: 'Root' } };
  const plan = await rig.plan();
  const forth = forged(plan, 'sqlw01', 'trust', { header: (header) => Object.assign(header, { existing }) });
  rig.allowed.set('sqlw01', [ca.thumbprint]);
  expect(await rig.run(forth, 'sqlw01', 'apply', 'trust', { refs })).toBe('applied');
  rig.allowed.set('sqlw01', []);
  rig.machines.get('sqlw01')?.stores.Root.delete(ca.thumbprint);
  const wish = { ...plan.header.wish, of: 'prod-3' };
  const back = forged(plan, 'sqlw01', 'trust', { header: (header) => Object.assign(header, { existing, wish }) });
  expect(await refusal(rig, back, 'sqlw01', 'trust', { refs })).toBe('refused CertificateIsCa');
});
