import fs from 'node:fs';
import { isIP } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { hostOver } from '../../../adapters/windows/host.ts';
import { readLine, readLog } from '../../../adapters/windows/log-lines.ts';
import { timeOf } from '../../../adapters/windows/log-times.ts';
import { createPaths } from '../../../adapters/windows/paths.ts';
import type { ToolResult, Tools } from '../../../adapters/windows/tools.ts';
import { connectionsOf } from '../../../adapters/windows/witness.ts';
import { parseEndpoint } from '../../../src/domain/machine/endpoint.ts';
import { fakeContext } from './fake-context.ts';
import { FakeScm } from './fake-scm.ts';

test.each([
  ['There was no endpoint listening at https://sqlm01:8391/ClusterManagement/ that could accept the message.', 'cut'],
  ['Could not establish trust relationship for the SSL/TLS secure channel with authority', 'cut'],
  ['The remote certificate is invalid according to the validation procedure.', 'cut'],
  ["Could not establish secure channel for SSL/TLS with authority 'sqlm01:8391'.", 'cut'],
  ['The request was aborted: Could not create SSL/TLS secure channel.', 'cut'],
  ["The HTTP request was forbidden with client authentication scheme 'Anonymous'.", 'refused'],
  ['The remote server returned an error: (403) Forbidden.', 'refused'],
  ['the server certificate is not configured properly with HTTP.SYS in the HTTPS case', 'refused'],
  ['Cannot open certificate store on the machine.', 'refused'],
  ['(403) while the master was registered: Could not create SSL/TLS secure channel.', 'refused'],
  ['Connected to Scale Out Master at https://sqlm01:8391.', 'connected'],
  ['Registered with the master.', 'connected'],
  ['Not connected to the master.', null],
  ['Failed to connect: connected to master was lost', null],
  // The same in German and Chinese, with the exception's name only where .NET writes it.
  ['System.ServiceModel.EndpointNotFoundException: Es war kein an "https://sqlm01:8391/" lauschender Endpunkt', 'cut'],
  ['System.ServiceModel.EndpointNotFoundException: 没有终结点在侦听可以接受消息的 https://sqlm01:8391/。', 'cut'],
  ['Die Anfrage wurde abgebrochen: Es konnte kein geschützter SSL/TLS-Kanal erstellt werden.', 'cut'],
  ['基础连接已经关闭: 未能为 SSL/TLS 安全通道建立信任关系。', 'cut'],
  ['System.Security.Authentication.AuthenticationException: 根据验证过程，远程证书无效。', 'cut'],
  ['Der Remoteserver hat einen Fehler zurückgegeben: (403) Unzulässig.', 'refused'],
  ['远程服务器返回错误: (403) 已禁止。', 'refused'],
  ['HTTP 请求被客户端身份验证方案“Anonymous”禁止。', 'refused'],
  ['Das Serverzertifikat ist mit HTTP.SYS nicht ordnungsgemäß konfiguriert.', 'cut'],
  ['Win32Exception (0x80090326)', 'cut'],
  ['Code: 0x80004005 an OLE DB record is available', null],
  ['System.ServiceModel.CommunicationException: Die zugrunde liegende Verbindung wurde geschlossen.', null],
  ['Connected to the master over SSL/TLS.', 'connected'],
  ['Worker agent is starting up.', 'started'],
  ['The service has not started', null],
  ['Task 5 finished.', null],
])('%s: %s', (line, says) => {
  expect(readLine(line)).toBe(says);
});

/** A package runs as the worker's own account, and may write into that folder whatever it likes. */
test.each(['connected to ', 'master ', 'heartbeat '])(
  'a log that is one endless line of %j holds nobody up',
  (word) => {
    const line = word.repeat(Math.floor(100_000 / word.length));
    const begun = performance.now();
    expect(readLine(line)).toBeNull();
    expect(performance.now() - begun).toBeLessThan(5000);
  },
);

test('a success counts in a line as a service writes it, not in one that is too long to be looked through', () => {
  const said = 'Connected to Scale Out Master at https://sqlm01:8391.';
  expect(readLine(`${'x'.repeat(500)} ${said}`)).toBe('connected');
  expect(readLine(`${'x'.repeat(5000)} ${said}`)).toBeNull();
  expect(readLine(`${'x'.repeat(200_000)} The remote certificate is invalid`)).toBe('cut');
});

const utc = (text: string): number => Date.parse(text);

test.each([
  ['2026-11-24T15:43:00.123Z Error: x', '2026-11-24T15:43:00.123Z', 0],
  ['2026-11-24 15:43:00,5 +01:00 x', '2026-11-24T14:43:00.500Z', 0],
  ['[2026-11-24 15:43:00Z] x', '2026-11-24T15:43:00.000Z', 999],
])('the time in %s is read to its last digit', (line, from, blur) => {
  expect(timeOf(line)).toEqual({ from: utc(from), to: utc(from) + blur });
});

test.each(['11/12/2026 3:43:00 PM x', '10.11.2026 15:43:00 x', '   at System.Net', '2026-13-77T15:43:00Z', ''])(
  'a date that may mean two days, or none, is not guessed: %s',
  (line) => {
    expect(timeOf(line)).toBeNull();
  },
);

const at = (second: number, rest: string): string => `2026-11-24T15:00:${String(second).padStart(2, '0')}.000Z ${rest}`;
const CONNECTED = 'Connected to Scale Out Master at https://m:8391.';
const REFUSED = 'The remote certificate is invalid.';
const now = utc('2026-11-24T15:01:00.000Z');

test('only lines of the present process count, by its ID', () => {
  const lines = [at(1, `Information: 0 : [7] ${CONNECTED}`), at(2, `Error: 0 : [9] failure`), `   ${REFUSED}`];
  expect(readLog(lines, { pid: 9, now, since: null })).toMatchObject({
    state: 'cut',
    line: REFUSED,
    at: utc(at(2, '').trim()),
  });
  expect(readLog(lines.slice(0, 2), { pid: 9, now, since: null })).toMatchObject({ state: 'silent' });
  expect(readLog(lines, { pid: 11, now, since: null })).toBeNull();
});

test('only lines since the start count, when the start is known', () => {
  const lines = [at(1, REFUSED), at(5, 'x'), at(9, CONNECTED)];
  expect(readLog(lines, { pid: 9, now, since: utc(at(5, '').trim()) })).toMatchObject({ state: 'connected' });
  expect(readLog(lines.slice(0, 2), { pid: 9, now, since: utc(at(5, '').trim()) })).toMatchObject({ state: 'silent' });
  expect(
    readLog([`2026-11-24T15:00:05Z ${CONNECTED}`], { pid: 9, now, since: utc('2026-11-24T15:00:05.700Z') }),
  ).toMatchObject({
    state: 'connected',
  });
});

test('a success of an earlier process with the same ID does not count', () => {
  const lines = [at(1, `Information: 0 : [9] ${CONNECTED}`), at(5, 'Information: 0 : [9] x')];
  expect(readLog(lines, { pid: 9, now, since: utc(at(4, '').trim()) })).toMatchObject({ state: 'silent' });
  expect(readLog(lines, { pid: 9, now, since: utc(at(1, '').trim()) })).toMatchObject({ state: 'connected' });
  const refused = [at(1, `Error: 0 : [9] ${REFUSED}`), at(5, 'Information: 0 : [9] x')];
  expect(readLog(refused, { pid: 9, now, since: utc(at(4, '').trim()) })).toMatchObject({ state: 'cut' });
  const undated = [`Information: 0 : [9] ${CONNECTED}`];
  expect(readLog(undated, { pid: 9, now, since: utc(at(4, '').trim()) })).toMatchObject({ state: 'connected' });
});

test('a refusal from before the start no longer counts once a success under the same ID follows it', () => {
  const lines = [at(1, `Error: 0 : [9] ${REFUSED}`), at(2, `Information: 0 : [9] ${CONNECTED}`)];
  const since = utc(at(4, '').trim());
  expect(readLog(lines, { pid: 9, now, since })).toMatchObject({ state: 'silent', line: null });
  expect(readLog([...lines, at(3, `Error: 0 : [9] ${REFUSED}`)], { pid: 9, now, since })).toMatchObject({
    state: 'cut',
  });
  const own = [at(5, `Error: 0 : [9] ${REFUSED}`), at(2, `Information: 0 : [9] ${CONNECTED}`)];
  expect(readLog(own, { pid: 9, now, since })).toMatchObject({ state: 'cut' });
});

test('lines whose dates cannot be read are told apart by process ID', () => {
  const us = (id: number, rest: string): string => `11/12/2026 3:43:00 PM Information: 0 : [${id}] ${rest}`;
  const lines = [us(9, CONNECTED), us(9, 'failure'), `   at x.y[0]`, `   ${REFUSED}`, us(7, CONNECTED)];
  for (const since of [null, utc('2026-11-12T10:00:00Z')])
    expect(readLog(lines, { pid: 9, now, since })).toMatchObject({ state: 'cut', line: REFUSED, at: null });
});

test('a log kept in the time of a zone further east does not speak for a process that started later', () => {
  const since = utc(at(4, '').trim());
  const [connected, refused] = [CONNECTED, REFUSED].map((words) => `2026-11-24T20:00:01.000Z ${words}`);
  for (const before of [[connected ?? ''], [refused ?? '']])
    expect(readLog(before, { pid: 9, now, since })).toMatchObject({ state: 'silent', line: null });
  // its ID still tells
  const own = [refused ?? '', `2026-11-24T20:00:05.000Z Information: 0 : [9] ${CONNECTED}`];
  expect(readLog(own, { pid: 9, now, since })).toMatchObject({ state: 'connected' });
});

test('a line about a start opens the log of a process whose start is unknown', () => {
  expect(
    readLog([at(1, REFUSED), at(2, 'The worker is starting up'), at(3, CONNECTED)], { pid: 9, now, since: null }),
  ).toMatchObject({
    state: 'connected',
  });
  expect(readLog([at(1, CONNECTED), at(2, 'The worker is starting up')], { pid: 9, now, since: null })).toMatchObject({
    state: 'silent',
  });
});

test('a log whose process is unknown is no witness', () => {
  expect(readLog([at(1, CONNECTED)], { pid: 9, now, since: null })).toBeNull();
});

const row = (remote: string, pid = 4711): string =>
  `  TCP    10.0.0.7:50112         ${remote}      HERGESTELLT     ${pid}`;
const UDP = '  UDP    [::]:8391              *:*                                    4711';

/** Whether the connection is found on a machine with these rows, where `sqlm01` has these addresses. */
async function sees(
  endpoint: string,
  rows: readonly string[],
  addresses: readonly string[] | null,
  more = {},
  end = UDP,
) {
  const answer = (tool: ToolResult['tool'], code: number, text: string): ToolResult => {
    return { tool, code, text, bytes: Buffer.from(text), args: [] };
  };
  const tools: Tools = {
    async run(tool, args) {
      if (tool !== 'netstat') return answer(tool, 1, '');
      // `-p TCP` leaves out IPv6
      const shown = args.includes('TCP') ? rows.filter((each) => !each.includes('[')) : rows;
      return answer(tool, 0, ['', 'Aktive Verbindungen', '', ...shown, end, ''].join('\r\n'));
    },
  };
  const resolve = async (name: string) => {
    if (isIP(name) !== 0) return [name];
    if (name !== 'sqlm01' || addresses === null) throw new Error('ENOTFOUND');
    return addresses;
  };
  const target = parseEndpoint(endpoint) ?? { host: '', port: 0 };
  const found = await connectionsOf(fakeContext(tools, { resolve, ...more }), 4711, target);
  return found === null ? null : found.length > 0;
}

const ENDPOINT = 'https://sqlm01:8391';

test.each([
  ['an address of the endpoint', '10.0.0.5:8391', ['10.0.0.4', '10.0.0.5'], true],
  ['the same port of another machine', '10.0.0.6:8391', ['10.0.0.5'], false],
  ['another port of the endpoint', '10.0.0.5:1433', ['10.0.0.5'], false],
  [
    'an IPv6 address with its zone, as a machine that is master and worker reaches itself',
    '[fe80::a1%5]:8391',
    ['fe80::a1'],
    true,
  ],
  ['an IPv6 address in another form', '[fd00:0:0:0:0:0:0:a1]:8391', ['FD00::A1'], true],
  ['an IPv4 address inside IPv6', '[::ffff:10.0.0.5]:8391', ['10.0.0.5'], true],
  ['an endpoint whose name is not known here', '10.0.0.5:8391', null, null],
])('whether the worker is connected is told by a connection to %s', async (_, remote, addresses, seen) => {
  expect(await sees(ENDPOINT, [row(remote)], addresses)).toBe(seen);
});

test('a connection of another process is not the worker’s', async () => {
  expect(await sees(ENDPOINT, [row('10.0.0.5:8391', 4)], ['10.0.0.5'])).toBe(false);
});

test.each([
  ['with no row that is understood', ['TCP;10.0.0.7:50112;10.0.0.5:8391;4711'], null],
  ['that shows no row at all', [], null],
  ['that shows listeners alone', [row('0.0.0.0:0', 932)], false],
])('a netstat %s does not say that the worker is not connected, unless a row is understood', async (_, rows, seen) => {
  expect(await sees(ENDPOINT, rows, ['10.0.0.5'])).toBe(seen);
});

test('a netstat that ends before its rows of UDP proves what it lists, and that nothing else is there it does not', async () => {
  const seen = (remote: string) => sees(ENDPOINT, [row(remote)], ['10.0.0.5'], {}, '');
  expect(await seen('10.0.0.5:8391')).toBe(true);
  expect(await seen('10.0.0.6:8391')).toBeNull();
});

test.each([
  ['https://127.0.0.1:8391', '127.0.0.1:8391'],
  ['https://[::1]:8391', '[::1]:8391'],
])('an endpoint that is an address, %s, is not looked up', async (endpoint, remote) => {
  expect(await sees(endpoint, [row(remote)], null)).toBe(true);
});

test('the place that the runner’s configuration names counts in place of the name, with each of its addresses', async () => {
  const connect = { 'sqlm01:8391': '127.0.0.1:1', '10.20.0.10:8391': '127.0.0.1:1', '10.20.0.11:8391': '127.0.0.1:2' };
  expect(await sees(ENDPOINT, [row('10.20.0.10:8391')], ['10.0.0.5'], { connect })).toBe(true);
  expect(await sees(ENDPOINT, [row('127.0.0.1:1')], ['10.0.0.5'], { connect })).toBe(true);
  for (const remote of ['10.20.0.11:8391', '10.0.0.5:8391'])
    expect(await sees(ENDPOINT, [row(remote)], ['10.0.0.5'], { connect })).toBe(false);
});

test('the address that the runner’s configuration names counts only where the name is unknown', async () => {
  const addresses = { sqlm01: '10.20.0.10' };
  expect(await sees(ENDPOINT, [row('10.20.0.10:8391')], null, { addresses })).toBe(true);
  expect(await sees(ENDPOINT, [row('10.20.0.10:8391')], ['10.0.0.5'], { addresses })).toBe(false);
  expect(await sees(ENDPOINT, [row('10.20.0.10:8391')], null, { addresses: { sqlm02: '10.20.0.10' } })).toBeNull();
});

describe('a worker’s machine', () => {
  let root: string;
  beforeEach(() => {
    root = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-witness-'));
  });
  afterEach(() => fs.rmSync(root, { recursive: true, force: true }));

  const put = (windows: string, text: string): void => {
    const file = createPaths(root).toFileSystem(windows);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, text);
  };

  /** `told`: the states of its service wait for this. */
  function machine() {
    const scm = new FakeScm(() => 0);
    scm.names = ['SSISScaleOutWorker160'];
    scm.account = 'NT Service\\SSISScaleOutWorker160';
    put(
      'C:\\Program Files\\Microsoft SQL Server\\160\\DTS\\Binn\\WorkerSettings.config',
      '{"MasterEndpoint": "https://127.0.0.1:1"}',
    );
    const asked: string[] = [];
    const world = { hasProfile: true, told: Promise.resolve() };
    const run: Tools['run'] = async (tool, args) => {
      asked.push([tool, ...args].join(' '));
      if (args[0] === 'queryex') await world.told;
      const isProfile = String(args[1]).includes('ProfileList');
      if (tool !== 'netstat' && !isProfile) return scm.run(tool, args);
      const key = String(args[1]).replace('HKLM', 'HKEY_LOCAL_MACHINE');
      const isAbsent = isProfile && key.includes('\\S-1-') && !world.hasProfile;
      const text = isProfile ? `${key}\n    ProfileImagePath    REG_EXPAND_SZ    C:\\none\n\n` : '';
      return { tool, code: isAbsent ? 1 : 0, text, bytes: Buffer.from(text), args: [] };
    };
    return { scm, asked, world, host: hostOver(fakeContext({ run }, { paths: createPaths(root) }), '/none') };
  }

  test('with tools that take seconds is asked all that needs no other answer alongside the state of the service', async () => {
    const { asked, world, host } = machine();
    // the look of the step that restarts it
    await host.service('worker');
    let tell = (): void => {};
    world.told = new Promise((resolve) => {
      tell = resolve;
    });
    const looking = host.connectionWitness();
    await new Promise((resolve) => setTimeout(resolve, 20));
    const before = [...asked];
    tell();
    expect((await looking).tcp).toBeNull();
    expect(before.filter((call) => call.includes('netstat') || call.includes('ProfileList'))).toHaveLength(2);
    expect(asked.slice(before.length)).toEqual([]);
  });

  test('on which its service has never run, so that its account has no profile yet, shows its log once it runs', async () => {
    const { scm, world, host } = machine();
    Object.assign(scm, { state: 1 });
    world.hasProfile = false;
    expect((await host.service('worker')).state).toBe('stopped');
    await new Promise((resolve) => setTimeout(resolve, 20));
    Object.assign(scm, { state: 4 });
    world.hasProfile = true;
    put('C:\\none\\AppData\\Local\\SSIS\\ScaleOut\\Agent\\worker.log', `Error: 0 : [${scm.pid}] (403) Forbidden`);
    expect((await host.connectionWitness()).log).toMatchObject({ state: 'refused' });
  });
});
