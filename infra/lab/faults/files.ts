import {
  chmodSync,
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { allowTool } from '../channel/install.ts';
import { TOOL_NAMES } from '../channel/shim.ts';
import type { LabMachine } from '../machine.ts';
import type { FaultBox } from './box.ts';

/** So long a settings file cannot be opened. Milliseconds. */
const LOCKED_MS = 4000;
const LOOK_EVERY_MS = 4;
const ASIDE = '.locked-by-lab';

/**
 * Faults of files, which no tool passes through. What can be had from the file system is real; root, whom no mode
 * stops, meets the nearest thing that is the same everywhere:
 * - read-only: the mode says so, and for root every change is undone within milliseconds, at the latest before the
 *   next tool runs: to the product a write that did not last.
 * - locked: nobody may open the file (EACCES); for root its name leads nowhere for that time (ELOOP).
 * - blocked tools lose their execute bit: starting one fails for root as well.
 */
export interface FileFaults {
  /** Brings the file system in line with what is armed. */
  refresh(): void;
  /** Undoes at once what must not last; called before each tool of the host. */
  settle(host: string): void;
  lock(host: string): void;
  close(): void;
}

export function createFileFaults(machines: ReadonlyMap<string, LabMachine>, faults: FaultBox): FileFaults {
  const guards = new Map<string, Map<string, Buffer>>();
  const locked = new Map<string, NodeJS.Timeout>();
  let watch: NodeJS.Timeout | null = null;

  const settle = (host: string): void => {
    for (const [file, content] of guards.get(host) ?? []) {
      if (locked.has(file) || readFileSync(file).equals(content)) continue;
      chmodSync(file, 0o644);
      writeFileSync(file, content);
      if (faults.take(host, 'settings')?.mode === 'read-only') chmodSync(file, 0o444);
    }
    if (faults.peek(host, 'settings') === null) guards.delete(host);
  };
  const unlock = (file: string): void => {
    clearTimeout(locked.get(file));
    locked.delete(file);
    if (existsSync(`${file}${ASIDE}`)) renameSync(`${file}${ASIDE}`, file);
    chmodSync(file, 0o644);
  };
  const guard = (machine: LabMachine): void => {
    const host = machine.host.state.name;
    const fault = faults.peek(host, 'settings');
    const files = settingsFiles(machine);
    if (fault === null) {
      guards.delete(host);
      for (const file of files) if (!locked.has(file)) chmodSync(file, 0o644);
      return;
    }
    if (!guards.has(host)) guards.set(host, new Map(files.map((file) => [file, readFileSync(file)] as const)));
    if (fault.mode === 'read-only') for (const file of files) chmodSync(file, 0o444);
  };

  // A lab that was killed in the middle left its files aside.
  for (const machine of machines.values()) for (const file of namedFiles(machine)) if (isAside(file)) unlock(file);
  return {
    settle,
    refresh: () => {
      for (const machine of machines.values()) {
        const host = machine.host.state.name;
        guard(machine);
        for (const tool of TOOL_NAMES) allowTool(machine.host, tool, faults.peek(host, 'blocked', tool) === null);
      }
      if (watch !== null) clearInterval(watch);
      watch = guards.size === 0 ? null : setInterval(() => [...guards.keys()].forEach(settle), LOOK_EVERY_MS);
    },
    lock: (host) => {
      const machine = machines.get(host);
      for (const file of machine === undefined ? [] : settingsFiles(machine)) {
        if (locked.has(file)) continue;
        locked.set(
          file,
          setTimeout(() => unlock(file), LOCKED_MS),
        );
        if (process.getuid?.() === 0) {
          renameSync(file, `${file}${ASIDE}`);
          symlinkSync(path.basename(file), file);
        } else chmodSync(file, 0);
      }
    },
    close: () => {
      if (watch !== null) clearInterval(watch);
      for (const file of [...locked.keys()]) unlock(file);
    },
  };
}

const namedFiles = ({ host }: LabMachine): string[] =>
  host.state.services.flatMap((service) => {
    if (service.role === null) return [];
    const name = service.role === 'master' ? 'MasterSettings.config' : 'WorkerSettings.config';
    return [path.join(host.real(service.folder) ?? '', name)];
  });

const settingsFiles = (machine: LabMachine): string[] => namedFiles(machine).filter((file) => existsSync(file));

/** Our own dead end stands in its place; anything else is left alone. */
function isAside(file: string): boolean {
  if (!existsSync(`${file}${ASIDE}`)) return false;
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  rmSync(file);
  return true;
}
