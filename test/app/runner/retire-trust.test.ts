import { lookWithLeftovers } from '../../../src/app/runner/look/leftovers.ts';
import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import type { Plan } from '../../../src/domain/plan/plan.ts';
import { plainWish } from '../../../src/domain/plan/wish.ts';
import { isRefusal, type Json, type Thumbprint } from '../../../src/domain/values.ts';
import { planRotation } from '../../../src/plans/index.ts';
import { profileOf } from '../../fixtures/profile.ts';
import { factsOfMade, type Twist } from './certificates.ts';
import { type Change, forged, refusal } from './forge.ts';
import { host, outcomeOf, type Rig, rigBefore } from './rig.ts';
import { make } from './world.ts';

const DAY = 86_400_000;
const ORDER = { rotation: 'prod-18', refs: {} };
const MASTER = 'sqlm01';
const WORKER = 'sqlw01';
const NAMES = [MASTER, WORKER, 'sqlw02'];

let rig: Rig;
let plan: Plan;

/** A farm that was rotated, and a plan that removes its old certificate. */
beforeEach(async () => {
  ({ rig } = await rigBefore('nothing: all is applied'));
  const looks: { [host: string]: HostLook } = {};
  for (const name of NAMES) looks[name] = await look(name);
  const made = await planRotation({
    ...{ farm: rig.farm, looks, id: 'prod-18', wish: plainWish('retire'), reason: 'Proved' },
    by: { id: 'mei', name: 'Mei Lin' },
    at: new Date(rig.clock.now() + 8 * DAY).toISOString(),
  });
  if (isRefusal(made)) throw new Error(JSON.stringify(made));
  plan = made;
});

const look = (name: string): Promise<HostLook> =>
  lookWithLeftovers(rig.windowsHost(name), rig.config(name), () => rig.journalOf(name).state());

/** Somebody put it into Root of this machine; no journal knows it. */
function put(on: string, whose: string, twist: Twist = {}, privateKey: 'yes' | 'no' = 'no'): Thumbprint {
  const profile = { ...profileOf(host(whose)), store: 'My' as const, usages: ['serverAuth', 'clientAuth'] as const };
  const made = make(profile, rig.clock.now(), twist);
  const facts = { ...factsOfMade(made), privateKey };
  rig.machines.get(on)?.stores.Root.set(made.thumbprint, { ...made, facts, readers: [] });
  return made.thumbprint;
}

const instead = (kind: string, thumbprint: string): Change => {
  return (step) => {
    if (step.kind !== 'remove-certificate') return;
    step.kind = kind;
    step.params = { thumbprint };
    step.expected = { stores: ['Root'], keys: [], users: [] } as unknown as Json;
  };
};

const removing = (on: string, thumbprint: string, kind = 'remove-certificate'): Plan =>
  forged(plan, on, 'retire', { step: instead(kind, thumbprint) });

test('a master removes a certificate that bears only the name of one of its workers, for set-up made it trust that', async () => {
  const first = put(MASTER, WORKER);
  expect(await rig.run(removing(MASTER, first), MASTER, 'apply', 'retire', ORDER)).toBe('applied');
  expect(rig.machines.get(MASTER)?.stores.Root.has(first)).toBe(false);
});

const STRANGE: readonly (readonly [what: string, whose: string, twist: Twist])[] = [
  ['named after something else too', WORKER, { names: [WORKER, 'intranet.example'] }],
  ['named after an address alone', WORKER, { names: ['10.0.0.7'], cn: '10.0.0.7' }],
  ['with a name of another kind as well', WORKER, { uri: 'https://intranet.example' }],
  ['that an authority issued', WORKER, { issuer: 'Contoso' }],
  ['of a machine that it does not know', 'sqlw09', {}],
  ['of its own', MASTER, {}],
];

test.each(STRANGE)('a certificate %s stays, whatever the plan says', async (_what, whose, twist) => {
  const strange = put(MASTER, whose, twist);
  expect(await refusal(rig, removing(MASTER, strange), MASTER, 'retire', ORDER)).toBe(
    'refused CertificateNotScaleOuts',
  );
});

test('one that somebody has removed meanwhile is told of as gone, and not as strange', async () => {
  const first = put(MASTER, WORKER);
  rig.machines.get(MASTER)?.stores.Root.delete(first);
  expect(await refusal(rig, removing(MASTER, first), MASTER, 'retire', ORDER)).toBe('refused FactsMoved');
});

test('one that is still there, but whose bytes could not be read, stays', async () => {
  const first = put(MASTER, WORKER);
  const order = rig.order(removing(MASTER, first), MASTER, 'apply', 'retire', ORDER);
  const runner = rig.runner(MASTER, { host: { ...rig.windowsHost(MASTER), named: async () => [] } });
  await runner.start();
  await runner.receive(rig.seal(order));
  await runner.idle();
  await runner.stop();
  expect(outcomeOf(rig.entries(MASTER), order.n)).toBe('refused CertificateNotScaleOuts');
});

test('a certificate whose key is there stays', async () => {
  const keyed = put(MASTER, WORKER, {}, 'yes');
  expect(await refusal(rig, removing(MASTER, keyed), MASTER, 'retire', ORDER)).toBe('refused CertificateNotScaleOuts');
});

test('a certificate that something on the master uses stays', async () => {
  const used = put(MASTER, WORKER);
  const machine = rig.machines.get(MASTER);
  const [binding] = machine?.bindings ?? [];
  if (machine === undefined || binding === undefined) throw new Error('no binding');
  machine.bindings = [...machine.bindings, { ...binding, key: '0.0.0.0:443', thumbprint: used }];
  expect(await refusal(rig, removing(MASTER, used), MASTER, 'retire', ORDER)).toBe('refused CertificateNotScaleOuts');
});

test('a certificate that is in another store as well stays, for somebody has put it there', async () => {
  const kept = put(MASTER, WORKER);
  const stores = rig.machines.get(MASTER)?.stores;
  const found = stores?.Root.get(kept);
  if (stores === undefined || found === undefined) throw new Error('it was not put');
  stores.My.set(kept, found);
  expect(await refusal(rig, removing(MASTER, kept), MASTER, 'retire', ORDER)).toBe('refused CertificateNotScaleOuts');
});

test('no key is removed for its certificate’s name, and nothing on a machine that is no master', async () => {
  const onMaster = put(MASTER, WORKER);
  expect(await refusal(rig, removing(MASTER, onMaster, 'remove-key'), MASTER, 'retire', ORDER)).toBe(
    'refused CertificateNotScaleOuts',
  );
  const onWorker = put(WORKER, 'sqlw02');
  expect(await refusal(rig, removing(WORKER, onWorker), WORKER, 'retire', ORDER)).toBe(
    'refused CertificateNotScaleOuts',
  );
});

test('a look at a master reports what it trusts by a worker’s name, with neither a mark nor a use; a look at a worker does not', async () => {
  const first = put(MASTER, WORKER);
  const [strange, own, keyed, issued] = [
    put(MASTER, 'sqlw09'),
    put(MASTER, MASTER),
    put(MASTER, WORKER, {}, 'yes'),
    put(MASTER, WORKER, { issuer: 'Contoso' }),
  ];
  const onWorker = put(WORKER, 'sqlw02');
  const { leftovers } = await look(MASTER);
  expect(leftovers?.find(({ thumbprint }) => thumbprint === first)).toMatchObject({
    ...{ mark: null, lastUsed: null, stores: ['Root'], keys: [] },
  });
  const told = leftovers?.map(({ thumbprint }) => thumbprint) ?? [];
  for (const one of [strange, own, keyed, issued]) expect(told).not.toContain(one);
  expect((await look(WORKER)).leftovers?.some(({ thumbprint }) => thumbprint === onWorker)).toBe(false);
});
