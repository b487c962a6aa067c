import { CertopsError } from '../../src/domain/errors.ts';
import { readSddl } from './acl.ts';
import type { WindowsContext } from './context.ts';
import { writersOf } from './parse/sddl.ts';
import { cut } from './parse/text.ts';

/**
 * SYSTEM, Administrators, and the owner of what is made there; CREATOR OWNER names nobody by itself. `LA` is SDDL for
 * the machine's own Administrator, whom nobody can take out of Administrators.
 */
const TRUSTED = ['S-1-5-18', 'S-1-5-32-544', 'S-1-3-0', 'S-1-3-4', 'LA'];

/** By SID, since names are localized. */
const SEALED = ['/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', '*S-1-5-32-544:(OI)(CI)F'];

/**
 * Leaves a folder to SYSTEM and Administrators: below ProgramData every user may create files by default. Throws
 * `FolderNotProtected` when icacls says no, or when somebody else may write afterwards all the same.
 */
export async function sealFolder(context: WindowsContext, folder: string): Promise<void> {
  const { code, text } = await context.tools.run('icacls', [folder, ...SEALED]);
  if (code !== 0) throw new CertopsError('FolderNotProtected', { folder, code, output: cut(text) });
  // Who was let in by name stays so until taken out by name.
  const named = await othersWhoWrite(context, folder);
  if (named.length > 0) await context.tools.run('icacls', [folder, '/remove:g', ...named.map((sid) => `*${sid}`)]);
  const others = await othersWhoWrite(context, folder);
  if (others.length > 0) throw new CertopsError('FolderNotProtected', { folder, others });
}

/** Who beside SYSTEM, Administrators and the account that asks may write in a folder. Throws `AclUnreadable`. */
export async function othersWhoWrite(context: WindowsContext, folder: string): Promise<readonly string[]> {
  const others = writersOf(await readSddl(context, folder)).filter((sid) => !TRUSTED.includes(sid));
  if (others.length === 0) return [];
  const { text } = await context.tools.run('whoami', ['/user']);
  const own = /S-1-\d+(?:-\d+)+/u.exec(text)?.[0];
  return others.filter((sid) => sid !== own);
}

/** The runner's own folder, where this host can name it: in a rehearsal it lies beside the host's tree. */
export async function stateFolderProblem(
  context: WindowsContext,
): Promise<{ readonly code: 'StateFolderOpen'; readonly data: { readonly [name: string]: string } } | null> {
  let folder: string;
  try {
    folder = context.paths.toWindows(context.stateFolder);
  } catch {
    return null;
  }
  const others = await othersWhoWrite(context, folder);
  return others.length === 0 ? null : { code: 'StateFolderOpen', data: { folder, others: others.join(', ') } };
}
