import fc from 'fast-check';
import { type Grace, leavingsOf } from '../../../src/domain/follow-up/retire.ts';
import type { HostLook, Leftover, MasterLook, WorkerLook } from '../../../src/domain/machine/host-facts.ts';
import type { HostName, Thumbprint } from '../../../src/domain/values.ts';

const OLD = 'AB'.repeat(20) as Thumbprint;
const NEW = 'CD'.repeat(20) as Thumbprint;
const OWN = 'EF'.repeat(20) as Thumbprint;
const DAY = 86_400_000;
const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const grace: Grace = { graceMs: 7 * DAY, now: NOW, compromised: [] };
const ago = (days: number): string => new Date(NOW - days * DAY).toISOString();

const left = (how: Partial<Leftover> = {}): Leftover => ({
  thumbprint: OLD,
  stores: ['Root'],
  keys: [],
  users: [],
  subject: 'CN=sqlm01',
  notAfter: ago(-3),
  mark: null,
  lastUsed: ago(8),
  ...how,
});

const look = (host: string, how: { master?: object; worker?: object; leftovers?: readonly Leftover[] }): HostLook => ({
  host: host as HostName,
  at: ago(0),
  version: '0.0.0',
  systemRoot: 'C:\\Windows',
  root: { count: 3, notSelfSigned: 0 },
  master: (how.master as MasterLook) ?? null,
  worker: (how.worker as WorkerLook) ?? null,
  problems: [],
  leftovers: how.leftovers ?? [],
});

const master = (how: object = {}) => ({
  sslCertThumbprint: NEW,
  bindings: [{ key: '0.0.0.0:8391', thumbprint: NEW }],
  presented: [{ target: '127.0.0.1:8391', thumbprint: NEW }],
  published: NEW,
  ...how,
});
const worker = (how: object = {}) => ({ masterThumbprint: NEW, workerThumbprint: OWN, ...how });

const farm = (
  how: { master?: object; worker?: object; onMaster?: readonly Leftover[]; onWorker?: readonly Leftover[] } = {},
): readonly HostLook[] => [
  look('sqlm01', { master: master(how.master), leftovers: how.onMaster ?? [left({ keys: ['Root'] })] }),
  look('sqlw01', { worker: worker(how.worker), leftovers: how.onWorker ?? [left()] }),
];

test('a certificate that nothing has used for the grace period may go, from every machine that holds it', () => {
  const { ready, waiting, inUse } = leavingsOf(farm(), grace);
  expect([waiting, inUse]).toEqual([[], []]);
  expect(ready).toEqual([
    {
      thumbprint: OLD,
      subject: 'CN=sqlm01',
      notAfter: ago(-3),
      madeBy: null,
      lastUsed: ago(8),
      unusedSince: null,
      places: [
        { host: 'sqlm01', stores: ['Root'], keys: ['Root'] },
        { host: 'sqlw01', stores: ['Root'], keys: [] },
      ],
    },
  ]);
});

test('the last use on any machine counts, and the certificate stays until the grace period is over', () => {
  const { ready, waiting } = leavingsOf(farm({ onWorker: [left({ lastUsed: ago(2) })] }), grace);
  expect(ready).toEqual([]);
  expect(waiting).toMatchObject([{ thumbprint: OLD, until: ago(-5) }]);
});

test.each([[[OLD]], ['all' as const]])('a compromised certificate does not wait: %j', (compromised) => {
  const looks = farm({ onWorker: [left({ lastUsed: ago(0) })] });
  expect(leavingsOf(looks, { ...grace, compromised }).ready).toMatchObject([{ thumbprint: OLD }]);
});

test('an orphan of an earlier attempt that no journal knows may go, and names that attempt', () => {
  const orphan = left({ mark: 'certops prod-3', lastUsed: null });
  expect(leavingsOf(farm({ onMaster: [orphan], onWorker: [] }), grace).ready).toMatchObject([{ madeBy: 'prod-3' }]);
});

test('with a new journal, the grace period begins when its runner first saw the certificate unused', () => {
  const seen = (days: number) => left({ mark: 'certops prod-3', lastUsed: null, unusedSince: ago(days) });
  const of = (onMaster: Leftover, onWorker: readonly Leftover[] = []) =>
    leavingsOf(farm({ onMaster: [onMaster], onWorker }), grace);
  expect(of(seen(2))).toMatchObject({ ready: [], waiting: [{ thumbprint: OLD, until: ago(-5) }] });
  expect(of(seen(8))).toMatchObject({ ready: [{ madeBy: 'prod-3', lastUsed: null }], waiting: [] });
  // another machine knows of an older use, and nothing of this one
  expect(of(seen(2), [left({ lastUsed: ago(30) })])).toMatchObject({ ready: [], waiting: [{ until: ago(-5) }] });
});

const USERS: readonly (readonly [what: string, how: Parameters<typeof farm>[0], user: object])[] = [
  ['is set on the master', { master: { sslCertThumbprint: OLD } }, { host: 'sqlm01', kind: 'setting' }],
  ['is set with hidden characters', { master: { sslCertThumbprint: `\u200e${OLD}` } }, { kind: 'setting' }],
  [
    'is bound',
    { master: { bindings: [{ key: '[::]:8391', thumbprint: OLD }] } },
    { kind: 'binding', where: '[::]:8391' },
  ],
  ['is presented', { master: { presented: [{ target: '127.0.0.1:8391', thumbprint: OLD }] } }, { kind: 'presented' }],
  ['is what new workers would be given', { master: { published: OLD } }, { kind: 'published' }],
  [
    "is in a worker's .cer file",
    { worker: { published: OLD } },
    { host: 'sqlw01', kind: 'published', where: 'SSISScaleOutWorker.cer' },
  ],
  ['is pinned by a worker', { worker: { masterThumbprint: OLD } }, { host: 'sqlw01', kind: 'setting' }],
  [
    'is used by another program',
    { onWorker: [left({ users: [{ kind: 'sql', where: 'MSSQL16.MSSQLSERVER' }] })] },
    { host: 'sqlw01', kind: 'sql', where: 'MSSQL16.MSSQLSERVER' },
  ],
];

test.each(USERS)('a certificate that %s stays everywhere, and its user is named', (_what, how, user) => {
  const { ready, waiting, inUse } = leavingsOf(farm(how), grace);
  expect([ready, waiting]).toEqual([[], []]);
  expect(inUse).toMatchObject([{ thumbprint: OLD, users: [user] }]);
});

test("a worker's own certificate, which its master trusts, is no leftover", () => {
  const { ready, waiting, inUse } = leavingsOf(farm({ onMaster: [left({ thumbprint: OWN })], onWorker: [] }), grace);
  expect([ready, waiting, inUse]).toEqual([[], [], []]);
});

describe('A certificate that a master trusts and whose key no machine of the farm has', () => {
  const trusted = (how: Partial<Leftover> = {}) => left({ subject: 'CN=sqlw03', ...how });
  const of = (one: Leftover, how: Partial<Grace> = {}, onWorker: readonly Leftover[] = []) => {
    const { ready, waiting, inUse, unclaimed } = leavingsOf(farm({ onMaster: [one], onWorker }), { ...grace, ...how });
    return { ready: ready.length, waiting: waiting.length, inUse: inUse.length, unclaimed: unclaimed.length };
  };
  const goes = { ready: 1, waiting: 0, inUse: 0, unclaimed: 0 };
  const stays = { ready: 0, waiting: 0, inUse: 0, unclaimed: 1 };

  test('stays when it is named after no machine of the farm: its worker may be missing from the farm file for a while', () => {
    expect(of(trusted())).toEqual(stays);
    expect(of(trusted({ subject: 'CN=10.0.0.7' }))).toEqual(stays);
    expect(of(trusted({ subject: 'O=Contoso' }))).toEqual(stays);
    expect(of(trusted(), { compromised: 'all' })).toEqual(stays);
  });

  test("goes when it bears its master's own name: its key was removed, and the rest of the removal failed", () => {
    const names = ['ssis.corp.example', 'sqlm01'];
    const onMaster = [trusted({ subject: 'CN=SSIS.corp.example' })];
    const { ready, unclaimed } = leavingsOf(
      farm({ master: { certificate: { names } }, onMaster, onWorker: [] }),
      grace,
    );
    expect([ready.length, unclaimed.length]).toEqual([1, 0]);
  });

  test('goes when the worker that it is named after reports that it uses another', () => {
    expect(of(trusted({ subject: 'CN=sqlw01' }))).toEqual(goes);
    expect(of(trusted({ subject: 'CN=SQLW01.corp.example, CN=10.0.0.7' }))).toEqual(goes);
  });

  test('goes when a worker holds it and no longer uses it, whatever its name', () => {
    expect(of(trusted(), {}, [trusted({ keys: ['My'], stores: ['My'] })])).toEqual(goes);
  });

  test('goes when its key is in the wrong hands', () => {
    expect(of(trusted(), { compromised: [OLD] })).toEqual(goes);
  });
});

describe('A certificate that a master trusts and that only its name ties to a worker', () => {
  const trusted = left({ subject: 'CN=sqlw01', lastUsed: null, unusedSince: ago(30) });
  const farmWith = (onWorker: readonly Leftover[]) => farm({ onMaster: [trusted], onWorker });

  test('goes together with what its worker used, as set-up made the master trust it', () => {
    const { ready } = leavingsOf(farmWith([left({ stores: ['My'], keys: ['My'] })]), grace);
    expect(ready).toMatchObject([{ lastUsed: ago(8), places: [{ host: 'sqlm01' }, { host: 'sqlw01', keys: ['My'] }] }]);
  });

  test('waits for the grace period of what its worker used', () => {
    const onWorker = [left({ stores: ['My'], keys: ['My'], lastUsed: ago(2) })];
    const { ready, waiting } = leavingsOf(farmWith(onWorker), grace);
    expect([ready, waiting.map(({ places }) => places.length)]).toEqual([[], [2]]);
  });

  test('is not even named when no machine ever used it, compromised or not', () => {
    for (const compromised of [[], 'all'] as const)
      expect(leavingsOf(farmWith([]), { ...grace, compromised })).toEqual({
        ...{ ready: [], waiting: [], inUse: [], unclaimed: [], allowed: [] },
      });
  });

  test('goes when a request was to remove it and its worker no longer holds it', () => {
    const { ready } = leavingsOf(farmWith([]), { ...grace, goes: [OLD] });
    expect(ready).toMatchObject([{ places: [{ host: 'sqlm01' }] }]);
  });
});

test('whatever the machines hold, nothing that any of them names is ever ready to go', () => {
  const thumbprint = fc.constantFrom(OLD, NEW, OWN);
  const leftover = thumbprint.map((one) => left({ thumbprint: one, lastUsed: null }));
  fc.assert(
    fc.property(thumbprint, thumbprint, thumbprint, thumbprint, fc.array(leftover), fc.array(leftover), (...drawn) => {
      const [set, bound, pinned, own, onMaster, onWorker] = drawn;
      const bindings = [{ key: '0.0.0.0:8391', thumbprint: bound }];
      const looks = farm({
        master: { sslCertThumbprint: set, bindings, presented: [], published: null },
        worker: { masterThumbprint: pinned, workerThumbprint: own },
        onMaster,
        onWorker,
      });
      const ready = leavingsOf(looks, grace).ready.map((one) => one.thumbprint);
      expect(ready.filter((one) => [set, bound, pinned, own].includes(one))).toEqual([]);
    }),
  );
});
