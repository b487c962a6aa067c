import { randomBytes } from 'node:crypto';
import { link, lstat, readdir, unlink } from 'node:fs/promises';
import { connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';

export interface Listener {
  readonly server: Server;
  /** Stops listening and hangs up on whoever has connected. */
  close(): Promise<void>;
}

/**
 * Makes a server listen as the holder of `name` in a folder. null: it holds the lock; otherwise a connection to the
 * holder.
 *
 * A socket's file stays when its process dies, and if starters removed it to take its place, two of them at once could
 * remove each other's. So nothing is ever replaced: each holder has a number, the highest number holds the lock, and
 * whoever finds that holder dead takes the next one. Exactly one wins because:
 *  - a socket is linked to its number only once it listens, so a refused connection means dead, never "not yet";
 *  - `link` fails when the number is taken;
 *  - the highest number is never removed, not even on release, so numbers only grow;
 *  - a starter that was asleep and linked an old number sees a higher one, or finds its own gone, and steps back. A
 *    holder removes lower numbers from the lowest up, so one of the two is always visible.
 */
export async function takeSocket(listener: Listener, folder: string, name: string): Promise<Socket | null> {
  const { server } = listener;
  const bare = join(folder, `.${name}.${randomBytes(6).toString('hex')}`);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(bare, () => {
      server.off('error', reject);
      resolve();
    });
  });
  try {
    const holder = await takeNumber(bare, folder, name);
    if (holder !== null) await listener.close();
    return holder;
  } catch (error) {
    await listener.close();
    throw error;
  } finally {
    await unlink(bare).catch(() => {});
  }
}

/** Gives the socket at `bare` the next number, unless there is a holder: then a connection to it. null: it is ours. */
async function takeNumber(bare: string, folder: string, name: string): Promise<Socket | null> {
  for (;;) {
    const highest = (await numbers(folder, name)).at(-1) ?? 0;
    const holder = highest === 0 ? 'dead' : await reach(join(folder, `.${name}.lock.${highest}`));
    if (holder === 'gone') continue;
    if (holder !== 'dead') return holder;
    const mine = join(folder, `.${name}.lock.${highest + 1}`);
    if (!(await linked(bare, mine))) continue;
    const there = await numbers(folder, name);
    if (there.at(-1) === highest + 1 && (await isThere(mine))) {
      for (const lower of there.slice(0, -1)) await unlink(join(folder, `.${name}.lock.${lower}`)).catch(() => {});
      return null;
    }
    await unlink(mine).catch(() => {});
  }
}

/** A connection to the holder of `name` in a folder; null: nobody holds it. Takes nothing. */
export async function askSocket(folder: string, name: string): Promise<Socket | null> {
  for (;;) {
    const highest = (await numbers(folder, name)).at(-1);
    if (highest === undefined) return null;
    const holder = await reach(join(folder, `.${name}.lock.${highest}`));
    if (holder === 'dead') return null;
    if (holder !== 'gone') return holder;
    if ((await numbers(folder, name)).at(-1) === highest) return null;
  }
}

/** Numbers of this lock's files, lowest first. */
async function numbers(folder: string, name: string): Promise<number[]> {
  const prefix = `.${name}.lock.`;
  const found = (await readdir(folder)).filter((file) => file.startsWith(prefix));
  return found
    .map((file) => Number(file.slice(prefix.length)))
    .filter((number) => Number.isSafeInteger(number) && number > 0)
    .sort((a, b) => a - b);
}

const reach = (path: string): Promise<Socket | 'dead' | 'gone'> =>
  new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.off('error', failed);
      // A holder that is killed resets the connection, perhaps before anybody handles its errors.
      socket.on('error', () => {});
      resolve(socket);
    });
    const failed = (error: unknown): void => {
      const code = errorCode(error);
      if (code === 'ECONNREFUSED' || code === 'ENOTSOCK') resolve('dead');
      // Removed, or released while we asked: look again.
      else if (['ENOENT', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'].includes(code)) resolve('gone');
      // Another user's socket; whether its holder still runs cannot be told from here.
      else if (code === 'EACCES')
        reject(new CertopsError('LockHeld', { name: path, who: 'another user', pid: 0, since: '', file: path }));
      // A full connection queue means that its owner is alive.
      else if (code === 'EAGAIN') setTimeout(() => resolve('gone'), 20);
      else reject(error);
    };
    socket.once('error', failed);
  });

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

const isThere = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  );
