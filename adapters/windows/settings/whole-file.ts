import fs from 'node:fs/promises';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { errnoOf, forLook, notWritable, type Patience, patiently } from '../held-files.ts';

/** Far above any settings file or certificate: a runner must not run out of memory. */
const MOST_BYTES = 16 * 1024 * 1024;

/**
 * A whole file; null when there is none. One that a scanner or backup holds is retried, for 15 s unless told otherwise,
 * then `FileBusy`. Throws `FileTooLarge`.
 */
export async function readWhole(
  context: WindowsContext,
  windowsPath: string,
  patience = forLook(),
): Promise<Buffer | null> {
  const real = context.paths.toFileSystem(windowsPath);
  return patiently(context, windowsPath, patience, async () => {
    try {
      mustFit(windowsPath, (await fs.stat(real)).size);
      return await fs.readFile(real);
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw error;
    }
  });
}

/**
 * Writes a new file and reads it back, since scanners look at new files. Throws `FileNotWritable`, `FileNotWritten`,
 * `FileBusy`.
 */
export async function createWhole(
  context: WindowsContext,
  windowsPath: string,
  bytes: Buffer,
  patience: Patience,
): Promise<void> {
  const real = context.paths.toFileSystem(windowsPath);
  try {
    await writeFlushed(real, bytes);
  } catch (error) {
    throw notWritable(windowsPath, error);
  }
  const written = await readWhole(context, windowsPath, patience);
  if (written?.equals(bytes) !== true) throw new CertopsError('FileNotWritten', { file: windowsPath });
}

/** Writes a file that is not there yet, and fsyncs it. Throws the disk's error; nothing is left of it then. */
export async function writeFlushed(real: string, bytes: Buffer): Promise<void> {
  const file = await fs.open(real, 'wx');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } catch (error) {
    await file.close();
    // Half a file would pass for a whole one.
    await fs.rm(real, { force: true }).catch(() => {});
    throw error;
  }
  await file.close();
}

/** Throws `FileTooLarge`. */
export function mustFit(file: string, bytes: number): void {
  if (bytes > MOST_BYTES) throw new CertopsError('FileTooLarge', { file, bytes, limit: MOST_BYTES });
}
