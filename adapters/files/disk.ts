import { mkdirSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { errorCode } from '../../src/domain/errors.ts';

/**
 * Makes a folder with its parents, for its owner only where the file system has modes. Node's own way of making parents
 * never ends where a folder that is there takes no others, as below /proc.
 */
export function makeFolder(folder: string): void {
  const refused = refusedToMake(folder);
  if (refused === null) return;
  if (errorCode(refused) !== 'ENOENT' || dirname(folder) === folder) throw refused;
  makeFolder(dirname(folder));
  const still = refusedToMake(folder);
  if (still !== null) throw still;
}

/** null: the folder is there, whoever made it. */
function refusedToMake(folder: string): unknown {
  try {
    mkdirSync(folder, { mode: 0o700 });
    return null;
  } catch (error) {
    return isFolder(folder) ? null : error;
  }
}

/** Inside a file, Node's own question throws. */
function isFolder(name: string): boolean {
  try {
    return statSync(name).isDirectory();
  } catch {
    return false;
  }
}

/** Makes a new name in a folder survive a power cut. Windows has no such call and will not open a folder. */
export async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!['EPERM', 'EISDIR', 'EACCES', 'EINVAL', 'ENOTSUP', 'EBADF'].includes(errorCode(error))) throw error;
  }
}

/**
 * What Windows answers while somebody else has a file open, or where a right is lacking. UNKNOWN is libuv's word for
 * every error that it has no name for, as of a file that is mapped into memory, or that a scanner keeps shut.
 */
export const MAY_BE_HELD: readonly string[] = ['EBUSY', 'EPERM', 'EACCES', 'UNKNOWN'];

const RETRY_MS = 200;
/** How often it is tried: for a minute in all, and for 15 s where it may as well be a right that is lacking. */
const TRIES = 301;
const TRIES_IF_LACKING = 76;
/** After a second in which nothing has happened, it is said what is waited for. */
const SAID_AT = 6;

export interface Waiting {
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Told once, when it takes long; standard error when left out. */
  readonly say?: ((sentence: string) => void) | undefined;
  readonly platform?: NodeJS.Platform;
}

/**
 * Does the work, retrying for a minute while another program holds the file exclusively, as a scanner, a backup or an
 * editor may on Windows: a process that starts in the middle of a cutover should not have to be started again. Windows
 * has an error of its own for that (EBUSY), but some scanners have it refuse access instead.
 */
export async function onceFree<T>(file: string, work: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
  const { wait = pause, say = toStderr, platform = process.platform } = waiting;
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      const code = errorCode(error);
      const isHeld = code === 'EBUSY';
      const tries = isHeld ? TRIES : platform === 'win32' && MAY_BE_HELD.includes(code) ? TRIES_IF_LACKING : 1;
      if (tried >= tries) throw error;
      const seconds = ((tries - 1) * RETRY_MS) / 1000;
      if (tried === SAID_AT)
        say(
          `Waiting up to ${seconds} s for ${file} (${code}): another program ${isHeld ? 'has' : 'may have'} it open...`,
        );
      await wait(RETRY_MS);
    }
  }
}

export const toStderr = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
