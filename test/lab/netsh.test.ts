import { type Bench, startBench } from './support.ts';

let bench: Bench;
let old: string;
const APP = '{11111111-2222-3333-4444-555555555555}';
const KEY = 'ipport=0.0.0.0:8391';

beforeAll(async () => {
  bench = await startBench();
  old = bench.lab.machine('sqlm01').host.state.bindings[0]?.thumbprint ?? '';
});
afterAll(() => bench.close());

const netsh = (...args: string[]) => bench.run('sqlm01', 'netsh', 'http', ...args);
const add = (thumbprint: string, ...more: string[]) =>
  netsh('add', 'sslcert', KEY, `certhash=${thumbprint}`, `appid=${APP}`, 'certstorename=Root', ...more);
const keys = async () =>
  [...(await netsh('show', 'sslcert')).text.matchAll(/(?:IP|Hostname):port +: (\S+)/gu)].map((each) => each[1]);
const registry = () =>
  bench.run(
    'sqlm01',
    'reg',
    'query',
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo',
    '/s',
  );
const flags = async () => Number(/DefaultFlags\s+REG_DWORD\s+(\S+)/u.exec((await registry()).text)?.[1]);

test('adding over a binding fails with 183, deleting one that does not exist with 2', async () => {
  expect(await add(old)).toMatchObject({ code: 1, text: expect.stringContaining('Error: 183') });
  const none = await netsh('delete', 'sslcert', 'ipport=0.0.0.0:1');
  expect(none).toMatchObject({ code: 1, text: expect.stringContaining('Error: 2') });
});

test('flags that are not given again are reset, which both readers show', async () => {
  expect(await flags()).toBe(0x402);
  await netsh('delete', 'sslcert', KEY);
  expect(await keys()).toEqual([]);
  expect((await add(old)).code).toBe(0);
  expect(await flags()).toBe(0);
  const shown = (await netsh('show', 'sslcert')).text;
  expect(shown).toMatch(/Negotiate Client Certificate : Disabled/u);
  await netsh(
    'update',
    'sslcert',
    KEY,
    `certhash=${old}`,
    `appid=${APP}`,
    'certstorename=Root',
    'clientcertnegotiation=enable',
    'usagecheck=disable',
  );
  expect(await flags()).toBe(0x2);
  expect((await registry()).text).toMatch(/DefaultSslCertCheckMode\s+REG_DWORD\s+0x10000/u);
});

test('a certificate without a private key in that store cannot be bound: 1312', async () => {
  const worker = bench.lab.machine('sqlm01').host.state.certificates.find((each) => each.container === null);
  await netsh('delete', 'sslcert', KEY);
  expect(await add(worker?.thumbprint ?? '')).toMatchObject({ code: 1, text: expect.stringContaining('Error: 1312') });
  const inMy = await netsh('add', 'sslcert', KEY, `certhash=${old}`, `appid=${APP}`);
  expect(inMy.text).toContain('Error: 1312');
  expect(await keys()).toEqual([]);
});

test('a parameter that this build does not know gives exit code 0, and nothing is bound', async () => {
  const ran = await add(old, 'disablesessionid=enable');
  expect(ran.code).toBe(0);
  expect(await keys()).toEqual([]);
  expect((await netsh('add', 'sslcert', 'help')).text).not.toContain('disablesessionid');
  await bench.lab.change('sqlm01', { build: '2025' });
  expect((await netsh('add', 'sslcert', 'help')).text).toContain('disablesessionid=enable|disable');
  expect((await add(old, 'disablesessionid=enable')).code).toBe(0);
  expect(await keys()).toEqual(['0.0.0.0:8391']);
});

test('the order of the flag lines differs by build', async () => {
  const order = async () => {
    const text = (await netsh('show', 'sslcert')).text;
    return text.indexOf('Disable Legacy TLS') < text.indexOf('Disable TLS1.3');
  };
  await bench.lab.change('sqlm01', { build: '2025' });
  expect(await order()).toBe(true);
  await bench.lab.change('sqlm01', { build: '2022' });
  expect(await order()).toBe(false);
});

test('a new key answers "The parameter is incorrect" for a while', async () => {
  await bench.lab.change('sqlm01', { newKeySettlesMs: 60_000 });
  const made = await bench.importNew('sqlm01', 'Root');
  const bind = () =>
    netsh('add', 'sslcert', 'ipport=127.0.0.2:8391', `certhash=${made}`, `appid=${APP}`, 'certstorename=Root');
  expect(await bind()).toMatchObject({ code: 1, text: expect.stringMatching(/^\s*The parameter is incorrect\.\s*$/u) });
  await bench.lab.change('sqlm01', { newKeySettlesMs: 0 });
  expect((await bind()).code).toBe(0);
  expect(await bench.presented('127.0.0.2:8391')).toBe(made);
  expect(await bench.presented('127.0.0.1:8391')).toBe(old);
  await netsh('delete', 'sslcert', 'ipport=127.0.0.2:8391');
  expect(await bench.presented('127.0.0.2:8391')).toBe(old);
});

test('a binding for a name answers whoever asks for that name', async () => {
  const made = await bench.importNew('sqlm01', 'My');
  await netsh('add', 'sslcert', 'hostnameport=sqlm01:8391', `certhash=${made}`, `appid=${APP}`, 'certstorename=MY');
  expect(await bench.presented('sqlm01:8391', 'sqlm01')).toBe(made);
  expect(await bench.presented('sqlm01:8391')).toBe(old);
  const sni = await bench.run(
    'sqlm01',
    'reg',
    'query',
    'HKLM\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslSniBindingInfo',
    '/s',
  );
  expect(sni.text).toMatch(/HostnamePort\s+REG_SZ\s+sqlm01:8391/u);
  await netsh('delete', 'sslcert', 'hostnameport=sqlm01:8391');
});

test('an old build has no update', async () => {
  await bench.lab.change('sqlm01', { netshUpdate: false });
  const ran = await netsh('update', 'sslcert', KEY, `certhash=${old}`, `appid=${APP}`);
  expect(ran).toMatchObject({ code: 1, text: expect.stringContaining('was not found') });
});

test('missing parameters print the usage', async () => {
  expect(await netsh('add', 'sslcert', KEY)).toMatchObject({
    code: 1,
    text: expect.stringContaining('Usage: add sslcert'),
  });
});
