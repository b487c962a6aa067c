import type { Digest, HostName, Instant, RotationId } from '../values.ts';

/**
 * `go-on`: though packages still run; `leave-out`: without the workers where they do; waiting longer for them is
 * `look-again`.
 */
export type ResolveChoice = 'look-again' | 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';

/** What the bot writes about machines that are unknown, or packages that run on. */
export type ResolveEntry =
  | {
      readonly type: 'resolve-asked';
      readonly id: RotationId;
      readonly choice: ResolveChoice;
      readonly by: { readonly id: string; readonly name: string };
      /** What votes name; null: it needs none. */
      readonly digest: Digest | null;
      /** What it rests on. Absent in older journals, where votes named just that. */
      readonly facts?: Digest | null;
      /** Of the machines in question these alone; absent: all of them. */
      readonly hosts?: readonly HostName[];
    }
  | {
      readonly type: 'resolved';
      readonly id: RotationId;
      readonly choice: ResolveChoice;
      readonly hosts: readonly HostName[];
      /**
       * The question that waited for votes was about facts that have moved. Absent in older journals, and where it was
       * none.
       */
      readonly void?: true;
    };

export interface Resolve {
  readonly choice: ResolveChoice;
  readonly by: { readonly id: string; readonly name: string };
  /** Of the machines in question these alone, and the others stay in question; null: all of them. */
  readonly hosts: readonly HostName[] | null;
  /** What votes name, and the facts that they rest on; null: it needs none. */
  readonly digest: Digest | null;
  readonly facts: Digest | null;
  readonly at: Instant;
  /**
   * All machines are looked at once more, for that alone or while a decision waits: how many orders there were before.
   * null: they are not. Counted, for the clock may be set back meanwhile.
   */
  readonly look: number | null;
}

/** A question that nobody decides any more, and when it became void. */
export type Voided = Pick<Resolve, 'choice' | 'by' | 'hosts' | 'digest' | 'at'>;
