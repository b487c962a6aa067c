import path from 'node:path';
import type { HostName } from '../../src/domain/values.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { HostPaths } from './paths.ts';
import type { Tools } from './tools.ts';

/** What the runner's own configuration may say instead of discovery. Never comes by order. */
export interface WindowsOverrides {
  readonly masterService?: string | undefined;
  readonly workerService?: string | undefined;
  /** Windows paths of the folders that hold settings file and .cer. */
  readonly masterFolder?: string | undefined;
  readonly workerFolder?: string | undefined;
  /** Windows path of the folder of sqlcmd.exe, where the registry does not name it. */
  readonly sqlcmdFolder?: string | undefined;
  /** sqlcmd takes the SQL Server's certificate as it is (`-C`). */
  readonly trustSqlServerCertificate?: boolean | undefined;
  /**
   * Milliseconds after RUNNING at which a service is looked at once more. Default 100 for a master, 600 for a worker.
   */
  readonly settleMs?: number | undefined;
  /** Milliseconds that a service may take to stop, and again to start. Default 60 000. */
  readonly serviceLimitMs?: number | undefined;
  /** No tool may take longer than this many milliseconds. */
  readonly toolLimitMs?: number | undefined;
}

/** Every address that this machine itself knows for a name: hosts file, DNS, its own name. Rejects for none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** The machine as it was given to this adapter. */
export interface WindowsMachine {
  readonly name: HostName;
  readonly version: string;
  /** `C:\Windows` */
  readonly systemRoot: string;
  /** The folder that holds the host's tree in the lab; null on Windows. */
  readonly root: string | null;
  /** Where `host:port` is really reached, as `address:port`; empty in production. */
  readonly connect: { readonly [hostColonPort: string]: string };
  /** Where a host is reached when its name does not resolve, by its name in lower case. */
  readonly addresses?: { readonly [name: string]: string } | undefined;
  readonly overrides: WindowsOverrides;
  /** File-system path. Temporary files, and the names of running tools, lie below it. */
  readonly stateFolder: string;
  /** File-system paths of what the runner is: Node, and its own file. Left out, nobody asks who may replace them. */
  readonly program?: readonly string[] | undefined;
  /** `process.arch`, passed in. */
  readonly arch: string;
  readonly clock: SteadyClock;
}

/** First argument of every function of this adapter. */
export interface WindowsContext extends WindowsMachine {
  readonly tools: Tools;
  readonly paths: HostPaths;
  /** Windows path of the folder for files that tools read; emptied by a sweep. May not be there yet. */
  readonly tempFolder: string;
  /** Windows path of what all accounts share, as Windows names it; left out, `ProgramData` of Windows' own drive. */
  readonly programData?: string | undefined;
  /** What this machine knows of a name; left out, its own resolver is asked. */
  readonly resolve?: Resolve | undefined;
  /** SIDs of accounts, by lower-case name, found once: asking needs a domain controller. */
  readonly accounts?: Map<string, string>;
  /** Accounts and images to the letter, by service and by what a tool prints: to ask again takes room on the disk. */
  readonly exactTexts?: Map<string, string>;
}

/** Below the state folder where the host can name it, else below ProgramData of the host. */
export function tempFolderOf(paths: HostPaths, stateFolder: string, systemRoot: string): string {
  try {
    return path.win32.join(paths.toWindows(stateFolder), 'tmp');
  } catch {
    return path.win32.join(path.win32.parse(systemRoot).root, 'ProgramData', 'certops', 'tmp');
  }
}
