import type { WindowsContext } from './context.ts';
import { text } from './parse/registry.ts';
import { readChildren, readExactText, readExactTexts, readKeys } from './registry.ts';
import { ADMINISTRATORS } from './services/account.ts';

const PROFILES = 'HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\ProfileList';
const VALUE = 'ProfileImagePath';

/** Windows path of an account's profile folder; null when it has none here. Throws `RegistryNotReadable`. */
export async function profileOf(context: WindowsContext, accountSid: string): Promise<string | null> {
  const sid = accountSid === ADMINISTRATORS ? await builtInAdministrator(context) : accountSid;
  const keys = sid === null ? null : await readKeys(context, `${PROFILES}\\${sid}`);
  const shown = keys?.[0] === undefined ? null : text(keys[0], VALUE);
  if (shown === null || shown === '') return null;
  // A folder named after a person may contain letters that the console's code page lacks.
  const isSomebodys = sid?.startsWith('S-1-5-21-') === true;
  return expanded(context, isSomebodys ? await readExactText(context, `${PROFILES}\\${sid}`, VALUE) : shown);
}

/** Windows paths of the profile folders of all accounts that have one here, by SID. Throws `RegistryNotReadable`. */
export async function allProfiles(context: WindowsContext): Promise<ReadonlyMap<string, string>> {
  const found = await readExactTexts(context, PROFILES, VALUE);
  return new Map([...found].map(([sid, folder]) => [sid, expanded(context, folder)]));
}

/**
 * The SID that ends in 500; null when a domain's Administrator has a profile here too, since the two cannot be told
 * apart.
 */
async function builtInAdministrator(context: WindowsContext): Promise<string | null> {
  const sids = (await readChildren(context, PROFILES)) ?? [];
  const found = sids.filter((sid) => /^S-1-5-21-(?:\d+-){3}500$/iu.test(sid));
  return found.length === 1 ? (found[0] ?? null) : null;
}

function expanded({ systemRoot }: WindowsContext, folder: string): string {
  const drive = systemRoot.slice(0, 2);
  return folder.replace(/%(systemroot|windir)%/giu, () => systemRoot).replace(/%systemdrive%/giu, () => drive);
}
