import { readFile } from 'node:fs/promises';
import { parseFarmFile, type ReadFarm } from '../config/farm-file.ts';
import { problemLine } from '../config/problem.ts';
import { CertopsError } from '../domain/errors.ts';

/** Throws CertopsError `FileNotReadable`. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CertopsError('FileNotReadable', { file, reason: (error as NodeJS.ErrnoException).code ?? 'unknown' });
  }
}

/** Reads a farm file; prints every problem and throws CertopsError `FarmFileNotValid`. */
export async function readFarm(file: string): Promise<ReadFarm> {
  const read = parseFarmFile(await readText(file), file);
  if (!('problems' in read)) return read;
  for (const problem of read.problems) process.stderr.write(`${problemLine(problem)}\n`);
  throw new CertopsError('FarmFileNotValid', { file, problems: read.problems.length });
}
