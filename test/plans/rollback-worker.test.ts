import type { HostLook, NamedCertificate } from '../../src/domain/machine/host-facts.ts';
import { seen } from '../../src/domain/machine/ssisdb.ts';
import { plainWish } from '../../src/domain/plan/wish.ts';
import { isRefusal, type Thumbprint } from '../../src/domain/values.ts';
import { existingOf } from '../../src/plans/existing-of.ts';
import { type PlanRequest, planRotation } from '../../src/plans/index.ts';
import { linesBefore } from '../../src/plans/rollback-worker.ts';
import type { Twist } from '../app/runner/certificates.ts';
import { host, make } from '../app/runner/world.ts';
import { profileOf } from '../fixtures/profile.ts';
import { type Looks, type Loose, OTHER, request, type Spoil, survey, worker } from './support.ts';

const DAY = 86_400_000;
const AT = Date.parse(request(null, null).at);
const SERVICE = 'S-1-5-80-1-2-3-4-5';
const SYSTEM = 'S-1-5-18';
const OLD = 'AB'.repeat(20) as Thumbprint;

type Before = Loose<NamedCertificate>;
type Change = (held: Before, looks: Loose<Looks>, asked: Loose<PlanRequest>) => void;

const look = (looks: Loose<Looks>, name: string) => looks[name] as Loose<HostLook>;

/** Two workers that go back to what they had: there, readable, trusted by the master, and known to their runners. */
async function back(change: Change = () => {}, twist: Twist = {}, spoil: Spoil = () => {}, twisted = ['sqlw01']) {
  const { farm, looks } = await survey();
  const held = new Map<string, Before>();
  for (const name of ['sqlw01', 'sqlw02']) {
    const made = make(
      { ...profileOf(host(name)), store: 'My', names: [name] },
      AT,
      twisted.includes(name) ? twist : {},
    );
    held.set(name, { ...made, places: [{ store: 'My', privateKey: 'yes', readers: [SERVICE] }], issuers: [] });
    Object.assign(look(looks, name), { named: [held.get(name)], used: [made.thumbprint], allowed: [] });
  }
  const trusted = [...held.values()].map((one) => ({
    ...one,
    places: [{ store: 'Root', privateKey: 'no', readers: [] }],
  }));
  Object.assign(look(looks, 'sqlm01'), { named: trusted, used: [], allowed: [] });
  spoil(looks, farm);
  const before = Object.fromEntries([...held].map(([name, { thumbprint }]) => [name, thumbprint]));
  const wish = { ...plainWish('rotate-worker'), of: 'prod-16' };
  const asked = { ...request(farm, looks), wish, before, compromised: [] };
  const first = held.get('sqlw01') as Before;
  change(first, looks, asked as unknown as Loose<PlanRequest>);
  return { plan: await planRotation(asked as unknown as PlanRequest), held, first, asked };
}

describe('The plan by which workers go back to their previous certificates', () => {
  test('makes and trusts nothing: one worker goes first, and each takes its own certificate', async () => {
    const { plan, held } = await back();
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.profiles).toEqual({});
    expect(plan.header.existing).toEqual({
      'new.sqlw01': { thumbprint: held.get('sqlw01')?.thumbprint, host: 'sqlw01', store: 'My' },
      'new.sqlw02': { thumbprint: held.get('sqlw02')?.thumbprint, host: 'sqlw02', store: 'My' },
    });
    const shown = plan.header.phases.map(({ name, onFailure, stages }) => [
      name,
      onFailure,
      stages.map((stage) => [stage.name, stage.hosts, stage.canary]),
    ]);
    expect(shown).toEqual([['cutover', 'stop-keep', [['worker-switch', ['sqlw01', 'sqlw02'], 1]]]]);
  });

  test('always leaves at least one worker that does not go first', async () => {
    const { plan } = await back(undefined, {}, (_looks, farm) => {
      farm.gap.canary = 5;
    });
    expect(isRefusal(plan) ? plan : plan.header.phases.at(-1)?.stages.at(-1)).toMatchObject({ canary: 1 });
  });

  test('renews the .cer file of each worker that has one, before any worker is cut off', async () => {
    const { plan } = await back(undefined, {}, (looks) => {
      worker(looks).published = OTHER;
    });
    if (isRefusal(plan)) throw new Error(plan.code);
    const shown = plan.header.phases.map(({ name, onFailure, undoOrder, stages }) => [
      name,
      onFailure,
      undoOrder,
      stages.map((stage) => [stage.name, stage.hosts]),
    ]);
    expect(shown).toMatchObject([
      ['prepare', 'undo-phase', 'reverse', [['worker-publish', ['sqlw01']]]],
      ['cutover', 'stop-keep', 'same', [['worker-switch', ['sqlw01', 'sqlw02']]]],
    ]);
  });

  test('waits for the packages of each worker before that worker is restarted', async () => {
    const { plan } = await back((_held, looks) => {
      Object.assign(look(looks, 'sqlm01'), { ssisdb: { running: seen([]), workers: seen([]) } });
    });
    if (isRefusal(plan)) throw new Error(plan.code);
    expect(plan.header.phases.map(({ name, stages }) => [name, stages.map((stage) => stage.name)])).toEqual([
      ['cutover', ['drain', 'worker-switch']],
    ]);
    expect(plan.slices.flatMap(({ stages }) => stages.drain?.checks ?? [])).toMatchObject(
      ['sqlw01', 'sqlw02'].map((name) => ({ kind: 'packages-end', host: 'sqlm01', params: { workers: [name] } })),
    );
  });

  test.each<[string, Change]>([
    [
      'a service that runs as SYSTEM',
      (held, looks) => {
        worker(looks).service.accountSid = SYSTEM;
        Object.assign(held.places[0] ?? {}, { readers: [] });
      },
    ],
    [
      'a certificate that an administrator allowed, though it was never used there',
      (held, looks) => Object.assign(look(looks, 'sqlw01'), { used: [], allowed: [held.thumbprint] }),
    ],
  ])('accepts %s', async (_, change) => {
    expect(isRefusal((await back(change)).plan)).toBe(false);
  });

  test('does not ask whether the master trusts a certificate that an authority issued', async () => {
    const { plan } = await back((_held, looks) => Object.assign(look(looks, 'sqlm01'), { named: [] }), {
      issuer: 'Contoso',
    });
    // The other one is its own issuer.
    expect(plan).toMatchObject({ code: 'RollbackNotTrusted', data: { worker: 'sqlw02', host: 'sqlm01' } });
  });

  test.each<[string, string, Change, Twist?]>([
    [
      'whose previous certificate nobody knows',
      'RollbackUnknown',
      (_, __, asked) => Object.assign(asked, { before: {} }),
    ],
    [
      'that already uses its previous certificate',
      'RollbackInUse',
      (_, __, asked) => Object.assign(asked.before as object, { sqlw01: OLD }),
    ],
    [
      'whose previous key is in the wrong hands',
      'ExistingCompromised',
      (held, _, asked) => Object.assign(asked, { compromised: [held.thumbprint] }),
    ],
    [
      'that could not read its previous certificate',
      'ExistingNotRead',
      (_, looks) => Object.assign(look(looks, 'sqlw01'), { named: null }),
    ],
    [
      'that no longer has its previous certificate',
      'RollbackGone',
      (held) => Object.assign(held, { der: null, places: [] }),
    ],
    [
      'that has it only in Root, which workers do not use for their own',
      'RollbackGone',
      (held) => Object.assign(held.places[0] ?? {}, { store: 'Root' }),
    ],
    [
      'that has it without the key',
      'ExistingWithoutKey',
      (held) => Object.assign(held.places[0] ?? {}, { privateKey: 'no', readers: [] }),
    ],
    [
      'whose previous key cannot be opened',
      'ExistingKeyUnreadable',
      (held) => Object.assign(held.places[0] ?? {}, { privateKey: 'unreadable', readers: null }),
    ],
    [
      'whose service may no longer read the key',
      'RollbackKeyNotReadable',
      (held) => Object.assign(held.places[0] ?? {}, { readers: [SYSTEM] }),
    ],
    [
      "whose key's readers cannot be told",
      'RollbackKeyNotReadable',
      (held) => Object.assign(held.places[0] ?? {}, { readers: null }),
    ],
    [
      'whose runner gave another certificate for that thumbprint',
      'ExistingUnreadable',
      (held) => Object.assign(held, { der: make(profileOf(host('sqlw01')), AT).der }),
    ],
    ['whose previous certificate has expired', 'ExistingExpired', () => {}, { lifetimeDays: 0 }],
    [
      'whose master no longer trusts it',
      'RollbackNotTrusted',
      (_, looks) => Object.assign(look(looks, 'sqlm01').named?.[0]?.places[0] ?? {}, { store: 'My' }),
    ],
    [
      'whose runner never saw it in use',
      'ExistingNotAllowed',
      (_, looks) => Object.assign(look(looks, 'sqlw01'), { used: [] }),
    ],
  ])('is refused for a worker %s (%s)', async (_, code, change, twist = {}) => {
    expect((await back(change, twist)).plan).toMatchObject({ code, data: { host: expect.any(String) } });
  });

  test('is refused with the machine on which an administrator has to allow which certificate', async () => {
    const { plan, held } = await back((_, looks) => Object.assign(look(looks, 'sqlw02'), { used: [] }));
    const data = { host: 'sqlw02', hosts: ['sqlw02'], add: [held.get('sqlw02')?.thumbprint] };
    expect(plan).toMatchObject({ code: 'ExistingNotAllowed', data });
  });

  test('is refused for what would prevent any rotation of that worker', async () => {
    const stop: Change = (_, looks) => Object.assign(worker(looks).service, { state: 'stopped' });
    expect((await back(stop)).plan).toMatchObject({ code: 'WorkerNotRunning', data: { host: 'sqlw01' } });
  });
});

test('the card shows the certificate that ends first, with its hash, and names the worker whose certificate ends soon', async () => {
  const { plan, first, asked } = await back(undefined, { hash: 'sha1', lifetimeDays: 20 });
  if (isRefusal(plan)) throw new Error(plan.code);
  const taken = existingOf(asked.farm, plan.header, asked.looks);
  expect(taken?.next).toMatchObject({ host: 'sqlw01', thumbprint: first.thumbprint, hash: 'SHA-1', keyBits: 2048 });
  expect(taken?.next.notAfter).toBe(new Date(AT + 20 * DAY).toISOString());
  expect(taken?.lines).toMatchObject([
    { state: 'good', what: { id: 'existing.before', data: { hosts: ['sqlw01', 'sqlw02'] } } },
    { state: 'mind', what: { id: 'existing.before-ends', data: { hosts: ['sqlw01'], days: 20 } } },
  ]);
});

test('the card shows none of them once a worker no longer has its own, or can no longer be rotated at all', async () => {
  const { plan, asked } = await back();
  if (isRefusal(plan)) throw new Error(plan.code);
  const shown = (spoil: Spoil): unknown => {
    const looks = structuredClone(asked.looks) as unknown as Loose<Looks>;
    spoil(looks, asked.farm as never);
    return existingOf(asked.farm, plan.header, looks as unknown as Looks);
  };
  expect(shown(() => {})).not.toBeNull();
  expect(shown((looks) => Object.assign(look(looks, 'sqlw02'), { named: [] }))).toBeNull();
  expect(shown((looks) => Object.assign(worker(looks).service, { state: 'stopped' }))).toBeNull();
});

test('of several, the card shows the one that ends first, wherever its worker stands in the farm file', async () => {
  const { plan, held, asked } = await back(undefined, { lifetimeDays: 20 }, undefined, ['sqlw02']);
  if (isRefusal(plan)) throw new Error(plan.code);
  expect(existingOf(asked.farm, plan.header, asked.looks)?.next).toMatchObject({
    host: 'sqlw02',
    thumbprint: held.get('sqlw02')?.thumbprint,
  });
});

test('earlier certificates that end soon are told in the order of their ends, each day once', () => {
  const ending = (name: string, notAfter: string) => ({ host: name, notAfter }) as never;
  const found = [
    ending('sqlw01', '2026-12-20T09:00:00.000Z'),
    ending('sqlw02', '2026-12-02T15:00:00.000Z'),
    ending('sqlw03', '2027-11-24T12:00:00.000Z'),
    ending('sqlw04', '2026-12-02T08:00:00.000Z'),
  ];
  expect(linesBefore(found, request(null, null).at).slice(1)).toMatchObject([
    { what: { data: { hosts: ['sqlw04', 'sqlw02'], at: '2026-12-02T08:00:00.000Z' } } },
    { what: { data: { hosts: ['sqlw01'], at: '2026-12-20T09:00:00.000Z' } } },
  ]);
});

test('workers whose earlier certificates end on one day are named in one line', async () => {
  const { plan, asked } = await back(undefined, { lifetimeDays: 20 }, undefined, ['sqlw01', 'sqlw02']);
  if (isRefusal(plan)) throw new Error(plan.code);
  expect(existingOf(asked.farm, plan.header, asked.looks)?.lines.slice(1)).toMatchObject([
    { state: 'mind', what: { id: 'existing.before-ends', data: { hosts: ['sqlw01', 'sqlw02'], days: 20 } } },
  ]);
});
