import type { Json } from '../domain/values.ts';
import { FAILED, type Saying, USAGE } from './saying.ts';

type Data = { readonly [name: string]: Json };

/** What is wrong with a folder of ours, or with what people have written there. */
export const OF_FOLDER: { readonly [code: string]: Saying } = {
  RunnerConfigNotValid: {
    exit: USAGE,
    say: ({ where, allowed }) =>
      allowed === 'JSON'
        ? 'runner.json of this runner is no JSON: look for a comma or a quotation mark that is missing, and for a \\ that does not stand twice.'
        : `runner.json of this runner is wrong${where === '' ? '' : ` at ${where}`} (${allowed}): correct it there.`,
  },
  FileRefused: {
    exit: FAILED,
    say: ({ file, reason }) =>
      `${file} cannot be used (${reason}): check what this account may do there, and the disk.`,
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
const othersLine = (folder: string, others: readonly string[]): string =>
  `${others.join(', ')} may write into ${folder}, and whoever can picks what is started from there: look at what has changed in it. Leave it to SYSTEM and Administrators, elevated: icacls "${folder}" /inheritance:r /grant:r "*S-1-5-18:(OI)(CI)F" "*S-1-5-32-544:(OI)(CI)F", then icacls "${folder}" /remove ${others.map((sid) => `"*${sid}"`).join(' ')}. The runner's own account needs no right there by name, for it is in Administrators.`;
