import { generateKeyPairSync } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closeKey, createKey, loadSigner } from '../../../adapters/files/keys.ts';
import { verifyEnvelope } from '../../../src/domain/letters/envelope.ts';
import { isRefusal } from '../../../src/domain/values.ts';

/** Windows has no file modes: access lists protect a key there. */
const whereModesAre = process.platform === 'win32' ? test.skip : test;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-keys-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As below an automount: the folder is there and takes no others. */
const whereProcIs = existsSync('/proc/self') ? test : test.skip;

whereProcIs('a key in a folder that cannot be made is refused at once', async () => {
  await expect(createKey('/proc/none/state/bot.key')).rejects.toMatchObject({
    code: 'KeyNotWritable',
    data: { reason: 'ENOENT' },
  });
});

test('a new key signs once it is loaded', async () => {
  const file = join(folder, 'new', 'bot.key');
  const made = await createKey(file);
  const loaded = await loadSigner(file);
  expect(loaded.publicKey).toBe(made.publicKey);
  expect(loaded.publicKey).toMatch(/^ed25519:[\w-]{43}$/u);
  expect(isRefusal(verifyEnvelope(loaded.sign('ack', '{}'), 'ack', [made.publicKey]))).toBe(false);
  expect(await loaded.signBeside('ack', '{}')).toEqual(loaded.sign('ack', '{}'));
});

test('a key file belongs to its owner alone where file modes exist, and is never overwritten', async () => {
  const file = join(folder, 'runner.key');
  await createKey(file);
  const before = await readFile(file, 'utf8');
  if (process.platform !== 'win32') expect((await stat(file)).mode & 0o777).toBe(0o600);
  await expect(createKey(file)).rejects.toMatchObject({ code: 'KeyFileExists', data: { file } });
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('a key that the disk had no room for leaves no file that could be taken for one', async () => {
  const file = join(folder, 'full.key');
  const full = async (): Promise<void> => {
    throw Object.assign(new Error('no room'), { code: 'ENOSPC' });
  };
  await expect(createKey(file, full)).rejects.toMatchObject({ code: 'KeyNotWritable', data: { reason: 'ENOSPC' } });
  const made = await createKey(file);
  expect((await loadSigner(file)).publicKey).toBe(made.publicKey);
});

test('a folder that cannot be made is not taken for an existing key', async () => {
  const inFile = join(folder, 'no-folder', 'bot.key');
  await writeFile(join(folder, 'no-folder'), '');
  await expect(createKey(inFile)).rejects.toMatchObject({ code: 'KeyNotWritable', data: { reason: 'EEXIST' } });
});

test('a name that no file can have is not taken for an existing key', async () => {
  const file = join(folder, 'k'.repeat(300));
  const reason = expect.not.stringMatching(/^EEXIST$/u);
  await expect(createKey(file)).rejects.toMatchObject({ code: 'KeyNotWritable', data: { file, reason } });
});

test('a file without a usable key is refused without repeating its content, as are a missing file and a folder', async () => {
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  for (const text of ['', 'hunter2', String(rsa)]) {
    const file = join(folder, 'other.key');
    await writeFile(file, text);
    const error = await loadSigner(file).catch((reason) => reason);
    expect(error).toMatchObject({ code: 'KeyFileMalformed', data: { file } });
    if (text !== '') expect(String(error)).not.toContain(text.slice(0, 40));
  }
  await expect(loadSigner(join(folder, 'none.key'))).rejects.toMatchObject({ code: 'KeyFileMissing' });
  await expect(loadSigner(folder)).rejects.toMatchObject({ code: 'KeyNotReadable' });
});

whereModesAre('a key file that others can read is closed to them, and what cannot be closed is refused', async () => {
  const file = join(folder, 'open.key');
  await createKey(file);
  expect(await closeKey(file)).toBe(false);
  for (const mode of [0o644, 0o660, 0o602]) {
    await chmod(file, mode);
    expect(await closeKey(file)).toBe(true);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  await chmod(file, 0o640);
  const refused = () => Promise.reject(Object.assign(new Error('no'), { code: 'EPERM' }));
  for (const change of [refused, async () => {}])
    await expect(closeKey(file, change)).rejects.toMatchObject({ code: 'KeyFileOpen', data: { file } });
});
