import fs from 'node:fs/promises';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';
import { errnoOf } from './held-files.ts';
import { cut } from './parse/text.ts';
import { othersWhoWrite } from './strangers.ts';

/** By SID, since names are localized. */
const ADMINISTRATORS = '*S-1-5-32-544';
const SEALED = ['/inheritance:r', '/grant:r', '*S-1-5-18:(OI)(CI)F', `${ADMINISTRATORS}:(OI)(CI)F`];

/**
 * Makes a folder for SYSTEM and Administrators only: below ProgramData every user may by default create files, and a
 * folder of this name. An existing one is accepted only when it is an empty folder, and is made anew: whoever made it
 * owns it, may know what is in it, and can keep a handle on it. Throws `FolderNotNew`, and `FolderNotProtected` when
 * icacls says no, or when somebody else may still write afterwards.
 */
export async function makeFolder(context: WindowsContext, folder: string): Promise<void> {
  const real = context.paths.toFileSystem(folder);
  await fs.mkdir(path.dirname(real), { recursive: true }).catch(notMade(folder));
  const there = await fs.lstat(real).catch(() => null);
  if (there !== null) {
    if (!there.isDirectory()) throw new CertopsError('FolderNotNew', { folder });
    await mustBeEmpty(folder, real);
    await fs.rmdir(real).catch(notMade(folder));
  }
  // not recursive: that would accept a folder that somebody else made meanwhile
  await fs.mkdir(real).catch(notMade(folder));
  await giveToAdministrators(context, folder);
  const { code, text } = await context.tools.run('icacls', [folder, ...SEALED]);
  if (code !== 0) throw new CertopsError('FolderNotProtected', { folder, code, output: cut(text) });
  // until it was sealed, others could put something in
  await mustBeEmpty(folder, real);
  const others = await othersWhoWrite(context, folder);
  if (others.length > 0) throw new CertopsError('FolderNotProtected', { folder, others });
}

/** It may be a command prompt's current folder, or its parent may not be writable. */
const notMade =
  (folder: string) =>
  (error: unknown): never => {
    const reason = errnoOf(error);
    throw new CertopsError('FolderNotNew', reason === 'EEXIST' ? { folder } : { folder, reason });
  };

async function mustBeEmpty(folder: string, real: string): Promise<void> {
  const found = await fs.readdir(real);
  if (found.length > 0) throw new CertopsError('FolderNotNew', { folder, found: found.slice(0, 5).join(', ') });
}

/**
 * Makes Administrators the owner of a folder and of everything in it: an owner may change who has access, whatever the
 * access list says, and no tool shows the owner without a shell. Throws `FolderNotProtected` when icacls says no, or
 * when a link would lead it elsewhere.
 */
export async function giveToAdministrators(context: WindowsContext, folder: string): Promise<void> {
  await mustHoldNoLink(context, folder);
  await icaclsOn(context, folder, [folder, '/setowner', ADMINISTRATORS, '/T', '/L']);
}

/**
 * Gives a folder to Administrators, and removes the entries that its content has of its own: whoever was granted a file
 * could write it whatever the folder says. Throws `FolderNotProtected`, also when others may write in the folder.
 */
export async function keepFolder(context: WindowsContext, folder: string): Promise<void> {
  await mustHoldNoLink(context, folder);
  // before, since icacls cannot take over a file that grants us nothing, as one of ours may; after, since the old owner
  // could grant something in between
  await inheritInside(context, folder);
  await giveToAdministrators(context, folder);
  await inheritInside(context, folder);
  const others = await othersWhoWrite(context, folder);
  if (others.length > 0) throw new CertopsError('FolderNotProtected', { folder, others });
}

/** In an empty folder icacls finds no file for `*`; if the folder itself were named, it would lose its own list. */
async function inheritInside(context: WindowsContext, folder: string): Promise<void> {
  const inside = await fs.readdir(context.paths.toFileSystem(folder));
  if (inside.length > 0) await icaclsOn(context, folder, [path.win32.join(folder, '*'), '/reset', '/T', '/L']);
}

async function mustHoldNoLink(context: WindowsContext, folder: string): Promise<void> {
  const real = context.paths.toFileSystem(folder);
  const list = () => fs.readdir(real, { withFileTypes: true, recursive: true });
  // a folder that vanishes while it is listed, as a tool's own may: the next listing is without it
  const inside = await list().catch((error) => (errnoOf(error) === 'ENOENT' ? list() : Promise.reject(error)));
  const named = inside.filter((entry) => entry.isSymbolicLink());
  const files = [real, ...named.map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))];
  for (const file of files) {
    // A listing reports everything with a reparse point as a link, deduplicated files included: only lstat tells them
    // apart.
    const seen = await fs.lstat(file).catch((error) => {
      // gone since the listing, as the record of a tool that has ended: it leads nowhere
      if (file !== real && errnoOf(error) === 'ENOENT') return null;
      throw error;
    });
    if (seen?.isSymbolicLink())
      throw new CertopsError('FolderNotProtected', { folder, link: path.relative(real, file) || folder });
  }
}

const TRIES = 3;
const RETRY_MS = 1000;

/** A scanner or a backup holds a file only for a moment, so failures are retried; one that lasts is reported. */
async function icaclsOn(context: WindowsContext, folder: string, args: readonly string[]): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    const { code, text } = await context.tools.run('icacls', args);
    // "... 4 files; ... 0 files", with the words in any language
    const failed = /(\d+)\D*$/u.exec(text.trimEnd())?.[1] ?? '0';
    if (code === 0 && failed === '0') return;
    if (tries === TRIES) throw new CertopsError('FolderNotProtected', { folder, code, output: cut(text) });
    await context.clock.sleep(RETRY_MS);
  }
}

/**
 * The runner's own folder as a problem, where this host has a path for it: in a rehearsal it is outside the host's
 * tree.
 */
export async function stateFolderProblem(
  context: WindowsContext,
): Promise<{ readonly code: 'StateFolderOpen'; readonly data: { readonly [name: string]: string } } | null> {
  const open = await openStateFolder(context);
  return open === null ? null : { code: 'StateFolderOpen', data: { ...open, others: open.others.join(', ') } };
}

/** The same as data; null also when nobody else may write in it. Throws `AclUnreadable`. */
export async function openStateFolder(
  context: WindowsContext,
): Promise<{ readonly folder: string; readonly others: readonly string[] } | null> {
  const folder = stateFolderOf(context);
  if (folder === null) return null;
  const others = await othersWhoWrite(context, folder);
  return others.length === 0 ? null : { folder, others };
}

/** Windows path of the runner's own folder; null when this host has none for it. */
function stateFolderOf(context: WindowsContext): string | null {
  try {
    return context.paths.toWindows(context.stateFolder);
  } catch {
    return null;
  }
}
