import { once } from 'node:events';
import { appendFileSync, existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { connect, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { holdLock, lockHolder } from '../../../adapters/files/lock.ts';
import { createListener } from '../../../adapters/files/lock-listener.ts';
import type { WindowsLocks } from '../../../adapters/files/lock-windows.ts';

const PROTECTED = '\\\\.\\pipe\\ProtectedPrefix\\Administrators\\certops-runner';
const OLDER = '\\\\.\\pipe\\certops-runner';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'certops-lock-windows-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The socket that stands in for a pipe; on Windows it has to be a pipe. */
const socketFor = (name: string): string =>
  process.platform === 'win32' ? `\\\\.\\pipe\\${basename(folder)}-${name}` : join(folder, name);

/**
 * A machine that gives a pipe to its first maker, prefixed names only to administrators, and a file to one opener.
 */
function machine() {
  const pipes = new Map<string, string>();
  const open = new Set<string>();
  let made = 0;
  const as = (isAdministrator: boolean): WindowsLocks => ({
    listen: async (server: Server, pipe) => {
      if (pipes.has(pipe) || (pipe.includes('\\ProtectedPrefix\\') && !isAdministrator)) return false;
      made += 1;
      const socket = socketFor(`pipe-${made}`);
      pipes.set(pipe, socket);
      server.once('close', () => pipes.delete(pipe));
      await new Promise<void>((resolve) => server.listen(socket, resolve));
      return true;
    },
    reach: async (pipe) => {
      const path = pipes.get(pipe);
      if (path === undefined) return null;
      const socket = connect(path);
      await new Promise((resolve) => socket.once('connect', resolve));
      return socket;
    },
    openAlone: (file) => {
      if (open.has(file)) return null;
      open.add(file);
      appendFileSync(file, '');
      return { close: () => open.delete(file) };
    },
  });
  return { pipes, open, runner: as(true), stranger: as(false) };
}

const squat = async (windows: WindowsLocks, pipe: string): Promise<boolean> => {
  const { server } = createListener({ who: 'the runner in C:\\ProgramData\\certops', pid: 4, since: '' });
  server.unref();
  return windows.listen(server, pipe);
};

describe('the machine lock on Windows', () => {
  test('cannot be held by a stranger who makes its pipe first: only administrators can make a pipe of that name', async () => {
    const { runner, stranger } = machine();
    expect(await squat(stranger, PROTECTED)).toBe(false);
    expect(await squat(stranger, OLDER)).toBe(true);
    expect(await lockHolder('runner', {}, runner)).toBeNull();
    const journal = join(folder, 'runner.journal');
    await writeFile(journal, '');
    const lock = await holdLock('runner', { keepsOpen: [journal] }, runner);
    await lock.release();
  });

  test('has one holder, who is named, and is free once released', async () => {
    const { runner, pipes } = machine();
    const lock = await holdLock('runner', { who: 'the runner' }, runner);
    const held = { who: 'the runner', pid: process.pid };
    await expect(holdLock('runner', {}, runner)).rejects.toMatchObject({ code: 'LockHeld', data: held });
    expect(await lockHolder('runner', {}, runner)).toMatchObject(held);
    await lock.release();
    expect(pipes.size).toBe(0);
    await (await holdLock('runner', {}, runner)).release();
  });

  test('says what its holder says besides as it is when it is asked', async () => {
    const { runner } = machine();
    let notes: readonly string[] = [];
    const lock = await holdLock('runner', { notes: () => notes }, runner);
    expect(await lockHolder('runner', {}, runner)).not.toHaveProperty('notes');
    notes = ['reports-refused'];
    expect(await lockHolder('runner', {}, runner)).toMatchObject({ notes });
    await lock.release();
  });

  test('has one holder even where the system lets several processes make the same pipe, as Wine does', async () => {
    const { runner, pipes } = machine();
    const listen: WindowsLocks['listen'] = (server, pipe) => {
      pipes.delete(pipe);
      return runner.listen(server, pipe);
    };
    const wine = { ...runner, listen };
    const lock = await holdLock('runner', { who: 'the runner' }, wine);
    await expect(holdLock('runner', {}, wine)).rejects.toMatchObject({
      code: 'LockHeld',
      data: { who: 'the runner', pid: process.pid },
    });
    await lock.release();
    await (await holdLock('runner', {}, wine)).release();
  });

  test('hangs up on whoever asks, since anybody may ask', async () => {
    const { runner, stranger } = machine();
    const lock = await holdLock('runner', {}, runner);
    const asking = await stranger.reach(PROTECTED);
    await once(asking?.resume() as Socket, 'close');
    await lock.release();
  });

  test('is taken whatever is wrong with the pipe name of older versions', async () => {
    const { runner } = machine();
    const listen: WindowsLocks['listen'] = (server, pipe) =>
      pipe === OLDER
        ? Promise.reject(Object.assign(new Error('busy'), { code: 'EBUSY' }))
        : runner.listen(server, pipe);
    await (await holdLock('runner', {}, { ...runner, listen })).release();
  });

  test('is refused, without waiting forever, to anyone who is not an administrator', async () => {
    const { stranger } = machine();
    await expect(holdLock('runner', {}, stranger)).rejects.toMatchObject({ code: 'LockNotElevated' });
  });

  test('is not taken next to a runner of an older version, which has its journal open', async () => {
    const { runner, stranger, open, pipes } = machine();
    await squat(stranger, OLDER);
    const journal = join(folder, 'runner.journal');
    await writeFile(journal, '');
    open.add(journal);
    await expect(holdLock('runner', { keepsOpen: [journal] }, runner)).rejects.toMatchObject({
      code: 'LockHeld',
      data: { who: 'An older version' },
    });
    expect([...pipes.keys()]).toEqual([OLDER]);
  });

  test('is not taken next to one even if the pipe name of older versions cannot be asked for', async () => {
    const { runner, open } = machine();
    const listen: WindowsLocks['listen'] = (server, pipe) =>
      pipe === OLDER ? Promise.reject(new Error('no')) : runner.listen(server, pipe);
    const journal = join(folder, 'runner.journal');
    await writeFile(journal, '');
    open.add(journal);
    const held = holdLock('runner', { keepsOpen: [journal] }, { ...runner, listen });
    await expect(held).rejects.toMatchObject({ code: 'LockHeld', data: { who: 'An older version' } });
  });

  test('makes no journal where a stranger holds the pipe name of older versions and there is no journal', async () => {
    const { runner, stranger } = machine();
    await squat(stranger, OLDER);
    const journal = join(folder, 'runner.journal');
    await (await holdLock('runner', { keepsOpen: [journal] }, runner)).release();
    expect(existsSync(journal)).toBe(false);
  });

  test('also takes the pipe name of older versions if it is free, so that none of them starts next to it', async () => {
    const { runner, pipes } = machine();
    const lock = await holdLock('runner', {}, runner);
    expect([...pipes.keys()].sort()).toEqual([PROTECTED, OLDER].sort());
    await lock.release();
  });
});

describe('a folder lock on Windows', () => {
  const ofBot = () => ({ folder, who: 'the bot of prod' });

  test('is a file in the folder that nobody else can open, whatever pipes a stranger makes', async () => {
    const { runner, stranger, pipes } = machine();
    const first = await holdLock('bot', ofBot(), stranger);
    for (const pipe of pipes.keys()) expect(pipe).not.toContain('ProtectedPrefix');
    const data = { who: 'the bot of prod', pid: process.pid };
    await expect(holdLock('bot', ofBot(), runner)).rejects.toMatchObject({ code: 'LockHeld', data });
    expect(await lockHolder('bot', { folder }, runner)).toMatchObject(data);
    const [older = ''] = pipes.keys();
    await first.release();
    expect(await lockHolder('bot', { folder }, runner)).toBeNull();
    expect(await lockHolder('another', { folder }, runner)).toBeNull();
    expect(await readdir(folder)).not.toContain('.another.lock');
    await squat(stranger, older);
    await (await holdLock('bot', ofBot(), runner)).release();
  });

  test('goes to a standby when its holder releases it; another standby may give up first', async () => {
    const { runner } = machine();
    const first = await holdLock('bot', ofBot(), runner);
    const giveUp = new AbortController();
    const impatient = holdLock('bot', { ...ofBot(), wait: true, signal: giveUp.signal }, runner);
    const patient = holdLock('bot', { ...ofBot(), wait: true }, runner);
    giveUp.abort(new Error('enough'));
    await expect(impatient).rejects.toThrow('enough');
    await first.release();
    await (await patient).release();
  });

  test('is taken although a scanner briefly has its file open', async () => {
    const { runner, open } = machine();
    await (await holdLock('bot', ofBot(), runner)).release();
    const file = join(folder, (await readdir(folder)).find((name) => name.endsWith('.holder')) ?? '').slice(0, -7);
    open.add(file);
    setTimeout(() => open.delete(file), 120);
    await (await holdLock('bot', ofBot(), runner)).release();
  });

  test('is not taken where two processes can open the file', async () => {
    const { runner } = machine();
    const closed: string[] = [];
    const openAlone = (file: string) => ({ close: () => closed.push(file) });
    await expect(holdLock('bot', ofBot(), { ...runner, openAlone })).rejects.toMatchObject({ code: 'LockNotTaken' });
    expect(closed).toHaveLength(2);
  });

  test('says why the system refuses it', async () => {
    const { runner } = machine();
    const openAlone = () => {
      throw Object.assign(new Error('no'), { code: 'EPERM' });
    };
    await expect(holdLock('bot', ofBot(), { ...runner, openAlone })).rejects.toMatchObject({
      code: 'LockNotTaken',
      data: { reason: 'EPERM' },
    });
  });
});
