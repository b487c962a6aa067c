import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { holdLock, lockHolder } from '../../../adapters/files/lock.ts';
import type { Lock } from '../../../adapters/files/lock-options.ts';
import { ownFolder } from '../../../adapters/files/lock-place.ts';

/** On Windows locks are pipes and open files. */
const whereSocketsAre = process.platform === 'win32' ? test.skip : test;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-lock-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 10 }));

const codeOf = (error: unknown): string => String((error as { code?: unknown }).code);

test('a second taker is told who holds the lock', async () => {
  const lock = await holdLock('a', { folder, who: 'bot of prod' });
  await expect(holdLock('a', { folder })).rejects.toMatchObject({
    code: 'LockHeld',
    data: { name: 'a', who: 'bot of prod', pid: process.pid },
  });
  await lock.release();
});

test('a released lock can be taken again any number of times, and leaves no more files than the first time', async () => {
  const left = async () => (await readdir(folder)).filter((name) => name.startsWith('.b.'));
  await (await holdLock('b', { folder })).release();
  const first = await left();
  for (let round = 0; round < 5; round += 1) await (await holdLock('b', { folder })).release();
  expect(await left()).toHaveLength(first.length);
  if (process.platform !== 'win32') expect(first).toHaveLength(1);
});

test('locks with other names or in other folders are separate locks', async () => {
  const other = join(folder, 'other');
  const locks = [
    await holdLock('c', { folder }),
    await holdLock('c', { folder: other }),
    await holdLock('c2', { folder }),
  ];
  for (const lock of locks) await lock.release();
});

test('a folder too deep for a socket name can be locked as well', async () => {
  const deep = join(folder, 'd'.repeat(100), 'e'.repeat(100));
  await mkdir(deep, { recursive: true });
  const lock = await holdLock('d', { folder: deep });
  await expect(holdLock('d', { folder: deep })).rejects.toMatchObject({ code: 'LockHeld' });
  await lock.release();
  await (await holdLock('d', { folder: deep })).release();
});

whereSocketsAre('what a holder says besides is as it is when it is asked, and nothing but codes', async () => {
  const place = { folder: join(folder, 'noted') };
  await mkdir(place.folder, { recursive: true });
  let notes: readonly string[] = [];
  const lock = await holdLock('n', { ...place, notes: () => notes });
  expect(await lockHolder('n', place)).not.toHaveProperty('notes');
  notes = ['reports-refused', 'No code\n'];
  expect(await lockHolder('n', place)).toMatchObject({ pid: process.pid, notes: ['reports-refused'] });
  await lock.release();
});

test.each([
  ['a folder', []],
  ['a folder too deep for the name of a socket', ['d'.repeat(100), 'f'.repeat(100)]],
])('who holds the lock of %s can be asked without taking it', async (_what, names) => {
  const place = { folder: join(folder, 'asked', ...names) };
  await mkdir(place.folder, { recursive: true });
  expect(await lockHolder('h', place)).toBeNull();
  const lock = await holdLock('h', { ...place, who: 'bot of prod' });
  expect(await lockHolder('h', place)).toMatchObject({ who: 'bot of prod', pid: process.pid });
  expect(await lockHolder('other', place)).toBeNull();
  await lock.release();
  expect(await lockHolder('h', place)).toBeNull();
  await (await holdLock('h', place)).release();
});

whereSocketsAre('a lock that cannot be taken names the folder that it would be in', async () => {
  const data = { folder: await ownFolder() };
  // Too long for the name of a socket.
  await expect(holdLock('n'.repeat(80), {})).rejects.toMatchObject({ code: 'LockNotTaken', data });
});

test('a standby gets the lock when the holder releases it, and may give up earlier', async () => {
  const first = await holdLock('e', { folder });
  const giveUp = new AbortController();
  const impatient = holdLock('e', { folder, wait: true, signal: giveUp.signal });
  const patient = holdLock('e', { folder, wait: true });
  giveUp.abort(new Error('enough'));
  await expect(impatient).rejects.toThrow('enough');
  await first.release();
  await (await patient).release();
});

whereSocketsAre('a user without a name, as in a container, has a folder too', async () => {
  const [before, nameless] = [process.geteuid?.() ?? 0, 54_321];
  // Only root may become another user; anybody else is tried as they are.
  if (before === 0) process.seteuid?.(nameless);
  const own = await ownFolder().finally(() => process.seteuid?.(before));
  expect(own).toBe(await realpath(`/tmp/certops-${before === 0 ? nameless : before}`));
  if (before === 0) await rm(own, { recursive: true });
});

whereSocketsAre('a folder of one’s own is not a link, whose maker could lead the next one elsewhere', async () => {
  const [own, link] = [join(folder, 'own'), join(folder, 'link')];
  expect(await ownFolder(own)).toBe(await realpath(own));
  await symlink(own, link);
  await expect(ownFolder(link)).rejects.toMatchObject({ code: 'LockFolderForeign' });
});

test.each(['', 'a/b', '../x', 'a\\b', 'a'.repeat(81)])('%j is not a valid lock name', async (name) => {
  await expect(holdLock(name, { folder })).rejects.toMatchObject({ code: 'LockNameUnfit' });
});

test('exactly one of many concurrent starters wins, each time the lock is free', async () => {
  for (let round = 0; round < 20; round += 1) {
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => holdLock('f', { folder })));
    const won = tries.filter((one) => one.status === 'fulfilled') as PromiseFulfilledResult<Lock>[];
    const lost = tries.filter((one) => one.status === 'rejected') as PromiseRejectedResult[];
    expect([won.length, ...new Set(lost.map((one) => codeOf(one.reason)))]).toEqual([1, 'LockHeld']);
    await won[0]?.value.release();
  }
});

test('a killed process holds nothing, and exactly one of the processes that follow gets the lock', async () => {
  const program = join(folder, 'hold.mjs');
  const entry = join(folder, 'entry.mjs');
  const source = fileURLToPath(new URL('../../../adapters/files/lock.ts', import.meta.url));
  await writeFile(
    entry,
    `import { holdLock } from ${JSON.stringify(source)};
     process.stdin.resume();
     process.stdin.once('data', () => holdLock('g', { folder: ${JSON.stringify(folder)} }).then(
       () => console.log('held'), (error) => { console.log(error.code); process.exit(); }));
     console.log('ready');`,
  );
  await build({
    entryPoints: [entry],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const start = async (): Promise<{ child: ChildProcess; answer: () => Promise<string> }> => {
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    await lines.next();
    return {
      child,
      answer: async () => {
        child.stdin?.write('go\n');
        return String((await lines.next()).value);
      },
    };
  };
  const first = await start();
  expect(await first.answer()).toBe('held');
  const others = await Promise.all(Array.from({ length: 4 }, start));
  const gone = once(first.child, 'exit');
  first.child.kill('SIGKILL');
  await gone;
  const answers = await Promise.all(others.map((other) => other.answer()));
  expect(answers.sort()).toEqual(['LockHeld', 'LockHeld', 'LockHeld', 'held']);
  for (const { child } of others) child.kill('SIGKILL');
});
