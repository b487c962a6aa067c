import fs from 'node:fs/promises';
import path from 'node:path';
import type { Problem } from '../../src/domain/machine/host-facts.ts';
import { accountNames } from '../../src/domain/machine/key-readers.ts';
import { readSddl } from './acl.ts';
import type { WindowsContext } from './context.ts';
import { replacersOf, writersOf } from './parse/sddl.ts';
import { strangers } from './strangers.ts';

/** TrustedInstaller, which owns Program Files, and Domain Admins, who are Administrators on every member. */
const INSTALLERS: readonly string[] = ['S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464', 'DA'];

/**
 * Who else may replace the runner's program, and so own this machine: `program-open` names place and people,
 * `program-not-read` what could not be checked. Never throws. For a file and its folder everybody who may write there
 * counts, since a library beside a program is loaded with it; for the folders above, everybody who may put another
 * folder in their place. Owners are not checked: no tool shows them without a shell. Empty also where the host cannot
 * name its program.
 */
export async function programProblems(context: WindowsContext): Promise<readonly Problem[]> {
  const files = [...new Set((await Promise.all((context.program ?? []).map(withTarget))).flat())];
  const named = files.flatMap((file) => windowsPath(context, file) ?? []);
  const within = new Set(named.flatMap((file) => [file, path.win32.dirname(file)]));
  const above = new Set(named.flatMap(foldersAbove).filter((folder) => !within.has(folder)));
  return problemsIn(
    await Promise.all([
      ...[...within].map((place) => seenAt(context, place, writersOf)),
      ...[...above].map((place) => seenAt(context, place, replacersOf)),
    ]),
  );
}

/** Either the link or what it leads to could be replaced. */
const withTarget = async (file: string): Promise<readonly string[]> => [
  file,
  await fs.realpath(file).catch(() => file),
];

function windowsPath(context: WindowsContext, file: string): string | null {
  try {
    return context.paths.toWindows(file);
  } catch {
    return null;
  }
}

function foldersAbove(file: string): readonly string[] {
  const folder = path.win32.dirname(file);
  return folder === file ? [] : [folder, ...foldersAbove(folder)];
}

type Holders = (sddl: string) => readonly string[];
type Seen = { readonly place: string; readonly others: readonly string[] | null };

/** `others` is null when it could not be read. */
async function seenAt(context: WindowsContext, place: string, holders: Holders): Promise<Seen> {
  try {
    const sids = holders(await readSddl(context, place)).filter((sid) => !INSTALLERS.includes(sid));
    return { place, others: await strangers(context, sids) };
  } catch {
    return { place, others: null };
  }
}

function problemsIn(seen: readonly Seen[]): readonly Problem[] {
  const inOrder = [...seen].sort((a, b) => (a.place < b.place ? -1 : 1));
  const notRead = inOrder.filter(({ others }) => others === null).map(({ place }) => place);
  const open = inOrder.flatMap(({ place, others }) =>
    others?.length ? [{ place, others: accountNames(others) }] : [],
  );
  return [
    ...open.filter((one) => !open.some((other) => handsDown(other, one))).map(toProblem),
    ...(notRead.length === 0 ? [] : [{ code: 'program-not-read', data: { places: notRead } }]),
  ];
}

const toProblem = (data: { readonly place: string; readonly others: readonly string[] }): Problem => ({
  code: 'program-open',
  data,
});

/** Access inherited from a folder is reported for that folder only. */
const handsDown = (folder: Seen, one: Seen): boolean =>
  one.place.startsWith(`${folder.place}\\`) && JSON.stringify(one.others) === JSON.stringify(folder.others);
