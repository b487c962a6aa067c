import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import fs from 'node:fs/promises';
import { jest } from '@jest/globals';
import { certificateReaders, performCertificateChange } from '../../../../adapters/windows/certificate-half.ts';
import { readTraces } from '../../../../adapters/windows/certificates/traces.ts';
import { restartService } from '../../../../adapters/windows/services/restart.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { contextOf, filesBelow, openLab } from '../lab-host.ts';

const { lab, end } = await openLab({ workers: 1 });
afterAll(end);

const master = contextOf(lab, 'sqlm01');
const worker = contextOf(lab, 'sqlw01');
const onMaster = certificateReaders(master);
const onWorker = certificateReaders(worker);
const signal = new AbortController().signal;
const profile = profileOf('sqlm01');

test('a look shows a healthy master as it is', async () => {
  const look = await onMaster.look();
  const thumbprint = look.master?.certificate?.thumbprint;
  expect(look).toMatchObject({
    host: 'sqlm01',
    worker: null,
    root: { count: 2, notSelfSigned: 0 },
    master: {
      port: 8391,
      sslCertThumbprint: thumbprint,
      published: thumbprint,
      clustered: false,
      certificate: { selfSigned: true, privateKey: 'yes', names: ['sqlm01'] },
      bindings: [{ key: '0.0.0.0:8391', thumbprint }],
      presented: [
        { target: '127.0.0.1:8391', servername: null, thumbprint, error: null },
        { target: '127.0.0.1:8391', servername: 'sqlm01', thumbprint, error: null },
      ],
    },
    problems: [],
  });
  expect(look.master?.keyReaders).toContain(look.master?.service.accountSid);
  expect(look.master?.netshParameters).toContain('certstorename');
});

test('a look shows a connected worker, with all three witnesses', async () => {
  const look = await onWorker.look();
  const old = (await onMaster.setting('master', 'SSLCertThumbprint')) as Thumbprint;
  expect(look).toMatchObject({
    master: null,
    worker: {
      masterEndpoint: 'https://sqlm01:8391',
      masterThumbprint: old,
      workerStore: 'My',
      trustsPinned: true,
      certificate: { privateKey: 'yes' },
      connection: {
        handshake: { target: 'sqlm01:8391', servername: 'sqlm01', thumbprint: old, error: null },
        log: { state: 'connected' },
        tcp: true,
      },
    },
    problems: [],
  });
});

test.each([
  ['StoreLocation', '"LocalMachine"', '"CurrentUser"', { storeLocation: 'CurrentUser', certificate: null }, []],
  ['StoreLocation', '"LocalMachine"', '"localmachine"', { certificate: { privateKey: 'yes' } }, []],
  // as a serializer writes that is not told to write the names
  ['StoreLocation', '"LocalMachine"', '2', { certificate: { privateKey: 'yes' } }, []],
  ['StoreLocation', '"LocalMachine"', '1', { storeLocation: 'CurrentUser', certificate: null }, []],
  ['StoreName', '"My"', '5', { workerStore: 'My', certificate: { privateKey: 'yes' } }, []],
  ['StoreName', '"My"', '7', { storeLocation: 'LocalMachine\\TrustedPeople', certificate: null }, []],
  ['StoreName', '"My"', '"TrustedPeople"', { storeLocation: 'LocalMachine\\TrustedPeople', certificate: null }, []],
])(
  'a worker whose %s is not %s but %s is not said to have lost its certificate',
  async (_key, usual, other, found, problems) => {
    const file = worker.paths.toFileSystem(
      'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn\\WorkerSettings.config',
    );
    const before = await fs.readFile(file, 'utf8');
    await fs.writeFile(file, before.replace(usual, other));
    const look = await onWorker.look();
    await fs.writeFile(file, before);
    expect(look).toMatchObject({ worker: found, problems });
    expect(look.worker?.storeLocation).toBe((found as { storeLocation?: string }).storeLocation);
  },
);

test('a certificate is made, imported, made readable for an account, trusted, and removed with its key', async () => {
  const { made, secret } = await onMaster.makeCertificate(profile);
  const { thumbprint, der } = made;
  expect(await onMaster.certificate('Root', thumbprint)).toBeNull();
  expect(await onMaster.keyReaders('Root', thumbprint)).toEqual([]);

  await performCertificateChange(master, { type: 'certificate.import', store: 'Root', made, secret, profile }, signal);
  expect(await onMaster.certificate('Root', thumbprint)).toMatchObject({ thumbprint, privateKey: 'yes', ca: false });
  expect(await onMaster.keyReaders('Root', thumbprint)).toEqual(['S-1-5-18', 'S-1-5-32-544']);
  expect(await filesBelow(master.stateFolder)).toEqual([]);

  const sid = 'S-1-5-20';
  await performCertificateChange(master, { type: 'key.grant', store: 'Root', thumbprint, sid }, signal);
  expect(await onMaster.keyReaders('Root', thumbprint)).toEqual(['S-1-5-18', sid, 'S-1-5-32-544']);

  // already there, and the key stays
  await performCertificateChange(master, { type: 'certificate.trust', der, thumbprint }, signal);
  expect(await onMaster.certificate('Root', thumbprint)).toMatchObject({ privateKey: 'yes' });
  await performCertificateChange(worker, { type: 'certificate.trust', der, thumbprint }, signal);
  expect(await onWorker.certificate('Root', thumbprint)).toMatchObject({ privateKey: 'no' });

  const remove = { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true } as const;
  const keys = await filesBelow(master.paths.toFileSystem('C:\\ProgramData\\Microsoft\\Crypto'));
  await performCertificateChange(master, remove, signal);
  expect(await onMaster.certificate('Root', thumbprint)).toBeNull();
  const left = await filesBelow(master.paths.toFileSystem('C:\\ProgramData\\Microsoft\\Crypto'));
  expect(keys.length - left.length).toBe(1);
  // already gone: done
  await performCertificateChange(master, remove, signal);
  await performCertificateChange(worker, { ...remove, withKey: false }, signal);
  expect(await onWorker.certificate('Root', thumbprint)).toBeNull();
});

test('an import leaves the key of another certificate with the same mark alone, as after a bot that counts anew', async () => {
  const importOne = async () => {
    const { made, secret } = await onMaster.makeCertificate(profile);
    await performCertificateChange(
      master,
      { type: 'certificate.import', store: 'Root', made, secret, profile },
      signal,
    );
    return made.thumbprint;
  };
  const thumbprints = [await importOne(), await importOne()];
  const traces = await readTraces(master, thumbprints);
  for (const thumbprint of thumbprints)
    await performCertificateChange(
      master,
      { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true },
      signal,
    );
  expect(traces).toEqual(
    thumbprints.map((thumbprint) => ({ thumbprint, stores: ['Root'], keys: ['Root'], users: [] })),
  );
});

test('where a machine trusts its own worker’s certificate, the key in My is not that of the certificate in Root', async () => {
  const { made, secret } = await onWorker.makeCertificate(profile);
  const { thumbprint } = made;
  await performCertificateChange(worker, { type: 'certificate.import', store: 'My', made, secret, profile }, signal);
  await performCertificateChange(worker, { type: 'certificate.trust', ...made }, signal);
  const keyless = await onWorker.certificate('Root', thumbprint);
  const [trace] = await readTraces(worker, [thumbprint]);
  const remove = { type: 'certificate.remove', store: 'My', thumbprint, withKey: true } as const;
  await performCertificateChange(worker, remove, signal);
  await performCertificateChange(worker, { ...remove, store: 'Root', withKey: false }, signal);
  expect(keyless).toMatchObject({ privateKey: 'no' });
  expect(trace).toEqual({ thumbprint, stores: ['Root', 'My'], keys: ['My'], users: [] });
  expect(await onWorker.certificate('My', thumbprint)).toBeNull();
});

test('a master whose certificate is in Root without its key and in My with it has its key', async () => {
  const { made, secret } = await onMaster.makeCertificate(profile);
  const { thumbprint } = made;
  await performCertificateChange(master, { type: 'certificate.import', store: 'My', made, secret, profile }, signal);
  await performCertificateChange(master, { type: 'certificate.trust', ...made }, signal);
  const from = await onMaster.setting('master', 'SSLCertThumbprint');
  const write = { type: 'setting.write', role: 'master', key: 'SSLCertThumbprint' } as const;
  await performCertificateChange(master, { ...write, from, to: thumbprint }, signal);
  const look = await onMaster.look();
  await performCertificateChange(master, { ...write, from: thumbprint, to: from as Thumbprint }, signal);
  const remove = { type: 'certificate.remove', thumbprint } as const;
  await performCertificateChange(master, { ...remove, store: 'My', withKey: true }, signal);
  await performCertificateChange(master, { ...remove, store: 'Root', withKey: false }, signal);
  expect(look.master).toMatchObject({ store: 'My', certificate: { thumbprint, privateKey: 'yes' } });
  expect(look.problems.map(({ code }) => code)).not.toContain('private-key-missing');
});

test('a certificate that a binding uses is not removed', async () => {
  const thumbprint = (await onMaster.setting('master', 'SSLCertThumbprint')) as Thumbprint;
  const change = { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true } as const;
  await expect(performCertificateChange(master, change, signal)).rejects.toMatchObject({
    code: 'CertificateStillBound',
  });
  expect(await onMaster.certificate('Root', thumbprint)).toMatchObject({ privateKey: 'yes' });
});

test('a certificate that only a settings file names keeps its key, but its trust may be removed', async () => {
  const { made, secret } = await onMaster.makeCertificate(profile);
  const { thumbprint } = made;
  await performCertificateChange(master, { type: 'certificate.import', store: 'Root', made, secret, profile }, signal);
  const from = await onMaster.setting('master', 'SSLCertThumbprint');
  const write = { type: 'setting.write', role: 'master', key: 'SSLCertThumbprint' } as const;
  await performCertificateChange(master, { ...write, from, to: thumbprint }, signal);
  const remove = { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true } as const;
  await expect(performCertificateChange(master, remove, signal)).rejects.toMatchObject({ code: 'CertificateInUse' });
  expect(await onMaster.certificate('Root', thumbprint)).toMatchObject({ privateKey: 'yes' });
  await performCertificateChange(master, { ...remove, withKey: false }, signal);
  expect(await onMaster.certificate('Root', thumbprint)).toBeNull();
  await performCertificateChange(master, { ...write, from: thumbprint, to: from as Thumbprint }, signal);
});

test('trust that nothing here pins is removed, even if it is unknown what SQL Server and Remote Desktop use', async () => {
  const { made } = await onMaster.makeCertificate(profile);
  await performCertificateChange(worker, { type: 'certificate.trust', ...made }, signal);
  const run: typeof worker.tools.run = async (tool, args, options) => {
    const result = await worker.tools.run(tool, args, options);
    const isTheirs = /Microsoft SQL Server$|RDP-Tcp$|HTTP.Parameters$|\\Microsoft$|WinStations$/u.test(String(args[1]));
    return tool === 'reg' && isTheirs ? { ...result, code: 1, text: 'ERROR' } : result;
  };
  const { thumbprint } = made;
  const remove = { type: 'certificate.remove', store: 'Root', thumbprint, withKey: false, unlessPinned: true } as const;
  await performCertificateChange({ ...worker, tools: { run } }, remove, signal);
  expect(await onWorker.certificate('Root', thumbprint)).toBeNull();
});

test('an unreadable .cer file does not keep a new certificate from being removed again', async () => {
  const { made, secret } = await onMaster.makeCertificate(profile);
  const { thumbprint } = made;
  await performCertificateChange(master, { type: 'certificate.import', store: 'Root', made, secret, profile }, signal);
  const file = `${master.paths.toFileSystem('C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn')}/SSISScaleOutMaster.cer`;
  const before = await fs.readFile(file);
  await fs.writeFile(file, 'no certificate');
  const remove = { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true } as const;
  await performCertificateChange(master, remove, signal);
  expect(await onMaster.certificate('Root', thumbprint)).toBeNull();
  await fs.writeFile(file, before);
});

test('the .cer file is refreshed with a copy beside it, and put back byte for byte', async () => {
  const before = await onMaster.publishedDer('master');
  const old = await onMaster.published('master');
  const { made } = await onMaster.makeCertificate(profile);
  const role = 'master';
  await performCertificateChange(master, { type: 'cer.publish', role, ...made }, signal);
  expect(await onMaster.published(role)).toBe(made.thumbprint);
  const back = { type: 'cer.publish', role, der: before ?? '', thumbprint: old as Thumbprint } as const;
  await performCertificateChange(master, back, signal);
  expect(await onMaster.publishedDer(role)).toBe(before);
  const folder = master.paths.toFileSystem('C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn');
  expect((await fs.readdir(folder)).filter((name) => name.startsWith('SSISScaleOutMaster.cer.certops-')).length).toBe(
    2,
  );
});

describe('a .cer file that somebody has since replaced', () => {
  const role = 'master';
  const folder = master.paths.toFileSystem('C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn');
  const file = `${folder}/SSISScaleOutMaster.cer`;
  const elsewhere = `${folder}/elsewhere`;
  let whole: Buffer;
  let change: Extract<Parameters<typeof performCertificateChange>[1], { type: 'cer.publish' }>;
  beforeAll(async () => {
    whole = await fs.readFile(file);
    const { made } = await onMaster.makeCertificate(profile);
    change = { type: 'cer.publish', role, ...made };
  });
  afterEach(async () => {
    await fs.rm(file, { force: true });
    await fs.rm(elsewhere, { force: true });
    await fs.writeFile(file, whole);
  });
  const copies = async () => (await fs.readdir(folder)).filter((name) => name.startsWith('SSISScaleOutMaster.cer.'));
  const { privateKey } = generateKeyPairSync('ed25519');
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const encrypted = Buffer.from(
    rsa.export({ type: 'pkcs8', format: 'der', cipher: 'aes-256-cbc', passphrase: 'secret' }),
  );

  test.each<[string, () => Buffer]>([
    ['a private key as text', () => Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' }))],
    ['a private key', () => Buffer.from(rsa.export({ type: 'pkcs8', format: 'der' }))],
    ['an encrypted private key', () => encrypted],
    [
      'a certificate with its private key',
      () =>
        Buffer.from(`${new X509Certificate(whole)}${privateKey.export({ type: 'pkcs8', format: 'pem' })}`, 'latin1'),
    ],
    ['a list of accounts', () => Buffer.from('root:x:0:0\n')],
  ])(
    'by %s is neither changed nor copied to where others can read it, not even when putting back',
    async (_what, contents) => {
      const before = await copies();
      for (const isWayBack of [false, true]) {
        await fs.writeFile(file, contents());
        await expect(
          performCertificateChange(master, { ...change, ...(isWayBack ? { isWayBack } : {}) }, signal),
        ).rejects.toMatchObject({ code: 'CertificateUnreadable' });
        expect([await fs.readFile(file), await copies()]).toEqual([contents(), before]);
      }
    },
  );

  test.each([
    ['a certificate of something else', () => fs.writeFile(elsewhere, whole), () => whole],
    ['a place where nothing is yet', async () => {}, () => null],
  ])(
    'by a link to %s is not followed, and a look does not take the link for the file',
    async (_what, prepare, kept) => {
      await prepare();
      await fs.rm(file);
      await fs.symlink(elsewhere, file);
      await expect(performCertificateChange(master, change, signal)).rejects.toMatchObject({ code: 'FileIsLink' });
      expect(await fs.readFile(elsewhere).catch(() => null)).toEqual(kept());
      await expect(onMaster.published(role)).rejects.toMatchObject({ code: 'FileIsLink' });
    },
  );

  test.each([
    ['nothing in it', () => Buffer.alloc(0)],
    ['a certificate of which only the beginning is there', () => whole.subarray(0, 300)],
    ['a certificate as text', () => Buffer.from(new X509Certificate(whole).toString())],
  ])('by a file with %s is written', async (_what, contents) => {
    await fs.writeFile(file, contents());
    await performCertificateChange(master, change, signal);
    expect(await fs.readFile(file)).toEqual(Buffer.from(change.der, 'base64'));
  });

  test('by a file too large for memory is not read', async () => {
    await fs.truncate(file, 17 * 1024 * 1024);
    await expect(onMaster.published(role)).rejects.toMatchObject({ code: 'FileTooLarge' });
    await expect(performCertificateChange(master, change, signal)).rejects.toMatchObject({ code: 'FileTooLarge' });
  });
});

describe('a .cer file whose writer was killed before it cut the file to length', () => {
  const role = 'master';
  const folder = master.paths.toFileSystem('C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn');
  const file = `${folder}/SSISScaleOutMaster.cer`;
  let whole: Buffer;
  let longer: Buffer;
  let made: Awaited<ReturnType<typeof onMaster.makeCertificate>>['made'];
  beforeAll(async () => {
    whole = await fs.readFile(file);
    ({ made } = await onMaster.makeCertificate(profile));
    longer = Buffer.from(new X509Certificate(whole).toString());
    await fs.writeFile(file, longer);
    const handle = await fs.open(file, 'r');
    const killed = jest.spyOn(Object.getPrototypeOf(handle), 'truncate').mockRejectedValue(new Error('killed'));
    const { write } = Object.getPrototypeOf(handle);
    const written = jest.spyOn(Object.getPrototypeOf(handle), 'write');
    written.mockImplementationOnce(function (this: unknown, ...given) {
      return write.apply(this, given);
    });
    written.mockRejectedValue(new Error('killed'));
    await performCertificateChange(master, { type: 'cer.publish', role, ...made }, signal).catch(() => {});
    killed.mockRestore();
    written.mockRestore();
    await handle.close();
  });
  afterAll(() => fs.writeFile(file, whole));

  test('publishes what was to be written, and is known to be torn', async () => {
    const der = Buffer.from(made.der, 'base64');
    expect(await fs.readFile(file)).toEqual(Buffer.concat([der, longer.subarray(der.length)]));
    expect([await onMaster.published(role), await onMaster.publishedDer(role)]).toEqual([made.thumbprint, made.der]);
    expect((await onMaster.look()).master).toMatchObject({ published: made.thumbprint, publishedTorn: true });
    expect(await onMaster.isPublishedTorn(role)).toBe(true);
  });

  test('is not said to be torn where the files beside it cannot be read', async () => {
    const readdir = jest.spyOn(fs, 'readdir').mockRejectedValue(new Error('EACCES'));
    const isTorn = await onMaster.isPublishedTorn(role).finally(() => readdir.mockRestore());
    expect(isTorn).toBe(false);
  });

  test('is whole once it is written again', async () => {
    await performCertificateChange(master, { type: 'cer.publish', role, ...made }, signal);
    expect(await fs.readFile(file)).toEqual(Buffer.from(made.der, 'base64'));
    expect([await onMaster.published(role), await onMaster.isPublishedTorn(role)]).toEqual([made.thumbprint, false]);
  });
});

test('a .cer file with more after its certificate is not torn if nobody was writing it', async () => {
  const file = `${master.paths.toFileSystem('C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn')}/SSISScaleOutMaster.cer`;
  const whole = await fs.readFile(file);
  const copy = `${file}.certops-20261127T120000000Z.bak`;
  await fs.appendFile(file, '\r\n');
  const isTorn = [await onMaster.isPublishedTorn('master')];
  await fs.copyFile(file, copy);
  isTorn.push(await onMaster.isPublishedTorn('master'));
  await fs.writeFile(copy, Buffer.alloc(whole.length + 2, 'as long, with another end'));
  isTorn.push(await onMaster.isPublishedTorn('master'));
  await fs.rm(copy);
  await fs.writeFile(file, whole);
  expect(isTorn).toEqual([false, false, false]);
});

test('a worker whose settings name another certificate is refused, as its log says since its restart', async () => {
  const wrong = 'F00DFACE0123456789ABCDEF0123456789ABCDEF' as Thumbprint;
  const key = 'MasterHttpsCertThumbprint';
  const from = await onWorker.setting('worker', key);
  const write = (old: string, to: Thumbprint) =>
    performCertificateChange(worker, { type: 'setting.write', role: 'worker', key, from: old, to }, signal);
  await write(from, wrong);
  await restartService(worker, 'worker', signal);
  const refused = await onWorker.connectionWitness();
  expect(refused.log).toMatchObject({ state: 'refused', line: expect.stringContaining('trust relationship') });
  // Nobody has the certificate of that name, so nobody can tell whether it would be trusted.
  expect(await onWorker.look()).toMatchObject({ worker: { trustsPinned: null }, problems: [] });
  await write(wrong, from as Thumbprint);
  await restartService(worker, 'worker', signal);
  await lab.connected();
  expect(await onWorker.connectionWitness()).toMatchObject({ log: { state: 'connected' }, tcp: true });
});
