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

/** Makes the state folder, for SYSTEM and Administrators alone. Throws `FolderNotNew`, `FolderNotProtected`. */
export async function makeStateFolder(options: WindowsHostOptions): Promise<void> {
  // The names of running tools would lie in the folder that must be empty.
  const context = contextFor(options, null);
  await makeFolder(context, context.paths.toWindows(options.stateFolder));
}

/**
 * Before a runner trusts what lies in it: the state folder belongs to Administrators with all that it holds, and only
 * it says who has access. Options may not come from the folder itself. Throws `FolderNotProtected`.
 */
export async function keepStateFolder(options: WindowsHostOptions): Promise<void> {
  // names of running tools would lie in the folder that is not trusted yet
  const context = contextFor(options, null);
  await keepFolder(context, context.paths.toWindows(options.stateFolder));
}

/**
 * SIDs beside SYSTEM, Administrators and the account that asks that may read or write a file or folder, which is the
 * state folder or lies in it. Throws `AclUnreadable`.
 */
export async function strangersTo(options: WindowsHostOptions, place: string): Promise<readonly string[]> {
  const context = contextFor(options, null);
  return othersWhoUse(context, context.paths.toWindows(place));
}

/** Who else may write in the state folder; null: nobody, or it has no place on this machine. Throws `AclUnreadable`. */
export const openFolder = (
  options: WindowsHostOptions,
): Promise<{ readonly folder: string; readonly others: readonly string[] } | null> =>
  openStateFolder(contextFor(options, null));

/** An event before the state folder can be trusted: nothing is laid into it. Throws as `WindowsHost.event`. */
export const eventBefore = (options: WindowsHostOptions, id: WindowsEvent, sentence: string): Promise<void> =>
  writeEvent(contextFor(options, null), id, sentence);

/** Who else may replace what the runner is, and what of it could not be looked at. Never throws. */
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

/** Windows gives it to every process, under whatever capitals. */
export function programDataIn(environment: { readonly [name: string]: string | undefined }): string | undefined {
  const [, value] = Object.entries(environment).find(([name]) => name.toLowerCase() === 'programdata') ?? [];
  return value !== undefined && /^[a-z]:\\[^"%]+$/iu.test(value)
    ? path.win32.normalize(value).replace(/\\$/u, '')
    : undefined;
}
