import fs from 'node:fs/promises';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { errnoOf, type Patience, patiently, RETRY_MS } from '../held-files.ts';
import { backUp } from './copies.ts';
import { applyEdit, type Edit } from './edit.ts';
import { mustFit } from './whole-file.ts';

/**
 * Somebody who may write only in the service's folder could otherwise make the runner write wherever a link leads. The
 * folder itself may be a link: whatever the service is registered with is its folder. Throws `FileIsLink`.
 */
export async function mustBeNoLink(context: WindowsContext, file: string): Promise<void> {
  const seen = await fs.lstat(context.paths.toFileSystem(file)).catch(() => null);
  if (seen?.isSymbolicLink() === true) throw new CertopsError('FileIsLink', { file });
}

/**
 * Changes a file in place, so that its ACL, owner and open readers stay: first a copy beside it, on disk before
 * anything changes, then the bytes, flushed and read back. `edit` gets the bytes as they are now and returns null when
 * there is nothing to do. `isWayBack`: a failed copy does not stop the change. Throws `FileMissing`, `FileBusy`,
 * `FileNotWritable`, `FileNotWritten`, `SettingMoved`, `FileTooLarge`, `FileIsLink`, and what `edit` throws.
 */
export async function overwrite(
  context: WindowsContext,
  windowsPath: string,
  edit: (present: Buffer) => Edit | null,
  patience: Patience,
  isWayBack = false,
): Promise<void> {
  const real = context.paths.toFileSystem(windowsPath);
  /** Whoever opened it after us may still have locked the part that we read or write. */
  const free = <T>(work: () => Promise<T>): Promise<T> => patiently(context, windowsPath, patience, work);
  const file = await free(() => fs.open(real, 'r+'));
  try {
    await mustBeNoLink(context, windowsPath);
    const present = await free(() => readAll(file, windowsPath));
    const change = edit(present);
    if (change === null) return;
    await backUp(context, windowsPath, present).catch((error: unknown) => {
      if (!isWayBack) throw error;
    });
    const wanted = applyEdit(present, change);
    await free(async () => {
      // Whoever held it until now may have changed it: nothing is written over bytes that `edit` has not seen.
      if (!(await readAll(file, windowsPath)).equals(present))
        throw new CertopsError('SettingMoved', { file: windowsPath });
      try {
        await write(file, present, wanted, change.offset, change.blank);
      } catch (error) {
        await write(file, wanted, present, change.offset).catch(() => {});
        throw error;
      }
    });
    if (!(await free(() => readAll(file, windowsPath))).equals(wanted))
      throw new CertopsError('FileNotWritten', { file: windowsPath });
  } finally {
    await file.close();
  }
}

interface Locked {
  readonly file: string;
  readonly reason: string;
}

/**
 * Why a file cannot be written now, as when it is read-only; null: it can. It is opened as for a write and closed
 * again, so that this does not come out in the middle of an outage. Failures are retried a few times, as a file may be
 * held for a moment only.
 */
export async function lockedFile(context: WindowsContext, file: string): Promise<Locked | null> {
  const real = context.paths.toFileSystem(file);
  for (let tries = 1; ; tries += 1) {
    try {
      await (await fs.open(real, 'r+')).close();
      await mustBeNoLink(context, file);
      return null;
    } catch (error) {
      if (error instanceof CertopsError) return { file, reason: error.code };
      if (tries === 5) return { file, reason: errnoOf(error) };
      await context.clock.sleep(RETRY_MS);
    }
  }
}

/**
 * Writes only the bytes from `offset` on that differ; the rest of the file is not touched. If we are killed before a
 * shorter file is truncated, blanks are left at its end, which neither JSON nor XML minds, provided that the edit has
 * one.
 */
async function write(
  file: fs.FileHandle,
  present: Buffer,
  wanted: Buffer,
  offset: number,
  blank?: Buffer,
): Promise<void> {
  const less = present.length - wanted.length;
  const whole = less > 0 && blank !== undefined ? Buffer.concat([wanted, Buffer.alloc(less, blank)]) : wanted;
  const end = less === 0 ? lastDifference(present, wanted) : whole.length;
  for (let at = offset; at < end; ) at += (await file.write(whole, at, end - at, at)).bytesWritten;
  if (less !== 0) await file.truncate(wanted.length);
  await file.sync();
}

function lastDifference(a: Buffer, b: Buffer): number {
  let end = a.length;
  while (end > 0 && a[end - 1] === b[end - 1]) end -= 1;
  return end;
}

/** By position: plain reads from a handle go on from where the last one ended. */
async function readAll(file: fs.FileHandle, windowsPath: string): Promise<Buffer> {
  const { size } = await file.stat();
  mustFit(windowsPath, size);
  const bytes = Buffer.alloc(size);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, at);
    if (bytesRead === 0) return bytes.subarray(0, at);
    at += bytesRead;
  }
  return bytes;
}
