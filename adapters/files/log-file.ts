import { closeSync, fstatSync, openSync, readSync, renameSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../src/domain/errors.ts';
import { makeFolder } from './disk.ts';

interface LogFile {
  /**
   * One line, with its line end. Never throws: lines that cannot be written are counted, and their number is noted when
   * writing works again.
   */
  write(line: string): void;
}

interface LogFileOptions {
  /** Bytes of one file; the previous one is kept beside it, as `.1`. */
  readonly limit?: number;
  /** Told why lines are lost, once each time it begins. */
  readonly said: (reason: string) => void;
  /** The line that stands for missing ones. */
  readonly missing: (lines: number) => string;
}

/** How each line of a log begins, as pino writes it. */
const BEGINS = '{"level":';

/**
 * Whether lines of a log may be added to what is there: no file, an empty one, or one that begins like a log of ours,
 * perhaps after an empty line. What cannot be read is not judged.
 */
export function mayHoldLog(file: string): boolean {
  try {
    if (!statSync(file).isFile()) return true;
    const handle = openSync(file, 'r');
    try {
      const start = Buffer.alloc(BEGINS.length + 1);
      const text = start.toString('latin1', 0, readSync(handle, start)).replace(/^\n/u, '').slice(0, BEGINS.length);
      // Shorter where the disk was full. A power failure may leave zeros in place of lines.
      return BEGINS.startsWith(text) || text.startsWith('\0');
    } finally {
      closeSync(handle);
    }
  } catch {
    return true;
  }
}

const LIMIT = 10 * 1024 * 1024;

/** Lines that nobody would see otherwise, in a file of bounded size, opened at the first line. */
export function openLogFile(file: string, { limit = LIMIT, said, missing }: LogFileOptions): LogFile {
  let open: { readonly handle: number; size: number } | null = null;
  let lost = 0;
  /** The disk became full in the middle of a line. */
  let isTorn = false;

  const close = (): void => {
    if (open !== null) closeSync(open.handle);
    open = null;
  };

  const opened = (): { readonly handle: number; size: number } => {
    if (open !== null) return open;
    makeFolder(path.dirname(file));
    const handle = openSync(file, 'a', 0o600);
    open = { handle, size: fstatSync(handle).size };
    return open;
  };

  /** A scanner or a reader may hold the older file: then this one may grow to twice its limit. */
  const makeRoom = (bytes: number): void => {
    const { size } = opened();
    if (size === 0 || size + bytes <= limit) return;
    close();
    try {
      renameSync(file, `${file}.1`);
    } catch (error) {
      if (size + bytes > limit * 2) throw error;
    }
  };

  const append = (text: string): void => {
    const bytes = Buffer.from(text);
    makeRoom(bytes.length);
    const to = opened();
    const written = writeSync(to.handle, bytes);
    to.size += written;
    isTorn = written < bytes.length;
    if (isTorn) throw Object.assign(new Error('short'), { code: 'ENOSPC' });
  };

  return {
    write(line) {
      try {
        // A file that somebody moved away meanwhile begins anew.
        append(`${isTorn && opened().size > 0 ? '\n' : ''}${lost > 0 ? missing(lost) : ''}${line}`);
        lost = 0;
      } catch (error) {
        if (lost === 0) said(errorCode(error));
        lost += 1;
        try {
          close();
        } catch {
          open = null;
        }
      }
    },
  };
}
