import type { Wish } from '../plan/wish.ts';
import type { HostName, Instant, Message, RotationId } from '../values.ts';
import type { HostRow } from './host-row.ts';
import type { PersonRef } from './person-ref.ts';
import type { VoteView } from './vote-view.ts';

/** The card that asks a person: machines of which nobody knows how they stand, or packages that run on. */
export interface NeedsPersonView {
  readonly kind: 'needs-person';
  readonly wish: Wish;
  readonly id: RotationId;
  readonly farm: string;
  /** Digest over the facts seen: what the votes on this card name. */
  readonly digest: string;
  readonly unknown: readonly HostName[];
  /** Each of these is up, and is put back by itself once its runner, which somebody has paused, is resumed. */
  readonly paused: boolean;
  /**
   * Packages run on: how long one wait is, which workers wait for their own (none: all for all), and why nobody waits
   * any longer: a freeze, a change window that has closed, or one that closes before another wait would end; null: it
   * is about machines.
   */
  readonly packages: {
    readonly waitMs: number;
    /** Nobody has seen one run: whether any does is not known. */
    readonly unseen: boolean;
    readonly frozen: { readonly until: Instant; readonly by: string; readonly reason: string } | null;
    readonly workers: readonly HostName[];
    readonly windowClosed: Instant | null;
    readonly windowCloses: Instant | null;
    /** They can be left out, and these are still to switch then; left out: they cannot. */
    readonly leaveOut?: { readonly toGo: readonly HostName[] };
    /** Why nobody sees now whether they have ended; left out: it is looked. */
    readonly unwatched?: { readonly host: HostName; readonly how: 'silent' | 'paused' | 'unanswered' };
  } | null;
  readonly why: readonly Message[];
  readonly rows: readonly HostRow[];
  /** Which certificate the proved machines are on. */
  readonly provedOn: 'new' | 'old' | 'mixed';
  /** What the last look found there instead of what was wanted. */
  readonly against: readonly Message[];
  /** Whether one of the unknown ones says nothing; else a look is answered now. */
  readonly silent: boolean;
  /** Every worker was cut off before it began; left out: nobody was. */
  readonly cutOffAlready?: boolean;
  /**
   * What becomes of the unknown ones when they are left behind; all-as-it-is: of all machines, for the master among
   * them has nothing to go back to, or may never speak again; null: they cannot be.
   */
  readonly leave: 'cut-off' | 'not-known' | 'as-it-is' | 'all-as-it-is' | null;
  /**
   * Of several machines, or workers where packages run, those that can be left by themselves while the others stay in
   * question. Left out: none can.
   */
  readonly leaveOne?: readonly HostName[];
  /**
   * From when on all can be left as it is, should a silent master say nothing until then; left out: it is offered
   * already, or it is about something else.
   */
  readonly leaveFrom?: Instant;
  /**
   * What that master does by itself should it come back; unknown: nobody can tell. Left out: it is another reason, or
   * none.
   */
  readonly returns?: { readonly host: HostName; readonly how: 'goes-back' | 'stays' | 'unknown' };
  /**
   * What *Put all back* does. prepared: it takes away what was prepared, before anybody was cut off; rest: it brings
   * the last ones to the old certificate; once-imported: the same, and first that is imported there again; once-more:
   * all others have been told to go back, and it tells the unknown ones to try again; again: it cuts off once more who
   * is on the new one; unbound: the port has no binding again, and every worker is cut off; unbound-alone: the same
   * where there is none; unbound-imported: the same, once the certificate that its settings are to name is imported
   * there again; cut-off: workers that were to be reconnected are cut off as before.
   */
  readonly back:
    | 'prepared'
    | 'rest'
    | 'once-imported'
    | 'once-more'
    | 'again'
    | 'unbound'
    | 'unbound-alone'
    | 'unbound-imported'
    | 'cut-off';
  readonly asked: {
    readonly choice: 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';
    readonly by: PersonRef;
    /** Of the machines in question these alone; left out: all of them. */
    readonly hosts?: readonly HostName[];
  } | null;
  /** What was asked before and is void, for what it was about has changed; null: nothing is. */
  readonly voided: NeedsPersonView['asked'];
  readonly votes: readonly VoteView[];
  readonly needed: number;
  readonly mayApprove: readonly PersonRef[];
  readonly quorum: number;
}
