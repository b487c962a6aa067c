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

/** A minute in all. */
const TRIES = 301;
const RETRY_MS = 200;
/** After a second in which nothing has happened, it is said what is waited for. */
const SAID_AT = 6;

export interface Waiting {
  readonly wait?: (ms: number) => Promise<unknown>;
  /** Told once, when it takes long; standard error when left out. */
  readonly say?: ((sentence: string) => void) | undefined;
}

/**
 * Does the work, retrying for a minute while another program holds the file exclusively, as a scanner, a backup or an
 * editor may on Windows: a process that starts in the middle of a cutover should not have to be started again. Windows
 * has an error of its own for that (EBUSY): a right that is lacking is reported at once.
 */
export async function onceFree<T>(file: string, work: () => Promise<T>, waiting: Waiting = {}): Promise<T> {
  const { wait = pause, say = toStderr } = waiting;
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (tried === TRIES || errorCode(error) !== 'EBUSY') throw error;
      if (tried === SAID_AT) say(`Waiting up to 60 s for ${file} (EBUSY): another program has it open...`);
      await wait(RETRY_MS);
    }
  }
}

export const toStderr = (sentence: string): void => void process.stderr.write(`${sentence}\n`);
