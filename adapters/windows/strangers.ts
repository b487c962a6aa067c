import { readSddl } from './acl.ts';
import type { WindowsContext } from './context.ts';
import { namesListed } from './parse/icacls.ts';
import { usersOf, writersOf } from './parse/sddl.ts';
import { namedSids } from './parse/whoami.ts';

/**
 * SYSTEM and Administrators; CREATOR OWNER by itself names nobody. `LA` is SDDL for the machine's own Administrator,
 * who cannot be removed from Administrators.
 */
const TRUSTED: readonly string[] = ['S-1-5-18', 'S-1-5-32-544', 'S-1-3-0', 'LA'];

/** Who may write in a folder, other than SYSTEM, Administrators and the calling account. Throws `AclUnreadable`. */
export const othersWhoWrite = (context: WindowsContext, folder: string): Promise<readonly string[]> =>
  others(context, folder, writersOf);

/** The same, including those who may only read the file or folder. Throws `AclUnreadable`. */
export const othersWhoUse = (context: WindowsContext, place: string): Promise<readonly string[]> =>
  others(context, place, usersOf);

async function others(
  context: WindowsContext,
  place: string,
  holders: (sddl: string) => readonly string[],
): Promise<readonly string[]> {
  let sddl: string;
  try {
    sddl = await readSddl(context, place);
  } catch (error) {
    // On a full disk icacls can save nothing, and a runner in the middle of a cutover must still start.
    if (await isOursAlone(context, place).catch(() => false)) return [];
    throw error;
  }
  return strangers(context, holders(sddl));
}

/** Those SIDs that are neither trusted anyway nor the calling account's. */
export async function strangers(context: WindowsContext, sids: readonly string[]): Promise<readonly string[]> {
  const found = sids.filter((sid) => !TRUSTED.includes(sid));
  if (found.length === 0) return [];
  const { text } = await context.tools.run('whoami', ['/user']);
  const own = /S-1-\d+(?:-\d+)+/u.exec(text)?.[0];
  return found.filter((sid) => sid !== own);
}

/**
 * SYSTEM's name in English; whoami shows the localized one only to SYSTEM itself. Nobody else can have this name,
 * whatever language Windows has.
 */
const SYSTEM = 'nt authority\\system';

/**
 * Whether a place names nobody but SYSTEM, Administrators and the calling account. Needs no file, but only a yes
 * counts: names are in Windows' language, and SIDs are known only for the names that this process itself goes by.
 */
async function isOursAlone({ tools }: WindowsContext, place: string): Promise<boolean> {
  const [list, user, groups] = await Promise.all([
    tools.run('icacls', [place]),
    tools.run('whoami', ['/user', '/fo', 'csv', '/nh']),
    tools.run('whoami', ['/groups', '/fo', 'csv', '/nh']),
  ]);
  const names = list.code === 0 ? namesListed(list.text, place) : null;
  if (names === null) return false;
  const trusted = namedSids(groups.text).filter(({ sid }) => TRUSTED.includes(sid));
  const ours = [...namedSids(user.text), ...trusted].map(({ name }) => name.toLowerCase());
  return names.every((name) => [SYSTEM, ...ours].includes(name.toLowerCase()));
}
