import path from 'node:path';
import type { HostName } from '../../src/domain/values.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import type { HostPaths } from './paths.ts';
import type { Tools } from './tools.ts';

/** What the runner's own configuration may say instead of discovery. Never taken from an order. */
export interface WindowsOverrides {
  readonly masterService?: string | undefined;
  readonly workerService?: string | undefined;
  /** Windows paths of the folders that hold the settings file and the .cer file. */
  readonly masterFolder?: string | undefined;
  readonly workerFolder?: string | undefined;
  /** Windows path of sqlcmd.exe's folder, where the registry does not name it. */
  readonly sqlcmdFolder?: string | undefined;
  /** sqlcmd accepts the SQL Server's certificate unchecked (`-C`). */
  readonly trustSqlServerCertificate?: boolean | undefined;
  /** Milliseconds after RUNNING when a service is checked once more. Default 100 for a master, 600 for a worker. */
  readonly settleMs?: number | undefined;
  /** Milliseconds that a service may take to stop, and again to start. Default 60 000. */
  readonly serviceLimitMs?: number | undefined;
  /** No tool may take longer than this many milliseconds. */
  readonly toolLimitMs?: number | undefined;
}

/** Every address that this machine finds for a name: hosts file, DNS, its own name. Rejects when there is none. */
export type Resolve = (name: string) => Promise<readonly string[]>;

/** The machine, as given to this adapter. */
export interface WindowsMachine {
  readonly name: HostName;
  readonly version: string;
  /** `C:\Windows` */
  readonly systemRoot: string;
  /** The folder that holds the host's tree in the lab; null on Windows. */
  readonly root: string | null;
  /** Where `host:port` is really reached, as `address:port`; empty in production. */
  readonly connect: { readonly [hostColonPort: string]: string };
  /** Where a host is reached when its name does not resolve, by lower-case name. */
  readonly addresses?: { readonly [name: string]: string } | undefined;
  readonly overrides: WindowsOverrides;
  /** File-system path. Temporary files and the records of running tools are below it. */
  readonly stateFolder: string;
  /**
   * File-system paths of the runner's program: Node, and its own file. Left out: nobody checks who may replace them.
   */
  readonly program?: readonly string[] | undefined;
  /** `process.arch`, passed in. */
  readonly arch: string;
  readonly clock: SteadyClock;
}

/** First argument of every function of this adapter. */
export interface WindowsContext extends WindowsMachine {
  readonly tools: Tools;
  readonly paths: HostPaths;
  /** Windows path of the folder for files that tools read; a sweep empties it. May not exist yet. */
  readonly tempFolder: string;
  /**
   * Windows path of the folder that all accounts share, as Windows names it; left out: `ProgramData` on the system
   * drive.
   */
  readonly programData?: string | undefined;
  /** Resolves a name; left out: the machine's own resolver. */
  readonly resolve?: Resolve | undefined;
  /** SIDs of accounts, by lower-case name, looked up once: that may need a domain controller. */
  readonly accounts?: Map<string, string>;
  /** Exact account names and image paths, by service and by what a tool prints: asking again needs room on the disk. */
  readonly exactTexts?: Map<string, string>;
}

/** Below the state folder where that has a Windows path, else below the host's ProgramData. */
export function tempFolderOf(paths: HostPaths, stateFolder: string, systemRoot: string): string {
  try {
    return path.win32.join(paths.toWindows(stateFolder), 'tmp');
  } catch {
    return path.win32.join(path.win32.parse(systemRoot).root, 'ProgramData', 'certops', 'tmp');
  }
}
