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
/** Says which lab's folder it is, so that one whose lab is gone can be told. */
const OF = 'of';

/**
 * Where the shims of a lab and its daemon meet. In memory where the system has such a place: each call makes a file and
 * removes it, and a disk's file system takes longer to find it a place than all else that a call costs. Some file
 * systems (a Windows drive seen from WSL) know no pipes: then it lies in the system's temporary folder.
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

/** Memory is given back; whoever waits at a pipe of it sees its end all the same. */
export function leaveRunFolder(runFolder: string): void {
  if (path.dirname(runFolder) === MEMORY) rmSync(runFolder, { recursive: true, force: true });
}

/** The same at each start, so that what a killed lab left unanswered is found. null: there is no such place for us. */
function memoryFolder(folder: string): string | null {
  const real = realpathSync(folder);
  const place = path.join(MEMORY, `${PREFIX}${createHash('sha256').update(real).digest('hex').slice(0, 24)}`);
  try {
    mkdirSync(place, { recursive: true, mode: 0o700 });
    // Anybody may make a folder there, under this name too.
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

/** Of labs that were killed and whose folder is gone: nobody else would come for them. */
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

/** Its lab may live in a folder that is not seen from here, as in a container. */
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
