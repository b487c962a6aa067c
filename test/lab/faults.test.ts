import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { type Bench, BINN, MASTER, startBench, until, WORKER } from './support.ts';

let bench: Bench;
const ABSENT = 'certhash=00112233445566778899AABBCCDDEEFF00112233';
const APP = 'appid={11111111-2222-3333-4444-555555555555}';

beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const remove = () => bench.run('sqlm01', 'netsh', 'http', 'delete', 'sslcert', 'ipport=0.0.0.0:8391');
const bindings = () => bench.lab.machine('sqlm01').host.state.bindings.length;
const start = (host: string, service: string) => bench.run(host, 'sc', 'start', service);
const stop = async (host: string, service: string) => {
  await bench.run(host, 'sc', 'stop', service);
  await until(async () => (await bench.state(host, service)) === 1);
};

test('a tool that fails does so once, and changes nothing', async () => {
  await bench.lab.break('sqlm01', 'netsh-delete-fails');
  expect(await bench.lab.armed()).toEqual([{ host: 'sqlm01', fault: 'netsh-delete-fails', skip: 0 }]);
  expect(await remove()).toMatchObject({ code: 1, text: expect.stringContaining('Error: 5') });
  expect(bindings()).toBe(1);
  expect(await bench.lab.armed()).toEqual([]);
  expect((await remove()).code).toBe(0);
  expect(bindings()).toBe(0);
});

test('a tool that lies reports success and changes nothing', async () => {
  await bench.lab.break('sqlm01', 'netsh-delete-lies');
  expect((await remove()).code).toBe(0);
  expect(bindings()).toBe(1);
});

test.each(['fails', 'lies'])('each operation that %s leaves the machine as it was', async (mode) => {
  const made = await bench.importNew('sqlm01', 'Root');
  const before = JSON.stringify(bench.lab.machine('sqlm01').host.state);
  const key = bench.lab.machine('sqlm01').host.state.containers.at(-1)?.path ?? '';
  const calls: readonly (readonly [fault: string, tool: string, ...args: string[]])[] = [
    [
      'netsh-add',
      'netsh',
      'http',
      'add',
      'sslcert',
      'ipport=127.0.0.2:8391',
      `certhash=${made}`,
      APP,
      'certstorename=Root',
    ],
    [
      'netsh-update',
      'netsh',
      'http',
      'update',
      'sslcert',
      'ipport=0.0.0.0:8391',
      `certhash=${made}`,
      APP,
      'certstorename=Root',
    ],
    ['certutil-import', 'certutil', '-f', '-p', 'pw', '-importpfx', 'My', 'C:\\new.pfx', 'NoExport'],
    ['certutil-addstore', 'certutil', '-addstore', 'My', 'C:\\new.cer'],
    ['certutil-delstore', 'certutil', '-delstore', 'Root', made],
    ['icacls-grant', 'icacls', key, '/grant', '*S-1-5-20:R'],
    ['sc-stop', 'sc', 'stop', MASTER],
  ];
  for (const [fault, tool, ...args] of calls) {
    await bench.lab.break('sqlm01', `${fault}-${mode}`);
    expect((await bench.run('sqlm01', tool, ...args)).code === 0).toBe(mode === 'lies');
  }
  expect(JSON.stringify(bench.lab.machine('sqlm01').host.state)).toBe(before);
  expect(await bench.lab.armed()).toEqual([]);
});

test('a fault can let some calls pass first', async () => {
  await bench.lab.break('sqlm01', 'sc-stop-fails', { skip: 1 });
  expect((await bench.run('sqlm01', 'sc', 'stop', MASTER)).code).toBe(0);
  await until(async () => (await bench.state('sqlm01', MASTER)) === 1);
  expect((await bench.run('sqlm01', 'sc', 'stop', MASTER)).code).toBe(5);
});

test('a fault that ends in -always stays until it is cleared', async () => {
  await bench.lab.break('sqlm01', 'netsh-show-garbage-always');
  const show = () => bench.run('sqlm01', 'netsh', 'http', 'show', 'sslcert');
  for (const _ of [1, 2]) expect((await show()).text).not.toContain('8391');
  await bench.lab.clear();
  expect((await show()).text).toContain('8391');
});

test.each([
  ['start-1058', 1058, 1],
  ['start-1069', 1069, 1],
  ['start-1053', 1053, 1],
  ['start-1053-then-running', 1053, 4],
])('%s', async (fault, code, end) => {
  await stop('sqlw01', WORKER);
  await bench.lab.break('sqlw01', fault);
  expect((await start('sqlw01', WORKER)).code).toBe(code & 0xff);
  await until(async () => (await bench.state('sqlw01', WORKER)) === end);
});

test('a service that hangs in START_PENDING is stopped when the fault is cleared', async () => {
  await stop('sqlw01', WORKER);
  await bench.lab.break('sqlw01', 'start-pending-forever');
  expect((await start('sqlw01', WORKER)).code).toBe(0);
  expect(await bench.state('sqlw01', WORKER)).toBe(2);
  expect((await bench.run('sqlw01', 'sc', 'stop', WORKER)).code).toBe(1061 & 0xff);
  await bench.lab.clear();
  expect(await bench.state('sqlw01', WORKER)).toBe(1);
});

test('reading tools fail too, or print what nobody can parse', async () => {
  const readings: readonly (readonly [fault: string, tool: string, ...args: string[]])[] = [
    ['netsh-show', 'netsh', 'http', 'show', 'sslcert'],
    ['certutil-store', 'certutil', '-store', 'Root'],
    ['sc-query', 'sc', 'queryex', MASTER],
    ['reg-query', 'reg', 'query', 'HKLM\\SYSTEM\\CurrentControlSet\\Services'],
  ];
  for (const [fault, tool, ...args] of readings) {
    await bench.lab.break('sqlm01', `${fault}-fails`);
    expect((await bench.run('sqlm01', tool, ...args)).code).not.toBe(0);
    await bench.lab.break('sqlm01', `${fault}-garbage`);
    expect((await bench.run('sqlm01', tool, ...args)).text).toContain('0xC0000142');
    expect((await bench.run('sqlm01', tool, ...args)).code).toBe(0);
  }
});

test('a lying disk undoes one write to a .cer file', async () => {
  const file = bench.real('sqlm01', `${BINN}\\SSISScaleOutMaster.cer`);
  const before = readFileSync(file);
  await bench.lab.break('sqlm01', 'cer-undone');
  writeFileSync(file, 'new');
  await until(() => readFileSync(file).equals(before));
  await until(async () => (await bench.lab.armed()).length === 0);
  writeFileSync(file, 'new');
  await bench.run('sqlm01', 'sc', 'query', MASTER);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('the list for people begins with what is worth breaking first', async () => {
  const faults = await bench.lab.faults();
  expect(faults[0]).toMatchObject({ host: 'sqlm01', fault: 'start-1053', common: true });
  expect(faults.filter((each) => each.host === 'sqlw01' && each.common)).toHaveLength(15);
});

test('a service that hangs in STOP_PENDING accepts no control until the fault is cleared', async () => {
  await bench.lab.break('sqlm01', 'stop-pending-forever');
  await bench.run('sqlm01', 'sc', 'stop', MASTER);
  expect(await bench.state('sqlm01', MASTER)).toBe(3);
  expect((await start('sqlm01', MASTER)).code).toBe(1056 & 0xff);
  expect((await bench.run('sqlm01', 'sc', 'stop', MASTER)).code).toBe(1061 & 0xff);
  await bench.lab.clear('sqlm01');
  expect(await bench.state('sqlm01', MASTER)).toBe(1);
});

test('a crash loop: running, gone, running with another process', async () => {
  await stop('sqlw01', WORKER);
  await bench.lab.break('sqlw01', 'crash-loop');
  await start('sqlw01', WORKER);
  // Not with a tool: on a busy machine a tool takes longer than a state lasts.
  const { host, scm } = bench.lab.machine('sqlw01');
  const [service] = host.state.services;
  for (const state of [4, 1, 4, 1]) await until(() => service !== undefined && scm.query(service).state === state);
});

test('a blocked tool cannot be started at all', async () => {
  await bench.lab.break('sqlw01', 'certutil-blocked-always');
  await expect(bench.run('sqlw01', 'certutil', '-store', 'Root')).rejects.toMatchObject({ code: 'EACCES' });
  await bench.lab.clear();
  expect((await bench.run('sqlw01', 'certutil', '-store', 'Root')).code).toBe(0);
});

test.each(['settings-undone', 'settings-read-only-always'])(
  '%s: the service never reads what was written',
  async (fault) => {
    const before = bench.settings('sqlw01', 'WorkerSettings.config');
    await bench.lab.break('sqlw01', fault);
    const file = bench.real('sqlw01', `${BINN}\\WorkerSettings.config`);
    const write = () =>
      writeFileSync(file, readFileSync(file, 'utf8').replace(/("MasterHttpsCertThumbprint": ")[^"]*/u, '$1OTHER'));
    try {
      write();
    } catch {
      // Anyone but root is refused.
    }
    await bench.restart('sqlw01', WORKER);
    expect(bench.settings('sqlw01', 'WorkerSettings.config')).toEqual(before);
    await bench.lab.clear();
    write();
    await bench.run('sqlw01', 'sc', 'query', WORKER);
    expect(readFileSync(file, 'utf8')).toContain('OTHER');
  },
);

/** For anyone but root, a locked file is in its place and cannot be opened. */
function canRead(file: string): boolean {
  try {
    return readFileSync(file).length > 0;
  } catch {
    return false;
  }
}

test('a locked settings file cannot be opened, not even by root, and is there again afterwards', async () => {
  const file = bench.real('sqlw01', `${BINN}\\WorkerSettings.config`);
  const before = readFileSync(file);
  await bench.lab.break('sqlw01', 'settings-locked');
  expect(() => readFileSync(file)).toThrow();
  await until(() => canRead(file));
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a locked file can be a lying one too, and a file fault can let a write pass first', async () => {
  const file = bench.real('sqlw01', `${BINN}\\WorkerSettings.config`);
  await bench.lab.break('sqlw01', 'settings-locked');
  await bench.lab.break('sqlw01', 'settings-undone', { skip: 1 });
  await until(() => canRead(file));
  const look = () => bench.run('sqlw01', 'sc', 'query', WORKER);
  for (const [written, left] of [
    ['first', 'first'],
    ['second', 'first'],
    ['third', 'third'],
  ] as const) {
    await look();
    writeFileSync(file, written);
    await look();
    expect(readFileSync(file, 'utf8')).toBe(left);
  }
});

test('on a full disk a tool that must write a file fails', async () => {
  await bench.lab.break('sqlm01', 'disk-full');
  const before = bench.lab.machine('sqlm01').host.state.bindings[0]?.thumbprint ?? '';
  expect((await bench.run('sqlm01', 'certutil', '-store', 'Root', before, 'C:\\out.cer')).code).toBe(112);
  expect(existsSync(bench.real('sqlm01', 'C:\\out.cer'))).toBe(false);
});

test('a master that presents another certificate does so until it is restarted', async () => {
  const bound = await bench.presented();
  await bench.lab.break('sqlm01', 'presents-other');
  const other = await bench.presented();
  expect(other).toMatch(/^[0-9a-f]{40}$/u);
  expect(other).not.toBe(bound);
  expect(await bench.presented()).toBe(other);
  await bench.restart('sqlm01', MASTER);
  expect(await bench.presented()).toBe(bound);
});

test('without its binding, the port lets nobody in', async () => {
  await bench.lab.break('sqlm01', 'binding-gone');
  expect((await bench.run('sqlm01', 'netsh', 'http', 'show', 'sslcert')).text).not.toContain('8391');
  expect(await bench.presented()).toBe('ECONNRESET');
});

test('a service dies at once, and a worker that stays away does not reconnect when its master is back', async () => {
  await bench.lab.break('sqlw01', 'stays-away');
  await bench.lab.break('sqlm01', 'service-dies');
  expect(await bench.state('sqlm01', MASTER)).toBe(1);
  await start('sqlm01', MASTER);
  await until(async () => (await bench.lab.measure()).workers.sqlw02?.connected === true);
  expect((await bench.lab.measure()).workers.sqlw01?.connected).toBe(false);
});

test('an unknown fault or host is refused, and the hosts that exist are named', async () => {
  await expect(bench.lab.break('sqlm01', 'nonsense')).rejects.toThrow('no such fault');
  await expect(bench.lab.break('nobody', 'start-1053')).rejects.toThrow('sqlm01, sqlw01, sqlw02');
  const faults = await bench.lab.faults();
  expect(faults.filter((each) => each.host === 'sqlw01').map((each) => each.fault)).not.toContain('netsh-add-fails');
  expect(faults.every((each) => each.sentence.length > 10)).toBe(true);
  const failed = await bench.run('sqlm01', 'netsh', 'http', 'update', 'sslcert', 'ipport=0.0.0.0:8391', ABSENT, APP);
  expect(failed.text).toContain('1312');
});
