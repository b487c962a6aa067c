import { leftOf, ofMaster, ofWorker, ownOfWorkers, type Seen } from '../../../src/domain/inventory/uses.ts';
import type { CertificateFacts, HostLook, Leftover } from '../../../src/domain/machine/host-facts.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { type Loose, master, OTHER, survey, worker } from '../../plans/support.ts';

const short = (seen: readonly Seen[]) => seen.map(({ kind, thumbprint, where }) => [kind, thumbprint, where]);
const gaps = (seen: readonly Seen[]) => short(seen).filter(([kind]) => kind === 'no-thumbprint');

const surveyed = survey();
const looked = async () => structuredClone((await surveyed).looks);

/** The look at a worker, changed. */
async function ofChanged(change: Partial<NonNullable<HostLook['worker']>>): Promise<readonly Seen[]> {
  const looks = await looked();
  Object.assign(worker(looks), change);
  return ofWorker(looks.sqlw01 as unknown as HostLook);
}

test('a worker pins, trusts, sets, stores and publishes, and its readers are named', async () => {
  const looks = await looked();
  const { masterThumbprint: pin, service } = worker(looks);
  const certificate = { ...(master(looks).certificate as unknown as CertificateFacts), thumbprint: OTHER };
  const own = { workerThumbprint: ` ${OTHER.toLowerCase()}`, certificate };
  const seen = await ofChanged({ ...own, published: OTHER, keyReaders: [service.accountSid, 'S-1-5-18'] });
  expect(short(seen)).toEqual([
    ['pins', pin, 'MasterHttpsCertThumbprint'],
    ['trusts', pin, 'Root'],
    ['sets', OTHER, 'WorkerHttpsCertThumbprint'],
    ['stores', OTHER, 'My'],
    ['publishes', OTHER, ''],
    ['reads', OTHER, service.account],
    ['reads', OTHER, 'SYSTEM'],
  ]);
  expect(new Set(seen.map(({ host, at }) => `${host} ${at}`)).size).toBe(1);
});

test.each([
  ['trusts', true],
  ['untrusted', false],
  ['trust-unknown', null],
] as const)('what a worker pins is %s', async (kind, trustsPinned) => {
  const { connection } = worker(await looked());
  const unconnected = { ...connection, log: null, tcp: null } as NonNullable<HostLook['worker']>['connection'];
  const seen = await ofChanged({ trustsPinned, connection: unconnected });
  expect(seen[1]?.kind).toBe(kind);
});

test('a worker whose setting names no certificate has one gap for it, in whatever store it would be', async () => {
  const gap = [['no-thumbprint', '', 'WorkerHttpsCertThumbprint']];
  for (const workerThumbprint of ['', 'none'] as const) {
    const nothing = { workerThumbprint, certificate: null };
    expect(gaps(await ofChanged(nothing))).toEqual(gap);
    expect(gaps(await ofChanged({ ...nothing, storeLocation: 'CurrentUser' }))).toEqual(gap);
  }
});

test('of a certificate that is nowhere to be read, nobody is said to read the key', async () => {
  const missing = await ofChanged({ certificate: null, published: null });
  expect(missing.map(({ kind }) => kind)).toEqual(['pins', 'trusts', 'sets', 'missing']);
  const looks = await looked();
  Object.assign(master(looks), { certificate: null, sslCertThumbprint: OTHER });
  expect(
    ofMaster(looks.sqlm01 as unknown as HostLook).filter(({ kind }) => kind === 'missing' || kind === 'reads'),
  ).toMatchObject([{ kind: 'missing', thumbprint: OTHER, where: 'Root' }]);
});

test('a certificate that is read is not called elsewhere, although it is also bound from another store', async () => {
  const looks = await looked();
  for (const one of master(looks).bindings) one.store = 'WebHosting';
  Object.assign(master(looks).certificate as Loose<CertificateFacts>, { privateKey: 'no' });
  const kinds = ofMaster(looks.sqlm01 as unknown as HostLook).map(({ kind }) => kind);
  expect(kinds).toEqual(expect.arrayContaining(['stores', 'keyless']));
  expect(kinds).not.toContain('elsewhere');
});

test.each([
  ['a master has in Root, of a worker', 'sqlm01', 'Root', true, 'trusts'],
  ['a master has in My, of a worker', 'sqlm01', 'My', true, 'left'],
  ['a master has in Root, of no worker', 'sqlm01', 'Root', false, 'left'],
  ['a worker has in Root, of another worker', 'sqlw01', 'Root', true, 'left'],
] as const)('a certificate that is used elsewhere, and %s', async (_what, host, store, isWorkers, kind) => {
  const looks = await looked();
  const leftover = { thumbprint: OTHER, stores: [store], keys: [], users: [] } as unknown as Leftover;
  const look = { ...looks[host], leftovers: [leftover] } as unknown as HostLook;
  const ofWorkers = new Set(isWorkers ? [OTHER] : []);
  expect(short(leftOf(look, new Set([OTHER]), ofWorkers))).toEqual([[kind, OTHER, store]]);
  expect(leftOf(look, new Set(), ofWorkers)).toEqual([]);
});

test('the own certificates of workers are those that their settings name', async () => {
  const looks = await looked();
  const [first, second] = [looks.sqlw01?.worker?.workerThumbprint, looks.sqlw02?.worker?.workerThumbprint];
  expect(ownOfWorkers(Object.values(looks) as unknown as HostLook[])).toEqual(new Set([first, second] as Thumbprint[]));
  worker(looks).workerThumbprint = '';
  expect(ownOfWorkers(Object.values(looks) as unknown as HostLook[])).toEqual(new Set([second]));
});
