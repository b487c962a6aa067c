import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  lstatSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { allowSqlcmd, allowTool } from '../channel/install.ts';
import { TOOL_NAMES } from '../channel/shim.ts';
import type { LabMachine } from '../machine.ts';
import type { FaultBox } from './box.ts';
import type { FilePoint } from './table.ts';

const LOOK_EVERY_MS = 4;
const ASIDE = '.locked-by-lab';

/**
 * Faults of files that the product accesses without a tool. They are real where the file system can produce them; root,
 * whom no file mode stops, gets the nearest equivalent:
 * - read-only: by file mode; for root every change is undone within milliseconds, at the latest before the next tool
 *   runs, so the product sees a write that did not last.
 * - locked: nobody may open the file (EACCES); for root its name is a link to itself for that time (ELOOP).
 * - blocked tools lose their execute bit: starting one fails for root as well.
 */
interface FileFaults {
  /** Brings the file system in line with what is armed. */
  refresh(): void;
  /** Undoes at once changes that must not last; called before each tool of the host. */
  settle(host: string): void;
  lock(host: string): void;
  close(): void;
}

interface Guard {
  readonly point: FilePoint;
  readonly content: Buffer;
}

/** Nobody ever finds the file empty, as while it is written anew: that would be another fault. */
function overwrite(file: string, content: Buffer): void {
  const opened = openSync(file, constants.O_RDWR | constants.O_CREAT);
  writeSync(opened, content, 0, content.length, 0);
  ftruncateSync(opened, content.length);
  closeSync(opened);
}

export function createFileFaults(machines: ReadonlyMap<string, LabMachine>, faults: FaultBox): FileFaults {
  const guards = new Map<string, Map<string, Guard>>();
  const locked = new Map<string, NodeJS.Timeout>();
  let watch: NodeJS.Timeout | null = null;

  /** A guarded file that was changed is as it was again, unless its fault lets this change pass. */
  const restore = (host: string, file: string, { point, content }: Guard): Buffer => {
    if (locked.has(file)) return content;
    const found = existsSync(file) ? readFileSync(file) : null;
    if (found?.equals(content) === true) return content;
    const fault = faults.take(host, point);
    if (fault === null) return found ?? content;
    if (found !== null) chmodSync(file, 0o644);
    overwrite(file, content);
    if (fault.mode === 'read-only') chmodSync(file, 0o444);
    return content;
  };
  const settle = (host: string): void => {
    const guarded = [...(guards.get(host) ?? [])];
    const left = guarded
      .map(([file, guard]) => [file, { ...guard, content: restore(host, file, guard) }] as const)
      .filter(([, { point }]) => faults.peek(host, point) !== null);
    if (left.length === 0) guards.delete(host);
    else guards.set(host, new Map(left));
  };
  const unlock = (file: string): void => {
    clearTimeout(locked.get(file));
    locked.delete(file);
    if (existsSync(`${file}${ASIDE}`)) renameSync(`${file}${ASIDE}`, file);
    chmodSync(file, 0o644);
  };
  const guard = (machine: LabMachine): void => {
    const host = machine.host.state.name;
    const before = guards.get(host);
    const now = new Map<string, Guard>();
    for (const { point, file } of ownFiles(machine).filter((each) => existsSync(each.file))) {
      const fault = faults.peek(host, point);
      const known = before?.get(file);
      if (!locked.has(file)) chmodSync(file, fault?.mode === 'read-only' ? 0o444 : 0o644);
      // A file that is locked now is guarded once it can be read again.
      if (fault !== null && known !== undefined) now.set(file, known);
      else if (fault !== null && !locked.has(file)) now.set(file, { point, content: readFileSync(file) });
    }
    guards.delete(host);
    if (now.size > 0) guards.set(host, now);
  };

  const refresh = (): void => {
    for (const machine of machines.values()) {
      const host = machine.host.state.name;
      guard(machine);
      for (const tool of TOOL_NAMES) allowTool(machine.host, tool, faults.peek(host, 'blocked', tool) === null);
      const is = (mode: string): boolean => faults.peek(host, 'blocked', mode) !== null;
      allowSqlcmd(machine.host, !is('sqlcmd'), !is('sqlcmd-missing'));
    }
    if (watch !== null) clearInterval(watch);
    watch = guards.size === 0 ? null : setInterval(() => [...guards.keys()].forEach(settle), LOOK_EVERY_MS);
  };

  // A lab that was killed while files were locked left them aside.
  for (const machine of machines.values()) for (const { file } of ownFiles(machine)) if (isAside(file)) unlock(file);
  return {
    settle,
    refresh,
    lock: (host) => {
      const machine = machines.get(host);
      for (const { point, file } of machine === undefined ? [] : ownFiles(machine)) {
        if (point !== 'settings' || locked.has(file) || !existsSync(file)) continue;
        const end = (): void => {
          unlock(file);
          refresh();
        };
        locked.set(file, setTimeout(end, machine?.host.state.switches.lockMs ?? 0));
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

/** The files beside a service's image that the product writes. */
const ownFiles = ({ host }: LabMachine): { point: FilePoint; file: string }[] =>
  host.state.services.flatMap((service) => {
    if (service.role === null) return [];
    const folder = host.real(service.folder) ?? '';
    const settings = service.role === 'master' ? 'MasterSettings.config' : 'WorkerSettings.config';
    const published = ['SSISScaleOutMaster.cer', 'SSISScaleOutWorker.cer'];
    return [
      { point: 'settings', file: path.join(folder, settings) },
      ...published.map((name) => ({ point: 'cer' as const, file: path.join(folder, name) })),
    ];
  });

/** Whether our own link to itself is in its place, which this removes; anything else is left alone. */
function isAside(file: string): boolean {
  if (!existsSync(`${file}${ASIDE}`)) return false;
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return false;
  rmSync(file);
  return true;
}
