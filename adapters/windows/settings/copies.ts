import fs from 'node:fs/promises';
import path from 'node:path';
import type { WindowsContext } from '../context.ts';
import { errnoOf, notWritable, RETRY_MS } from '../held-files.ts';
import { mustFit, writeFlushed } from './whole-file.ts';

/** What follows a file's own name in the names of its copies. */
const COPY = '.certops-';

/** Whether a file of this name is a copy of another, taken before that was changed. */
export const isCopyOf = (file: string, name: string): boolean => name.startsWith(`${file}${COPY}`);

const stampOf = ({ clock }: WindowsContext): string => new Date(clock.now()).toISOString().replace(/[-:.]/gu, '');

/** Keeps what a file holds now in a copy beside it, on disk. Throws `FileNotWritable`. */
export async function backUp(context: WindowsContext, windowsPath: string, bytes: Buffer): Promise<void> {
  const stamp = stampOf(context);
  for (let again = 0; ; again += 1) {
    const copy = `${windowsPath}${COPY}${stamp}${again === 0 ? '' : `-${again}`}.bak`;
    try {
      await writeFlushed(context.paths.toFileSystem(copy), bytes);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST' || again > 99) throw notWritable(copy, error);
    }
  }
}

/**
 * Writes as much beside a file as the copy before a change takes, and removes it again: otherwise a full disk, or a
 * folder that takes no new file, would come out in the middle of an outage. Blanks: what the file holds has not been
 * judged. Throws `FileNotWritable`.
 */
export async function tryRoomBeside(context: WindowsContext, windowsPath: string): Promise<void> {
  await removeTried(context, windowsPath);
  const stamp = stampOf(context);
  for (let tries = 1; ; tries += 1) {
    const beside = `${windowsPath}${COPY}${stamp}-${tries}.tmp`;
    const real = context.paths.toFileSystem(beside);
    try {
      const { size } = await fs.stat(context.paths.toFileSystem(windowsPath));
      mustFit(windowsPath, size);
      await writeFlushed(real, Buffer.alloc(size, ' '));
      await fs.rm(real, { force: true, maxRetries: 5, retryDelay: 100 }).catch(() => {});
      return;
    } catch (error) {
      if (tries === 5) throw notWritable(beside, error);
      await context.clock.sleep(RETRY_MS);
    }
  }
}

/** What an earlier trial left, whose runner was killed in that moment or whose file a scanner held. Never a link. */
async function removeTried(context: WindowsContext, windowsPath: string): Promise<void> {
  const folder = context.paths.toFileSystem(path.win32.dirname(windowsPath));
  const begin = `${path.win32.basename(windowsPath)}${COPY}`;
  const left = await fs.readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const one of left)
    if (one.isFile() && one.name.startsWith(begin) && TRIED.test(one.name.slice(begin.length)))
      await fs.rm(path.join(folder, one.name), { force: true }).catch(() => {});
}

/** How the name of a trial goes on: its time, and which try it was. */
const TRIED = /^\d{8}T\d{9}Z-[1-5]\.tmp$/u;
