import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { SLOTS } from './shim.ts';

const MEMORY = '/dev/shm';
const PREFIX = 'certops-lab-';
/** Names the lab's own folder, so that what a deleted lab left in memory can be recognised. */
const OF = 'of';

/**
 * The folder in which a lab's shims and its daemon meet. In memory where the system has such a place: each call creates
 * and removes a file, and on a disk that takes longer than the rest of the call. Otherwise below the lab's own folder
 * or, on file systems without named pipes (a Windows drive seen from WSL), in the system's temporary folder.
 */
export function makeRunFolder(folder: string): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  sweep();
  const inMemory = memoryFolder(folder);
  if (inMemory !== null) return inMemory;
  const own = path.join(folder, 'run');
  const link = path.join(own, 'elsewhere');
  mkdirSync(own, { recursive: true, mode: 0o700 });
  if (existsSync(link)) rmSync(link);
  try {
    makePipes(own);
    return own;
  } catch {
    const elsewhere = mkdtempSync(path.join(os.tmpdir(), PREFIX));
    makePipes(elsewhere);
    writeFileSync(link, elsewhere);
    return elsewhere;
  }
}

/** Frees the memory. Whoever waits on one of its pipes still sees the end of file. */
export function leaveRunFolder(runFolder: string): void {
  if (path.dirname(runFolder) === MEMORY) rmSync(runFolder, { recursive: true, force: true });
}

/** The same folder at each start, so that requests a killed lab left unanswered are found. null: not available here. */
function memoryFolder(folder: string): string | null {
  const real = realpathSync(folder);
  const place = path.join(MEMORY, `${PREFIX}${createHash('sha256').update(real).digest('hex').slice(0, 24)}`);
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    // Anybody can create a folder there, even under this name.
    if (!isOurs(place)) return null;
    writeFileSync(path.join(place, OF), real);
    makePipes(place);
    return place;
  } catch {
    return null;
  }
}

function isOurs(place: string): boolean {
  const found = lstatSync(place);
  return found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0;
}

/** Removes what killed labs left in memory, once their own folder is gone: nothing else would. */
function sweep(): void {
  if (!existsSync(MEMORY)) return;
  for (const name of readdirSync(MEMORY).filter((each) => each.startsWith(PREFIX))) {
    const place = path.join(MEMORY, name);
    try {
      const folder = readFileSync(path.join(place, OF), 'utf8');
      if (isOurs(place) && !existsSync(folder) && !isServed(place)) leaveRunFolder(place);
    } catch {
      // Somebody else's, or another lab has just swept it.
    }
  }
}

/** The lab may still run in a folder that is not visible from here, as in a container. */
function isServed(place: string): boolean {
  try {
    return process.kill(Number(readFileSync(path.join(place, 'pid'), 'utf8')), 0);
  } catch {
    return false;
  }
}

function makePipes(folder: string): void {
  const names = ['ring', ...Array.from({ length: SLOTS }, (_, slot) => `${slot}.pipe`)];
  const missing = names.map((name) => path.join(folder, name)).filter((pipe) => !existsSync(pipe));
  if (missing.length > 0) execFileSync('mkfifo', ['-m', '600', ...missing], { stdio: 'ignore' });
}
