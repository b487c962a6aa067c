import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createKey } from '../../../adapters/files/keys.ts';
import {
  type FolderKeeper,
  holdBotFolder,
  keepBotFolder,
  lookAtBotFolder,
  makeBotFolder,
} from '../../../src/roots/bot/bot-folder.ts';
import { SAYINGS } from '../../../src/roots/sayings/index.ts';

const USERS = 'S-1-5-32-545';

let folder: string;
let key: string;
const warned: object[] = [];
const log = { info() {}, warn: (data: object) => void warned.push(data) };
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'certops-bot-')), 'bot');
  key = path.join(folder, 'key.pem');
  warned.length = 0;
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

/** A Windows where these places are open to all users. */
function windows(...open: readonly string[]): FolderKeeper & { readonly made: string[] } {
  const made: string[] = [];
  return {
    made,
    make: async (place) => void made.push(place),
    strangers: async (_folder, place) => (open.includes(place) ? [USERS] : []),
  };
}

describe('on Windows', () => {
  test('the folder of a new key is made for administrators only, whether it is missing or empty', async () => {
    const missing = windows(folder);
    await makeBotFolder(key, missing);
    mkdirSync(folder);
    const empty = windows(folder);
    await makeBotFolder(key, empty);
    expect([missing.made, empty.made]).toEqual([[folder], [folder]]);
  });

  test('a folder that holds something takes a new key only if it is open to nobody else', async () => {
    mkdirSync(folder);
    writeFileSync(path.join(folder, 'prod.journal'), '');
    await expect(makeBotFolder(key, windows(folder))).rejects.toMatchObject({ code: 'BotFolderOpen' });
    const own = windows();
    await makeBotFolder(key, own);
    expect(own.made).toEqual([]);
  });

  test.each([
    ['folder', () => folder],
    ['key', () => key],
  ])('a bot whose %s is open to others does not start, and is told how to close it', async (_what, place) => {
    await createKey(key);
    await keepBotFolder(key, log, windows());
    const data = { folder, place: place(), strangers: USERS };
    await expect(lookAtBotFolder(key, windows(place()))).rejects.toMatchObject({ code: 'BotFolderOpen', data });
    await expect(keepBotFolder(key, log, windows(place()))).rejects.toMatchObject({ code: 'BotFolderOpen', data });
    expect(SAYINGS.BotFolderOpen?.say(data)).toContain(
      `icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F"`,
    );
    expect(SAYINGS.BotFolderOpen?.say(data)).toContain(`icacls "${folder}\\*" /reset /T /L`);
    // /grant:r keeps what somebody was given by name, and an administrator finds the bot's own account.
    expect(SAYINGS.BotFolderOpen?.say(data)).toContain(`icacls "${folder}" /remove`);
    expect(SAYINGS.BotFolderOpen?.say(data)).toContain('as that account');
  });

  test('a bot without a key is told so, and nothing is made', async () => {
    await expect(keepBotFolder(key, log, windows())).rejects.toMatchObject({ code: 'KeyFileMissing' });
    expect(statSync(folder, { throwIfNoEntry: false })).toBeUndefined();
  });
});

/** Windows has no modes. */
const whereModesAre = process.platform === 'win32' ? test.skip : test;

whereModesAre('elsewhere a key that others can read is closed to them, and the log says so', async () => {
  await createKey(key);
  await keepBotFolder(key, log, null);
  expect(warned).toEqual([]);
  chmodSync(key, 0o644);
  await keepBotFolder(key, log, null);
  expect(statSync(key).mode & 0o777).toBe(0o600);
  expect(warned).toEqual([{ file: key }]);
});

test('a second bot says that it stands by, and for whom', async () => {
  const said: object[] = [];
  const listening = { info: (data: object, text: string) => void said.push({ ...data, text }), warn() {} };
  const hold = (signal: AbortSignal) => holdBotFolder(folder, [], signal, listening);
  const first = await hold(new AbortController().signal);
  expect(said).toEqual([]);
  const second = hold(new AbortController().signal);
  while (said.length === 0) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(said).toMatchObject([{ folder, process: process.pid, text: expect.stringContaining('another bot has this') }]);
  expect(said[0]).not.toHaveProperty('pid');
  await first.release();
  await (await second).release();
});
