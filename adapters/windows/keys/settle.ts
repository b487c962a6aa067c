import path from 'node:path';
import { readSddl } from '../acl.ts';
import type { WindowsContext } from '../context.ts';
import type { StoreEntry } from '../parse/certutil.ts';
import { readersOf } from '../parse/sddl.ts';
import { keyFilesOf } from './key-file.ts';

export interface SettledEntry extends StoreEntry {
  readonly privateKey: Exclude<StoreEntry['privateKey'], 'untold'>;
}

/** Everyone, SYSTEM, Administrators: the runner belongs to one of the last two. */
const US: readonly string[] = ['S-1-1-0', 'S-1-5-18', 'S-1-5-32-544'];

/**
 * What the store says about a certificate's key, if necessary after a look at its file: a key whose file exists and
 * lets us in can be opened, whatever line the tool left out. Throws `KeyFolderNotReadable`, `AclUnreadable`.
 */
export async function settle(context: WindowsContext, entry: StoreEntry): Promise<SettledEntry> {
  const { privateKey } = entry;
  if (privateKey !== 'untold') return { ...entry, privateKey };
  const [file, another] = (await keyFilesOf(context, entry)) ?? [];
  if (file === undefined || another !== undefined) return { ...entry, privateKey: 'unreadable' };
  const { allowed } = readersOf(await readSddl(context, file));
  const isOpen = allowed.some((sid) => US.includes(sid));
  return { ...entry, keyFile: path.win32.basename(file), privateKey: isOpen ? 'yes' : 'unreadable' };
}
