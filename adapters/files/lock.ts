import type { Socket } from 'node:net';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import { answerOf, createListener, type Holder } from './lock-listener.ts';
import type { Lock, LockOptions } from './lock-options.ts';
import { digest, ownFolder, realFolder } from './lock-place.ts';
import { askSocket, type Listener, takeSocket } from './lock-socket.ts';
import { holderOnWindows, holdOnWindows, WINDOWS, type WindowsLocks } from './lock-windows.ts';

const WINDOWS_HERE = process.platform === 'win32' ? WINDOWS : null;

/**
 * Holds a lock that the operating system releases when the process ends, however it dies: a socket, or on Windows a
 * pipe or an open file. Throws `LockHeld` {name, who, pid, since}, or with `wait` resolves once the holder has gone.
 * Throws `LockNotTaken` when the system refuses, on Windows `LockNotElevated`. The lock alone does not keep a process
 * running.
 */
export async function holdLock(
  name: string,
  options: LockOptions,
  windows: WindowsLocks | null = WINDOWS_HERE,
): Promise<Lock> {
  if (!/^[A-Za-z0-9._-]{1,80}$/u.test(name)) throw new CertopsError('LockNameUnfit', { name });
  const answer: Holder = {
    who: options.who ?? name,
    pid: process.pid,
    since: new Date().toISOString(),
    // Read anew for each who asks.
    get notes() {
      return options.notes?.() ?? [];
    },
  };
  if (windows !== null)
    return holdOnWindows(name, answer, options, windows).catch((error) => notTaken(name, options, error));
  const listener = createListener(answer);
  for (;;) {
    options.signal?.throwIfAborted();
    const holder = await take(listener, name, options).catch((error) => notTaken(name, options, error));
    if (holder === null) break;
    const holds = await answerOf(holder);
    // The holder went while we asked.
    if (holds === null) continue;
    if (options.wait !== true) {
      holder.destroy();
      throw new CertopsError('LockHeld', { name, ...holds });
    }
    await ended(holder, options.signal);
  }
  listener.server.unref();
  return { release: () => listener.close() };
}

/** Who holds a lock now; null: nobody. Takes nothing, so a process that starts meanwhile does not find it held. */
export async function lockHolder(
  name: string,
  options: Pick<LockOptions, 'folder'>,
  windows: WindowsLocks | null = WINDOWS_HERE,
): Promise<Holder | null> {
  if (windows !== null) return holderOnWindows(name, options, windows);
  const socket = await ask(name, options);
  const holder = socket === null ? null : await answerOf(socket);
  socket?.destroy();
  return holder;
}

/** The lock is in one of two places, depending on what the file system supports. */
async function ask(name: string, { folder }: Pick<LockOptions, 'folder'>): Promise<Socket | null> {
  if (folder === undefined) return askSocket(await ownFolder(), name);
  const own = await realFolder(folder);
  return (await askSocket(own, name)) ?? askSocket(await ownFolder(), shortName(own, name));
}

function notTaken(name: string, { folder }: LockOptions, error: unknown): never {
  const code = errorCode(error);
  if (error instanceof CertopsError || code === '') throw error;
  throw new CertopsError('LockNotTaken', { name, ...(folder === undefined ? {} : { folder }), reason: code });
}

/** null: the lock is ours. Otherwise a connection to its holder. */
async function take(listener: Listener, name: string, options: LockOptions): Promise<Socket | null> {
  if (options.folder === undefined) return takeOwn(listener, name);
  const folder = await realFolder(options.folder);
  try {
    // A socket's path is limited to 104 bytes on macOS and 108 on Linux; a deep folder's lock gets a short name of its
    // own.
    if (Buffer.byteLength(folder) + name.length < 70) return await takeSocket(listener, folder, name);
  } catch (error) {
    // Some file systems support no sockets or no links: a Windows drive seen from WSL, many network shares.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'].includes(errorCode(error))) throw error;
  }
  return takeOwn(listener, shortName(folder, name));
}

/** Errors name this folder, where they have to be fixed, and not the folder that is being locked. */
async function takeOwn(listener: Listener, name: string): Promise<Socket | null> {
  const folder = await ownFolder().catch((error) => notTaken(name, { folder: error.path ?? '/tmp' }, error));
  return takeSocket(listener, folder, name).catch((error) => notTaken(name, { folder }, error));
}

const shortName = (folder: string, name: string): string => `${name.slice(0, 20)}-${digest(folder, name)}`;

const ended = (holder: Socket, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      holder.destroy();
      reject(signal?.reason);
    };
    if (signal?.aborted === true) return abort();
    signal?.addEventListener('abort', abort, { once: true });
    const done = (): void => {
      signal?.removeEventListener('abort', abort);
      resolve();
    };
    if (holder.destroyed) return done();
    holder.once('close', done);
    holder.resume();
  });
