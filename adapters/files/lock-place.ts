import { createHash } from 'node:crypto';
import { lstat, mkdir, realpath } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { CertopsError } from '../../src/domain/errors.ts';

/** A folder by its one name, made where it is missing. */
export async function realFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return realpath(folder);
}

/** This user's. Not the temporary folder of the environment, which differs between a service and a shell. */
export async function ownFolder(folder = `/tmp/certops-${userInfo().uid}`): Promise<string> {
  const real = await realFolder(folder);
  // Not what a link leads to: whoever made it could lead the next one elsewhere.
  const there = await lstat(folder);
  if (!there.isDirectory() || there.uid !== userInfo().uid) throw new CertopsError('LockFolderForeign', { folder });
  return real;
}

/** Stands for a lock of a folder where its own name would be too long. */
export const digest = (folder: string, name: string): string =>
  createHash('sha256').update([folder, name].join('\0')).digest('hex').slice(0, 16);
