import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isPaused, moveFile, readText, replaceFile } from '../../../src/roots/program/files.ts';
import { readOptions } from '../../../src/roots/program/options.ts';
import { runnerFiles } from '../../../src/roots/program/state.ts';

const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'certops-files-'));
afterAll(() => fs.rmSync(folder, { recursive: true, force: true }));

const TEXT = '{ "farm": "Größe 主机" }\r\n';
const utf16 = Buffer.from(`\ufeff${TEXT}`, 'utf16le');
const FILES: readonly (readonly [by: string, bytes: Buffer])[] = [
  ['an editor that adds nothing', Buffer.from(TEXT)],
  ['Notepad, with a mark', Buffer.from(`\ufeff${TEXT}`)],
  ['Windows PowerShell, in UTF-16', utf16],
  ['somebody, in UTF-16 the other way round', Buffer.from(utf16).swap16()],
  ['a program that leaves the mark of UTF-16 out', utf16.subarray(2)],
  ['one that leaves it out the other way round', Buffer.from(utf16.subarray(2)).swap16()],
  ['a writer that broke off within a character', Buffer.concat([utf16, Buffer.from([0x41])])],
];

test.each(FILES)('a file that was written by %s is read', async (_by, bytes) => {
  const file = path.join(folder, 'runner.json');
  fs.writeFileSync(file, bytes);
  expect(await readText(file)).toBe(TEXT);
});

test('an empty file is an empty text', async () => {
  const file = path.join(folder, 'empty');
  fs.writeFileSync(file, '');
  expect(await readText(file)).toBe('');
});

test.each(FILES)('a secret is read too: %s', (_by, bytes) => {
  const file = path.join(folder, 'redis-url');
  const secret = 'redis://:pässword@redis:6379';
  const written = bytes.equals(FILES[0]?.[1] ?? bytes)
    ? Buffer.from(secret)
    : Buffer.from(`\ufeff${secret}\r\n`, 'utf16le');
  fs.writeFileSync(file, written);
  process.env.REDIS_URL_FILE = file;
  try {
    expect(readOptions().redisUrl).toBe(secret);
  } finally {
    delete process.env.REDIS_URL_FILE;
  }
});

test.each([
  ['EPERM', 2, 150, null],
  ['UNKNOWN', 2, 150, null],
  ['EBUSY', 28, 20_300, null],
  ['EACCES', 29, 20_300, 'EACCES'],
  ['ENOENT', 1, 0, 'ENOENT'],
])(
  'a move that fails with %s %i times is tried for %i ms, then done, or fails with: %s',
  async (code, times, ms, told) => {
    let left = times;
    let waited = 0;
    const move = async (): Promise<void> => {
      left -= 1;
      if (left >= 0) throw Object.assign(new Error(code), { code });
    };
    const said: string[] = [];
    const wait = async (pause: number): Promise<void> => {
      waited += pause;
    };
    const moving = moveFile('a', 'b', { move, wait, say: (words) => said.push(words) });
    const outcome = await moving.then(
      () => null,
      (error: { code: string }) => error.code,
    );
    expect([outcome, waited]).toEqual([told, ms]);
    // Whoever waits longer than a second at a command is told for what, once.
    const words = `Waiting up to 20 s for b (${code}): another program may have it open...`;
    expect(said).toEqual(ms > 1000 ? [words] : []);
  },
);

test('a file that is read-only, and so stays refused, is not tried for 20 s, and no draft is left beside it', async () => {
  const place = fs.mkdtempSync(path.join(folder, 'read-only-'));
  const file = path.join(place, 'runner.json');
  fs.writeFileSync(file, 'old', { mode: 0o444 });
  const move = async (): Promise<void> => {
    throw Object.assign(new Error('as on Windows'), { code: 'EPERM' });
  };
  const wait = async (): Promise<void> => {
    throw new Error('waited');
  };
  await expect(replaceFile(file, 'new', { move, wait })).rejects.toMatchObject({ code: 'EPERM' });
  expect(fs.readdirSync(place)).toEqual(['runner.json']);
});

test.each([
  ['nothing', null, false],
  ['STOP', 'STOP', true],
  ['STOP.txt, where Windows hides that it is called so', 'STOP.txt', true],
  ['something else', 'STOPPED', false],
])('a runner is paused by a file of that name: %s', (_what, name, paused) => {
  const state = fs.mkdtempSync(path.join(folder, 'state-'));
  if (name !== null) fs.writeFileSync(path.join(state, name), '');
  expect(isPaused(runnerFiles(state))).toBe(paused);
});
