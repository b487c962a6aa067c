import type { FaultBox } from '../faults/box.ts';
import type { Operation } from '../faults/table.ts';
import type { Scm } from '../services/scm.ts';
import type { Catalog } from '../ssisdb/catalog.ts';
import type { LabHost } from '../world/host.ts';

/** What a tool says before it becomes bytes. */
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
  /** The name under which it is reached from there. */
  readonly sqlServer: string;
  now(): number;
  sockets(): readonly Socket[];
}

export interface ToolProgram {
  /** Which operation a call is: faults are armed for operations. Null: a call that no fault knows. */
  operation(args: readonly string[]): Operation | null;
  run(machine: Machine, args: readonly string[]): Said | Promise<Said>;
  /** What the tool says when the fault `fails` bites. */
  failure(operation: Operation, args: readonly string[]): Said;
  /** What it says when it worked, for the fault `lies`. */
  success(operation: Operation, args: readonly string[]): Said;
}

export const said = (code: number, text: string): Said => ({ code, text });

/** Whether a tool that must write a file finds the disk full just now. */
export const diskIsFull = (machine: Machine): boolean =>
  machine.faults.take(machine.host.state.name, 'writes') !== null;
