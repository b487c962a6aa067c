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
/** The output of packages is below it by default, until it is in the catalog (setting ExecutionLogCacheFolder). */
const PACKAGES = /\\ELogCache(?:\\|$)/iu;

/** Where the log of an account's service is: the account's profile. Throws as `profileOf`. */
export const logProfile = (context: WindowsContext, accountSid: string): Promise<string | null> =>
  remembered(context, `profile of ${accountSid}`, () => profileOf(context, accountSid));

/** The last lines of the newest log file of the worker whose account has this SID; null when there is none to read. */
export async function readLogTail(context: WindowsContext, accountSid: string): Promise<readonly string[] | null> {
  const profile = await logProfile(context, accountSid);
  if (profile === null) return null;
  const top = path.win32.join(profile, 'AppData', 'Local', 'SSIS');
  const files = await filesBelow(context, top, DEPTH);
  const newest = [...files].sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : tailOf(context.paths.toFileSystem(newest.name));
}

interface Found {
  readonly name: string;
  readonly at: number;
}

/**
 * The worker's own log files. The packages' cache may hold thousands of files, and the runner's journal would wait
 * while each is looked at, so it is left out.
 */
async function filesBelow(context: WindowsContext, folder: string, depth: number): Promise<readonly Found[]> {
  const real = context.paths.toFileSystem(folder);
  const entries = await fs.readdir(real, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly Found[]> => {
      const name = path.win32.join(folder, entry.name);
      if (entry.isDirectory()) return depth > 1 && !PACKAGES.test(name) ? filesBelow(context, name, depth - 1) : [];
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
async function tailOf(real: string): Promise<readonly string[]> {
  const file = await fs.open(real, 'r');
  try {
    const { size } = await file.stat();
    const from = Math.max(0, size - TAIL_BYTES);
    const bytes = Buffer.alloc(size - from);
    const { bytesRead } = await file.read(bytes, 0, bytes.length, from);
    const lines = decode(bytes.subarray(0, bytesRead), from).split(/\r?\n/u);
    return from === 0 ? lines : lines.slice(1);
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer, from: number): string {
  const zeros = bytes.subarray(0, 400).filter((byte) => byte === 0).length;
  if (zeros < 20) return bytes.toString('utf8');
  return bytes.subarray(from % 2).toString('utf16le');
}
