import path from 'node:path';
import type { HostName } from '../../src/domain/values.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { WindowsHost } from '../../src/ports/windows-host.ts';
import { tempFolderOf, type WindowsContext, type WindowsOverrides } from './context.ts';
import { hostOver } from './host.ts';
import { createPaths } from './paths.ts';
import { sealFolder } from './state-folder.ts';
import { createTools } from './tools.ts';

export type { WindowsOverrides } from './context.ts';

export interface WindowsHostOptions {
  readonly name: HostName;
  readonly version: string;
  /** `C:\Windows` */
  readonly systemRoot: string;
  /** The folder that holds the host's tree in the lab; null on Windows. */
  readonly root: string | null;
  /** Where `host:port` is really reached, as `address:port`; empty in production. */
  readonly connect: { readonly [hostColonPort: string]: string };
  readonly overrides: WindowsOverrides;
  /** File-system path. Temporary files, and the names of running tools, lie below it. */
  readonly stateFolder: string;
  /** `process.arch` */
  readonly arch: string;
  /** The whole environment of the tools; left out, they get this process's own. */
  readonly environment?: { readonly [name: string]: string } | undefined;
  readonly clock: Clock;
}

/** This machine as the product sees it. Nothing is read or started before the first call. */
export function createWindowsHost(options: WindowsHostOptions): WindowsHost {
  return hostOver(contextFor(options), pidFolderOf(options));
}

/** Leaves the state folder to SYSTEM and Administrators. Throws `FolderNotProtected`. */
export async function sealStateFolder(options: WindowsHostOptions): Promise<void> {
  const context = contextFor(options);
  await sealFolder(context, context.paths.toWindows(options.stateFolder));
}

const pidFolderOf = ({ stateFolder }: WindowsHostOptions): string => path.join(stateFolder, 'running');

function contextFor(options: WindowsHostOptions): WindowsContext {
  const { name, version, systemRoot, root, connect, overrides, stateFolder, arch, clock } = options;
  const paths = createPaths(root);
  const tools = createTools({
    systemRoot,
    paths,
    pidFolder: pidFolderOf(options),
    maxLimitMs: overrides.toolLimitMs,
    environment: options.environment,
  });
  const tempFolder = tempFolderOf(paths, stateFolder, systemRoot);
  return {
    ...{ name, version, tools, paths, systemRoot, root, connect, overrides },
    ...{ stateFolder, tempFolder, arch, clock, accounts: new Map() },
  };
}
