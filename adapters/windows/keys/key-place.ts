import path from 'node:path';
import { isCertopsError } from '../../../src/domain/errors.ts';
import type { WindowsContext } from '../context.ts';
import type { StoreEntry } from '../parse/certutil.ts';
import { allProfiles } from '../profiles.ts';
import { cryptoFolders, filesIn, keyFilesOf } from './key-file.ts';

/**
 * `here`: in one of the machine's files, which `-delkey` removes. `elsewhere`: in hardware (the name is the
 * provider's), or in a file of some account: nothing here can remove it.
 */
export type KeyPlace = 'gone' | 'here' | { readonly elsewhere: string };

/**
 * Where the private key that a certificate names is. A key imported for an account and not for the machine is in that
 * account's profile, and a service that runs under the account can use it. Throws `KeyFolderNotReadable`,
 * `RegistryNotReadable`: a key that cannot be looked for is never gone.
 */
export async function placeOfKey(context: WindowsContext, entry: StoreEntry): Promise<KeyPlace> {
  if (entry.privateKey === 'no') return 'gone';
  const files = await keyFilesOf(context, entry);
  if (files === null) return { elsewhere: entry.provider ?? entry.container ?? '' };
  if (files.length > 0) return 'here';
  const [file] = (await filesIn(context, entry, await accountFolders(context))) ?? [];
  return file === undefined ? 'gone' : { elsewhere: file };
}

/**
 * Whether a key that could not be opened is nowhere on this machine, as when its folder was cleaned. false also where
 * that cannot be determined: somebody's profile that cannot be read must not keep anybody from looking at the machine.
 */
export async function isGone(context: WindowsContext, entry: StoreEntry): Promise<boolean> {
  if (entry.privateKey !== 'unreadable') return false;
  try {
    return (await placeOfKey(context, entry)) === 'gone';
  } catch (error) {
    if (isCertopsError(error)) return false;
    throw error;
  }
}

/**
 * Source: MicrosoftDocs/win32, key storage: legacy keys of the two service accounts, and the keys of every account with
 * a profile, legacy and CNG.
 */
async function accountFolders(context: WindowsContext): Promise<readonly string[]> {
  const services = ['S-1-5-19', 'S-1-5-20'].flatMap((sid) => cryptoFolders(context, 'RSA', sid));
  const own = [...(await allProfiles(context))].flatMap(([sid, profile]) => {
    const folder = path.win32.join(profile, 'AppData', 'Roaming', 'Microsoft', 'Crypto');
    return [path.win32.join(folder, 'RSA', sid), path.win32.join(folder, 'Keys')];
  });
  return [...services, ...own];
}
