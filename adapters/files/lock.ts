import { createHash } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { userInfo } from 'node:os';
import { CertopsError } from '../../src/domain/errors.ts';
import { errorCode } from './disk.ts';
import { askSocket, type Listener, takeSocket } from './lock-socket.ts';

export interface LockOptions {
  /** The lock is one of this folder, whoever asks; without it, one of this machine (elsewhere than on Windows: of this user). */
  readonly folder?: string;
  /** Said to whoever finds the lock held. */
  readonly who?: string;
  /** Stand by until the holder ends, instead of `LockHeld`. */
  readonly wait?: boolean;
  readonly signal?: AbortSignal;
}

export interface Lock {
  release(): Promise<void>;
}

const ANSWER_MS = 1000;

/**
 * Holds a lock that the operating system gives up with the process, however it dies: a named pipe on Windows, a
 * socket elsewhere. Throws `LockHeld` {name, who, pid, since}, or with `wait` resolves when the holder has gone.
 * `LockNotTaken` when the system refuses. The lock alone does not keep a process running.
 */
export async function holdLock(name: string, options: LockOptions = {}): Promise<Lock> {
  if (!/^[A-Za-z0-9._-]{1,80}$/u.test(name)) throw new CertopsError('LockNameUnfit', { name });
  const listener = createListener({ who: options.who ?? name, pid: process.pid, since: new Date().toISOString() });
  for (;;) {
    options.signal?.throwIfAborted();
    const holder = await takeLock(listener, name, options);
    if (holder === null) break;
    const holds = await answerOf(holder);
    // It went while it was asked.
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

export interface Holder {
  readonly who: string;
  readonly pid: number;
  readonly since: string;
}

/** Who holds a lock now; null: nobody. Takes nothing, so that whoever starts meanwhile does not find it held. */
export async function lockHolder(name: string, options: Pick<LockOptions, 'folder'> = {}): Promise<Holder | null> {
  const socket = process.platform === 'win32' ? await reach(await pipeOf(name, options)) : await ask(name, options);
  const holder = socket === null ? null : await answerOf(socket);
  socket?.destroy();
  return holder;
}

/** It may stand in either place, by what the file system could do. */
async function ask(name: string, { folder }: Pick<LockOptions, 'folder'>): Promise<Socket | null> {
  if (folder === undefined) return askSocket(await ownFolder(), name);
  const own = await realpathOf(folder);
  return (await askSocket(own, name)) ?? askSocket(await ownFolder(), shortName(own, name));
}

function createListener(answer: { who: string; pid: number; since: string }): Listener {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    socket.unref();
    // The connection stays open: that it ends tells a standby that we have gone.
    socket.write(`${JSON.stringify(answer)}\n`);
  });
  const close = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  };
  return { server, close };
}

/** null: it is ours. Otherwise a connection to whoever has it. */
async function takeLock(listener: Listener, name: string, options: LockOptions): Promise<Socket | null> {
  try {
    return process.platform === 'win32' ? await takePipe(listener, name, options) : await take(listener, name, options);
  } catch (error) {
    throw error instanceof CertopsError ? error : new CertopsError('LockNotTaken', { name, reason: errorCode(error) });
  }
}

async function take(listener: Listener, name: string, options: LockOptions): Promise<Socket | null> {
  if (options.folder === undefined) return takeSocket(listener, await ownFolder(), name);
  const folder = await realpathOf(options.folder);
  try {
    // A socket's name has 104 bytes on macOS and 108 on Linux; a deep folder's lock gets a short name of its own.
    if (Buffer.byteLength(folder) + name.length < 70) return await takeSocket(listener, folder, name);
  } catch (error) {
    // Some file systems hold no sockets or no links: a Windows drive seen from WSL, many network shares.
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EINVAL', 'ENOSYS'].includes(errorCode(error))) throw error;
  }
  return takeSocket(listener, await ownFolder(), shortName(folder, name));
}

const shortName = (folder: string, name: string): string => `${name.slice(0, 20)}-${digest(folder, name)}`;

/** Not the temporary folder of the environment, which differs between a service and a shell. */
async function ownFolder(): Promise<string> {
  const { uid } = userInfo();
  const folder = await realpathOf(`/tmp/certops-${uid}`);
  if ((await lstat(folder)).uid !== uid) throw new CertopsError('LockFolderForeign', { folder });
  return folder;
}

/** Windows gives a pipe's name to its first maker only, and takes it back when the process ends. */
async function takePipe({ server }: Listener, name: string, options: LockOptions): Promise<Socket | null> {
  const path = await pipeOf(name, options);
  for (;;) {
    if (await listens(server, path)) return null;
    const holder = await reach(path);
    if (holder !== null) return holder;
  }
}

async function pipeOf(name: string, { folder }: Pick<LockOptions, 'folder'>): Promise<string> {
  const place = folder === undefined ? '' : `-${digest((await realpathOf(folder)).toLowerCase(), name)}`;
  return `\\\\.\\pipe\\certops-${name.toLowerCase()}${place}`;
}

const digest = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);

async function realpathOf(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return realpath(folder);
}

const listens = (server: Server, path: string): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const failed = (error: unknown): void =>
      errorCode(error) === 'EADDRINUSE' ? resolve(false) : reject(error as Error);
    server.once('error', failed);
    server.listen(path, () => {
      server.off('error', failed);
      resolve(true);
    });
  });

/** null: it has just gone. */
const reach = (path: string): Promise<Socket | null> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => resolve(socket));
    socket.on('error', (error) => {
      if (['ENOENT', 'ECONNRESET', 'EPIPE', 'ECONNREFUSED'].includes(errorCode(error))) resolve(null);
      // Not ours to ask, hence somebody else's.
      else reject(new CertopsError('LockHeld', { name: path, who: 'another user', pid: 0, since: '' }));
    });
  });

/** A holder that is too busy to say who it is still holds. null: it has gone. */
async function answerOf(holder: Socket): Promise<{ who: string; pid: number; since: string } | null> {
  const line = await new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve(''), ANSWER_MS);
    holder.once('data', (bytes) => {
      clearTimeout(timer);
      resolve(bytes.toString());
    });
    holder.once('close', () => {
      clearTimeout(timer);
      resolve('');
    });
  });
  if (line === '' && holder.destroyed) return null;
  try {
    const { who, pid, since } = JSON.parse(line);
    return { who: String(who).slice(0, 200), pid: Number(pid), since: String(since).slice(0, 40) };
  } catch {
    return { who: '', pid: 0, since: '' };
  }
}

const ended = (holder: Socket, signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      holder.destroy();
      reject(signal?.reason as Error);
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
