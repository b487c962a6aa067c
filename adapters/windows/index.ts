import path from 'node:path';
import type { HostLook } from '../../src/domain/machine/host-facts.ts';
import type { WindowsEvent, WindowsHost } from '../../src/ports/windows-host.ts';
import { tempFolderOf, type WindowsContext, type WindowsMachine } from './context.ts';
import { writeEvent } from './event.ts';
import { hostOver } from './host.ts';
import { createPaths } from './paths.ts';
import { programProblems as problemsOfProgram } from './program.ts';
import { newRecord } from './running-tools.ts';
import { keepFolder, makeFolder, openStateFolder } from './state-folder.ts';
import { othersWhoUse } from './strangers.ts';
import { createTools } from './tools.ts';

export type { WindowsOverrides } from './context.ts';

export interface WindowsHostOptions extends WindowsMachine {
  /** The whole environment of the tools; left out, they get this process's own. */
  readonly environment?: { readonly [name: string]: string } | undefined;
}

/** This machine as the product sees it. Nothing is read or started before the first call. */
export function createWindowsHost(options: WindowsHostOptions): WindowsHost {
  const toolsRecord = newRecord(path.join(options.stateFolder, 'running'));
  return hostOver(contextFor(options, toolsRecord), toolsRecord);
}

/** Makes the state folder, for SYSTEM and Administrators only. Throws `FolderNotNew`, `FolderNotProtected`. */
export async function makeStateFolder(options: WindowsHostOptions): Promise<void> {
  // A record of running tools would be written to the folder, which must be empty.
  const context = contextFor(options, null);
  await makeFolder(context, context.paths.toWindows(options.stateFolder));
}

/**
 * Run before a runner trusts what is in the state folder: the folder and all its content come to belong to
 * Administrators, and only the folder decides who has access. Options must not come from the folder itself. Throws
 * `FolderNotProtected`.
 */
export async function keepStateFolder(options: WindowsHostOptions): Promise<void> {
  // a record of running tools would be written to a folder that is not trusted yet
  const context = contextFor(options, null);
  await keepFolder(context, context.paths.toWindows(options.stateFolder));
}

/**
 * SIDs other than SYSTEM, Administrators and the calling account that may read or write the state folder, or a file or
 * folder in it. Throws `AclUnreadable`.
 */
export async function strangersTo(options: WindowsHostOptions, place: string): Promise<readonly string[]> {
  const context = contextFor(options, null);
  return othersWhoUse(context, context.paths.toWindows(place));
}

/** Who else may write in the state folder; null: nobody, or it has no Windows path here. Throws `AclUnreadable`. */
export const openFolder = (
  options: WindowsHostOptions,
): Promise<{ readonly folder: string; readonly others: readonly string[] } | null> =>
  openStateFolder(contextFor(options, null));

/** Writes an event before the state folder can be trusted: nothing is put into it. Throws as `WindowsHost.event`. */
export const eventBefore = (options: WindowsHostOptions, id: WindowsEvent, sentence: string): Promise<void> =>
  writeEvent(contextFor(options, null), id, sentence);

/** Who else may replace the runner's program, and which parts of it could not be checked. Never throws. */
export const programProblems = (options: WindowsHostOptions): Promise<HostLook['problems']> =>
  problemsOfProgram(contextFor(options, null));

function contextFor(options: WindowsHostOptions, toolsRecord: string | null): WindowsContext {
  const { environment, ...machine } = options;
  const { systemRoot, root, overrides, stateFolder } = machine;
  const paths = createPaths(root);
  const tools = createTools({ systemRoot, paths, toolsRecord, maxLimitMs: overrides.toolLimitMs, environment });
  const tempFolder = tempFolderOf(paths, stateFolder, systemRoot);
  const programData = root === null ? programDataIn(environment ?? {}) : undefined;
  return { ...machine, tools, paths, tempFolder, programData, accounts: new Map(), exactTexts: new Map() };
}

/** ProgramData, which Windows sets for every process, in whatever case. */
export function programDataIn(environment: { readonly [name: string]: string | undefined }): string | undefined {
  const [, value] = Object.entries(environment).find(([name]) => name.toLowerCase() === 'programdata') ?? [];
  return value !== undefined && /^[a-z]:\\[^"%]+$/iu.test(value)
    ? path.win32.normalize(value).replace(/\\$/u, '')
    : undefined;
}
