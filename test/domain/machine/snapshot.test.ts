import type { HostLook } from '../../../src/domain/machine/host-facts.ts';
import { masterThumbprints, readLook } from '../../../src/domain/machine/snapshot.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';
import { type Loose, master, OTHER, survey, worker } from '../../plans/support.ts';

type Reader = ReturnType<typeof readLook>;
const NONE = 'EF'.repeat(20) as Thumbprint;
const surveyed = survey();
const looked = async () => structuredClone((await surveyed).looks);
const read = (look: unknown): Reader => readLook(look as HostLook);

/** Readers of a farm's master and one of its workers, whose own certificate is that of the master. */
async function readers(change: (master: Loose<HostLook>, worker: Loose<HostLook>) => void = () => {}) {
  const looks = await looked();
  const certificate = { ...master(looks).certificate, thumbprint: OTHER };
  Object.assign(worker(looks), { workerThumbprint: OTHER.toLowerCase(), certificate, keyReaders: ['S-1-5-19'] });
  const [ofMaster, ofWorker] = [looks.sqlm01, looks.sqlw01] as Loose<HostLook>[];
  if (ofMaster === undefined || ofWorker === undefined) throw new Error('no looks');
  change(ofMaster, ofWorker);
  return { onMaster: read(ofMaster), onWorker: read(ofWorker), looks };
}

test('a look answers with what was seen', async () => {
  const { onMaster, onWorker, looks } = await readers();
  const { thumbprint } = master(looks).certificate as unknown as { thumbprint: Thumbprint };
  const { service, masterEndpoint, masterThumbprint, connection } = worker(looks);
  expect([onMaster.name, await onMaster.look()]).toEqual(['sqlm01', looks.sqlm01]);
  expect(await onMaster.rootSummary()).toEqual(looks.sqlm01?.root);
  expect(await onMaster.certificate('Root', thumbprint)).toEqual(master(looks).certificate);
  expect(await onWorker.certificate('My', OTHER)).toEqual(worker(looks).certificate);
  expect(await onMaster.sslBindings(8391)).toEqual(master(looks).bindings);
  expect(await onMaster.setting('master', 'PortNumber')).toBe('8391');
  expect(await onMaster.setting('master', 'SSLCertThumbprint')).toBe(master(looks).sslCertThumbprint);
  expect(await onWorker.setting('worker', 'MasterEndpoint')).toBe(masterEndpoint);
  expect(await onWorker.setting('worker', 'MasterHttpsCertThumbprint')).toBe(masterThumbprint);
  expect(await onWorker.setting('worker', 'WorkerHttpsCertThumbprint')).toBe(OTHER.toLowerCase());
  expect([await onMaster.service('master'), await onWorker.service('worker')]).toEqual([
    master(looks).service,
    service,
  ]);
  expect(await onWorker.connectionWitness()).toEqual(connection);
  expect(await onMaster.published('master')).toBe(master(looks).published);
  expect([await onMaster.publishedDer('master'), await onMaster.isPublishedTorn('master')]).toEqual([null, false]);
});

test('of a handshake the one with that address and that name counts', async () => {
  const shown = (servername: string | null, thumbprint: Thumbprint | null) =>
    ({ target: 'sqlm01:8391', servername, thumbprint, error: null }) as const;
  const presented = [shown(null, NONE), shown('sqlm01', OTHER)];
  const { onMaster } = await readers((one) => Object.assign(one.master ?? {}, { presented }));
  const asked = { host: 'sqlm01', port: 8391, servername: 'sqlm01' };
  expect(await onMaster.handshake(asked)).toEqual(presented[1]);
  expect(await onMaster.handshake({ ...asked, servername: null })).toEqual(presented[0]);
  await expect(onMaster.handshake({ ...asked, port: 8392 })).rejects.toMatchObject({ code: 'NotInLook' });
  await expect(onMaster.handshake({ ...asked, servername: 'other' })).rejects.toMatchObject({ code: 'NotInLook' });
});

const ASKED: readonly (readonly [string, (onMaster: Reader, onWorker: Reader) => Promise<unknown>])[] = [
  ['certificate', (one) => one.certificate('Root', NONE)],
  ['port', (one) => one.sslBindings(8392)],
  ['setting', (one) => one.setting('master', 'SqlServerName')],
  ['setting of the other role', (_, two) => two.setting('worker', 'PortNumber')],
  ['setting of every object', (one) => one.setting('master', 'constructor')],
  ['role', (one) => one.service('worker')],
  ['role', (_, two) => two.service('master')],
  ['witness', (one) => one.connectionWitness()],
  ['key', (one) => one.keyReaders('Root', NONE)],
  ['key', (_, two) => two.keyReaders('My', NONE)],
  ['published certificate', (one) => one.published('worker')],
  ['SSISDB', (_, two) => two.ssisdb()],
  ['leftover', (one) => one.traces([NONE])],
  ['named certificate', (one) => one.named([NONE])],
  ['list of stores', (one) => one.stored()],
];

test.each(ASKED)('a %s that is not in a look is refused, and is not taken for none', async (_what, ask) => {
  const { onMaster, onWorker } = await readers();
  const asked = ask(onMaster, onWorker);
  await expect(asked).rejects.toMatchObject({
    code: 'NotInLook',
    data: { host: expect.any(String), what: expect.any(String) },
  });
});

describe('Who may read a key', () => {
  const place = (store: string, names: readonly string[] | null) => ({ store, privateKey: 'yes', readers: names });
  const named = (...places: unknown[]) => [{ thumbprint: OTHER, der: null, issuers: [], places }];

  test('is known of the certificates that the services use', async () => {
    const { onMaster, onWorker, looks } = await readers();
    const { thumbprint } = master(looks).certificate as unknown as { thumbprint: Thumbprint };
    expect(await onMaster.keyReaders('Root', thumbprint)).toEqual(master(looks).keyReaders);
    expect(await onWorker.keyReaders('My', OTHER)).toEqual(['S-1-5-19']);
  });

  test('is known of a named certificate, store by store', async () => {
    const both = named(place('My', ['S-1-1-0']), place('Root', ['S-1-5-20']));
    const { onMaster } = await readers((one) => Object.assign(one, { named: both }));
    expect(await onMaster.keyReaders('Root', OTHER)).toEqual(['S-1-5-20']);
    expect(await onMaster.keyReaders('My', OTHER)).toEqual(['S-1-1-0']);
  });

  test('is not known where the key is in no file, unless the services use it', async () => {
    const unknown = named(place('My', null));
    const { onMaster, onWorker } = await readers((one, two) => {
      Object.assign(one, { named: unknown });
      Object.assign(two, { named: unknown });
    });
    await expect(onMaster.keyReaders('My', OTHER)).rejects.toMatchObject({ code: 'NotInLook' });
    expect(await onWorker.keyReaders('My', OTHER)).toEqual(['S-1-5-19']);
  });

  test('is nobody if the certificate is in the settings and in no store', async () => {
    const { onMaster, onWorker } = await readers((one, two) => {
      Object.assign(one.master ?? {}, { certificate: null, sslCertThumbprint: NONE });
      Object.assign(two.worker ?? {}, { certificate: null });
    });
    expect(await onMaster.keyReaders('Root', NONE)).toEqual([]);
    await expect(onMaster.keyReaders('Root', OTHER)).rejects.toMatchObject({ code: 'NotInLook' });
    expect(await onWorker.keyReaders('My', OTHER)).toEqual([]);
  });

  test('is not known from a runner that does not tell', async () => {
    const { onWorker } = await readers((_, two) => Object.assign(two.worker ?? {}, { keyReaders: undefined }));
    await expect(onWorker.keyReaders('My', OTHER)).rejects.toMatchObject({ code: 'NotInLook' });
  });
});

test('a look tells of SSISDB, leftovers and named certificates', async () => {
  const [trace, named] = [
    { thumbprint: OTHER, stores: ['My'], keys: [], users: [] },
    { thumbprint: OTHER, der: null, places: [], issuers: [] },
  ];
  const ssisdb = { seen: true };
  const { onMaster } = await readers((one) =>
    Object.assign(one, { ssisdb, named: [named], leftovers: [{ ...trace, mark: null, subject: 'CN=sqlm01' }] }),
  );
  expect(await onMaster.ssisdb()).toEqual(ssisdb);
  expect(await onMaster.traces([OTHER])).toEqual([trace]);
  expect(await onMaster.named([OTHER])).toEqual([named]);
});

test('a worker that published nothing is known to have published nothing; one that does not tell is not', async () => {
  const told = await readers((_, two) => Object.assign(two.worker ?? {}, { published: null }));
  expect(await told.onWorker.published('worker')).toBeNull();
  const older = await readers((_, two) => Object.assign(two.worker ?? {}, { published: undefined }));
  await expect(older.onWorker.published('worker')).rejects.toMatchObject({ code: 'NotInLook' });
});

test('a master uses what its setting names, what is bound and what was presented, each with its place', async () => {
  const { looks } = await readers((one) =>
    Object.assign(one.master ?? {}, {
      sslCertThumbprint: ` ${OTHER.toLowerCase()}`,
      bindings: [{ key: '0.0.0.0:8391', thumbprint: NONE }],
      presented: [
        { target: '10.0.0.5:8391', thumbprint: OTHER },
        { target: '[::]:8391', thumbprint: null },
      ],
    }),
  );
  expect(masterThumbprints(looks.sqlm01 as unknown as HostLook)).toEqual([
    { where: 'SSLCertThumbprint', thumbprint: OTHER },
    { where: '0.0.0.0:8391', thumbprint: NONE },
    { where: 'handshake 10.0.0.5:8391', thumbprint: OTHER },
  ]);
  master(looks).sslCertThumbprint = 'none';
  expect(masterThumbprints(looks.sqlm01 as unknown as HostLook)[0]?.thumbprint).toBe('none');
  expect(masterThumbprints(looks.sqlw01 as unknown as HostLook)).toEqual([]);
});
