import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { createKey } from '../../../adapters/files/keys.ts';
import { holdLock } from '../../../adapters/files/lock.ts';
import { createMemorySigner } from '../../../adapters/memory/signer.ts';
import { parseRunnerConfig, type RunnerConfig, writeRunnerConfig } from '../../../src/config/runner-config.ts';
import { createProgram } from '../../../src/roots/commands.ts';
import { runnerExchange } from '../../../src/roots/runner/here/exchange.ts';
import { type KeysFlags, runnerKeys } from '../../../src/roots/runner/here/keys.ts';
import { lockUnlessRunning, openOwnRunner } from '../../../src/roots/runner/here/own-runner.ts';
import { runnerInit } from '../../../src/roots/runner/runner-init.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const KEYS = { bot: createMemorySigner(), sqlw01: createMemorySigner(), sqlw02: createMemorySigner() };
const OLD = createMemorySigner().publicKey;

let folder: string;
let own: string;
let said: string;

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'certops-keys-'));
  said = '';
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  own = (await createKey(path.join(folder, 'key.pem'))).publicKey;
  write({ hostKeys: { sqlm01: [own] } });
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

const file = (): string => path.join(folder, 'runner.json');
const read = (): RunnerConfig => parseRunnerConfig(readFileSync(file(), 'utf8'));

/** As `certops runner init` leaves it on the first machine of a farm: it knows no other. */
function write(over: Partial<RunnerConfig>): void {
  const config = parseRunnerConfig(
    JSON.stringify({
      ...{ farm: 'prod', host: 'sqlm01', botKeys: [KEYS.bot.publicKey], hostKeys: {}, masterHost: 'sqlm01' },
      // In a rehearsal a machine is a folder, and its lock is in that folder too.
      overrides: { root: folder, systemRoot: 'D:\\WINNT' },
      redisUrl: 'redis://runner:secret@redis:6379',
      allowedCertificates: ['A1'.repeat(20)],
      ...over,
    }),
  );
  writeFileSync(file(), writeRunnerConfig(config));
}

function farmFile(
  hosts: { readonly [name: string]: string | readonly string[] } = {
    sqlm01: own,
    sqlw01: KEYS.sqlw01.publicKey,
    sqlw02: KEYS.sqlw02.publicKey,
  },
  name = 'prod',
): string {
  const named = path.join(folder, 'farm.yaml');
  const lines = Object.entries(hosts).map(
    ([host, keys]) =>
      `  ${host}: { roles: [${host.startsWith('sqlm') ? 'master' : 'worker'}], keys: ${JSON.stringify([keys].flat())} }`,
  );
  writeFileSync(
    named,
    `farm: ${name}
endpoint: sqlm01:8391
hosts:
${lines.join('\n')}
people:
  mei: { name: Mei Lin, accounts: { slack: U0MEI } }
  ana: { name: Ana Ruiz, accounts: { slack: U0ANA } }
approval: { approvers: [mei, ana], quorum: 1 }
slack: { app: A0CERTOPS, workspaces: [T0CORP] }
channels:
  - { platform: slack, id: C0SQLOPS, name: sql-ops }
`,
  );
  return named;
}

const keys = (flags: KeysFlags = {}): Promise<void> => runnerKeys({ folder, ...flags });

describe('certops runner keys', () => {
  test('takes the keys of all runners in the farm file, names each, and leaves the rest of the configuration alone', async () => {
    const before = read();
    await keys({ farmFile: farmFile() });
    const hostKeys = { sqlm01: [own], sqlw01: [KEYS.sqlw01.publicKey], sqlw02: [KEYS.sqlw02.publicKey] };
    expect(read()).toEqual({ ...before, hostKeys });
    expect(said).toContain(`new     sqlw01 ${KEYS.sqlw01.publicKey}\nnew     sqlw02 ${KEYS.sqlw02.publicKey}\n`);
    expect(said).toContain(
      'sqlm01 pins the keys of 3 runners, its own among them. It takes effect when its runner starts',
    );
    expect(statSync(file()).mode & 0o777).toBe(process.platform === 'win32' ? 0o666 : 0o600);
    expect(existsSync(`${file()}.new`)).toBe(false);
  });

  test('says which key a re-imaged machine had before, and of a machine that left that it is gone', async () => {
    write({ hostKeys: { sqlm01: [own], sqlw01: [OLD], sqlw09: [OLD] } });
    await keys({ farmFile: farmFile({ sqlm01: own, sqlw01: KEYS.sqlw01.publicKey }) });
    expect(read().hostKeys).toEqual({ sqlm01: [own], sqlw01: [KEYS.sqlw01.publicKey] });
    expect(said).toContain(`other   sqlw01 ${KEYS.sqlw01.publicKey}\nbefore  sqlw01 ${OLD}\ngone    sqlw09 ${OLD}\n`);
  });

  test('takes single keys from the command line, two of one runner during an exchange, and keeps the others', async () => {
    write({ hostKeys: { sqlm01: [own], sqlw01: [OLD] } });
    const { sqlw02 } = KEYS;
    await keys({ peer: [`sqlw02=${sqlw02.publicKey}`, `sqlw02=${OLD}`] });
    expect(read().hostKeys).toEqual({ sqlm01: [own], sqlw01: [OLD], sqlw02: [sqlw02.publicKey, OLD] });
  });

  test('writes nothing where nothing has changed', async () => {
    await keys({ farmFile: farmFile() });
    const { mtimeMs } = statSync(file());
    said = '';
    await keys({ farmFile: farmFile() });
    expect(said).toBe('Nothing to change: sqlm01 pins the keys of 3 runners, its own among them.\n');
    expect(statSync(file()).mtimeMs).toBe(mtimeMs);
  });

  test('says of a farm with no other runner that it pins only its own key', async () => {
    await keys({ farmFile: farmFile({ sqlm01: own }) });
    expect(said).toBe("Nothing to change: sqlm01 pins no runner's key but its own.\n");
  });

  test('pins the key in this folder as its own, and says what the farm file should have', async () => {
    await keys({ farmFile: farmFile({ sqlm01: OLD, sqlw01: KEYS.sqlw01.publicKey }), peer: [`sqlm01=${OLD}`] });
    expect(read().hostKeys.sqlm01).toEqual([own]);
    expect(said).toContain(`has another key of sqlm01; its own, to be added below hosts, is ${own}`);
    await keys({ farmFile: farmFile({ sqlm02: OLD, sqlw01: KEYS.sqlw01.publicKey }) });
    expect(said).toContain(`has no key of sqlm01; its own, to be added below hosts, is ${own}`);
  });

  test('takes the master from the farm file if the one it has is no master, or from the command line', async () => {
    write({ masterHost: 'sqlw01' as never });
    await keys({ farmFile: farmFile() });
    expect(read().masterHost).toBe('sqlm01');
    expect(said).toContain('master  sqlm01\nbefore  sqlw01\n');
    await keys({ master: 'sqlm02' });
    expect(read().masterHost).toBe('sqlm02');
    // If the farm has two masters, the one that was chosen stays.
    await keys({ farmFile: farmFile({ sqlm01: own, sqlm02: OLD }) });
    expect(read().masterHost).toBe('sqlm02');
  });

  test('works beside a running runner, and says that the runner has to be restarted', async () => {
    const lock = await holdLock('runner', { folder, who: 'the runner of sqlm01' });
    await keys({ farmFile: farmFile() }).finally(() => lock.release());
    expect(Object.keys(read().hostKeys)).toHaveLength(3);
    expect(said).toContain('Its runner uses what it read when it started: restart it');
  });

  test('is refused while another command that a person typed here has the runner’s lock, which is named', async () => {
    const own = await openOwnRunner({ folder });
    const undoing = await lockUnlessRunning(own, 'runner undo');
    try {
      await expect(keys({ farmFile: farmFile() })).rejects.toMatchObject({
        code: 'LockHeld',
        data: { who: 'the command runner undo on sqlm01' },
      });
      // No runner would take the request that an undo leaves for one.
      await expect(lockUnlessRunning(own, 'runner undo')).rejects.toMatchObject({ code: 'LockHeld' });
    } finally {
      await undoing?.release();
    }
  });

  test('without options prints what is pinned, and changes nothing', async () => {
    write({ hostKeys: { sqlm01: [own], sqlw01: [KEYS.sqlw01.publicKey] } });
    const before = readFileSync(file(), 'utf8');
    await keys();
    expect(said).toBe(
      `own     sqlm01 ${own}\nmaster  sqlm01\nbot     ${KEYS.bot.publicKey}\npinned  sqlw01 ${KEYS.sqlw01.publicKey}\n`,
    );
    expect(readFileSync(file(), 'utf8')).toBe(before);
  });

  test.each([
    ['a farm file of another farm', 'FarmOfAnother', (): KeysFlags => ({ farmFile: farmFile(undefined, 'test') })],
    ['something that is no key', 'KeyNotAllowed', (): KeysFlags => ({ peer: ['sqlw01=ed25519:short'] })],
    ['a key of nobody', 'PeerNotUnderstood', (): KeysFlags => ({ peer: [OLD] })],
    ['three keys of one runner', 'PeerKeysTooMany', (): KeysFlags => ({ peer: Array(3).fill(`sqlw01=${OLD}`) })],
    ['the key of the bot', 'PeerKeyIsOfBot', (): KeysFlags => ({ peer: [`sqlw01=${KEYS.bot.publicKey}`] })],
    [
      'the key of a runner for the bot',
      'PeerKeyIsOfBot',
      (): KeysFlags => ({ peer: [`sqlw01=${OLD}`], botKey: [OLD] }),
    ],
    ['a master that is no name', 'HostNameNotAllowed', (): KeysFlags => ({ master: 'sql m01' })],
    ['a folder without a runner', 'RunnerNotSetUp', (): KeysFlags => ({ folder: path.join(folder, 'none') })],
  ])('with %s refuses, and changes nothing', async (_what, code, flags) => {
    const before = readFileSync(file(), 'utf8');
    await expect(keys(flags())).rejects.toMatchObject({ code });
    expect(readFileSync(file(), 'utf8')).toBe(before);
    expect(SAYINGS[code]?.exit).toBe(2);
  });

  test('is there on the command line', async () => {
    await createProgram().parseAsync([
      'node',
      'certops',
      'runner',
      'keys',
      '--folder',
      folder,
      '--peer',
      `sqlw01=${OLD}`,
      '--peer',
      `sqlw02=${OLD}`,
    ]);
    expect(read().hostKeys).toEqual({ sqlm01: [own], sqlw01: [OLD], sqlw02: [OLD] });
  });
});

/** docs/set-up.md, steps 3 to 5, as written: nobody knows another's key when its runner is made. */
describe('Set up in the order of docs/set-up.md', () => {
  const KEY_OF_BOT = KEYS.bot.publicKey;
  const folderOf = (host: string): string => path.join(folder, 'state', host);

  async function init(host: string): Promise<string> {
    const role: readonly ('master' | 'worker')[] = host === 'sqlm01' ? ['master'] : ['worker'];
    const ours = { farm: 'prod', host, role, botKey: [KEY_OF_BOT], peer: [], allow: [], folder: folderOf(host) };
    said = '';
    await runnerInit({ ...ours, ...(host === 'sqlm01' ? {} : { master: 'sqlm01' }) });
    return /'(ed25519:[^']+)'/u.exec(said)?.[1] ?? '';
  }
  const pinnedOn = (host: string) =>
    parseRunnerConfig(readFileSync(path.join(folderOf(host), 'runner.json'), 'utf8')).hostKeys;

  beforeEach(() => void jest.spyOn(process.stderr, 'write').mockReturnValue(true));

  test('each runner pins all others, and the master also one that is added later and one that is made anew', async () => {
    const lines: { [host: string]: string } = {};
    for (const host of ['sqlm01', 'sqlw01', 'sqlw02']) lines[host] = await init(host);
    for (const host of Object.keys(lines)) await keys({ folder: folderOf(host), farmFile: farmFile(lines) });
    for (const host of Object.keys(lines))
      expect(pinnedOn(host)).toEqual(Object.fromEntries(Object.entries(lines).map(([name, key]) => [name, [key]])));

    lines.sqlw03 = await init('sqlw03');
    rmSync(folderOf('sqlw01'), { recursive: true });
    lines.sqlw01 = await init('sqlw01');
    said = '';
    await keys({ folder: folderOf('sqlm01'), farmFile: farmFile(lines) });
    expect(said).toMatch(/^other {3}sqlw01 .*\nbefore {2}sqlw01 .*\nnew {5}sqlw03 /u);
    expect(pinnedOn('sqlm01')).toMatchObject({ sqlw01: [lines.sqlw01], sqlw03: [lines.sqlw03] });
  });
});

test.each([
  ['the one file of a Windows host', ['D:\\certops\\runner.mjs']],
  ['certops', ['/srv/certops/dist/certops.mjs', 'runner']],
])('An exchange by %s names the command for other machines without the folder of this one', async (_by, program) => {
  jest.replaceProperty(process, 'argv', ['node', ...program, 'keys', '--exchange', '--folder', folder]);
  await runnerExchange({ folder });
  expect(said).toContain('On each other machine that pins it: node runner.mjs keys --farm-file FILE');
  expect(said).not.toContain(folder);
});
