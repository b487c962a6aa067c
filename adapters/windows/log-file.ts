import fs from 'node:fs/promises';
import path from 'node:path';
import type { WindowsContext } from './context.ts';
import { profileOf } from './profiles.ts';
import { remembered } from './remembered.ts';

const TAIL_BYTES = 256 * 1024;
/**
 * `SSIS\ScaleOut\Agent`, since 2022 with a version folder (`16`) at an undocumented level, so all levels are searched.
 * Microsoft's troubleshooting page has `Cluster` instead of `ScaleOut`.
 */
const DEPTH = 5;
const AGENT = /(?:^|\\)(?:ScaleOut|Cluster)\\(?:\d+\\)?Agent(?:\\|$)/iu;
/**
 * What packages leave behind by default: their output until it is in the catalog (setting ExecutionLogCacheFolder), and
 * a folder for each that ran (TasksRootFolder).
 */
const PACKAGES = /\\(?:ELogCache|Tasks)$/iu;

/**
 * Far more files and folders than a worker makes in years. A package may make any number there, and each has to be
 * looked at: beyond this, none of them is.
 */
const MOST_ENTRIES = 20_000;

/** Where the log of an account's service is: the account's profile. Throws as `profileOf`. */
export const logProfile = (context: WindowsContext, accountSid: string): Promise<string | null> =>
  remembered(context, `profile of ${accountSid}`, () => profileOf(context, accountSid));

interface LogTail {
  readonly lines: readonly string[];
  /** When the file was last written, in milliseconds since 1970. */
  readonly writtenAt: number;
}

/** The last lines of the newest log file of the worker whose account has this SID; null when there is none to read. */
export async function readLogTail(context: WindowsContext, accountSid: string): Promise<LogTail | null> {
  const profile = await logProfile(context, accountSid);
  if (profile === null) return null;
  const top = path.win32.join(profile, 'AppData', 'Local', 'SSIS');
  const room = { left: MOST_ENTRIES };
  const files = await filesBelow(context, top, { depth: DEPTH, room });
  if (room.left < 0) return null;
  const newest = [...files].sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : tailOf(context.paths.toFileSystem(newest.name));
}

interface Found {
  readonly name: string;
  readonly at: number;
}

interface Search {
  readonly depth: number;
  /** How many entries may still be met, in all folders together; below zero: there are too many. */
  readonly room: { left: number };
}

/**
 * The worker's own log files. The packages' folders may hold tens of thousands of files, and the runner's journal would
 * wait while each is looked at, so they are left out.
 */
async function filesBelow(context: WindowsContext, folder: string, { depth, room }: Search): Promise<readonly Found[]> {
  const real = context.paths.toFileSystem(folder);
  const entries = await fs.readdir(real, { withFileTypes: true }).catch(() => []);
  room.left -= entries.length;
  if (room.left < 0) return [];
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly Found[]> => {
      const name = path.win32.join(folder, entry.name);
      if (entry.isDirectory())
        return depth > 1 && !PACKAGES.test(name) ? filesBelow(context, name, { depth: depth - 1, room }) : [];
      if (!AGENT.test(folder)) return [];
      // Deduplication and the like make a regular file look like a link.
      if (!(entry.isFile() || entry.isSymbolicLink()) || !/\.(?:log|txt)$/iu.test(entry.name)) return [];
      const stat = await fs.lstat(path.join(real, entry.name)).catch(() => null);
      return stat === null || !stat.isFile() ? [] : [{ name, at: stat.mtimeMs }];
    }),
  );
  return found.flat();
}

/** Only the end, since a log grows for years. The first line may be cut off and is left out. */
async function tailOf(real: string): Promise<LogTail> {
  const file = await fs.open(real, 'r');
  try {
    const { size, mtimeMs } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    const lines = decode(bytes.subarray(0, bytesRead), from).split(/\r?\n/u);
    return { lines: from === 0 ? lines : lines.slice(1), writtenAt: mtimeMs };
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer, from: number): string {
  const zeros = bytes.subarray(0, 400).filter((byte) => byte === 0).length;
  if (zeros < 20) return bytes.toString('utf8');
  return bytes.subarray(from % 2).toString('utf16le');
}
