import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';

/**
 * ELOOP: the lab locks a file against root by letting its name lead nowhere for a moment. UNKNOWN: libuv's code for
 * every Windows error that it has no name for, such as that of a scanner that keeps a file shut.
 */
const BUSY = new Set(['EBUSY', 'EPERM', 'EACCES', 'ELOOP', 'UNKNOWN']);

/** By the error's own code: an error without one is a bug of ours. */
const isHeld = (error: unknown): boolean => BUSY.has(errorCode(error));
/**
 * Half of the usual gap limit: a scanner or backup may hold a file for 20 s in the middle of an outage, and the restart
 * after it needs the other half. (graceful-fs and VS Code try a rename for 60 s.)
 */
const CHANGE_MS = 30_000;
/** A look has 60 s in all, and for a file that the account may never read all patience is in vain. */
const LOOK_MS = 15_000;
/** Until the next try. */
export const RETRY_MS = 200;

/** How long work may wait in all for files that others hold, in milliseconds: several waits share it. */
export interface Patience {
  readonly signal?: AbortSignal | undefined;
  readonly mostMs: number;
  spentMs: number;
}

/** Patience of 30 s for one change. */
export const forChange = (signal?: AbortSignal): Patience => ({ signal, mostMs: CHANGE_MS, spentMs: 0 });
/** Patience of 15 s for a look. */
export const forLook = (): Patience => ({ mostMs: LOOK_MS, spentMs: 0 });

/** `ENOENT` and the like; 'UNKNOWN' for anything that is not a file-system error. */
export function errnoOf(error: unknown): string {
  const code = errorCode(error);
  return /^[A-Z][A-Z0-9_]{1,30}$/u.test(code) ? code : 'UNKNOWN';
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
