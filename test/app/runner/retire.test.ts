import { say } from '../../../cards/wording/index.ts';
import { standsBehind } from '../../../src/app/runner/here/undo-here.ts';
import { lookWithLeftovers } from '../../../src/app/runner/look/leftovers.ts';
import { lookAtNamed } from '../../../src/app/runner/look/look-at-named.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { type Plan, writePlan } from '../../../src/domain/plan/plan.ts';
import { plainWish, type RotationKind } from '../../../src/domain/plan/wish.ts';
import { isRefusal, type Json, type Thumbprint } from '../../../src/domain/values.ts';
import { planRotation } from '../../../src/plans/index.ts';
import { type Change, forged, OTHER, params, put, refusal } from './forge.ts';
import { outcomeOf, type Rig, rigBefore } from './rig.ts';

const DAY = 86_400_000;
const ORDER = { rotation: 'prod-18', refs: {} };
const NAMES = ['sqlm01', 'sqlw01', 'sqlw02'];

let rig: Rig;
let old: Thumbprint;

/** A farm that was rotated: its runners' journals know what was used before. */
beforeEach(async () => {
  const before = await rigBefore('nothing: all is applied');
  rig = before.rig;
  old = before.plan.header.old?.thumbprint as Thumbprint;
});

async function retirePlan(): Promise<Plan> {
  const looks: { [host: string]: HostLook } = {};
  for (const name of NAMES) {
    const machine = rig.windowsHost(name);
    const look = await lookWithLeftovers(machine, rig.config(name), () => rig.journalOf(name).state());
    looks[name] = { ...look, ...(await lookAtNamed(machine, [], rig.config(name).allowedCertificates, [])) };
  }
  const plan = await planRotation({
    ...{ farm: rig.farm, looks, id: 'prod-18', wish: plainWish('retire'), reason: 'Proved' },
    by: { id: 'mei', name: 'Mei Lin' },
    at: new Date(rig.clock.now() + 8 * DAY).toISOString(),
  });
  if (isRefusal(plan)) throw new Error(JSON.stringify(plan));
  return plan;
}

const apply = (plan: Plan, name: string): Promise<string> => rig.run(plan, name, 'apply', 'retire', ORDER);
const stores = (name: string) => rig.machines.get(name)?.stores.Root;

test('each runner removes what its own journal shows: the key, then the certificate', async () => {
  const plan = await retirePlan();
  for (const name of NAMES) expect([name, await apply(plan, name)]).toEqual([name, 'applied']);
  expect(NAMES.map((name) => stores(name)?.has(old))).toEqual([false, false, false]);
  const removals = rig.machines
    .get('sqlm01')
    ?.performed.slice(-2)
    .map(({ type }) => type);
  expect(removals).toEqual(['key.remove', 'certificate.remove']);
});

test('what was removed can no longer be gone back to', async () => {
  const plan = await retirePlan();
  for (const name of NAMES) await apply(plan, name);
  for (const name of NAMES) expect(rig.journalOf(name).state().distrusted).toEqual([old]);
});

test('a removal keeps nobody from putting back by hand what came before, for it cannot go back itself', async () => {
  const plan = await retirePlan();
  expect(await apply(plan, 'sqlm01')).toBe('applied');
  const journal = rig.journalOf('sqlm01');
  expect(standsBehind(journal.read(), journal.state(), 'prod-17', rig.config('sqlm01'))).toBeNull();
});

test('a runner with a new journal counts from when it first saw an unused certificate of ours, not from before', async () => {
  const machine = rig.windowsHost('sqlm01');
  const config = rig.config('sqlm01');
  const stored = async () => [
    {
      ...{ thumbprint: old, store: 'Root' as const, subject: 'CN=sqlm01', names: ['sqlm01'], selfSigned: true },
      ...{ notAfter: '2027-01-01T00:00:00.000Z', friendlyName: 'certops prod-3' },
    },
  ];
  const host = { ...machine, stored };
  const first = await lookWithLeftovers(host, config, () => ({ uses: [], unused: [] }));
  expect(first.leftovers).toMatchObject([{ thumbprint: old, lastUsed: null, unusedSince: first.at }]);
  const since = '2026-11-01T00:00:00.000Z';
  const later = await lookWithLeftovers(host, config, () => ({ uses: [], unused: [{ thumbprint: old, at: since }] }));
  expect(later.leftovers).toMatchObject([{ unusedSince: since }]);
});

test.each([
  ['of another farm, whose name begins alike', 'certops prod-east-3'],
  ['that somebody has changed', 'certops prod-3 old'],
])('a certificate with the mark %s is none of this farm’s', async (_, friendlyName) => {
  const machine = rig.windowsHost('sqlm01');
  const found = {
    thumbprint: old,
    store: 'Root' as const,
    subject: 'CN=sqlm01',
    names: ['sqlm01'],
    selfSigned: true,
  };
  const stored = async () => [{ ...found, notAfter: '2027-01-01T00:00:00.000Z', friendlyName }];
  const look = await lookWithLeftovers({ ...machine, stored }, rig.config('sqlm01'), () => ({ uses: [], unused: [] }));
  expect(look.leftovers).toEqual([]);
});

test('a tool that does its work and then reports a failure is overruled by a fresh look', async () => {
  const plan = await retirePlan();
  rig.machines.get('sqlm01')?.faults.set('certificate.remove', { kind: 'late', times: 1 });
  expect(await apply(plan, 'sqlm01')).toBe('applied');
  expect(stores('sqlm01')?.has(old)).toBe(false);
});

test.each(['fail', 'lie'] as const)(
  'if a tool does %s, what was removed by then stays removed, and the outcome says so',
  async (kind) => {
    const plan = await retirePlan();
    rig.machines.get('sqlm01')?.faults.set('certificate.remove', { kind, times: 9 });
    expect(await apply(plan, 'sqlm01')).toBe('kept');
    expect(stores('sqlm01')?.get(old)?.facts.privateKey).toBe('unreadable');
    expect(rig.machines.get('sqlm01')?.performed.some(({ type }) => type === 'certificate.import')).toBe(true);
  },
);

const named = (thumbprint: string): Change => params(put('thumbprint', thumbprint));

test('a certificate that Scale Out never used here is not removed, whatever was approved', async () => {
  const plan = await retirePlan();
  expect(await refusal(rig, forged(plan, 'sqlw01', 'retire', { step: named(OTHER) }), 'sqlw01', 'retire', ORDER)).toBe(
    'refused CertificateNotScaleOuts',
  );
});

test('a certificate that is in use is not removed, whether its users are in the plan or not', async () => {
  const plan = await retirePlan();
  const inUse = rig.refs().new?.thumbprint ?? '';
  const hidden = forged(plan, 'sqlw01', 'retire', { step: named(inUse) });
  expect(await refusal(rig, hidden, 'sqlw01', 'retire', ORDER)).toBe('refused FactsMoved');
  const users = [{ kind: 'setting', where: 'MasterHttpsCertThumbprint' }];
  const told: Change = (step) => {
    named(inUse)(step);
    step.expected = { stores: ['Root'], keys: [], users } as unknown as Json;
  };
  expect(await refusal(rig, forged(plan, 'sqlw01', 'retire', { step: told }), 'sqlw01', 'retire', ORDER)).toBe(
    'put-back',
  );
  expect(rig.entries('sqlw01').findLast(({ type }) => type === 'failed')).toMatchObject({ code: 'CertificateInUse' });
});

test.each<RotationKind>(['rotate-master'])('no %s removes a certificate', async (kind) => {
  const plan = await retirePlan();
  const header = (value: { [name: string]: Json }): void => {
    value.kind = kind;
    value.wish = plainWish(kind) as unknown as Json;
  };
  expect(await refusal(rig, forged(plan, 'sqlw01', 'retire', { header }), 'sqlw01', 'retire', ORDER)).toBe(
    'refused RemovalNotAllowed',
  );
});

test('under a request to remove, nothing but a removal is accepted', async () => {
  const plan = await retirePlan();
  const restart = (step: { [name: string]: Json }): void => {
    step.kind = 'restart-service';
    step.params = { role: 'worker' };
  };
  expect(await refusal(rig, forged(plan, 'sqlw01', 'retire', { step: restart }), 'sqlw01', 'retire', ORDER)).toBe(
    'refused StepNotAllowed',
  );
});

test('a stage in another phase removes nothing either', async () => {
  const plan = await retirePlan();
  const phases = plan.header.phases.map((phase) => ({ ...phase, name: 'cutover' as const }));
  const other = writePlan({ ...plan.header, phases }, plan.slices);
  expect(await refusal(rig, other, 'sqlw01', 'retire', ORDER)).toBe('refused RemovalNotAllowed');
});

test('a certificate that an administrator has allowed here by name stays until it is off that list', async () => {
  const plan = await retirePlan();
  const config = { ...rig.config('sqlw01'), allowedCertificates: [old] };
  const runner = rig.runner('sqlw01', { config });
  await runner.start();
  const order = rig.order(plan, 'sqlw01', 'apply', 'retire', ORDER);
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries('sqlw01'), order.n)).toBe('refused CertificateAllowedHere');
  expect(stores('sqlw01')?.has(old)).toBe(true);
});

test('a certificate that is allowed on a machine is not planned to go there, so that its runner accepts the rest of the order', async () => {
  rig.allowed.set('sqlw01', [old]);
  const { slices } = await retirePlan();
  const holders = slices.filter(({ stages }) => stages.retire !== undefined).map(({ host }) => host);
  expect(holders).toEqual(['sqlm01', 'sqlw02']);
});

test('a key that cannot be removed here keeps its certificate, and the refusal says where the key is', async () => {
  const where = 'Microsoft Base Smart Card Crypto Provider';
  const master = rig.machines.get('sqlm01');
  Object.assign(master ?? {}, { users: new Map([[old, [{ kind: 'key-elsewhere', where }]]]) });
  await expect(retirePlan()).rejects.toThrow(
    JSON.stringify({
      refused: true,
      code: 'KeyNotRemovable',
      data: { host: 'sqlm01', thumbprint: old, where: [where] },
    }),
  );
});

test('if two certificates share one key, the refusal names the other one and how this one goes without the key', async () => {
  const other = 'CD'.repeat(20);
  const where = `My ${other}`;
  const master = rig.machines.get('sqlm01');
  Object.assign(master ?? {}, { users: new Map([[old, [{ kind: 'shared-key', where }]]]) });
  const data = { host: 'sqlm01', thumbprint: old, where: [where], stores: ['Root'] };
  await expect(retirePlan()).rejects.toThrow(JSON.stringify({ refused: true, code: 'KeyShared', data }));
  const way = say({ id: 'why.refused.todo', data: { code: 'KeyShared', host: 'sqlm01', data } }, 'en');
  expect(way).toContain(`on sqlm01, take this one away without its key: \`certutil -delstore Root ${old}\``);
});
