import { mkdirSync, readFileSync } from 'node:fs';
import { serviceSid } from '../../infra/lab/world/sid.ts';
import { type Bench, BINN, MASTER, startBench, WORKER } from './support.ts';

let bench: Bench;
beforeAll(async () => {
  bench = await startBench({ onebox: true, workers: 1 });
});
afterAll(() => bench.close());

const keyPath = () => bench.lab.machine('sqlm01').host.state.containers[0]?.path ?? '';
const icacls = (...args: string[]) => bench.run('sqlm01', 'icacls', ...args);
const reg = (...args: string[]) => bench.run('sqlm01', 'reg', 'query', ...args);

test('the SID of a service is the one that Windows makes of its name', () => {
  expect(serviceSid('wuauserv')).toBe('S-1-5-80-1014140700-3308905587-3330345912-272242898-93311788');
});

test('a grant by SID appears in the saved list: UTF-16LE, file name, SDDL', async () => {
  const sid = serviceSid(WORKER);
  expect((await icacls(keyPath(), '/grant', `*${sid}:R`)).text).toContain('Successfully processed 1 files');
  await icacls(keyPath(), '/save', 'C:\\acl.txt');
  const [name, sddl] = readFileSync(bench.real('sqlm01', 'C:\\acl.txt')).toString('utf16le').split('\r\n');
  expect(name).toBe(keyPath().slice(keyPath().lastIndexOf('\\') + 1));
  expect(sddl).toBe(`D:PAI(A;;FA;;;SY)(A;;FA;;;BA)(A;;FR;;;${serviceSid(MASTER)})(A;;FR;;;${sid})`);
});

test('nothing can be granted to a name that nobody has', async () => {
  const ran = await icacls(keyPath(), '/grant', 'JC:(R,W)');
  expect(ran.code).not.toBe(0);
  expect(ran.text).toMatch(/No mapping between account names[\s\S]*processed 0 files; Failed processing 1 files/u);
});

test('a folder without inheritance passes on what it was granted', async () => {
  await icacls(BINN, '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F');
  const listed = (await icacls(`${BINN}\\MasterSettings.config`)).text;
  expect(listed).toContain('NT AUTHORITY\\SYSTEM:(I)(F)');
  expect(listed).not.toContain('Users');
});

test('a onebox has both services and both accounts in its registry', async () => {
  const services = (await reg('HKLM\\SYSTEM\\CurrentControlSet\\Services', '/s')).text;
  for (const name of [MASTER, WORKER]) {
    expect(services).toContain(`Services\\${name}\n`);
    expect(services).toContain(`ObjectName    REG_SZ    NT Service\\${name}`);
    const profile = await reg(
      `HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList\\${serviceSid(name)}`,
    );
    expect(profile.text).toContain(`ProfileImagePath    REG_EXPAND_SZ    C:\\Windows\\ServiceProfiles\\${name}`);
  }
  expect(bench.lab.hosts.map(({ name, roles }) => [name, roles])).toEqual([
    ['sqlm01', ['master', 'worker']],
    ['sqlw01', ['worker']],
  ]);
});

test('a value of the registry can be read, and one that does not exist cannot', async () => {
  const codePage = 'HKLM\\SYSTEM\\CurrentControlSet\\Control\\Nls\\CodePage';
  expect((await reg(codePage, '/v', 'oemcp')).text).toMatch(/\n {4}OEMCP {4}REG_SZ {4}437\n/u);
  expect((await reg(codePage, '/v', 'nothing')).code).toBe(1);
  expect(await reg('HKLM\\Cluster\\Resources', '/s')).toMatchObject({
    code: 1,
    text: expect.stringContaining('unable to find'),
  });
});

test('a clustered master is a resource of the cluster, and a service can be disabled', async () => {
  await bench.lab.change('sqlm01', { clustered: true, services: { [WORKER]: { start: 'disabled' } } });
  const resources = (await reg('HKLM\\Cluster\\Resources', '/s')).text;
  expect(resources).toMatch(
    /Type {4}REG_SZ {4}Generic Service\n[\s\S]*\\Parameters\n {4}ServiceName {4}REG_SZ {4}SSISScaleOutMaster160/u,
  );
  expect((await bench.run('sqlm01', 'sc', 'qc', WORKER)).text).toContain('4   DISABLED');
  await bench.lab.change('sqlm01', { clustered: false });
  expect((await reg('HKLM\\Cluster')).code).toBe(1);
  await expect(bench.lab.change('sqlm01', { services: { nothing: {} } })).rejects.toThrow('no such service');
});

test('the caller is elevated, and events are kept', async () => {
  expect((await bench.run('sqlm01', 'whoami', '/groups')).text).toContain('S-1-16-16384');
  const text = 'said "so"; & went on';
  const ran = await bench.run(
    'sqlm01',
    'eventcreate',
    '/t',
    'INFORMATION',
    '/id',
    '17',
    '/l',
    'Application',
    '/so',
    'certops',
    '/d',
    text,
  );
  expect(ran.code).toBe(0);
  const kept = readFileSync(bench.real('sqlm01', 'C:\\Windows\\System32\\winevt\\Logs\\Application.jsonl'), 'utf8');
  expect(JSON.parse(kept)).toMatchObject({ id: 17, source: 'certops', text });
  expect((await bench.run('sqlm01', 'eventcreate', '/t', 'ERROR', '/id', '1001', '/d', 'x')).code).toBe(1);
});

test('icacls resets what is in a folder to what the folder passes on, and takes no other verb with that', async () => {
  mkdirSync(`${bench.real('sqlm01', 'C:\\reset')}/in`, { recursive: true });
  const reset = (...args: string[]) => bench.run('sqlm01', 'icacls', 'C:\\reset\\*', ...args);
  await bench.run('sqlm01', 'icacls', 'C:\\reset', '/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F');
  expect((await reset('/reset', '/T')).code).toBe(0);
  const { state } = bench.lab.machine('sqlm01').host;
  state.acls['c:\\reset\\in'] = 'D:P(A;OICI;FA;;;SY)(A;;FA;;;BU)';
  expect((await reset('/reset', '/grant', '*S-1-5-18:F')).code).toBe(87);
  expect((await reset('/reset', '/T')).code).toBe(0);
  expect((await bench.run('sqlm01', 'icacls', 'C:\\reset\\in')).text).not.toContain('Users');
  expect(state.acls['c:\\reset']).toContain('D:P');
  state.acls['c:\\reset\\in'] = 'D:P(A;OICI;FA;;;BU)';
  expect((await reset('/reset', '/T')).code).toBe(5);
  expect((await bench.run('sqlm01', 'icacls', 'C:\\reset\\in\\*', '/reset')).code).toBe(2);
});

test('icacls gives a file to another owner only where the caller may change it, and takes no other verb with that', async () => {
  const give = (...args: string[]) => bench.run('sqlm01', 'icacls', 'C:\\owned', ...args);
  mkdirSync(`${bench.real('sqlm01', 'C:\\owned')}/in`, { recursive: true });
  expect((await give('/setowner', '*S-1-5-32-544', '/grant', '*S-1-5-18:F')).code).toBe(87);
  expect((await give('/setowner', '*S-1-5-32-544', '/T', '/L')).code).toBe(0);
  const { state } = bench.lab.machine('sqlm01').host;
  expect(state.owners).toMatchObject({ 'c:\\owned': 'S-1-5-32-544', 'c:\\owned\\in': 'S-1-5-32-544' });
  state.acls['c:\\owned'] = 'D:P(A;OICI;FA;;;BU)';
  expect((await give('/setowner', '*S-1-5-18')).code).toBe(5);
});

test('an exported key holds what is below it, in UTF-16, whatever the console can show', async () => {
  const key = 'HKLM\\SYSTEM\\CurrentControlSet\\Services';
  const { services } = bench.lab.machine('sqlm01').host.state;
  const service = services.find(({ name }) => name === WORKER) as { account: string };
  const before = service.account;
  service.account = 'CORP\\Łukasz-svc';
  const shown = (await reg(`${key}\\${WORKER}`)).text;
  expect(await bench.run('sqlm01', 'reg', 'export', `${key}\\${WORKER}`, 'C:\\x.reg')).toMatchObject({ code: 0 });
  service.account = before;
  expect(shown).not.toContain('Łukasz');
  const text = readFileSync(bench.real('sqlm01', 'C:\\x.reg')).toString('utf16le');
  expect(text).toContain(
    `Windows Registry Editor Version 5.00\r\n\r\n[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\${WORKER}]\r\n`,
  );
  expect(text).toContain('"ObjectName"="CORP\\\\Łukasz-svc"\r\n');
  expect(text).toContain('"Type"=dword:00000010\r\n');
  expect(text).toContain(`\\${WORKER}\\Security]\r\n"Security"=hex:01,00,14,80\r\n`);
  expect(await bench.run('sqlm01', 'reg', 'export', `${key}\\Nobody`, 'C:\\y.reg')).toMatchObject({ code: 1 });
});
