import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError, errorCode } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import type { Edit } from './edit.ts';
import { applyEdit } from './edit.ts';

/**
 * ELOOP: the lab locks a file against root by letting its name lead nowhere for a moment. UNKNOWN: libuv's code for
 * every Windows error that it has no name for, such as that of a scanner that keeps a file shut.
 */
const BUSY = new Set(['EBUSY', 'EPERM', 'EACCES', 'ELOOP', 'UNKNOWN']);

/** By the error's own code: an error without one is a bug of ours. */
const isHeld = (error: unknown): boolean => BUSY.has(errorCode(error));
/** Far above any settings file or certificate: a runner must not run out of memory. */
const MOST_BYTES = 16 * 1024 * 1024;
/**
 * Half of the usual gap limit: a scanner or backup may hold a file for 20 s in the middle of an outage, and the restart
 * after it needs the other half. (graceful-fs and VS Code try a rename for 60 s.)
 */
const CHANGE_MS = 30_000;
/** A look has 60 s in all, and for a file that the account may never read all patience is in vain. */
const LOOK_MS = 15_000;
const RETRY_MS = 200;

/** How long work may wait in all for files that others hold, in milliseconds: several waits share it. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  readonly mostMs: number;
  spentMs: number;
}

export const forChange = (signal?: AbortSignal): Patience => ({ signal, mostMs: CHANGE_MS, spentMs: 0 });
const forLook = (): Patience => ({ mostMs: LOOK_MS, spentMs: 0 });

/** `ENOENT` and the like; 'UNKNOWN' for anything that is not a file-system error. */
export function errnoOf(error: unknown): string {
  const code = errorCode(error);
  return /^[A-Z][A-Z0-9_]{1,30}$/u.test(code) ? code : 'UNKNOWN';
}

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

/**
 * Why a file cannot be written now; null: it can. It is opened as for a write and closed again, so that this does not
 * come out in the middle of an outage. Failures are retried a few times, as a file may be held for a moment only.
 */
export async function refusesWrites(context: WindowsContext, windowsPath: string): Promise<string | null> {
  const real = context.paths.toFileSystem(windowsPath);
  for (let tries = 1; ; tries += 1) {
    try {
      await (await fs.open(real, 'r+')).close();
      await mustBeNoLink(context, windowsPath);
      return null;
    } catch (error) {
      if (error instanceof CertopsError) return error.code;
      if (tries === 5) return errnoOf(error);
      await context.clock.sleep(RETRY_MS);
    }
  }
}

/**
 * Writes as much beside a file as the copy before a change takes, and removes it again: otherwise a full disk, or a
 * folder that takes no new file, would come out in the middle of an outage. Blanks: what the file holds has not been
 * judged. Throws `FileNotWritable`.
 */
export async function tryRoomBeside(context: WindowsContext, windowsPath: string): Promise<void> {
  await removeTried(context, windowsPath);
  const stamp = stampOf(context);
  for (let tries = 1; ; tries += 1) {
    const beside = `${windowsPath}${COPY}${stamp}-${tries}.tmp`;
    const real = context.paths.toFileSystem(beside);
    try {
      const { size } = await fs.stat(context.paths.toFileSystem(windowsPath));
      mustFit(windowsPath, size);
      await writeFlushed(real, Buffer.alloc(size, ' '));
      await fs.rm(real, { force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {});
      return;
    } catch (error) {
      if (tries === 5) throw notWritable(beside, error);
      await context.clock.sleep(RETRY_MS);
    }
  }
}

/** What an earlier trial left, whose runner was killed in that moment or whose file a scanner held. Never a link. */
async function removeTried(context: WindowsContext, windowsPath: string): Promise<void> {
  const folder = context.paths.toFileSystem(path.win32.dirname(windowsPath));
  const begin = `${path.win32.basename(windowsPath)}${COPY}`;
  const left = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const one of left)
    if (one.isFile() && one.name.startsWith(begin) && TRIED.test(one.name.slice(begin.length)))
      await fs.rm(path.join(folder, one.name), { force: true }).catch(() => {});
}

/** How the name of a trial goes on: its time, and which try it was. */
const TRIED = /^\d{8}T\d{9}Z-[1-5]\.tmp$/u;

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

/** What follows a file's own name in the names of its copies. */
const COPY = '.certops-';

/** Whether a file of this name is a copy of another, taken before that was changed. */
export const isCopyOf = (file: string, name: string): boolean => name.startsWith(`${file}${COPY}`);

const stampOf = ({ clock }: WindowsContext): string => new Date(clock.now()).toISOString().replace(/[-:.]/gu, '');

async function backUp(context: WindowsContext, windowsPath: string, bytes: Buffer): Promise<void> {
  const stamp = stampOf(context);
  for (let again = 0; ; again += 1) {
    const copy = `${windowsPath}${COPY}${stamp}${again === 0 ? '' : `-${again}`}.bak`;
    try {
      await writeFlushed(context.paths.toFileSystem(copy), bytes);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || again > 99) throw notWritable(copy, error);
    }
  }
}

async function writeFlushed(real: string, bytes: Buffer): Promise<void> {
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

function mustFit(file: string, bytes: number): void {
  if (bytes > MOST_BYTES) throw new CertopsError('FileTooLarge', { file, bytes, limit: MOST_BYTES });
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

/**
 * Does the work, retrying while somebody else holds the file, until the patience is spent or its signal. Throws
 * `FileMissing`, `FileBusy`, `FileNotWritable`.
 */
export async function patiently<T>(
  context: WindowsContext,
  file: string,
  patience: Patience,
  work: () => Promise<T>,
): Promise<T> {
  const { clock } = context;
  for (;;) {
    const since = clock.steady();
    try {
      return await work();
    } catch (error) {
      const reason = errnoOf(error);
      if (reason === 'ENOENT') throw new CertopsError('FileMissing', { file });
      if (!isHeld(error)) throw notWritable(file, error);
      if (patience.spentMs >= patience.mostMs || patience.signal?.aborted === true)
        throw new CertopsError('FileBusy', { file, reason, seconds: Math.round(patience.spentMs / 1000) });
      await clock.sleep(RETRY_MS, patience.signal).catch(() => {});
      patience.spentMs += clock.steady() - since;
    }
  }
}

/** Leaves our own errors as they are. */
export const notWritable = (file: string, error: unknown): CertopsError =>
  error instanceof CertopsError ? error : new CertopsError('FileNotWritable', { file, reason: errnoOf(error) });
