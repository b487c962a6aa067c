import type { Digest, HostName, Instant, RotationId } from '../values.ts';

/**
 * `go-on`: although packages still run. `leave-out`: without the workers on which they run. To wait longer for them is
 * `look-again`.
 */
export type ResolveChoice = 'look-again' | 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';

/** What the bot writes about machines in an unknown state, or packages that keep running. */
export type ResolveEntry =
  | {
      readonly type: 'resolve-asked';
      readonly id: RotationId;
      readonly choice: ResolveChoice;
      readonly by: { readonly id: string; readonly name: string };
      /** The digest that votes name; null: no votes needed. */
      readonly digest: Digest | null;
      /** Digest of the facts it rests on. Absent in older journals, where votes named exactly that. */
      readonly facts?: Digest | null;
      /** Only these of the machines in question; absent: all of them. */
      readonly hosts?: readonly HostName[];
    }
  | {
      readonly type: 'resolved';
      readonly id: RotationId;
      readonly choice: ResolveChoice;
      readonly hosts: readonly HostName[];
      /** The pending decision rested on facts that have moved. Absent in older journals, and if there was none. */
      readonly void?: true;
    };

export interface Resolve {
  readonly choice: ResolveChoice;
  readonly by: { readonly id: string; readonly name: string };
  /** Only these of the machines in question, the others stay in question; null: all of them. */
  readonly hosts: readonly HostName[] | null;
  /** The digest that votes name, and the facts behind it; null: no votes needed. */
  readonly digest: Digest | null;
  readonly facts: Digest | null;
  readonly at: Instant;
  /**
   * While all machines are looked at again, by itself or during a pending decision: how many orders there were before.
   * null: no such look. A count, because the clock may be set back meanwhile.
   */
  readonly look: number | null;
}

/** A question that nobody decides any more, and when it became void. */
export interface Voided extends Pick<Resolve, 'choice' | 'by' | 'hosts' | 'digest' | 'at'> {
  /** Who chose to wait longer for packages instead; left out: what is seen has changed. */
  readonly waits?: Resolve['by'];
}
