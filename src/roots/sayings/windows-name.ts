import type { Json } from '../../domain/values.ts';

/** A drive's letter, and what follows it. */
const ON_DRIVE = /^([a-z]):(.*)$/iu;

/** Names of devices, in whatever folder. Source: Naming Files, Paths, and Namespaces (Microsoft Learn). */
const DEVICE = /^(?:con|prn|aux|nul|(?:com|lpt)[1-9\u00b9\u00b2\u00b3]) *(?:\.|$)/iu;

/**
 * What is wrong with the name of a folder on a Windows drive that could not be made; null: nothing that the name shows.
 * Node answers ENOENT for a drive that is missing and below a name that is not valid, EINVAL for such a name itself,
 * and EPERM for a drive that is there: only the name tells these from a folder that this account may not make.
 */
export function wrongName(folder: string, reason: Json): string | null {
  const [, drive = '', below = ''] = ON_DRIVE.exec(folder) ?? [];
  if (drive === '') return null;
  // Where access was refused, that is the reason: newer versions of Windows accept some of these names.
  const devices = reason === 'EPERM' ? [] : below.split(/[\\/]/u).filter((name) => DEVICE.test(name));
  const wrong = [...new Set([...(below.match(/[<>:"|?*]/gu) ?? []), ...devices])];
  if (wrong.length > 0) return `${folder} is not a name that Windows accepts: leave out ${wrong.join(' and ')}.`;
  // All below the drive is made with the folder, except what a link or junction leads to.
  const orLink = /^[\\/]*$/u.test(below) ? '' : ', or a link on the way there leads nowhere';
  if (reason === 'ENOENT')
    return `${folder} cannot be made: there is no drive ${drive.toUpperCase()}: on this machine${orLink}. Name a folder on a drive that is there, with --folder (for a bot: --state).`;
  return /^[\\/]*$/u.test(below)
    ? `${folder} is a whole drive: name a folder on it, such as ${drive.toUpperCase()}:\\certops.`
    : null;
}
