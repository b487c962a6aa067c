import { createHash } from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import { errnoOf } from '../held-files.ts';
import type { StoreEntry } from '../parse/certutil.ts';

/** Legacy containers of the machine and of SYSTEM, then CNG's. Source: MicrosoftDocs/win32, key storage. */
const LEGACY_PLACES = [
  ['RSA', 'MachineKeys'],
  ['RSA', 'S-1-5-18'],
] as const;
const PLACES = [...LEGACY_PLACES, ['Keys'], ['SystemKeys']] as const;

/** Windows' providers that keep a key in a file: legacy ones, then CNG's. */
const LEGACY = /^Microsoft (?:(?:Base|Strong|Enhanced) Cryptographic Provider|Enhanced RSA and AES|RSA SChannel)/iu;
const CNG = /^Microsoft Software Key Storage Provider$/iu;

type Named = Pick<StoreEntry, 'container' | 'keyFile' | 'provider'>;

/**
 * Windows paths of the machine's files with the private key that a certificate names; empty: there is none here. null:
 * nothing tells where it would be, as for a key in hardware. Throws `KeyFolderNotReadable`: a key that cannot be looked
 * for is never gone.
 */
export const keyFilesOf = (context: WindowsContext, entry: Named): Promise<readonly string[] | null> =>
  filesIn(
    context,
    entry,
    PLACES.flatMap((place) => cryptoFolders(context, ...place)),
  );

/** The same in the given folders (Windows paths), which need not exist. */
export async function filesIn(
  context: WindowsContext,
  entry: Named,
  folders: readonly string[],
): Promise<readonly string[] | null> {
  const { keyFile } = entry;
  if (keyFile !== null) {
    const files = folders.map((folder) => path.win32.join(folder, keyFile));
    const there = await Promise.all(files.map((file) => exists(context.paths.toFileSystem(file))));
    return distinct(
      context,
      files.filter((_file, at) => there[at]),
    );
  }
  const stem = stemOf(entry);
  if (stem === null) return null;
  const names = await Promise.all(folders.map((folder) => namesIn(context.paths.toFileSystem(folder))));
  const found = folders.flatMap((folder, at) =>
    (names[at] ?? []).filter((name) => name.startsWith(`${stem}_`)).map((name) => path.win32.join(folder, name)),
  );
  return distinct(context, found);
}

/** One path for each file: a moved ProgramData leaves a link in its old place, and a short name is another path too. */
async function distinct({ paths }: WindowsContext, files: readonly string[]): Promise<readonly string[]> {
  if (files.length < 2) return files;
  const real = await Promise.all(files.map((file) => realPath(paths.toFileSystem(file))));
  return files.filter((_file, at) => real.indexOf(real[at] ?? '') === at);
}

/** The path itself when it cannot be resolved. */
const realPath = (place: string): Promise<string> => fs.realpath(place).catch(() => place);

/** Every file in which legacy providers keep keys of the machine, by file-system path. */
export async function legacyKeyFiles(
  context: WindowsContext,
  provider: string,
): Promise<readonly { readonly real: string; isNamedAfter(container: string): boolean }[]> {
  const folders = LEGACY_PLACES.flatMap((place) =>
    cryptoFolders(context, ...place).map((folder) => context.paths.toFileSystem(folder)),
  );
  const names = await Promise.all(folders.map(namesIn));
  return folders.flatMap((folder, at) =>
    (names[at] ?? []).map((name) => ({
      real: path.join(folder, name),
      isNamedAfter(container) {
        const stem = stemOf({ container, provider, keyFile: null });
        return stem !== null && name.startsWith(`${stem}_`);
      },
    })),
  );
}

/**
 * Windows paths of a folder for keys that belong to no account, or to one of Windows' own. If ProgramData was moved,
 * both places are searched: a key that is overlooked would pass for one that is gone.
 */
export function cryptoFolders({ systemRoot, programData }: WindowsContext, ...names: readonly string[]): string[] {
  const usual = path.win32.join(path.win32.parse(systemRoot).root, 'ProgramData');
  const isElsewhere = programData !== undefined && programData.toLowerCase() !== usual.toLowerCase();
  return [usual, ...(isElsewhere ? [programData] : [])].map((one) =>
    path.win32.join(one, 'Microsoft', 'Crypto', ...names),
  );
}

/**
 * How the name of a container's file begins; the machine's GUID follows. MD5 over the lower-case container name with
 * its terminating zero, one byte a character, two for CNG, as four little-endian numbers: true of every recorded output
 * that names both, and of the containers of IIS, which are the same everywhere (iisWasKey 76944fb3...).
 */
function stemOf({ container, provider }: Named): string | null {
  const encoding = CNG.test(provider ?? '') ? 'utf16le' : LEGACY.test(provider ?? '') ? 'latin1' : null;
  if (container === null || encoding === null || !/^[\x20-\x7e]+$/u.test(container)) return null;
  const hash = createHash('md5')
    .update(Buffer.from(`${container.toLowerCase()}\0`, encoding))
    .digest();
  return hash.swap32().toString('hex');
}

/** `stat` needs only the right to list the folder, which a key's own ACL cannot take away. */
const exists = (file: string): Promise<boolean> => unlessAbsent(async () => (await fs.stat(file)).isFile(), false);

const namesIn = (folder: string): Promise<readonly string[]> => unlessAbsent(() => fs.readdir(folder), []);

async function unlessAbsent<T>(look: () => Promise<T>, absent: T): Promise<T> {
  try {
    return await look();
  } catch (error) {
    const reason = errnoOf(error);
    if (reason === 'ENOENT' || reason === 'ENOTDIR') return absent;
    throw new CertopsError('KeyFolderNotReadable', { reason });
  }
}
