import { isCertopsError } from '../../domain/errors.ts';
import type { Data } from '../../domain/values.ts';
import { FAILED, NO_FOLDER, type Saying, USAGE, unlessHeld } from './saying.ts';
import { wrongName } from './windows-name.ts';

/** What is wrong with a folder of ours, or with what people have written there. */
export const OF_FOLDER: { readonly [code: string]: Saying } = {
  RunnerConfigNotValid: {
    exit: USAGE,
    say: ({ file, line, column, where, found, allowed }) => {
      const places = [
        ...(where === '' ? [] : [where]),
        ...(line === undefined ? [] : [`line ${line}, column ${column}`]),
      ];
      const at = places.length === 0 ? '' : ` at ${places.join(', ')}`;
      const seen = found === undefined ? '' : `found ${found}; allowed: `;
      if (allowed !== 'JSON') return `${file} is wrong${at} (${seen}${allowed}): correct it there.`;
      return found === 'nothing'
        ? `${file} is empty: put back the runner.json of a copy of its folder, or write it as on another machine of the farm, with this one's name as "host".`
        : `${file} is not valid JSON${at}: look for a comma too many or missing, a missing quotation mark, a comment, which JSON has not, and a single \\ that has to be doubled.`;
    },
  },
  FileRefused: {
    exit: FAILED,
    say: ({ file, reason }) =>
      file === undefined
        ? `A file cannot be written (${reason}): free space on the disk, or raise this account's quota.`
        : NO_FOLDER.includes(reason ?? '')
          ? `${file} cannot be used (${reason}): it is not a folder, or not inside one. Name another.`
          : `${file} cannot be used (${reason}): ${unlessHeld(reason, 'check what this account may do there, whether it is read-only or open in another program, and the disk')}.`,
  },
  FolderNotNew: {
    exit: USAGE,
    say: ({ folder, found, reason }) =>
      String(folder).includes('"')
        ? `${folder} is not a name that Windows accepts: leave out the \\ before the closing quotation mark, or the mark becomes part of the name.`
        : reason === undefined
          ? `${folder} is not new${found === undefined ? '' : ` (it holds ${found})`}: whoever made it may know what is in it. Move it away, or name another with --folder (for a bot: --state).`
          : (wrongName(String(folder), reason) ??
            `${folder} cannot be made anew (${reason}): do this elevated, with no window or prompt open in it.`),
  },
  PathNotLocal: {
    exit: USAGE,
    say: ({ path }) => `${path} is not on a drive of this machine: name a place such as C:\\ProgramData\\certops.`,
  },
  LogFileNotOurs: {
    exit: USAGE,
    say: ({ file }) =>
      `${file} is there already and is no log of certops, so no log is written into it: name another file with --log-file or CERTOPS_LOG_FILE, or move this one away.`,
  },
  BotFolderOpen: {
    exit: USAGE,
    say: ({ folder, place, strangers }) =>
      `${place} is open to others (${strangers}), and whoever can read the bot's key can sign orders for every runner. Restrict it to SYSTEM, Administrators and the bot's account, elevated: icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "ACCOUNT:(OI)(CI)M", then icacls "${folder}\\*" /reset /T /L, and icacls "${folder}" /remove "*SID" for each account that was given access by name. If the account named here is the bot's own, run this command as that account. Exchange the key if somebody else may have read it.`,
  },
  FolderNotProtected: { exit: FAILED, say: (data) => `${lineOf(data)} Nothing else was done.` },
};

/** A runner's own folder that others can change too: what is in it decides what an administrator starts. */
function lineOf({ folder, others, link, code, output }: Data): string {
  if (Array.isArray(others)) return othersLine(String(folder), others.map(String));
  if (link !== undefined)
    return `${folder} contains a link (${link}), and what it leads to would be given away: remove the link.`;
  return `icacls could not restrict ${folder} to SYSTEM and Administrators (exit code ${code}: ${output || 'it printed nothing'}): do this elevated, when no other program holds a file there.`;
}

/** An administrator loses no access through these commands. */
export const othersLine = (folder: string, others: readonly string[]): string =>
  `${others.join(', ')} may write into ${folder}, and whoever can decides what is started from there: check what has changed in it. Explorer gives this access to whoever presses Continue there. Restrict the folder to SYSTEM and Administrators, elevated: icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F", then icacls "${folder}" /remove ${others.map((sid) => `"*${sid}"`).join(' ')}. The runner's own account needs no right of its own there, because it is in Administrators.`;

interface OpenFolder {
  readonly folder: string;
  readonly others: readonly string[];
}

/** For a person at the machine, who may have opened the folder to others just by looking into it. */
export async function folderLines(openFolder: () => Promise<OpenFolder | null>): Promise<readonly string[]> {
  try {
    const open = await openFolder();
    if (open === null) return [];
    return [`${othersLine(open.folder, open.others)} Its runner will not start until this is done.`];
  } catch (error) {
    if (!isCertopsError(error)) throw error;
    return [`Could not find out who may write into this runner's folder (${error.code}): check with icacls, elevated.`];
  }
}
