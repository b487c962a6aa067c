import { writeFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { jest } from '@jest/globals';
import { certificateReaders } from '../../../../adapters/windows/certificate-half.ts';
import { forChange, patiently } from '../../../../adapters/windows/held-files.ts';
import { createPaths } from '../../../../adapters/windows/paths.ts';
import {
  lockedSettings,
  readSettingOf,
  tryRoomForCopy,
  writeSettingOf,
} from '../../../../adapters/windows/settings/file.ts';
import { overwrite } from '../../../../adapters/windows/settings/overwrite.ts';
import { createWhole } from '../../../../adapters/windows/settings/whole-file.ts';
import { CertopsError } from '../../../../src/domain/errors.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';
import { fakeClock, fakeContext } from '../fake-context.ts';
import { FakeScm } from '../fake-scm.ts';

const OLD = '3BD91B0C2F4E5A6978812233445566778899A498' as Thumbprint;
const NEW = 'F00DFACE0123456789ABCDEF0123456789ABCDEF' as Thumbprint;
const FOLDER = 'C:\\Binn';
const KEY = 'SSLCertThumbprint';
const signal = new AbortController().signal;

const root = await fs.mkdtemp(path.join(os.tmpdir(), 'certops-settings-'));
const folder = path.join(root, 'Binn');
const file = path.join(folder, 'MasterSettings.config');
const tools = {
  run: async () => {
    throw new Error('no tool is needed');
  },
};
const context = (clock = fakeClock()) => fakeContext(tools, { paths: createPaths(root), root, clock });
const write = (from: string, to: Thumbprint) =>
  writeSettingOf(context(), FOLDER, { type: 'setting.write', role: 'master', key: KEY, from, to }, signal);
const text = (value: string): string =>
  `\ufeff{\r\n  "PortNumber": 8391,\r\n  "${KEY}": "${value}",\r\n  "Größe": "ß"\r\n}\r\n`;
const backups = async () => (await fs.readdir(folder)).filter((name) => name.endsWith('.bak'));

beforeEach(async () => {
  await fs.rm(folder, { recursive: true, force: true });
  await fs.mkdir(folder, { recursive: true });
  await fs.writeFile(file, text(OLD));
});
afterAll(() => fs.rm(root, { recursive: true, force: true }));

test.each([
  ['master', 'PortNumber', '8391'],
  ['worker', 'StoreName', 'My'],
  ['worker', 'StoreLocation', 'LocalMachine'],
] as const)(
  'of a %s whose file lacks %s, the service takes %s; a thumbprint has no such value',
  async (role, key, value) => {
    for (const name of ['MasterSettings.config', 'WorkerSettings.config'])
      await fs.writeFile(path.join(folder, name), '{"SqlServerName": "."}');
    expect(await readSettingOf(context(), FOLDER, role, key)).toBe(value);
    await expect(readSettingOf(context(), FOLDER, 'master', KEY)).rejects.toMatchObject({ code: 'SettingMissing' });
    await expect(readSettingOf(context(), FOLDER, role === 'master' ? 'worker' : 'master', key)).rejects.toMatchObject({
      code: 'SettingMissing',
    });
  },
);

test.each([false, true])(
  'a link in its place is refused before anything is written, even when putting back (%s)',
  async (isWayBack) => {
    const elsewhere = path.join(root, 'elsewhere.config');
    await fs.rename(file, elsewhere);
    await fs.symlink(elsewhere, file);
    const change = { type: 'setting.write', role: 'master', key: KEY, from: OLD, to: NEW } as const;
    await expect(
      writeSettingOf(context(), FOLDER, { ...change, ...(isWayBack ? { isWayBack } : {}) }, signal),
    ).rejects.toMatchObject({
      code: 'FileIsLink',
      data: { file: 'C:\\Binn\\MasterSettings.config' },
    });
    expect(await fs.readFile(elsewhere, 'utf8')).toBe(text(OLD));
    expect(await backups()).toEqual([]);
    expect(await lockedSettings(context(), FOLDER, 'master')).toMatchObject({ reason: 'FileIsLink' });
    // The service reads through it as well.
    expect(await readSettingOf(context(), FOLDER, 'master', KEY)).toBe(OLD);
  },
);

test('a folder reached through a link is the folder of the service, wherever it is', async () => {
  const moved = path.join(root, 'Disk');
  await fs.rename(folder, moved);
  await fs.symlink(moved, folder, 'junction');
  await write(OLD, NEW);
  expect(await fs.readFile(path.join(moved, 'MasterSettings.config'), 'utf8')).toBe(text(NEW));
  await fs.rm(moved, { recursive: true });
});

test('a value is written in place, with a copy of the former file beside it', async () => {
  const { ino } = await fs.stat(file);
  await write(OLD, NEW);
  expect(await fs.readFile(file, 'utf8')).toBe(text(NEW));
  expect((await fs.stat(file)).ino).toBe(ino);
  const [backup, ...more] = await backups();
  expect(more).toEqual([]);
  expect(backup).toMatch(/^MasterSettings\.config\.certops-\d{8}T\d{9}Z\.bak$/u);
  expect(await fs.readFile(path.join(folder, backup ?? ''), 'utf8')).toBe(text(OLD));
  expect(await readSettingOf(context(), FOLDER, 'master', KEY)).toBe(NEW);
});

test('writing and putting back gives the same bytes, with a copy of each', async () => {
  await write(OLD, NEW);
  await write(NEW, OLD);
  expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
  expect((await backups()).length).toBe(2);
});

test('hidden characters are removed, and the file becomes that much shorter', async () => {
  await fs.writeFile(file, text(`\u200e${OLD}`));
  await write(`\u200e${OLD}`, NEW);
  expect(await fs.readFile(file, 'utf8')).toBe(text(NEW));
});

const XML = (value: string) => `<configuration>\r\n  <${KEY}>${value}</${KEY}>\r\n</configuration>\r\n`;
test.each([
  ['UTF-8', (value: string) => Buffer.from(text(value))],
  ['UTF-16', (value: string) => Buffer.from(text(value), 'utf16le')],
  ['big-endian UTF-16', (value: string) => Buffer.from(text(value), 'utf16le').swap16()],
  ['XML', (value: string) => Buffer.from(XML(value))],
])('a file in %s whose writer is killed before cutting it has nothing old at its end', async (_how, written) => {
  await fs.writeFile(file, written(`\u200e${OLD}`));
  const handle = await fs.open(file, 'r');
  const killed = jest.spyOn(Object.getPrototypeOf(handle), 'truncate');
  await handle.close();
  let left = Buffer.alloc(0);
  killed.mockImplementation(async () => {
    // it is called once more by what puts the old text back
    if (left.length === 0) left = await fs.readFile(file);
    throw new Error('killed');
  });
  await write(`\u200e${OLD}`, NEW).catch(() => {});
  killed.mockRestore();
  const whole = written(NEW);
  const width = written('').includes(0) ? 2 : 1;
  expect(left.subarray(0, whole.length)).toEqual(whole);
  expect(left.subarray(whole.length).toString('latin1').replaceAll('\0', '').trim()).toBe('');
  expect(left.length % width).toBe(0);
  await fs.writeFile(file, left);
  expect(await readSettingOf(context(), FOLDER, 'master', KEY)).toBe(NEW);
});

describe('a write that the disk reports but has not made', () => {
  /** Every write is told that all of it was written. */
  async function lying<T>(act: () => Promise<T>): Promise<T> {
    const handle = await fs.open(file, 'r');
    const of = Object.getPrototypeOf(handle);
    await handle.close();
    const spies = [
      jest.spyOn(of, 'write').mockImplementation(async (...[, , length]: unknown[]) => ({ bytesWritten: length })),
      jest.spyOn(of, 'writeFile').mockImplementation(async () => {}),
    ];
    try {
      return await act();
    } finally {
      for (const spy of spies) spy.mockRestore();
    }
  }

  test('to a settings file is an error', async () => {
    await expect(lying(() => write(OLD, NEW))).rejects.toMatchObject({
      code: 'FileNotWritten',
      data: { file: 'C:\\Binn\\MasterSettings.config' },
    });
  });

  test('to a new file is an error', async () => {
    const cer = 'C:\\Binn\\master.cer';
    const made = lying(() => createWhole(context(), cer, Buffer.from('certificate'), forChange()));
    await expect(made).rejects.toMatchObject({ code: 'FileNotWritten', data: { file: cer } });
  });
});

test('a write that the disk cannot keep puts the old text back', async () => {
  const handle = await fs.open(file, 'r');
  const of = Object.getPrototypeOf(handle);
  await handle.close();
  const { sync } = of;
  let flushes = 0;
  const failing = jest.spyOn(of, 'sync').mockImplementation(async function (this: unknown) {
    flushes += 1;
    // The first is that of the copy.
    if (flushes === 2) throw Object.assign(new Error('no'), { code: 'EIO' });
    return sync.call(this);
  });
  const failed = write(OLD, NEW);
  await expect(failed).rejects.toMatchObject({ code: 'FileNotWritable', data: { reason: 'EIO' } });
  failing.mockRestore();
  expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
});

test('a value that is already there leaves the file alone', async () => {
  await fs.writeFile(file, text(NEW));
  await write(OLD, NEW);
  expect(await backups()).toEqual([]);
});

test.each([
  ['SettingMoved', text(NEW.replace('F', 'E'))],
  ['SettingMissing', '{}'],
  ['SettingTwice', `{"${KEY}":"${OLD}","${KEY}":"${OLD}"}`],
  ['SettingNotAThumbprint', text('none')],
])('%s: nothing changes, and the error names the file', async (code, content) => {
  await fs.writeFile(file, content);
  await expect(write(OLD, NEW)).rejects.toMatchObject({ code, data: { file: 'C:\\Binn\\MasterSettings.config' } });
  expect(await fs.readFile(file, 'utf8')).toBe(content);
  expect(await backups()).toEqual([]);
});

test.each([
  ['another file', { role: 'worker', key: KEY, to: NEW }],
  ['another key', { role: 'master', key: 'SqlServerName', to: NEW }],
  ['another value', { role: 'master', key: KEY, to: 'x' }],
])('%s than those of the three thumbprints is never written', async (_what, wrong) => {
  const change = { type: 'setting.write', from: OLD, ...wrong } as unknown as Parameters<typeof writeSettingOf>[2];
  await expect(writeSettingOf(context(), FOLDER, change, signal)).rejects.toMatchObject({ code: 'SettingRefused' });
});

test('where there is room for a copy, nothing is left of finding that out', async () => {
  await tryRoomForCopy(context(), FOLDER, 'master');
  expect(await fs.readdir(path.dirname(file))).toEqual([path.basename(file)]);
  expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
});

test('what a killed runner left of finding that out goes at the next time, and nothing else', async () => {
  const [ours, second] = ['20261130T194438123Z-1', '20250101T000000000Z-5'];
  const begin = `${path.basename(file)}.certops-`;
  const others = [
    `${begin}${ours}.bak`,
    `${begin}${ours}.tmp.old`,
    `${begin}20261130T194438123Z.tmp`,
    `${begin}20261130T194438123Z-6.tmp`,
    `WorkerSettings.config.certops-${ours}.tmp`,
    `${begin}20261130T194438124Z-1.tmp`,
    `${begin}20261130T194438125Z-1.tmp`,
  ];
  for (const name of [...others.slice(0, 5), `${begin}${ours}.tmp`, `${begin}${second}.tmp`])
    await fs.writeFile(path.join(folder, name), ' ');
  await fs.symlink(file, path.join(folder, others[5] ?? ''));
  await fs.mkdir(path.join(folder, others[6] ?? ''));
  await tryRoomForCopy(context(), FOLDER, 'master');
  expect((await fs.readdir(folder)).sort()).toEqual([path.basename(file), ...others].sort());
  expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
});

test.each(['EBUSY', 'EPERM'])(
  'a trial that a scanner keeps from being removed (%s) goes at the next time',
  async (code) => {
    const held = Object.assign(new Error(code), { code });
    const removing = jest.spyOn(fs, 'rm').mockRejectedValueOnce(held);
    await tryRoomForCopy(context(), FOLDER, 'master');
    removing.mockRestore();
    expect((await fs.readdir(folder)).length).toBe(2);
    await tryRoomForCopy(context(), FOLDER, 'master');
    expect(await fs.readdir(folder)).toEqual([path.basename(file)]);
  },
);

describe('where there is no room for a copy', () => {
  const writeTo = (from: string, to: Thumbprint, how: { isWayBack?: true } = {}) =>
    writeSettingOf(context(), FOLDER, { type: 'setting.write', role: 'master', key: KEY, from, to, ...how }, signal);

  beforeEach(async () => {
    const handle = await fs.open(file, 'r');
    const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
    jest.spyOn(Object.getPrototypeOf(handle), 'writeFile').mockRejectedValue(full);
    await handle.close();
  });
  afterEach(() => jest.restoreAllMocks());

  test('nothing is changed on the way forward, and no partial copy is left', async () => {
    await expect(writeTo(OLD, NEW)).rejects.toMatchObject({ code: 'FileNotWritable', data: { reason: 'ENOSPC' } });
    expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
    expect(await backups()).toEqual([]);
  });

  test('that is found before an outage, and nothing is left of the attempt', async () => {
    const tried = tryRoomForCopy(context(), FOLDER, 'master');
    await expect(tried).rejects.toMatchObject({ code: 'FileNotWritable', data: { reason: 'ENOSPC' } });
    expect(await fs.readdir(path.dirname(file))).toEqual([path.basename(file)]);
  });

  test('the old value is put back all the same', async () => {
    await writeTo(OLD, NEW, { isWayBack: true });
    expect(await fs.readFile(file, 'utf8')).toBe(text(NEW));
    expect(await backups()).toEqual([]);
  });
});

test('a missing file is reported', async () => {
  await fs.rm(file);
  await expect(write(OLD, NEW)).rejects.toMatchObject({ code: 'FileMissing' });
  await expect(readSettingOf(context(), FOLDER, 'master', KEY)).rejects.toMatchObject({ code: 'FileMissing' });
});

describe('a file that a scanner or a backup holds', () => {
  const held = (reason: string) => Object.assign(new Error(reason), { code: reason });

  test.each(['EBUSY', 'EPERM', 'EACCES', 'UNKNOWN'])('is tried for 30 s, then reported: %s', async (reason) => {
    const clock = fakeClock();
    const never = patiently(context(clock), 'C:\\x', forChange(signal), async () => {
      throw held(reason);
    });
    await expect(never).rejects.toMatchObject({ code: 'FileBusy', data: { file: 'C:\\x', reason, seconds: 30 } });
    expect(clock.slept).toBeGreaterThanOrEqual(30_000);
    expect(clock.slept).toBeLessThan(30_500);
  });

  test('is tried for 15 s in a look, which has other things to read too', async () => {
    const clock = fakeClock();
    const reads = jest.spyOn(fs, 'readFile').mockRejectedValue(held('EPERM'));
    const looking = readSettingOf(context(clock), FOLDER, 'master', KEY);
    await expect(looking).rejects.toMatchObject({ code: 'FileBusy', data: { reason: 'EPERM', seconds: 15 } });
    reads.mockRestore();
    expect(clock.slept).toBeLessThan(15_500);
  });

  test('is tried for 30 s if a step asks, for without an answer everything goes back', async () => {
    const clock = fakeClock();
    const scm = new FakeScm(clock.now);
    scm.image = 'C:\\Binn\\SSISScaleOutMaster.exe';
    const until = clock.steady() + 20_000;
    const readFile = fs.readFile.bind(fs);
    const reads = jest.spyOn(fs, 'readFile').mockImplementation(async (name, options) => {
      if (name === file && clock.steady() < until) throw held('EBUSY');
      return readFile(name, options);
    });
    const host = certificateReaders(fakeContext(scm, { paths: createPaths(root), root, clock }));
    await expect(host.setting('master', KEY)).resolves.toBe(OLD);
    reads.mockRestore();
  });

  test('again and again within one change is tried for 30 s in all', async () => {
    const handle = await fs.open(file, 'r');
    const clock = fakeClock();
    const begun = clock.steady();
    const open = fs.open.bind(fs);
    const opening = jest.spyOn(fs, 'open').mockImplementation(async (name, flags, mode) => {
      if (name === file && clock.steady() < begun + 20_000) throw held('EBUSY');
      return open(name, flags, mode);
    });
    const locked = jest.spyOn(Object.getPrototypeOf(handle), 'write').mockRejectedValue(held('EBUSY'));
    await handle.close();
    const change = { type: 'setting.write', role: 'master', key: KEY, from: OLD, to: NEW } as const;
    const writing = writeSettingOf(context(clock), FOLDER, change, signal);
    await expect(writing).rejects.toMatchObject({ code: 'FileBusy', data: { seconds: 30 } });
    opening.mockRestore();
    locked.mockRestore();
    expect(clock.slept).toBeLessThan(30_500);
    expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
  });

  test('is used once it is released', async () => {
    let tries = 0;
    const late = patiently(context(), 'C:\\x', forChange(signal), async () => {
      tries += 1;
      if (tries < 4) throw held('EBUSY');
      return tries;
    });
    expect(await late).toBe(4);
  });

  test('is waited for as well if it is new, before it is read back', async () => {
    const cer = 'C:\\Binn\\new.cer';
    const reads = jest.spyOn(fs, 'readFile').mockRejectedValueOnce(held('EBUSY')).mockRejectedValueOnce(held('EPERM'));
    const clock = fakeClock();
    await createWhole(context(clock), cer, Buffer.from('certificate'), forChange());
    expect(reads).toHaveBeenCalledTimes(3);
    reads.mockRestore();
    expect(await fs.readFile(path.join(folder, 'new.cer'), 'utf8')).toBe('certificate');
    expect(clock.slept).toBeGreaterThan(0);
  });

  test('is given up when told to stop, and what held it is still told', async () => {
    const stop = new AbortController();
    const clock = fakeClock((now) => now >= 1_004_000 && stop.abort());
    const stopped = patiently(context(clock), 'C:\\x', forChange(stop.signal), async () => {
      throw held('EBUSY');
    });
    await expect(stopped).rejects.toMatchObject({ code: 'FileBusy', data: { reason: 'EBUSY', seconds: 4 } });
    expect(clock.slept).toBe(4_000);
  });

  test.each([
    ['forward', {}],
    ['back', { isWayBack: true }],
  ] as const)('for 20 s is still written, on the way %s', async (_way, how) => {
    const open = fs.open.bind(fs);
    const clock = fakeClock();
    const begun = clock.steady();
    const opening = jest.spyOn(fs, 'open').mockImplementation(async (name, flags, mode) => {
      if (name === file && clock.steady() < begun + 20_000) throw held('EBUSY');
      return open(name, flags, mode);
    });
    const change = { type: 'setting.write', role: 'master', key: KEY, from: OLD, to: NEW, ...how } as const;
    await writeSettingOf(context(clock), FOLDER, change, signal);
    opening.mockRestore();
    expect(await fs.readFile(file, 'utf8')).toBe(text(NEW));
    expect(clock.slept).toBe(20_000);
  });

  test.each(['read', 'write'] as const)('in part, so that it cannot be %s, is written in the end', async (call) => {
    const handle = await fs.open(file, 'r');
    const locked = jest.spyOn(Object.getPrototypeOf(handle), call).mockRejectedValueOnce(held('EBUSY'));
    await handle.close();
    await write(OLD, NEW);
    locked.mockRestore();
    expect(await fs.readFile(file, 'utf8')).toBe(text(NEW));
  });

  test('in part, and that somebody changes meanwhile, is not written over', async () => {
    const theirs = text(OLD).replace('8391', '18391');
    const handle = await fs.open(file, 'r');
    const locked = jest.spyOn(Object.getPrototypeOf(handle), 'write').mockRejectedValueOnce(held('EBUSY'));
    await handle.close();
    const clock = fakeClock(() => writeFileSync(file, theirs));
    const change = { type: 'setting.write', role: 'master', key: KEY, from: OLD, to: NEW } as const;
    const writing = writeSettingOf(context(clock), FOLDER, change, signal);
    await expect(writing).rejects.toMatchObject({
      code: 'SettingMoved',
      data: { file: 'C:\\Binn\\MasterSettings.config' },
    });
    locked.mockRestore();
    expect(await fs.readFile(file, 'utf8')).toBe(theirs);
  });

  test('is not waited for when the disk is full', async () => {
    const clock = fakeClock();
    const full = patiently(context(clock), 'C:\\x', forChange(signal), async () => {
      throw held('ENOSPC');
    });
    await expect(full).rejects.toMatchObject({ code: 'FileNotWritable', data: { reason: 'ENOSPC' } });
    expect(clock.slept).toBe(0);
  });

  test.each([new Error('no'), new CertopsError('SettingMissing', {}), null])(
    'is not waited for when the error is not one of the file system: %p',
    async (error) => {
      const clock = fakeClock();
      const wrong = patiently(context(clock), 'C:\\x', forChange(signal), async () => {
        throw error;
      });
      await expect(wrong).rejects.toBeInstanceOf(CertopsError);
      expect(clock.slept).toBe(0);
    },
  );
});

test('an edit that fails changes nothing', async () => {
  const failing = overwrite(
    context(),
    'C:\\Binn\\MasterSettings.config',
    () => {
      throw new Error('no');
    },
    forChange(signal),
  );
  await expect(failing).rejects.toThrow('no');
  expect(await fs.readFile(file, 'utf8')).toBe(text(OLD));
});
