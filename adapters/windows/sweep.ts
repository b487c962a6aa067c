import { readFileSync } from 'node:fs';
import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CertopsError, errorCode } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';
import { forChange, patiently } from './held-files.ts';
import { type RunningTool, readRecord, recordsIn, type ToolsRecord } from './running-tools.ts';

/** What the operating system knows; tests pass their own. */
export interface Processes {
  /**
   * Whether a process has this id now, perhaps a different one. A zombie, which has ended but was not reaped, does not
   * count.
   */
  exists(pid: number): boolean;
  /** Its command line, where /proc shows it; null elsewhere. */
  commandLine(pid: number): string | null;
  end(pid: number): void;
  /** When the machine was started, in milliseconds since 1970. */
  bootedAt(now: number): number;
}

/** A virus scanner may have a file open for a moment. */
const PATIENT = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 } as const;
/** Milliseconds that a tool may outlive its own limit before it counts as hanging. */
const GRACE_MS = 5_000;
const PAUSE_MS = 100;
/** Clocks get adjusted, and uptime is counted in seconds. */
const BOOT_TOLERANCE_MS = 60_000;

/**
 * Waits until the tools that a dead runner left behind have ended, then empties the temporary folder: half a change may
 * still be under way, and a look before its end would be wrong. A tool past its time limit is killed, as its own runner
 * would have done. `own` is the record of this process, which goes on using it; that of another process which still
 * runs, such as `certops runner status`, is kept too. Throws `ToolsStillRunning` when a tool does not end, or may not
 * be ours, `TemporaryFolderNotEmptied`, `FileBusy`.
 */
export async function sweep(
  context: WindowsContext,
  own: string,
  processes: Processes = systemProcesses,
): Promise<void> {
  const folder = path.dirname(own);
  const records = await patiently(context, folder, forChange(), async () => recordsIn(folder));
  for (const record of records.filter(({ file }) => file !== own)) {
    const isInUse = record.pid !== process.pid && processes.exists(record.pid);
    for (const tool of await toolsOf(context, record, isInUse)) await ended(context, tool, processes);
    if (!isInUse) await remove(record.file);
  }
  await empty(context.paths.toFileSystem(context.tempFolder));
}

/**
 * On Windows a file that was deleted while open keeps its name until it is closed, and cannot be opened: that must not
 * keep a runner from starting.
 */
async function toolsOf(
  context: WindowsContext,
  { file }: ToolsRecord,
  isInUse: boolean,
): Promise<readonly RunningTool[]> {
  try {
    return await patiently(context, file, forChange(), async () => readRecord(file));
  } catch (error) {
    if (isInUse && error instanceof CertopsError && error.code === 'FileBusy') return [];
    throw error;
  }
}

async function ended(context: WindowsContext, tool: RunningTool, processes: Processes): Promise<void> {
  const { clock } = context;
  // process ids start over with each boot
  if (tool.startedAt < processes.bootedAt(clock.now()) - BOOT_TOLERANCE_MS) return;
  const limitMs = tool.limitMs + GRACE_MS;
  if (await gone(context, tool.pid, Math.min(limitMs, tool.startedAt + limitMs - clock.now()), processes)) return;
  const whose = await owner(context, tool, processes);
  if (whose === 'another') return;
  if (whose === 'ours') {
    processes.end(tool.pid);
    if (await gone(context, tool.pid, GRACE_MS, processes)) return;
  }
  // it may have ended before tasklist ran, which then did not list it
  if (!processes.exists(tool.pid)) return;
  throw new CertopsError('ToolsStillRunning', { tool: tool.tool, pid: tool.pid });
}

async function gone({ clock }: WindowsContext, pid: number, limitMs: number, processes: Processes): Promise<boolean> {
  const until = clock.steady() + limitMs;
  while (processes.exists(pid)) {
    if (clock.steady() > until) return false;
    await clock.sleep(PAUSE_MS);
  }
  return true;
}

/** Process ids are reused. tasklist prints the image's name, in every language. */
async function owner(
  context: WindowsContext,
  { tool, pid }: RunningTool,
  processes: Processes,
): Promise<'ours' | 'another' | 'unknown'> {
  const image = `${tool}.exe`;
  const line = processes.commandLine(pid);
  if (line !== null) return line.includes(image) ? 'ours' : 'another';
  try {
    const { text } = await context.tools.run('tasklist', ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH']);
    const row = /^"([^"]+)","(\d+)"/mu.exec(text);
    if (row === null || Number(row[2]) !== pid) return 'unknown';
    return row[1]?.toLowerCase() === image ? 'ours' : 'another';
  } catch {
    return 'unknown';
  }
}

async function empty(folder: string): Promise<void> {
  const names = await fs.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CertopsError('TemporaryFolderNotEmptied', { folder, cause: error.code ?? '' });
  });
  for (const name of names) await remove(path.join(folder, name));
}

async function remove(file: string): Promise<void> {
  await fs.rm(file, PATIENT).catch((error: NodeJS.ErrnoException) => {
    const [folder, name] = [path.dirname(file), path.basename(file)];
    throw new CertopsError('TemporaryFolderNotEmptied', { folder, name, cause: error.code ?? '' });
  });
}

/**
 * Where there is a /proc, it tells an ended process from a running one, and what it runs; elsewhere null. On Windows it
 * would be a folder on the current drive, in which any signed-in user may write.
 */
function proc(platform: NodeJS.Platform, pid: number, name: 'stat' | 'cmdline'): string | null {
  if (platform === 'win32') return null;
  try {
    return readFileSync(path.join('/proc', String(pid), name), 'latin1');
  } catch {
    return null;
  }
}

/** The processes of this machine. Zombies and command lines show only where there is a /proc. */
export const processesOf = (platform: NodeJS.Platform): Processes => ({
  exists(pid) {
    try {
      // signal 0 only checks, on Windows too
      process.kill(pid, 0);
    } catch (error) {
      return errorCode(error) === 'EPERM';
    }
    return !/\) [ZX] /u.test(proc(platform, pid, 'stat') ?? '');
  },
  commandLine: (pid) => proc(platform, pid, 'cmdline'),
  end(pid) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // it has ended meanwhile, or we may not end it: the next check tells which
    }
  },
  bootedAt: (now) => now - os.uptime() * 1000,
});

export const systemProcesses = processesOf(process.platform);
