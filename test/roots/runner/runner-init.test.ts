import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { systemRootHere } from '../../../src/config/load.ts';
import { parseRunnerConfig, type RunnerConfig } from '../../../src/config/runner-config.ts';
import { runnerInit } from '../../../src/roots/runner/runner-init.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const KEY = (name: string): string => `ed25519:${name.padEnd(43, 'A')}`;
const EXAMPLE = readFileSync(new URL('../../../infra/lab/farm.yaml', import.meta.url), 'utf8');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-init-'));
  jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  jest.spyOn(process.stderr, 'write').mockReturnValue(true);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

/** The runner's own configuration, from a farm file whose master has this in its line. */
async function init(host: string, master: string | null, endpoint = 'sqlm01:8391'): Promise<RunnerConfig> {
  const state = mkdtempSync(path.join(folder, 'state-'));
  const farmFile = path.join(folder, 'farm.yaml');
  if (master !== null)
    writeFileSync(
      farmFile,
      EXAMPLE.replace(/^ {2}sqlm01: .*$/mu, `  sqlm01: { roles: [master], keys: ["${KEY('M')}"]${master} }`).replace(
        'endpoint: sqlm01:8391',
        `endpoint: ${endpoint}`,
      ),
    );
  await runnerInit({
    ...{ farm: 'prod', host, botKey: [KEY('B')], folder: state },
    ...(master === null ? { master: 'sqlm01' } : { farmFile }),
  });
  return parseRunnerConfig(readFileSync(path.join(state, 'runner.json'), 'utf8'));
}

test('a runner gets the system root and the overrides that the farm file names for its host, and no others', async () => {
  const { overrides, masterHost } = await init('sqlm01', ", systemRoot: 'D:\\WINNT'");
  expect(masterHost).toBe('sqlm01');
  expect(overrides).toMatchObject({ systemRoot: 'D:\\WINNT', root: null, connect: {} });
  expect(overrides.workerService).toBeUndefined();
});

test('a host that the farm file does not know, or that has none, is taken for an ordinary Windows', async () => {
  expect((await init('sqlw77', ", systemRoot: 'D:\\WINNT'")).overrides.systemRoot).toBe('C:\\Windows');
  expect((await init('sqlw77', null)).overrides).toEqual({ systemRoot: 'C:\\Windows', root: null, connect: {} });
});

test('a runner whose configuration could not be written can be set up by the same command again', async () => {
  const state = path.join(folder, 'state');
  const how = { farm: 'prod', host: 'sqlw01', botKey: [KEY('B')], master: 'sqlm01', folder: state };
  mkdirSync(path.join(state, 'runner.json'), { recursive: true });
  await expect(runnerInit(how)).rejects.toThrow();
  rmdirSync(path.join(state, 'runner.json'));
  expect(readdirSync(state)).toEqual([]);
  await runnerInit(how);
  expect(parseRunnerConfig(readFileSync(path.join(state, 'runner.json'), 'utf8')).host).toBe('sqlw01');
});

test.each([
  [
    'was cut short before its configuration was written',
    false,
    'KeyWithoutConfig',
    'move the key away and run this again',
  ],
  ['is set up', true, 'KeyFileExists', '^(?!.*certops keys).*To replace it: certops runner keys --exchange'],
])('where a runner %s, its key is not replaced, and it is said how to go on', async (_what, isSetUp, code, way) => {
  const state = path.join(folder, 'state');
  const how = { farm: 'prod', host: 'sqlw01', botKey: [KEY('B')], master: 'sqlm01', folder: state };
  await runnerInit(how);
  const key = readFileSync(path.join(state, 'key.pem'), 'utf8');
  if (!isSetUp) rmSync(path.join(state, 'runner.json'));
  const refused = await runnerInit(how).catch((error) => error);
  expect(refused).toMatchObject({ code, data: { file: path.join(state, 'key.pem') } });
  expect(SAYINGS[code]?.say(refused.data)).toMatch(new RegExp(way, 'u'));
  expect(readFileSync(path.join(state, 'key.pem'), 'utf8')).toBe(key);
});

test('Windows itself tells where it is, and on another system the farm file does', () => {
  const windows = { platform: 'win32', env: { SystemRoot: 'D:\\Windows' } } as const;
  expect(systemRootHere('C:\\Windows', windows)).toBe('D:\\Windows');
  expect(systemRootHere(undefined, { platform: 'win32', env: {} })).toBe('C:\\Windows');
  expect(systemRootHere('D:\\WINNT', { ...windows, platform: 'linux' })).toBe('D:\\WINNT');
});

test('a runner gets the addresses of all hosts, the master’s also under the name of the endpoint', async () => {
  const { overrides } = await init('sqlw01', ', address: 10.20.0.10', 'scaleout.corp.example:8391');
  expect(overrides.addresses).toEqual({
    sqlm01: '10.20.0.10',
    'scaleout.corp.example': '10.20.0.10',
    sqlw03: '127.0.0.1',
  });
});

test('the farm file of another farm is refused before anything is made', async () => {
  const farmFile = path.join(folder, 'farm.yaml');
  writeFileSync(farmFile, EXAMPLE.replace('farm: prod', 'farm: test'));
  const state = path.join(folder, 'state');
  const init = { farm: 'prod', host: 'sqlw01', botKey: [KEY('B')] };
  await expect(runnerInit({ ...init, farmFile, folder: state })).rejects.toMatchObject({
    code: 'FarmOfAnother',
    data: { found: 'test', wanted: 'prod' },
  });
  expect(existsSync(state)).toBe(false);
});

test.each([
  ['sqlm01', undefined, '  sqlm01: { roles: [master], '],
  ['sqlw01', undefined, '  sqlw01: { roles: [worker], '],
  ['sqlw77', undefined, '  sqlw77: { roles: [worker], '],
  ['sqlm01', ['master', 'worker'] as const, '  sqlm01: { roles: [master, worker], '],
])(
  'the line for the farm file says of %s what the file says, unless the command says otherwise (%j)',
  async (host, role, line) => {
    const farmFile = path.join(folder, 'farm.yaml');
    writeFileSync(farmFile, EXAMPLE);
    const init = { farm: 'prod', host, botKey: [KEY('B')], farmFile, folder: path.join(folder, 'state') };
    await runnerInit(role === undefined ? init : { ...init, role });
    expect(process.stdout.write).toHaveBeenCalledWith(expect.stringContaining(line));
    expect(process.stderr.write).toHaveBeenLastCalledWith(expect.stringContaining('keys --farm-file FILE'));
  },
);

test.each([
  ['a worker that is named as its own master', { master: 'SQLW01' }, 'MasterWithoutRole'],
  ['a master that is said to be a worker alone', { master: 'sqlw01', role: ['worker'] as const }, 'MasterWithoutRole'],
  ['a name that no farm file takes', { farm: 'Prod 1', master: 'sqlm01' }, 'FarmNameNotAllowed'],
  ['a worker whose master nobody names', {}, 'HostNameNotAllowed'],
  ['something that is no key of a bot', { master: 'sqlm01', botKey: ['x'] }, 'KeyNotAllowed'],
  ['an allowed certificate that is no thumbprint', { master: 'sqlm01', allow: ['x'] }, 'ThumbprintMalformed'],
])('%s is refused before anything is made', async (_what, said, code) => {
  const state = path.join(folder, 'state');
  const init = { farm: 'prod', host: 'sqlw01', botKey: [KEY('B')], folder: state, ...said };
  await expect(runnerInit(init)).rejects.toMatchObject({ code });
  expect(existsSync(state)).toBe(false);
});

test('the key of the bot is no key of a runner: a bot could report in its name what it made', async () => {
  const state = path.join(folder, 'state');
  const init = { farm: 'prod', host: 'sqlw01', master: 'sqlm01', botKey: [KEY('B')], folder: state };
  await expect(runnerInit({ ...init, peer: [`sqlm01=${KEY('B')}`] })).rejects.toMatchObject({
    code: 'PeerKeyIsOfBot',
    data: { host: 'sqlm01' },
  });
  expect(existsSync(state)).toBe(false);
  expect(SAYINGS.PeerKeyIsOfBot?.say({ host: 'sqlm01' })).toMatch(/^The key of sqlm01 is the bot's own/u);
});

test('a runner pins all other keys of its farm file, or those given in their place, and its own key', async () => {
  const farmFile = path.join(folder, 'farm.yaml');
  writeFileSync(farmFile, EXAMPLE);
  const state = path.join(folder, 'state');
  const peer = [`SQLW02=${KEY('N')}`, `sqlw02=${KEY('O')}`, `sqlw01=${KEY('F')}`];
  await runnerInit({ farm: 'prod', host: 'SQLW01', botKey: [KEY('B')], farmFile, peer, folder: state });
  const { host, hostKeys } = parseRunnerConfig(readFileSync(path.join(state, 'runner.json'), 'utf8'));
  const [own] = hostKeys.sqlw01 ?? [];
  expect(host).toBe('sqlw01');
  expect(process.stdout.write).toHaveBeenCalledWith(`  sqlw01: { roles: [worker], keys: ['${own}'] }\n`);
  expect(hostKeys).toEqual({
    sqlm01: [expect.stringMatching(/^ed25519:/u)],
    sqlw01: [expect.not.stringContaining(KEY('F'))],
    sqlw02: [KEY('N'), KEY('O')],
    sqlw03: [expect.stringMatching(/^ed25519:/u)],
  });
});

test('a master that is set up before there is a farm file is its own master, and allows what it is told to', async () => {
  const state = path.join(folder, 'state');
  const role = ['master'] as const;
  await runnerInit({
    farm: 'prod',
    host: 'sqlm01',
    role,
    botKey: [KEY('B')],
    allow: ['ab '.repeat(20)],
    folder: state,
  });
  expect(parseRunnerConfig(readFileSync(path.join(state, 'runner.json'), 'utf8'))).toMatchObject({
    masterHost: 'sqlm01',
    allowedCertificates: ['AB'.repeat(20)],
  });
});
