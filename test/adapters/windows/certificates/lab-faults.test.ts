import fs from 'node:fs/promises';
import path from 'node:path';
import { certificateReaders, performCertificateChange } from '../../../../adapters/windows/certificate-half.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { contextOf, filesBelow, openLab } from '../lab-host.ts';

const { lab, end } = await openLab({ onebox: true, switches: { codePage: 65001 } });
afterAll(end);
afterEach(() => lab.clear());

const context = contextOf(lab, 'sqlm01');
const host = certificateReaders(context);
const signal = new AbortController().signal;
const profile = profileOf('sqlm01', { cn: 'Größe 主机' });
const keys = () => filesBelow(context.paths.toFileSystem('C:\\ProgramData\\Microsoft\\Crypto'));
const make = () => host.makeCertificate(profile);
const imported = async (): Promise<Thumbprint> => {
  const { made, secret } = await make();
  await performCertificateChange(context, { type: 'certificate.import', store: 'Root', made, secret, profile }, signal);
  return made.thumbprint;
};
const remove = (thumbprint: Thumbprint) =>
  performCertificateChange(context, { type: 'certificate.remove', store: 'Root', thumbprint, withKey: true }, signal);

test('a look at a machine that is both master and worker shows both, side by side', async () => {
  const look = await host.look();
  expect(look.master?.sslCertThumbprint).toBe(look.worker?.masterThumbprint);
  expect(look.worker).toMatchObject({ trustsPinned: true, connection: { log: { state: 'connected' }, tcp: true } });
  expect(look.problems).toEqual([]);
});

test('a look says whose key lies in no file, as one in hardware does', async () => {
  const apart = (text: string) =>
    text.replace(/Container = .*/gu, 'Container = web').replace(/Provider = .*/gu, 'Provider = Contoso Key Store');
  const run: typeof context.tools.run = async (tool, args, options) => {
    const result = await context.tools.run(tool, args, options);
    return tool === 'certutil' ? { ...result, text: apart(result.text) } : result;
  };
  const { problems } = await certificateReaders({ ...context, tools: { run } }).look();
  const problem = (role: string) => ({
    code: 'not-readable',
    data: { what: 'private key', role, error: 'KeyNotInFile' },
  });
  expect(problems).toEqual([problem('master'), problem('worker')]);
});

test('a look where somebody has cleaned away the key files says that the keys are missing, not closed', async () => {
  const folder = context.paths.toFileSystem('C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys');
  await fs.rename(folder, `${folder}.away`);
  const { master, worker, problems } = await host.look();
  await fs.rename(`${folder}.away`, folder);
  for (const side of [master, worker])
    expect(side).toMatchObject({ certificate: { privateKey: 'no' }, keyReaders: [] });
  const thumbprint = master?.sslCertThumbprint;
  expect(problems.filter(({ code }) => code !== 'master-not-answering')).toEqual([
    { code: 'private-key-missing', data: { thumbprint } },
  ]);
});

test.each(['STOP', 'STOP.txt'])('a look reports the file %s that stops this runner', async (name) => {
  const file = path.join(context.stateFolder, name);
  await fs.mkdir(context.stateFolder, { recursive: true });
  await fs.writeFile(file, '');
  const { problems } = await host.look();
  await fs.rm(file);
  expect(problems).toEqual([{ code: 'runner-paused', data: { file } }]);
});

test.each([
  ['certutil-import-fails', 'CertificateImportFailed'],
  ['certutil-import-lies', 'CertificateNotImported'],
  ['disk-full', 'CertificateImportFailed'],
  ['icacls-blocked-always', 'ToolBlocked'],
  ['certutil-blocked-always', 'ToolBlocked'],
])('import under %s: %s, and no file is left', async (fault, code) => {
  const { made, secret } = await make();
  const before = await keys();
  await lab.break('sqlm01', fault);
  const change = { type: 'certificate.import', store: 'Root', made, secret, profile } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code });
  await lab.clear();
  expect(await host.certificate('Root', made.thumbprint)).toBeNull();
  expect(await keys()).toEqual(before);
  expect(await filesBelow(context.stateFolder)).toEqual([]);
  // the key is still at hand: the same change can be made again
  await performCertificateChange(context, change, signal);
  await remove(made.thumbprint);
});

test.each([
  ['certutil-addstore-fails', 'CertificateTrustFailed'],
  ['certutil-addstore-lies', 'CertificateNotTrusted'],
])('trust under %s: %s', async (fault, code) => {
  const { made } = await make();
  await lab.break('sqlm01', fault);
  const change = { type: 'certificate.trust', ...made } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code });
  expect(await host.certificate('Root', made.thumbprint)).toBeNull();
});

test.each([
  ['icacls-grant-fails', 'KeyGrantFailed'],
  ['icacls-grant-lies', 'KeyGrantNotEffective'],
])('a grant under %s: %s', async (fault, code) => {
  const thumbprint = await imported();
  await lab.break('sqlm01', fault);
  const change = { type: 'key.grant', store: 'Root', thumbprint, sid: 'S-1-5-20' } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code });
  await remove(thumbprint);
});

test.each([
  ['certutil-delstore-fails', 'CertificateRemoveFailed'],
  ['certutil-delstore-lies', 'CertificateNotRemoved'],
])('a removal under %s: %s, and it can be repeated', async (fault, code) => {
  const before = await keys();
  const thumbprint = await imported();
  await lab.break('sqlm01', fault);
  await expect(remove(thumbprint)).rejects.toMatchObject({ code });
  // the key is gone already and the certificate is not
  expect(await keys()).toEqual(before);
  await remove(thumbprint);
  expect(await host.certificate('Root', thumbprint)).toBeNull();
});

test('unreadable output is an error, never an absent certificate', async () => {
  const thumbprint = (await host.setting('master', 'SSLCertThumbprint')) as Thumbprint;
  await lab.break('sqlm01', 'certutil-store-garbage-always');
  for (const reading of [() => host.certificate('Root', thumbprint), () => host.keyReaders('Root', thumbprint)])
    await expect(reading()).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:StoreNotReadable|CertutilUnreadable)$/u),
    });
  await expect(host.rootSummary()).rejects.toMatchObject({ code: expect.any(String) });
});

test('an invalid SID, a certificate without a key, and a key that was not made here are refused', async () => {
  const thumbprint = (await host.setting('worker', 'MasterHttpsCertThumbprint')) as Thumbprint;
  const grant = (sid: string, of: Thumbprint = thumbprint) =>
    performCertificateChange(context, { type: 'key.grant', store: 'Root', thumbprint: of, sid }, signal);
  await expect(grant('Everyone')).rejects.toMatchObject({ code: 'SidRefused' });
  await expect(grant('S-1-5-20:F')).rejects.toMatchObject({ code: 'SidRefused' });
  const { made } = await make();
  await expect(grant('S-1-5-20', made.thumbprint)).rejects.toMatchObject({ code: 'KeyMissing' });
  const strange = { toJSON: () => '[secret]' as const, toString: () => '[secret]' as const };
  const change = { type: 'certificate.import', store: 'Root', made, secret: strange, profile } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code: 'SecretUnknown' });
});

test('a trust whose bytes are another certificate than its thumbprint says is refused', async () => {
  const [one, other] = [await make(), await make()];
  const change = { type: 'certificate.trust', der: one.made.der, thumbprint: other.made.thumbprint } as const;
  await expect(performCertificateChange(context, change, signal)).rejects.toMatchObject({ code: 'ThumbprintsDiffer' });
});
