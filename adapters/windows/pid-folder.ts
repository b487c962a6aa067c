import fs from 'node:fs';
import path from 'node:path';

export interface RunningTool {
  readonly pid: number;
  readonly tool: string;
  readonly limitMs: number;
}

/**
 * One empty file for each tool that runs, its facts in the name, so that a runner that starts after a kill can wait
 * for what the dead one left running. Best effort: a full disk must not stop a change from being put back.
 */
export function createPidFolder(folder: string | null): { remember(tool: RunningTool): () => void } {
  if (folder === null) return { remember: () => () => {} };
  let made = false;
  return {
    remember({ pid, tool, limitMs }) {
      const file = path.join(folder, `${pid}.${tool}.${limitMs}`);
      try {
        if (!made) fs.mkdirSync(folder, { recursive: true });
        made = true;
        // at once and not awaited: between the start and this line nothing else may run
        fs.closeSync(fs.openSync(file, 'w'));
      } catch {
        return () => {};
      }
      return () => fs.unlink(file, () => {});
    },
  };
}

/** Tools that the folder names, with the instant (milliseconds since 1970) at which each was started. */
export function readPidFolder(folder: string): readonly (RunningTool & { startedAt: number; file: string })[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    const found = /^(\d{1,10})\.([a-z]{2,20})\.(\d{1,9})$/u.exec(name);
    if (found?.[1] === undefined || found[2] === undefined) return [];
    const file = path.join(folder, name);
    const startedAt = fs.statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return [{ pid: Number(found[1]), tool: found[2], limitMs: Number(found[3]), startedAt, file }];
  });
}
