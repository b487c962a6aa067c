import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { onceFree } from '../../../adapters/files/disk.ts';
import { parseFarmFile, type ReadFarm } from '../../config/farm-file.ts';
import { problemLine } from '../../config/problem.ts';
import { CertopsError, errorCode } from '../../domain/errors.ts';
import type { runnerFiles } from './state.ts';
import { systemClock } from './system-clock.ts';
import { textOf } from './text-of.ts';

/** Throws CertopsError `FileNotReadable`. */
export async function readText(file: string, read: (file: string) => Promise<Buffer> = readFile): Promise<string> {
  try {
    return textOf(await onceFree(() => read(file)));
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

const HELD = ['EPERM', 'EACCES', 'EBUSY'];
/** With pauses that grow, 20 s in all: a person may be putting a machine back by hand in the middle of an outage. */
const TRIES = 29;
const RETRY_MS = 50;

/**
 * Makes a file appear whole, or replace another one; Windows refuses that while a scanner or a reader has either open.
 */
export async function moveFile(
  from: string,
  to: string,
  move: typeof rename = rename,
  wait: (ms: number) => Promise<void> = systemClock.sleep,
): Promise<void> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await move(from, to);
    } catch (error) {
      if (tried === TRIES || !HELD.includes(errorCode(error))) throw error;
      await wait(tried * RETRY_MS);
    }
  }
}

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
