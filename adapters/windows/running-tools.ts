import fs from 'node:fs';
import path from 'node:path';

export interface RunningTool {
  readonly pid: number;
  readonly tool: string;
  readonly limitMs: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** One line of fixed length for each tool, so that a line is written and wiped in one go. */
const LINE_BYTES = 64;
const LINE = /^(\d{1,10}) ([a-z]{2,20}) (\d{1,9}) (\d{1,16}) *$/u;

/**
 * Names the tools that run, in a file that stays open, so that a runner that starts after a kill can wait for what the
 * dead one left running. A line is written at once and not awaited: between a tool's start and its line nothing else
 * may run. Making a file for each tool instead would wait for the disk. Best effort: a full disk must not stop a change
 * from being put back. `remember` answers with what wipes the line.
 */
export function createRunningTools(folder: string | null): { remember(tool: RunningTool): () => void } {
  let file: number | null = null;
  const free: number[] = [];
  let lines = 0;
  const write = (line: number, text: string): boolean => {
    try {
      file ??= open(folder ?? '');
      fs.writeSync(file, `${text.padEnd(LINE_BYTES - 1)}\n`, line * LINE_BYTES, 'latin1');
      return true;
    } catch {
      return false;
    }
  };
  return {
    remember({ pid, tool, limitMs, startedAt }) {
      if (folder === null) return () => {};
      const line = free.pop() ?? lines++;
      const written = write(line, `${pid} ${tool} ${limitMs} ${startedAt}`);
      return () => {
        if (written) write(line, '');
        free.push(line);
      };
    },
  };
}

function open(folder: string): number {
  fs.mkdirSync(folder, { recursive: true });
  return fs.openSync(path.join(folder, `${process.pid}.tools`), 'w');
}

/** The files of a folder, each with the tools that it names. */
export function readRunningTools(folder: string): readonly { file: string; tools: readonly RunningTool[] }[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name);
    return name.endsWith('.tools') ? [{ file, tools: toolsIn(fs.readFileSync(file, 'latin1')) }] : [];
  });
}

const toolsIn = (text: string): readonly RunningTool[] =>
  text.split('\n').flatMap((line) => {
    const [, pid, tool, limitMs, startedAt] = LINE.exec(line) ?? [];
    if (tool === undefined) return [];
    return [{ pid: Number(pid), tool, limitMs: Number(limitMs), startedAt: Number(startedAt) }];
  });
