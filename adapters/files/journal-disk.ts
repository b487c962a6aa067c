import { readSync } from 'node:fs';
import { constants, type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from '../../src/domain/errors.ts';
import { makeFolder, onceFree, syncFolder } from './disk.ts';

/** The few file operations a journal needs; a test puts a failing one in its place. */
export interface JournalDisk {
  size(): Promise<number>;
  /** Writes all bytes at a position, continuing after a short write. */
  write(bytes: Buffer, position: number): Promise<void>;
  sync(): Promise<void>;
  truncate(length: number): Promise<void>;
  read(position: number, length: number): Promise<Buffer>;
  readNow(position: number, length: number): Buffer;
  close(): Promise<void>;
}

interface Opening {
  readonly openFile?: typeof open;
  /** As for `onceFree`. */
  readonly say?: ((sentence: string) => void) | undefined;
}

/** Opens or makes the file. Positions are given on each write: append mode refuses `truncate` on Windows. */
export async function openJournalDisk(file: string, { openFile = open, say }: Opening = {}): Promise<JournalDisk> {
  makeFolder(dirname(file));
  const isNew = await stat(file).then(
    () => false,
    (error) => errorCode(error) === 'ENOENT',
  );
  const handle = await onceFree(file, () => openFile(file, constants.O_RDWR | constants.O_CREAT, 0o600), { say });
  // Windows opens a folder as well.
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw Object.assign(new Error('no file'), { code: 'EISDIR' });
  }
  if (isNew) await syncFolder(dirname(file));
  return {
    size: async () => (await handle.stat()).size,
    write: (bytes, position) => writeAll(handle, bytes, position),
    sync: () => handle.sync(),
    truncate: (length) => handle.truncate(length),
    read: async (position, length) => {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await handle.read(bytes, 0, length, position);
      return bytes.subarray(0, bytesRead);
    },
    readNow: (position, length) => {
      const bytes = Buffer.alloc(length);
      let got = 0;
      while (got < length) {
        const more = readSync(handle.fd, bytes, got, length - got, position + got);
        if (more === 0) break;
        got += more;
      }
      return bytes.subarray(0, got);
    },
    close: () => handle.close(),
  };
}

/**
 * The same, but what is written counts only while the file is still the one under its name. If its folder was removed,
 * moved away or replaced by a copy, POSIX would let us write on into what nobody finds at the next start.
 */
export async function openNamedDisk(file: string, opening: Opening = {}): Promise<JournalDisk> {
  const disk = await openJournalDisk(file, opening);
  // As whole numbers: Windows' ids of files do not fit into others. Asked by name: a handle need not tell the same.
  const { ino: own } = await stat(file, { bigint: true });
  const mustBeOwn = async (): Promise<void> => {
    const found = await stat(file, { bigint: true }).catch((error) => {
      if (errorCode(error) === 'ENOENT') throw error;
      return null;
    });
    if (found === null || found.ino === own) return;
    // Some file systems number a file anew: it is the same one as long as it has all that was written.
    if (Number(found.size) !== (await disk.size())) throw Object.assign(new Error('another file'), { code: 'ESTALE' });
  };
  return {
    ...disk,
    sync: async () => {
      await disk.sync();
      await mustBeOwn();
    },
  };
}

async function writeAll(handle: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, position + written);
    written += bytesWritten;
  }
}
