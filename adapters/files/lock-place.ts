import { createHash } from 'node:crypto';
import { lstat, realpath } from 'node:fs/promises';
import { CertopsError } from '../../src/domain/errors.ts';
import { makeFolder } from './disk.ts';

/** The real path of a folder, which is made where it is missing. */
export async function realFolder(folder: string): Promise<string> {
  makeFolder(folder);
  return realpath(folder);
}

/** A user's number, and not `os.userInfo()`: in a container a number may have no user, and that throws. */
const ownNumber = (): number => process.geteuid?.() ?? -1;

/** This user's folder. Not the environment's temporary folder, which differs between a service and a shell. */
export async function ownFolder(folder = `/tmp/certops-${ownNumber()}`): Promise<string> {
  const real = await realFolder(folder);
  // A link is refused: whoever made it could point it elsewhere next time.
  const there = await lstat(folder);
  if (!there.isDirectory() || there.uid !== ownNumber()) throw new CertopsError('LockFolderForeign', { folder });
  return real;
}

/** Identifies a folder's lock where the folder's own path would be too long. */
export const digest = (folder: string, name: string): string =>
  createHash('sha256').update([folder, name].join('\0')).digest('hex').slice(0, 16);
