import { randomUUID } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { notWritable } from '../held-files.ts';
import { cut } from '../parse/text.ts';
import { readWhole } from '../settings/whole-file.ts';

/** A folder for files that one tool reads or writes; gone when the work is done. */
interface Scratch {
  /** Windows path of a file in it, for a tool's argument. */
  windows(name: string): string;
  /** Writes a new file. Throws `FileNotWritable`. */
  write(name: string, bytes: Buffer): Promise<void>;
  /** What a tool has just written; null: nothing. A scanner may hold it for a moment: `FileBusy` after 15 s. */
  read(name: string): Promise<Buffer | null>;
}

/** Virus scanners hold new files for a moment: about 20 s of retries in all. */
const REMOVE = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 } as const;

/**
 * Makes the folder, does the work, and removes the folder whether or not the work succeeded. Throws `FileNotWritable`,
 * as on a full disk, and `TemporaryFileLeft` when the work succeeded but the folder could not be removed; the sweep at
 * the next start removes it.
 */
export async function withScratch<T>(context: WindowsContext, work: (scratch: Scratch) => Promise<T>): Promise<T> {
  const folder = path.win32.join(context.tempFolder, randomUUID());
  const real = context.paths.toFileSystem(folder);
  const refused =
    (file: string) =>
    (error: unknown): never => {
      throw notWritable(file, error);
    };
  await fs.mkdir(real, { recursive: true }).catch(refused(folder));
  let answer: T;
  try {
    answer = await work({
      windows: (name) => path.win32.join(folder, name),
      write: (name, bytes) =>
        fs.writeFile(path.join(real, name), bytes, { flag: 'wx' }).catch(refused(path.win32.join(folder, name))),
      read: (name) => readWhole(context, path.win32.join(folder, name)),
    });
  } catch (error) {
    await fs.rm(real, REMOVE).catch(() => {});
    throw error;
  }
  await fs.rm(real, REMOVE).catch(() => {
    throw new CertopsError('TemporaryFileLeft', { folder });
  });
  return answer;
}

const SYSTEM = '*S-1-5-18:(OI)(CI)F';
const ADMINISTRATORS = '*S-1-5-32-544:(OI)(CI)F';

/** Lets in SYSTEM and Administrators only, by SID since names are localized. Throws `FolderNotProtected`. */
export async function protect(context: WindowsContext, scratch: Scratch, signal: AbortSignal): Promise<void> {
  const folder = path.win32.dirname(scratch.windows('x'));
  const args = [folder, '/inheritance:r', '/grant', SYSTEM, ADMINISTRATORS];
  const { code, text } = await context.tools.run('icacls', args, { signal });
  if (code !== 0) throw new CertopsError('FolderNotProtected', { folder, code, output: cut(text) });
}
