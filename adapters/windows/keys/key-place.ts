import path from 'node:path';
import type { WindowsContext } from '../context.ts';
import type { StoreEntry } from '../parse/certutil.ts';
import { allProfiles } from '../profiles.ts';
import { cryptoFolders, filesIn, keyFilesOf } from './key-file.ts';

/**
 * `here`: in a file of the machine's, which `-delkey` takes away. `elsewhere`: in hardware, of which the provider is
 * told, or in the file of an account of its own: nothing here can remove it.
 */
export type KeyPlace = 'gone' | 'here' | { readonly elsewhere: string };

/**
 * Where the private key lies that a certificate names. A key that was imported for an account and not for the machine
 * lies in the profile of that account, and the service that runs under it can use it. Throws `KeyFolderNotReadable`,
 * `RegistryNotReadable`: what cannot be looked for is never gone.
 */
export async function placeOfKey(context: WindowsContext, entry: StoreEntry): Promise<KeyPlace> {
  if (entry.privateKey === 'no') return 'gone';
  const files = await keyFilesOf(context, entry);
  if (files === null) return { elsewhere: entry.provider ?? entry.container ?? '' };
  if (files.length > 0) return 'here';
  const [file] = (await filesIn(context, entry, await accountFolders(context))) ?? [];
  return file === undefined ? 'gone' : { elsewhere: file };
}

/** Source: MicrosoftDocs/win32, key storage: legacy keys and CNG's, of the two service accounts and of everybody. */
async function accountFolders(context: WindowsContext): Promise<readonly string[]> {
  const services = ['S-1-5-19', 'S-1-5-20'].flatMap((sid) => cryptoFolders(context, 'RSA', sid));
  const own = [...(await allProfiles(context))].flatMap(([sid, profile]) => {
    const folder = path.win32.join(profile, 'AppData', 'Roaming', 'Microsoft', 'Crypto');
    return [path.win32.join(folder, 'RSA', sid), path.win32.join(folder, 'Keys')];
  });
  return [...services, ...own];
}
