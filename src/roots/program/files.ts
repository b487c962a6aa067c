import { constants, existsSync } from 'node:fs';
import { access, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MAY_BE_HELD, onceFree, toStderr, type Waiting } from '../../../adapters/files/disk.ts';
import { parseFarmFile, type ReadFarm } from '../../config/farm-file.ts';
import { problemLine } from '../../config/problem.ts';
import { CertopsError, errorCode } from '../../domain/errors.ts';
import type { runnerFiles } from './state.ts';
import { systemClock } from './system-clock.ts';
import { textOf } from './text-of.ts';

/** How a file is read, and waited for while another program holds it; tests read in their own way. */
export interface Reading extends Waiting {
  readonly read?: (file: string) => Promise<Buffer>;
}

/** Throws CertopsError `FileNotReadable`. */
export async function readText(file: string, { read = readFile, ...waiting }: Reading = {}): Promise<string> {
  try {
    return textOf(await onceFree(file, () => read(file), waiting));
  } catch (error) {
    throw new CertopsError('FileNotReadable', { file, reason: errorCode(error) || 'unknown' });
  }
}

/**
 * Whether a person has paused this runner with the file STOP: Explorer makes it `STOP.txt`, and may hide the ending.
 */
export const isPaused = ({ stop }: ReturnType<typeof runnerFiles>): boolean =>
  STOPS.some((end) => existsSync(stop + end));

/** A virus scanner may have it open for a moment. */
export const removeFile = (file: string): Promise<void> =>
  rm(file, { force: true, recursive: true, maxRetries: 20, retryDelay: 50 });

/** With pauses that grow, 20 s in all: a person may be putting a machine back by hand in the middle of an outage. */
const TRIES = 29;
const RETRY_MS = 50;
/** After a second in which nothing has happened, it is said what is waited for. */
const SAID_AT = 6;

/** What a move is made with; tests pass their own. */
interface Moving {
  readonly move?: typeof rename;
  readonly wait?: (ms: number) => Promise<void>;
  readonly say?: (sentence: string) => void;
}

/**
 * Makes a file appear whole, or replace another one. Windows refuses that while a scanner or a reader has either open
 * (so does WSL on its drives), so it is tried for 20 s; not where the other is read-only, or the folder takes nothing.
 */
export async function moveFile(from: string, to: string, moving: Moving = {}): Promise<void> {
  const { move = rename, wait = systemClock.sleep, say = toStderr } = moving;
  for (let tried = 1; ; tried += 1) {
    try {
      return await move(from, to);
    } catch (error) {
      const code = errorCode(error);
      if (!MAY_BE_HELD.includes(code) || tried === TRIES || (await staysRefused(to))) throw error;
      if (tried === SAID_AT) say(`Waiting up to 20 s for ${to} (${code}): another program may have it open...`);
      await wait(tried * RETRY_MS);
    }
  }
}

async function staysRefused(file: string): Promise<boolean> {
  const isReadOnly = await stat(file).then(
    ({ mode }) => (mode & 0o222) === 0,
    () => false,
  );
  // On Windows every folder passes: only somebody who tries learns of its rights.
  const takesNothing = (error: unknown): boolean => errorCode(error) !== 'ENOENT';
  return isReadOnly || access(path.dirname(file), constants.W_OK).then(() => false, takesNothing);
}

/** Writes a file that is whole at any moment, readable by its owner only; a draft that fails is removed. */
export async function replaceFile(file: string, text: string, moving: Moving = {}): Promise<void> {
  const draft = `${file}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await moveFile(draft, file, moving);
  } catch (error) {
    await removeFile(draft).catch(() => {});
    throw error;
  }
}

/** Removes the STOP file, also one that an editor on Windows has named `STOP.txt`. */
export async function unpause({ stop }: ReturnType<typeof runnerFiles>): Promise<void> {
  for (const end of STOPS) await removeFile(stop + end);
}

const STOPS = ['', '.txt'];

/** Reads a farm file; prints every problem and throws CertopsError `FarmFileNotValid`. */
export async function readFarm(file: string): Promise<ReadFarm> {
  const read = parseFarmFile(await readText(file), file);
  if (!('problems' in read)) return read;
  for (const problem of read.problems) process.stderr.write(`${problemLine(problem)}\n`);
  throw new CertopsError('FarmFileNotValid', { file, problems: read.problems.length });
}
