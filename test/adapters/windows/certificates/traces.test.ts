import fs from 'node:fs/promises';
import { certificateReaders, performCertificateChange } from '../../../../adapters/windows/certificate-half.ts';
import { forget } from '../../../../adapters/windows/remembered.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { contextOf, openLab } from '../lab-host.ts';

const { lab, end } = await openLab({ workers: 1 });
afterAll(end);

const context = contextOf(lab, 'sqlm01');
const host = certificateReaders(context);
const signal = new AbortController().signal;
const profile = profileOf('sqlm01');
const { host: machine } = lab.machine('sqlm01');
const SQL = 'SOFTWARE\\Microsoft\\Microsoft SQL Server\\MSSQL16.MSSQLSERVER\\MSSQLServer\\SuperSocketNetLib';
const RDP = 'SYSTEM\\CurrentControlSet\\Control\\Terminal Server\\WinStations\\RDP-Tcp';

let thumbprint: Thumbprint;
beforeEach(async () => {
  const { made, secret } = await host.makeCertificate(profile);
  thumbprint = made.thumbprint;
  await performCertificateChange(context, { type: 'certificate.import', store: 'Root', made, secret, profile }, signal);
});
afterEach(() => {
  machine.state.registry = {};
  machine.setBindings(machine.state.bindings.filter(({ key }) => !key.endsWith(':443')));
});

const usersOf = async () => (await host.traces([thumbprint]))[0]?.users;
const bind = (key: string, kind: 'ipport' | 'hostnameport'): void => {
  const [plain] = machine.state.bindings;
  if (plain === undefined) throw new Error('nothing bound');
  machine.setBindings([...machine.state.bindings, { ...plain, key, kind, thumbprint: thumbprint.toLowerCase() }]);
};

const USERS: readonly (readonly [what: string, arrange: () => void, user: object])[] = [
  ['a binding of another port', () => bind('0.0.0.0:443', 'ipport'), { kind: 'binding', where: '0.0.0.0:443' }],
  ['a binding by name', () => bind('web:443', 'hostnameport'), { kind: 'binding', where: 'web:443' }],
  [
    'the SQL engine, in lower case',
    () => {
      machine.state.registry[SQL] = { Certificate: ['REG_SZ', thumbprint.toLowerCase()] };
    },
    { kind: 'sql', where: 'MSSQL16.MSSQLSERVER' },
  ],
  [
    'Remote Desktop',
    () => {
      machine.state.registry[RDP] = { SSLCertificateSHA1Hash: ['REG_BINARY', thumbprint] };
    },
    { kind: 'rdp', where: 'RDP-Tcp' },
  ],
];

test.each(USERS)('%s keeps a certificate and its key', async (_what, arrange, user) => {
  expect(await usersOf()).toEqual([]);
  arrange();
  expect(await usersOf()).toEqual([user]);
  const remove = performCertificateChange(context, { type: 'key.remove', store: 'Root', thumbprint }, signal);
  await expect(remove).rejects.toMatchObject({ code: 'KeyUsedElsewhere' });
  expect(await host.traces([thumbprint])).toMatchObject([{ keys: ['Root'] }]);
});

test('another certificate with the same key keeps the key', async () => {
  const own = machine.certificate('Root', thumbprint);
  const other = machine.state.certificates.find(({ container }) => container === null);
  if (own === null || other === undefined) throw new Error('the lab has no such certificate');
  other.container = own.container;
  expect(await usersOf()).toEqual([{ kind: 'shared-key', where: `Root ${other.thumbprint.toUpperCase()}` }]);
  other.container = null;
});

test('the binding, the setting and the published file of a master keep its certificate', async () => {
  const inUse = (await host.setting('master', 'SSLCertThumbprint')) as Thumbprint;
  const [trace] = await host.traces([inUse]);
  expect(trace?.users).toEqual([
    { kind: 'binding', where: '0.0.0.0:8391' },
    { kind: 'setting', where: 'SSISScaleOutMaster160 SSLCertThumbprint' },
    { kind: 'published', where: 'SSISScaleOutMaster160 SSISScaleOutMaster.cer' },
  ]);
});

test('a setting and a published file of another Scale Out version beside ours keep their certificates', async () => {
  const other = 'C:\\Program Files\\Microsoft SQL Server\\150\\DTS\\Binn';
  machine.state.registry['SYSTEM\\CurrentControlSet\\Services\\SSISScaleOutMaster150'] = {
    ImagePath: ['REG_EXPAND_SZ', `"${other}\\SSISScaleOutMaster.exe"`],
  };
  const inUse = (await host.setting('master', 'SSLCertThumbprint')) as Thumbprint;
  const folder = context.paths.toFileSystem(other);
  await fs.cp(context.paths.toFileSystem(other.replace('150', '160')), folder, { recursive: true });
  const file = context.paths.toFileSystem(`${other}\\MasterSettings.config`);
  await fs.writeFile(file, (await fs.readFile(file, 'utf8')).replaceAll(inUse, thumbprint));
  forget(context);
  const [ours, theirs] = await host.traces([inUse, thumbprint]);
  expect(ours?.users).toContainEqual({ kind: 'published', where: 'SSISScaleOutMaster150 SSISScaleOutMaster.cer' });
  expect(theirs?.users).toEqual([{ kind: 'setting', where: 'SSISScaleOutMaster150 SSLCertThumbprint' }]);
  machine.state.registry = {};
  await fs.rm(folder, { recursive: true });
  forget(context);
});

test('a setting that holds more than a thumbprint keeps the certificate that it holds', async () => {
  const folder = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';
  const file = context.paths.toFileSystem(`${folder}\\MasterSettings.config`);
  const before = await fs.readFile(file);
  await fs.writeFile(file, `{ "SSLCertThumbprint": { "value": "${thumbprint}" } }`);
  expect(await usersOf()).toEqual([{ kind: 'setting', where: 'SSISScaleOutMaster160 SSLCertThumbprint' }]);
  await fs.writeFile(file, before);
});

test('settings that cannot be understood are an error, and missing ones name nothing', async () => {
  const folder = 'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn';
  const file = context.paths.toFileSystem(`${folder}\\MasterSettings.config`);
  const before = await fs.readFile(file);
  await fs.writeFile(file, 'neither of both forms');
  await expect(host.traces([thumbprint])).rejects.toMatchObject({ name: 'CertopsError' });
  await fs.rm(file);
  expect(await usersOf()).toEqual([]);
  await fs.writeFile(file, before);
});

test('a key is gone when its file is, whatever certutil said, and then only the certificate is left to remove', async () => {
  await lab.break('sqlm01', 'certutil-delkey-lies');
  const change = { type: 'key.remove', store: 'Root', thumbprint } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code: 'KeyNotRemoved' });
  expect(await host.traces([thumbprint])).toMatchObject([{ stores: ['Root'], keys: ['Root'] }]);
  await performCertificateChange(context, change, signal);
  expect(await host.traces([thumbprint])).toMatchObject([{ stores: ['Root'], keys: [] }]);
  // interrupted and started again: it is already done
  await performCertificateChange(context, change, signal);
});

test('what cannot be read is an error, never "nobody"', async () => {
  await lab.break('sqlm01', 'reg-query-fails-always');
  await expect(host.traces([thumbprint])).rejects.toMatchObject({ code: 'RegistryNotReadable' });
  await expect(host.stored()).rejects.toMatchObject({ code: 'RegistryNotReadable' });
  await lab.clear('sqlm01');
});
