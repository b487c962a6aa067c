import { closeSync, constants, existsSync, openSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import { answerOf, createListener, type Holder, readHolder } from './lock-listener.ts';
import type { Lock, LockOptions } from './lock-options.ts';
import { digest, realFolder } from './lock-place.ts';

/** What is asked of Windows; a test replaces it. */
export interface WindowsLocks {
  /**
   * Makes a server listen on a pipe. false: somebody else does, or we may not make the name; libuv reports both alike.
   */
  listen(server: Server, pipe: string): Promise<boolean>;
  /** A connection to whoever listens there; null: nobody does, or they have just gone. */
  reach(pipe: string): Promise<Socket | null>;
  /**
   * Opens a file, making it where it is missing, so that nobody else can open it meanwhile. null: somebody has it open.
   */
  openAlone(file: string): { close(): void } | null;
}

/**
 * Only SYSTEM and Administrators may make a pipe below this prefix: Windows makes it at each start, with its own access
 * list. Any other name belongs to whoever makes it first. Source: tiraniddo.dev, named pipe secure prefixes; WireGuard,
 * Tailscale and containerd listen there.
 */
const PROTECTED = '\\\\.\\pipe\\ProtectedPrefix\\Administrators\\certops-';
/** Where older versions held their locks; anybody may take these names. */
const OLDER = '\\\\.\\pipe\\certops-';

const STANDBY_MS = 500;
const TRIES = 20;
const RETRY_MS = 50;

/**
 * The lock of this machine is a pipe that only administrators may make; that of a folder is a file in it that nobody
 * else can open, so it is as safe from strangers as the folder is. Windows releases both when the process ends. Throws
 * what `holdLock` throws, and `LockNotElevated`.
 */
export async function holdOnWindows(
  name: string,
  answer: Holder,
  options: LockOptions,
  windows: WindowsLocks,
): Promise<Lock> {
  for (;;) {
    options.signal?.throwIfAborted();
    const taken = await take(name, answer, options, windows);
    if ('release' in taken) return taken;
    if (options.wait !== true) throw new CertopsError('LockHeld', { name, ...taken });
    await sleep(STANDBY_MS, undefined, { signal: options.signal }).catch(() => {});
  }
}

/** Who holds it now; null: nobody. */
export async function holderOnWindows(
  name: string,
  { folder }: Pick<LockOptions, 'folder'>,
  windows: WindowsLocks,
): Promise<Holder | null> {
  if (folder === undefined) return holderOf(PROTECTED + name.toLowerCase(), windows);
  const file = await fileOf(name, folder);
  return existsSync(file) && (await isOpenElsewhere(file, windows)) ? fileHolder(file) : null;
}

/** The lock, or its present holder. */
async function take(name: string, answer: Holder, options: LockOptions, windows: WindowsLocks): Promise<Lock | Holder> {
  const { folder } = options;
  const own =
    folder === undefined
      ? await takePipe(PROTECTED + name.toLowerCase(), answer, windows)
      : await takeFile(await fileOf(name, folder), answer, windows);
  if (!('release' in own)) return own;
  const older = await takeOlder(name, answer, options, windows);
  if (!('release' in older)) {
    await own.release();
    return older;
  }
  const release = async (): Promise<void> => {
    await older.release();
    await own.release();
  };
  return { release };
}

/**
 * Windows gives a pipe's name to its first maker only, and frees it when the process ends. Wine gives it to every maker
 * (it ignores `FILE_FLAG_FIRST_PIPE_INSTANCE`), so we ask first whether somebody listens there.
 */
async function takePipe(pipe: string, answer: Holder, windows: WindowsLocks): Promise<Lock | Holder> {
  const listener = createListener(answer, true);
  for (let tried = 0; tried < TRIES; tried += 1) {
    const holder = await holderOf(pipe, windows);
    if (holder !== null) return holder;
    if (await windows.listen(listener.server, pipe)) {
      listener.server.unref();
      return { release: () => listener.close() };
    }
    await sleep(RETRY_MS);
  }
  // Nobody listens there, and still we cannot have the name.
  throw new CertopsError('LockNotElevated');
}

async function takeFile(file: string, answer: Holder, windows: WindowsLocks): Promise<Lock | Holder> {
  const held = await openPatiently(file, windows);
  if (held === null) return fileHolder(file);
  // If a second open succeeds, this is no lock.
  const second = windows.openAlone(file);
  if (second !== null) {
    second.close();
    held.close();
    throw new CertopsError('LockNotTaken', { reason: 'no file can be held alone there' });
  }
  await writeFile(`${file}.holder`, JSON.stringify(answer), { mode: 0o600 }).catch(() => {});
  return { release: async () => held.close() };
}

/**
 * The name that an older version holds. If it is free we take it as well, so that no older version starts beside us. If
 * it is taken, it may be by a stranger: it counts only while a file that a holder keeps open is open too.
 */
async function takeOlder(
  name: string,
  answer: Holder,
  { folder, keepsOpen = [] }: LockOptions,
  windows: WindowsLocks,
): Promise<Lock | Holder> {
  const place = folder === undefined ? '' : `-${digest((await realFolder(folder)).toLowerCase(), name)}`;
  const listener = createListener(answer, true);
  // Anybody may take this name, so no error with it keeps us from starting.
  if (await windows.listen(listener.server, `${OLDER}${name.toLowerCase()}${place}`).catch(() => false)) {
    listener.server.unref();
    return { release: () => listener.close() };
  }
  let isInUse = false;
  for (const file of keepsOpen) isInUse ||= existsSync(file) && (await isOpenElsewhere(file, windows));
  return isInUse ? { who: 'An older version', pid: 0, since: '' } : { release: async () => {} };
}

async function isOpenElsewhere(file: string, windows: WindowsLocks): Promise<boolean> {
  const opened = await openPatiently(file, windows);
  opened?.close();
  return opened === null;
}

/** A virus scanner holds a new file open for a moment. */
async function openPatiently(file: string, windows: WindowsLocks): Promise<{ close(): void } | null> {
  for (let tried = 1; ; tried += 1) {
    const opened = windows.openAlone(file);
    if (opened !== null || tried === TRIES) return opened;
    await sleep(RETRY_MS);
  }
}

async function holderOf(pipe: string, windows: WindowsLocks): Promise<Holder | null> {
  const socket = await windows.reach(pipe);
  const holder = socket === null ? null : await answerOf(socket);
  socket?.destroy();
  return holder;
}

/** The lock's own file cannot be read while it is held. */
const fileHolder = async (file: string): Promise<Holder> =>
  readHolder(await readFile(`${file}.holder`, 'utf8').catch(() => ''));

const fileOf = async (name: string, folder: string): Promise<string> =>
  join(await realFolder(folder), `.${name.toLowerCase()}.lock`);

/** UV_FS_O_EXLOCK (libuv 1.17): opens with no share mode. node:fs has no name for it. */
const ALONE = 0x1000_0000;

export const WINDOWS: WindowsLocks = {
  listen: (server, pipe) =>
    new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        // The same server tries many times: without this, each try would leave a listener behind.
        server.off('listening', listens);
        if (errorCode(error) === 'EADDRINUSE') resolve(false);
        else reject(error);
      };
      const listens = (): void => {
        server.off('error', failed);
        resolve(true);
      };
      server.once('error', failed);
      server.once('listening', listens);
      server.listen(pipe);
    }),
  reach: (pipe) =>
    new Promise((resolve, reject) => {
      const socket = connect(pipe);
      socket.once('connect', () => resolve(socket));
      socket.on('error', (error) => {
        if (['ENOENT', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED'].includes(errorCode(error))) resolve(null);
        // Another user's pipe.
        else reject(new CertopsError('LockHeld', { name: pipe, who: 'another user', pid: 0, since: '' }));
      });
    }),
  openAlone: (file) => {
    try {
      // A descriptor, not a FileHandle, which would be closed once it is garbage-collected.
      const held = openSync(file, constants.O_RDWR | constants.O_CREAT | ALONE, 0o600);
      return { close: () => closeSync(held) };
    } catch (error) {
      if (errorCode(error) === 'EBUSY') return null;
      throw error;
    }
  },
};
