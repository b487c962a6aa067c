import type { LabKey } from './certificate.ts';
import type { Switches } from './world/state.ts';

export interface LabOptions {
  /** Where the lab keeps everything; a second start finds the same world. */
  readonly folder: string;
  readonly farm?: string;
  /**
   * Machines that are workers only: sqlw01, sqlw02 ... Default 3, or 0 for a onebox. Used only when the world is made.
   */
  readonly workers?: number;
  /** sqlm01 is master and worker at once. */
  readonly onebox?: boolean;
  /**
   * sqlm01 and sqlm02 are the nodes of a clustered master whose group stays on sqlm01; workers use the cluster's name.
   */
  readonly cluster?: boolean;
  /** Days until the old certificates expire, from last midnight (UTC) on. Default 14. */
  readonly days?: number;
  /** Port of the master. Default 8391. */
  readonly port?: number;
  /** How all hosts of a new world behave. */
  readonly switches?: Partial<Switches>;
  /** Keys that a new world's certificates share; made when none are given, which takes a moment. */
  readonly keys?: readonly LabKey[];
  /** Pause between a worker's heartbeats; `retryMs`: before it tries again. Milliseconds. */
  readonly heartbeatMs?: number;
  readonly retryMs?: number;
}

export interface LabHostInfo {
  readonly name: string;
  readonly roles: readonly ('master' | 'worker')[];
  /** Real folder of the host's tree. */
  readonly root: string;
  /** As the host itself names it. */
  readonly systemRoot: string;
  /** `host:port` as the host would ask for it -> `127.0.0.1:port` where it is really reached. */
  readonly connect: { readonly [hostAndPort: string]: string };
}

/** What lab.json holds. */
export interface LabFile {
  readonly farm: string;
  readonly control: string;
  readonly token: string;
  readonly pid: number;
  readonly endpoint: { readonly host: string; readonly port: number };
  readonly hosts: readonly LabHostInfo[];
}
