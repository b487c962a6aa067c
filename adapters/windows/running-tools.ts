import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { errorCode } from '../../src/domain/errors.ts';

export interface RunningTool {
  readonly pid: number;
  readonly tool: string;
  readonly limitMs: number;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
}

/** One line of fixed length for each tool, so that it is written and wiped in one go. */
const LINE_BYTES = 64;
/** Earlier versions named records by the process id alone. */
const RECORD = /^(\d{1,10})(?:-[0-9a-f-]{36})?\.tools$/u;
const LINE = /^(\d{1,10}) ([a-z]{2,20}) (\d{1,9}) (\d{1,16}) *$/u;

/**
 * Records the running tools in a file that stays open, so that a runner that starts after a kill can wait for what the
 * dead one left running. Lines are written synchronously: nothing else may run between a tool's start and its line. A
 * file for each tool would have to wait for the disk. Best effort: a full disk must not stop a change from being put
 * back. `remember` returns a function that wipes the line. The file belongs to this process alone (`newRecord`):
 * process ids are reused, and a file named by the id alone could wipe what a dead runner left.
 */
export function createRunningTools(record: string | null): { remember(tool: RunningTool): () => void } {
  let file: number | null = null;
  const free: number[] = [];
  let lines = 0;
  const write = (line: number, text: string): boolean => {
    try {
      file ??= open(record ?? '');
      fs.writeSync(file, `${text.padEnd(LINE_BYTES - 1)}\n`, line * LINE_BYTES, 'latin1');
      return true;
    } catch {
      return false;
    }
  };
  return {
    remember({ pid, tool, limitMs, startedAt }) {
      if (record === null) return () => {};
      const line = free.pop() ?? lines++;
      const written = write(line, `${pid} ${tool} ${limitMs} ${startedAt}`);
      return () => {
        if (written) write(line, '');
        free.push(line);
      };
    },
  };
}

function open(record: string): number {
  fs.mkdirSync(path.dirname(record), { recursive: true });
  return fs.openSync(record, 'w');
}

/** A file name in this folder that no process has used. */
export const newRecord = (folder: string): string => path.join(folder, `${process.pid}-${randomUUID()}.tools`);

export interface ToolsRecord {
  readonly file: string;
  /** The process that wrote it. Another one may have this id by now. */
  readonly pid: number;
}

/** The records of this and of earlier processes in a folder; none if there is no such folder. */
export function recordsIn(folder: string): readonly ToolsRecord[] {
  if (!fs.existsSync(folder)) return [];
  return fs.readdirSync(folder).flatMap((name) => {
    const [, pid] = RECORD.exec(name) ?? [];
    return pid === undefined ? [] : [{ file: path.join(folder, name), pid: Number(pid) }];
  });
}

/** The tools in a record; none when the record is gone by now. */
export function readRecord(file: string): readonly RunningTool[] {
  try {
    return toolsIn(fs.readFileSync(file, 'latin1'));
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

const toolsIn = (text: string): readonly RunningTool[] =>
  text.split('\n').flatMap((line) => {
    const [, pid, tool, limitMs, startedAt] = LINE.exec(line) ?? [];
    if (tool === undefined) return [];
    return [{ pid: Number(pid), tool, limitMs: Number(limitMs), startedAt: Number(startedAt) }];
  });
