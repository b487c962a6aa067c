import type { FaultBox } from '../faults/box.ts';
import type { Operation } from '../faults/table.ts';
import type { Scm } from '../services/scm.ts';
import type { Catalog } from '../ssisdb/catalog.ts';
import type { LabHost } from '../world/host.ts';

/** A tool's output before it is encoded. */
export interface Said {
  readonly code: number;
  readonly text: string;
  /** UTF-16LE instead of the OEM code page (certutil -Unicode). */
  readonly unicode?: boolean;
}

/** A TCP connection or listener as netstat shows it, on the farm's made-up network. */
export interface Socket {
  readonly local: string;
  readonly remote: string;
  readonly state: 'LISTENING' | 'ESTABLISHED' | 'TIME_WAIT';
  readonly pid: number;
}

export interface Machine {
  readonly host: LabHost;
  readonly scm: Scm;
  readonly faults: FaultBox;
  /** SSISDB, on the master's host; null elsewhere. */
  readonly catalog: Catalog | null;
  /** The server name under which the machine reaches SSISDB. */
  readonly sqlServer: string;
  now(): number;
  sockets(): readonly Socket[];
}

export interface ToolProgram {
  /** Which operation a call performs: faults are armed for operations. Null: none can be armed for this call. */
  operation(args: readonly string[]): Operation | null;
  run(machine: Machine, args: readonly string[]): Said | Promise<Said>;
  /** What the tool says under the fault `fails`. */
  failure(operation: Operation, args: readonly string[]): Said;
  /** What it says when it works, for the fault `lies`. */
  success(operation: Operation, args: readonly string[]): Said;
}

export const said = (code: number, text: string): Said => ({ code, text });

/** Whether a tool that must write a file finds the disk full. Uses up a one-shot fault. */
export const diskIsFull = (machine: Machine): boolean =>
  machine.faults.take(machine.host.state.name, 'writes') !== null;
