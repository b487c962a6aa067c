import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSecrets, saveSecrets } from '../../../adapters/web/secrets.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-secrets-'));
  file = join(folder, 'console.json');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const LONG = /^[A-Za-z0-9_-]{43}$/u;

test('the console of a new folder has two long secrets that no other folder has', async () => {
  const [one, other] = [await loadSecrets(folder), await loadSecrets(join(folder, 'of', 'another'))];
  const all = [one.key, one.cookie, other.key, other.cookie];
  for (const secret of all) expect(secret).toMatch(LONG);
  expect(new Set(all).size).toBe(4);
  expect([one.port, other.port]).toEqual([null, null]);
});

test('saved secrets are loaded again, and nobody else can read the file where file modes exist', async () => {
  const made = { ...(await loadSecrets(folder)), port: 4711 };
  await saveSecrets(folder, made);
  expect(await loadSecrets(folder)).toEqual(made);
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o077).toBe(0);
});

const key = 'k'.repeat(43);
const cookie = 'c'.repeat(43);
test.each<[string, object | string]>([
  ['an empty key', { key: '', cookie, port: null }],
  ['an empty cookie', { key, cookie: '', port: null }],
  ['a short key', { key: key.slice(1), cookie, port: null }],
  ['a cookie with something before it', { key, cookie: `;${cookie}`, port: null }],
  ['a cookie with something behind it', { key, cookie: `${cookie}; Path=/x`, port: null }],
  ['no cookie', { key, port: null }],
  ['an invalid port', { key, cookie, port: 0 }],
  ['a port that is too high', { key, cookie, port: 65_536 }],
  ['a field that nobody wrote', { key, cookie, port: null, admin: true }],
  ['half of what was written', `{"key":"${key}","coo`],
  ['nothing', ''],
])('a file that holds %s is not trusted: both secrets are made anew', async (_what, kept) => {
  await writeFile(file, typeof kept === 'string' ? kept : JSON.stringify(kept));
  const made = await loadSecrets(folder);
  expect([made.key, made.cookie, made.port]).toEqual([expect.stringMatching(LONG), expect.stringMatching(LONG), null]);
  expect([key, cookie]).not.toContain(made.key);
  expect([key, cookie]).not.toContain(made.cookie);
  expect(await readFile(file, 'utf8')).toBe(typeof kept === 'string' ? kept : JSON.stringify(kept));
});
