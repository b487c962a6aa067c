import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { errnoOf } from '../settings/overwrite.ts';

/**
 * Below ProgramData\Microsoft: legacy containers of the machine and of SYSTEM, then CNG's. Source: MicrosoftDocs/win32,
 * key storage.
 */
const PLACES = [
  ['Crypto', 'RSA', 'MachineKeys'],
  ['Crypto', 'RSA', 'S-1-5-18'],
  ['Crypto', 'Keys'],
  ['Crypto', 'SystemKeys'],
] as const;

/**
 * Windows path of the file that holds a private key; null when no place has it (a key in hardware, or a removed one).
 */
export async function findKeyFile(context: WindowsContext, name: string): Promise<string | null> {
  const drive = path.win32.parse(context.systemRoot).root;
  const candidates = PLACES.map((place) => path.win32.join(drive, 'ProgramData', 'Microsoft', ...place, name));
  const there = await Promise.all(candidates.map((file) => exists(context.paths.toFileSystem(file))));
  return candidates.find((_file, at) => there[at]) ?? null;
}

/** `stat` needs only the right to look into the folder, which a key's own ACL cannot take away. */
async function exists(file: string): Promise<boolean> {
  try {
    return (await fs.stat(file)).isFile();
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return false;
    throw new CertopsError('KeyFolderNotReadable', { reason });
  }
}
