import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { CertopsError } from '../../src/domain/errors.ts';
import type { WindowsContext } from './context.ts';
import { readPidFolder } from './pid-folder.ts';

type Running = ReturnType<typeof readPidFolder>[number];

/** What the operating system knows; passed in by tests. */
export interface Processes {
  /** Whether a process has this id now. It may be another one. */
  exists(pid: number): boolean;
  /** When the machine was started, in milliseconds since 1970. */
  bootedAt(now: number): number;
}

/** A tool may outlive its own limit by this much before it counts as hanging. Milliseconds. */
const GRACE_MS = 5_000;
const PAUSE_MS = 100;
/** Clocks are set, and uptime is counted in seconds. */
const BOOT_TOLERANCE_MS = 60_000;

/**
 * Waits until the tools that a dead runner left behind have ended, then empties the temporary folder: half a change
 * may still be under way, and a look before its end would be wrong. Throws `ToolsStillRunning` when one does not end.
 */
export async function sweep(
  context: WindowsContext,
  pidFolder: string,
  processes: Processes = systemProcesses,
): Promise<void> {
  for (const tool of readPidFolder(pidFolder)) {
    await ended(context, tool, processes);
    await fs.rm(tool.file, { force: true });
  }
  await empty(context.paths.toFileSystem(context.tempFolder));
}

async function ended(context: WindowsContext, tool: Running, processes: Processes): Promise<void> {
  const { clock } = context;
  // ids begin anew with the machine
  if (tool.startedAt < processes.bootedAt(clock.now()) - BOOT_TOLERANCE_MS) return;
  const until = Math.max(tool.startedAt + tool.limitMs, clock.now()) + GRACE_MS;
  while (processes.exists(tool.pid)) {
    if (clock.now() > until) {
      if (await isAnother(context, tool)) return;
      throw new CertopsError('ToolsStillRunning', { tool: tool.tool, pid: tool.pid });
    }
    await clock.sleep(PAUSE_MS);
  }
}

/** Whether the id has gone to another program since: tasklist names the image, in every language. */
async function isAnother(context: WindowsContext, tool: Running): Promise<boolean> {
  try {
    const { text } = await context.tools.run('tasklist', ['/FI', `PID eq ${tool.pid}`, '/FO', 'CSV', '/NH']);
    const image = /^"([^"]+)","(\d+)"/mu.exec(text);
    return image !== null && Number(image[2]) === tool.pid && image[1]?.toLowerCase() !== `${tool.tool}.exe`;
  } catch {
    return false;
  }
}

async function empty(folder: string): Promise<void> {
  const names = await fs.readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw new CertopsError('TemporaryFolderNotEmptied', { folder, cause: error.code ?? '' });
  });
  for (const name of names) {
    // a virus scanner may have it open for a moment
    const removing = fs.rm(path.join(folder, name), { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await removing.catch((error: NodeJS.ErrnoException) => {
      throw new CertopsError('TemporaryFolderNotEmptied', { folder, name, cause: error.code ?? '' });
    });
  }
}

const systemProcesses: Processes = {
  exists(pid) {
    try {
      // signal 0 only asks, on Windows too
      process.kill(pid, 0);
      return true;
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EPERM';
    }
  },
  bootedAt: (now) => now - os.uptime() * 1000,
};
