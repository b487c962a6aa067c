import type { Leftover } from '../../src/domain/machine/host-facts.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { type PlanRequest, planRotation } from '../../src/plans/index.ts';
import { OTHER, request, survey } from './support.ts';

const DAY = 86_400_000;
const NOW = Date.parse(request(null, null).at);
const LEFT = '12'.repeat(20) as Thumbprint;
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();

const left = (how: Partial<Leftover> = {}): Leftover => ({
  thumbprint: LEFT,
  stores: ['Root'],
  keys: [],
  users: [],
  subject: 'CN=sqlm01',
  notAfter: ago(-30),
  mark: 'certops prod-3',
  lastUsed: ago(8),
  ...how,
});

type Held = { readonly [host: string]: readonly Leftover[] };

/** A farm whose machines hold these; what nothing has used for seven days may go. */
async function asked(held: Held, over: Partial<PlanRequest> = {}, without: readonly string[] = []) {
  const { farm, looks } = await survey();
  farm.retire.graceMs = 7 * DAY;
  for (const [name, look] of Object.entries(looks)) Object.assign(look, { leftovers: held[name] ?? [] });
  for (const name of without) delete looks[name];
  return planRotation({ ...request(farm, looks), wish: plainWish('retire'), ...over });
}

const removals = async (...how: Parameters<typeof asked>) => {
  const plan = await asked(...how);
  if (isRefusal(plan)) throw new Error(plan.code);
  const steps = plan.slices.map(({ host, stages }) => [host, stages.retire?.steps.map(({ kind }) => kind) ?? []]);
  return { plan, steps };
};

test('each machine removes what it holds, a key before its certificate, and a failure keeps what was done', async () => {
  const { plan, steps } = await removals({ sqlm01: [left({ keys: ['Root'] })], sqlw01: [left()] });
  expect(steps).toEqual([
    ['sqlm01', ['remove-key', 'remove-certificate']],
    ['sqlw01', ['remove-certificate']],
    ['sqlw02', []],
  ]);
  expect(plan.header.phases).toMatchObject([
    { gate: 'request', onFailure: 'stop-keep', stages: [{ name: 'retire', hosts: ['sqlm01', 'sqlw01'], canary: 0 }] },
  ]);
});

test('several removals on one machine have distinct step ids', async () => {
  const { plan } = await removals({ sqlw01: [left({ keys: ['Root'] }), left({ thumbprint: OTHER, keys: ['Root'] })] });
  const ids = plan.slices.flatMap(({ stages }) => stages.retire?.steps.map(({ id }) => id) ?? []);
  expect([ids.length, new Set(ids).size]).toEqual([4, 4]);
});

test('where the only worker still pins another certificate than is presented, that one is named as in use', async () => {
  const { farm, looks } = await survey();
  for (const look of Object.values(looks)) Object.assign(look, { leftovers: [] });
  const { sqlm01, sqlw01 } = looks;
  if (sqlm01 === undefined || sqlw01?.worker == null) throw new Error('no looks');
  const ask = () => planRotation({ ...request(farm, looks), wish: plainWish('retire') });
  expect(await ask()).toMatchObject({ code: 'NothingToRetire' });
  Object.assign(sqlw01.worker, { masterThumbprint: LEFT });
  expect(await ask()).toMatchObject({
    code: 'StillInUse',
    data: { host: 'sqlw01', thumbprint: LEFT, where: ['MasterHttpsCertThumbprint'] },
  });
});

test('a certificate known by its name alone is removed only where an approved request was to remove it', async () => {
  const held = { sqlw01: [left({ mark: null, lastUsed: null, unusedSince: ago(30) })] };
  expect(await asked(held)).toMatchObject({ code: 'NothingToRetire' });
  expect((await removals(held, { goes: [LEFT] })).steps[1]).toEqual(['sqlw01', ['remove-certificate']]);
});

test('a compromised certificate does not wait for the grace period, whether the request or the journal says so', async () => {
  const held = { sqlw01: [left({ lastUsed: ago(1) })] };
  const expected = [
    ['sqlm01', []],
    ['sqlw01', ['remove-certificate']],
    ['sqlw02', []],
  ];
  expect((await removals(held, { wish: { ...plainWish('retire'), compromised: true } })).steps).toEqual(expected);
  expect((await removals(held, { compromised: [LEFT] })).steps).toEqual(expected);
});

const used = (kind: Leftover['users'][number]['kind'], where: string) => ({ kind, where });
const PORT = used('binding', '0.0.0.0:443');
const HARDWARE = used('key-elsewhere', 'Microsoft Platform Crypto Provider');
const SHARED = used('shared-key', `My ${OTHER}`);

test.each<[string, string, Held, object]>([
  [
    'something uses it on one machine',
    'StillInUse',
    { sqlm01: [left()], sqlw01: [left({ users: [PORT] })] },
    { host: 'sqlw01', thumbprint: LEFT, where: [PORT.where] },
  ],
  [
    'something uses it, and its key cannot be removed either',
    'StillInUse',
    { sqlw01: [left({ keys: ['Root'], users: [SHARED, HARDWARE, PORT] })] },
    { host: 'sqlw01' },
  ],
  ['its key lies in hardware', 'KeyNotRemovable', { sqlw01: [left({ users: [HARDWARE] })] }, { host: 'sqlw01' }],
  [
    'its key belongs to another certificate too',
    'KeyShared',
    { sqlw01: [left({ stores: ['My', 'Root'], users: [HARDWARE, SHARED] })] },
    { host: 'sqlw01', stores: ['My', 'Root'] },
  ],
  [
    'it was in use too recently, with the time from which the first may go',
    'GraceNotOver',
    { sqlw01: [left({ lastUsed: null, unusedSince: ago(2) }), left({ thumbprint: OTHER, lastUsed: ago(5) })] },
    { thumbprint: OTHER, until: ago(-2), several: true },
  ],
  [
    'a master trusts it and nobody knows whose it is',
    'NobodyKnowsWhose',
    { sqlm01: [left({ mark: null, subject: 'CN=elsewhere' })] },
    { host: 'sqlm01', thumbprint: LEFT, subject: 'CN=elsewhere' },
  ],
  ['there is nothing to remove', 'NothingToRetire', {}, {}],
])('nothing is removed when %s (%s)', async (_, code, held, data) => {
  expect(await asked(held)).toMatchObject({ refused: true, code, data });
});

test('a certificate stays where a runner allows it, and a request that can remove nothing names those machines', async () => {
  const held = { sqlm01: [left({ keys: ['Root'] })], sqlw01: [left()], sqlw02: [left()] };
  const asking = async (...hosts: readonly string[]) => {
    const { farm, looks } = await survey();
    farm.retire.graceMs = 7 * DAY;
    for (const [name, look] of Object.entries(looks))
      Object.assign(look, { leftovers: held[name as keyof typeof held], allowed: hosts.includes(name) ? [LEFT] : [] });
    return planRotation({ ...request(farm, looks), wish: plainWish('retire') });
  };
  expect(await asking('sqlm01', 'sqlw01', 'sqlw02')).toMatchObject({
    code: 'CertificateAllowedHere',
    data: { host: null, thumbprint: LEFT, hosts: ['sqlm01', 'sqlw01', 'sqlw02'] },
  });
  expect(isRefusal(await asking('sqlm01'))).toBe(false);
});

test('a root that workers must trust and go on allowing does not count as left to remove, unless it is compromised', async () => {
  const { farm, looks } = await survey();
  for (const look of Object.values(looks))
    Object.assign(look, { leftovers: look.worker === null ? [] : [left({ mark: null })], allowed: [LEFT] });
  const asked = { ...request(farm, looks), wish: plainWish('retire') };
  expect(await planRotation(asked)).toMatchObject({ code: 'NothingToRetire' });
  // nothing rests on a certificate whose key somebody has, even if the key has been removed here
  expect(await planRotation({ ...asked, compromised: [LEFT] })).toMatchObject({
    code: 'CertificateAllowedHere',
    data: { hosts: ['sqlw01', 'sqlw02'] },
  });
});

test('nothing is removed while one machine has not been looked at: it may use what the others have left', async () => {
  expect(await asked({ sqlm01: [left({ keys: ['Root'] })] }, {}, ['sqlw02'])).toMatchObject({
    code: 'HostNotLooked',
    data: { host: 'sqlw02' },
  });
});

test('a paused runner blocks only its own removals', async () => {
  const { farm, looks } = await survey();
  farm.retire.graceMs = 7 * DAY;
  for (const look of Object.values(looks)) Object.assign(look, { leftovers: [] });
  looks.sqlw01?.problems.push({ code: 'runner-paused', data: {} } as never);
  const ask = () => planRotation({ ...request(farm, looks), wish: plainWish('retire') });
  Object.assign(looks.sqlw02 ?? {}, { leftovers: [left()] });
  expect(isRefusal(await ask())).toBe(false);
  Object.assign(looks.sqlw01 ?? {}, { leftovers: [left()] });
  expect(await ask()).toMatchObject({ code: 'HostNotReady', data: { host: 'sqlw01', problem: 'runner-paused' } });
});
