import type { HostName, Instant, Message, Role } from '../values.ts';

export type RowState = 'waiting' | 'running' | 'good' | 'bad' | 'unknown';

/** A machine on the running or closed card. */
export interface HostRow {
  readonly host: HostName;
  readonly role: Role;
  readonly state: RowState;
  readonly what: Message;
  /**
   * Worker: each time it was cut off, or the one that lasts; master: its own switch. Milliseconds; empty: unmeasured.
   */
  readonly ms: readonly number[];
  readonly cutOff: boolean;
  /**
   * On a card that asks people: when a worker was cut off that nobody has seen connected since; left out for others.
   */
  readonly cutAt?: Instant;
}
