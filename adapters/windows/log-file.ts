import fs from 'node:fs/promises';
import path from 'node:path';
import type { WindowsContext } from './context.ts';
import { text } from './parse/registry.ts';
import { childNames, readExactText, readKeys } from './registry.ts';
import { remembered } from './remembered.ts';
import { ADMINISTRATORS } from './services/account.ts';

const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const TAIL_BYTES = 256 * 1024;
/**
 * `SSIS\ScaleOut\Agent`, with a version folder (`16`) on the way since 2022: nobody tells where, so all are looked at.
 */
const DEPTH = 5;
const AGENT = /(?:^|\\)ScaleOut\\(?:\d+\\)?Agent(?:\\|$)/iu;

/** Last lines of the newest log file of the worker whose account has this SID; null when there is none to read. */
export async function readLogTail(context: WindowsContext, accountSid: string): Promise<readonly string[] | null> {
  const profile = await remembered(context, `profile of ${accountSid}`, () => profileOf(context, accountSid));
  if (profile === null) return null;
  const top = path.win32.join(profile, 'AppData', 'Local', 'SSIS');
  const files = await filesBelow(context, top, DEPTH);
  const newest = files.filter((file) => AGENT.test(path.win32.dirname(file.name))).sort((a, b) => b.at - a.at)[0];
  return newest === undefined ? null : tailOf(context.paths.toFileSystem(newest.name));
}

async function profileOf(context: WindowsContext, accountSid: string): Promise<string | null> {
  const sid = accountSid === ADMINISTRATORS ? await builtInAdministrator(context) : accountSid;
  const keys = sid === null ? null : await readKeys(context, `${PROFILES}\\${sid}`);
  const shown = keys?.[0] === undefined ? null : text(keys[0], 'ProfileImagePath');
  if (shown === null || shown === '') return null;
  // A folder that somebody's name gave its name may hold letters that the console's code page lacks.
  const isSomebodys = sid?.startsWith('S-1-5-21-') === true;
  const found = isSomebodys ? await readExactText(context, `${PROFILES}\\${sid}`, 'ProfileImagePath') : shown;
  const drive = context.systemRoot.slice(0, 2);
  return found.replace(/%(systemroot|windir)%/giu, () => context.systemRoot).replace(/%systemdrive%/giu, () => drive);
}

/** Its SID ends in 500; null where a domain's has a profile here too, and nobody can tell whose is whose. */
async function builtInAdministrator(context: WindowsContext): Promise<string | null> {
  const sids = childNames((await readKeys(context, PROFILES)) ?? [], PROFILES);
  const found = sids.filter((sid) => /^S-1-5-21-(?:\d+-){3}500$/iu.test(sid));
  return found.length === 1 ? (found[0] ?? null) : null;
}

interface Found {
  readonly name: string;
  readonly at: number;
}

async function filesBelow(context: WindowsContext, folder: string, depth: number): Promise<readonly Found[]> {
  const real = context.paths.toFileSystem(folder);
  const entries = await fs.readdir(real, { withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries.map(async (entry): Promise<readonly Found[]> => {
      const name = path.win32.join(folder, entry.name);
      if (entry.isDirectory()) return depth > 1 ? filesBelow(context, name, depth - 1) : [];
      // Deduplication and the like make a file look like a link.
      if (!(entry.isFile() || entry.isSymbolicLink()) || !/\.(?:log|txt)$/iu.test(entry.name)) return [];
      const stat = await fs.lstat(path.join(real, entry.name)).catch(() => null);
      return stat === null || !stat.isFile() ? [] : [{ name, at: stat.mtimeMs }];
    }),
  );
  return found.flat();
}

/** The end only: a log grows for years. The first line may be cut and is left out. */
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
