import { existsSync, readFileSync } from 'node:fs';
import { type Bench, startBench } from './support.ts';

let bench: Bench;
const ABSENT = '00112233445566778899AABBCCDDEEFF00112233';

beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const certutil = (...args: string[]) => bench.run('sqlm01', 'certutil', ...args);
const own = () => bench.lab.machine('sqlm01').host.state;
const keyOf = (thumbprint: string) => {
  const stored = own().certificates.find((each) => each.thumbprint === thumbprint);
  return own().containers.find((each) => each.name === stored?.container);
};

test('an absent certificate is NTE_NOT_FOUND, which becomes exit code 17', async () => {
  expect(await certutil('-silent', '-store', 'Root', ABSENT)).toMatchObject({
    code: 17,
    text: expect.stringContaining('0x80090011'),
  });
});

test('deleting what does not exist succeeds', async () => {
  const before = own().certificates.length;
  expect(await certutil('-delstore', 'Root', ABSENT)).toMatchObject({
    code: 0,
    text: expect.stringContaining('completed successfully'),
  });
  expect(own().certificates).toHaveLength(before);
});

test('a PFX is imported with its key, which no service may read; delstore leaves the key', async () => {
  const made = await bench.importNew('sqlm01', 'Root');
  const shown = (await certutil('-silent', '-store', 'Root', made)).text;
  const file = /Key Container = ([0-9a-f]{32}_[0-9a-f-]{36})/u.exec(shown)?.[1] ?? '';
  const keyPath = `C:\\ProgramData\\Microsoft\\Crypto\\RSA\\MachineKeys\\${file}`;
  expect(existsSync(bench.real('sqlm01', keyPath))).toBe(true);
  expect(shown).toContain('Private key is NOT exportable');
  expect((await bench.run('sqlm01', 'icacls', keyPath)).text).not.toContain('NT SERVICE');
  const container = keyOf(made);
  expect((await certutil('-delstore', 'Root', made)).text).toMatch(/Deleting Certificate \d+: CN=sqlm01:/u);
  expect(existsSync(bench.real('sqlm01', keyPath))).toBe(true);
  expect((await certutil('-csp', container?.provider ?? '', '-delkey', file)).code).toBe(22);
  expect((await certutil('-csp', container?.provider ?? '', '-delkey', container?.name ?? '')).code).toBe(0);
  expect(existsSync(bench.real('sqlm01', keyPath))).toBe(false);
});

test('a wrong password imports nothing', async () => {
  const made = await bench.makePfx('sqlm01', ['sqlm01']);
  expect((await certutil('-f', '-p', 'wrong', '-importpfx', 'Root', 'C:\\new.pfx', 'NoExport')).code).toBe(86);
  expect(own().certificates.some((each) => each.thumbprint === made.thumbprint)).toBe(false);
});

test('adding a certificate that is already there changes nothing; with -f it loses the link to its key', async () => {
  const made = await bench.importNew('sqlm01', 'Root');
  expect((await certutil('-addstore', 'Root', 'C:\\new.cer')).text).toContain('already in store');
  expect(keyOf(made)).toBeDefined();
  expect((await certutil('-f', '-addstore', 'Root', 'C:\\new.cer')).code).toBe(0);
  expect(keyOf(made)).toBeUndefined();
  expect((await certutil('-store', 'Root', made)).text).toContain('No key provider information');
});

test('a certificate is saved to a file, but never over an existing one', async () => {
  const made = await bench.makePfx('sqlm01', ['sqlm01']);
  await certutil('-addstore', 'Root', 'C:\\new.cer');
  expect((await certutil('-silent', '-store', 'Root', made.thumbprint, 'C:\\out.cer')).code).toBe(0);
  expect(readFileSync(bench.real('sqlm01', 'C:\\out.cer')).toString('base64')).toBe(made.der);
  expect((await certutil('-silent', '-store', 'Root', made.thumbprint, 'C:\\out.cer')).code).toBe(80);
});

test('the token also matches serial numbers', async () => {
  const serial = /Serial Number: (\S+)/u.exec((await certutil('-store', 'Root')).text)?.[1] ?? '';
  expect((await certutil('-store', 'Root', serial)).text).toContain(`Serial Number: ${serial}`);
});

test('-Unicode answers in UTF-16LE, the rest in the OEM code page', async () => {
  const made = await bench.makePfx('sqlm01', ['sqlm01'], 'Zürich 证书');
  await certutil('-addstore', 'Root', 'C:\\new.cer');
  const plain = await certutil('-store', 'Root', made.thumbprint);
  expect(plain.bytes.includes(Buffer.from('Subject: CN=Z\x81rich ??', 'latin1'))).toBe(true);
  const wide = await certutil('-Unicode', '-store', 'Root', made.thumbprint);
  expect(wide.bytes.toString('utf16le')).toContain('CN=Zürich 证书');
  await bench.lab.change('sqlm01', { codePage: 65001 });
  expect((await certutil('-store', 'Root', made.thumbprint)).text).toContain('CN=Zürich 证书');
});
