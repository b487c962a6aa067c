import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, watch, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import path from 'node:path';
import { allowTool } from '../channel/install.ts';
import type { LabMachine } from '../machine.ts';
import type { FaultBox } from './box.ts';

/** So long a settings file cannot be opened. Milliseconds. */
const LOCKED_MS = 4000;

/** Faults of files, which no tool passes through. */
export interface FileFaults {
  /** Brings the file system in line with what is armed. */
  refresh(): void;
  lock(host: string): void;
  close(): void;
}

export function createFileFaults(machines: ReadonlyMap<string, LabMachine>, faults: FaultBox): FileFaults {
  return { refresh: () => {}, lock: () => {}, close: () => {} };
}
