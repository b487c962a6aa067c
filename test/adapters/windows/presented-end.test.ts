import { readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { certificateReaders } from '../../../adapters/windows/certificate-half.ts';
import { contextOf, openLab } from './lab-host.ts';

const { lab, end } = await openLab({ workers: 0 });
afterAll(end);
const context = contextOf(lab, 'sqlm01');

test('a look says when a presented certificate ends only if the settings do not name that certificate', async () => {
  const readers = certificateReaders(context);
  const before = (await readers.look()).master;
  expect(before?.presented[0]?.thumbprint).toBe(before?.certificate?.thumbprint);
  expect(before?.presented.some((shown) => 'notAfter' in shown)).toBe(false);
  const root = context.root ?? '';
  const named = (await readdir(root, { recursive: true })).find((file) => file.endsWith('MasterSettings.config')) ?? '';
  const text = await readFile(path.join(root, named), 'utf8');
  const { sslCertThumbprint = '' } = before ?? {};
  await writeFile(path.join(root, named), text.replace(sslCertThumbprint, 'AB'.repeat(20)));
  const after = (await readers.look()).master;
  expect(after?.certificate).toBeNull();
  expect(after?.presented[0]).toMatchObject({
    thumbprint: before?.certificate?.thumbprint,
    notAfter: before?.certificate?.notAfter,
  });
});
