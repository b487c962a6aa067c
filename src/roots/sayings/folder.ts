import { isCertopsError } from '../../domain/errors.ts';
import type { Json } from '../../domain/values.ts';
import { FAILED, NO_FOLDER, type Saying, USAGE, unlessHeld } from './saying.ts';

type Data = { readonly [name: string]: Json };

/** What is wrong with a folder of ours, or with what people have written there. */
export const OF_FOLDER: { readonly [code: string]: Saying } = {
  RunnerConfigNotValid: {
    exit: USAGE,
    say: ({ where, found, allowed }) => {
      const at = where === '' ? '' : ` at ${where}`;
      const seen = found === undefined ? '' : `found ${found}; allowed: `;
      return allowed === 'JSON'
        ? `runner.json of this runner is no JSON${at}: look for a comma or a quotation mark that is missing, and for a \\ that does not stand twice.`
        : `runner.json of this runner is wrong${at} (${seen}${allowed}): correct it there.`;
    },
  },
  FileRefused: {
    exit: FAILED,
    say: ({ file, reason }) =>
      file === undefined
        ? `A file cannot be written (${reason}): make room on the disk, or raise this account's share of it.`
        : NO_FOLDER.includes(reason ?? '')
          ? `${file} cannot be used (${reason}): it is no folder, or lies in none. Name another.`
          : `${file} cannot be used (${reason}): ${unlessHeld(reason, 'check what this account may do there, whether it is read-only or open in another program, and the disk')}.`,
  },
  FolderNotNew: {
    exit: USAGE,
    say: ({ folder, found, reason }) =>
      String(folder).includes('"')
        ? `${folder} is no name that Windows takes: before a closing quotation mark no \\ may stand, or the mark is a part of it.`
        : reason !== undefined
          ? `${folder} cannot be made anew (${reason}): do this elevated, and with no window or prompt open in it.`
          : `${folder} is not new${found === undefined ? '' : ` (it holds ${found})`}: whoever made it may know what lies in it. Move it away, or name another with --folder (of a bot: --state).`,
  },
  PathNotLocal: {
    exit: USAGE,
    say: ({ path }) => `${path} is on no drive of this machine: name a place such as C:\\ProgramData\\certops.`,
  },
  BotFolderOpen: {
    exit: USAGE,
    say: ({ folder, place, strangers }) =>
      `${place} is open to others (${strangers}), and whoever reads the bot's key signs orders for every runner. Leave it to SYSTEM, Administrators and the bot's account, elevated: icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F" "ACCOUNT:(OI)(CI)M", then icacls "${folder}\\*" /reset /T /L, and icacls "${folder}" /remove "*SID" for each of them that was let in by name. If it is the bot's own account that is named, run this as that account. Exchange the key if another may have read it.`,
  },
  FolderNotProtected: { exit: FAILED, say: (data) => `${lineOf(data)} Nothing else was done.` },
};

/** A runner's own folder that is somebody else's too: what lies there picks what an administrator starts. */
function lineOf({ folder, others, link, code, output }: Data): string {
  if (Array.isArray(others)) return othersLine(String(folder), others.map(String));
  if (link !== undefined)
    return `In ${folder} lies a link (${link}), and what it leads to would be given away: take it out.`;
  return `icacls could not leave ${folder} to SYSTEM and Administrators (exit code ${code}: ${output}): do this elevated, and once no other program holds a file there.`;
}

/** Whoever is an administrator loses nothing by it. */
export const othersLine = (folder: string, others: readonly string[]): string =>
  `${others.join(', ')} may write into ${folder}, and whoever can picks what is started from there: look at what has changed in it. Explorer lets in whoever presses Continue there. Leave it to SYSTEM and Administrators, elevated: icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F", then icacls "${folder}" /remove ${others.map((sid) => `"*${sid}"`).join(' ')}. The runner's own account needs no right there by name, for it is in Administrators.`;

interface OpenFolder {
  readonly folder: string;
  readonly others: readonly string[];
}

/** For a person at its machine, who may have opened it by looking into it. */
export async function folderLines(openFolder: () => Promise<OpenFolder | null>): Promise<readonly string[]> {
  try {
    const open = await openFolder();
    if (open === null) return [];
    return [`${othersLine(open.folder, open.others)} Its runner does not start while it is so.`];
  } catch (error) {
    if (!isCertopsError(error)) throw error;
    return [
      `Who may write into the folder of this runner could not be seen (${error.code}): look elevated, with icacls.`,
    ];
  }
}
