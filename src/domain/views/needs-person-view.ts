import type { Wish } from '../plan/wish.ts';
import type { HostName, Instant, Message, RotationId } from '../values.ts';
import type { HostRow } from './host-row.ts';
import type { PersonRef } from './person-ref.ts';
import type { VoteView } from './vote-view.ts';

/** The card that asks a person about machines in an unknown state, or packages that keep running. */
export interface NeedsPersonView {
  readonly kind: 'needs-person';
  readonly wish: Wish;
  readonly id: RotationId;
  readonly farm: string;
  /** Digest over the facts seen, which the votes on this card name. */
  readonly digest: string;
  readonly unknown: readonly HostName[];
  /** All of these are up but paused by somebody, and are put back by themselves once their runners are resumed. */
  readonly paused: boolean;
  /**
   * Packages keep running: how long one wait is, which workers wait for their own (empty: one wait for all), and what
   * rules out another wait: a freeze, a change window that has closed, or one that closes before the wait would end.
   * null: it is about machines.
   */
  readonly packages: {
    readonly waitMs: number;
    /** Nobody has seen one run: whether any does is unknown. */
    readonly unseen: boolean;
    readonly frozen: { readonly until: Instant; readonly by: string; readonly reason: string } | null;
    readonly workers: readonly HostName[];
    readonly windowClosed: Instant | null;
    readonly windowCloses: Instant | null;
    /** They can be left out, and then these are still to switch; left out: they cannot. */
    readonly leaveOut?: { readonly toGo: readonly HostName[] };
    /** Why nobody sees now whether they have ended; left out: somebody is looking. */
    readonly unwatched?: { readonly host: HostName; readonly how: 'silent' | 'paused' | 'unanswered' };
  } | null;
  readonly why: readonly Message[];
  /** Why all was put back, where only the final look disagrees since; left out: it is among these, or goes forth. */
  readonly wentBack?: Message;
  readonly rows: readonly HostRow[];
  /** Which certificate the proved machines are on. */
  readonly provedOn: 'new' | 'old' | 'mixed';
  /**
   * The certificate that the workers in question have to accept has ended, so that nothing here connects them. Left
   * out: it has not, or they are asked about for another reason.
   */
  readonly ended?: { readonly master: HostName; readonly at: Instant; readonly clustered: boolean };
  /** What the last look found there instead of what was wanted. */
  readonly against: readonly Message[];
  /** Whether any of the unknown ones is silent; otherwise a look would be answered now. */
  readonly silent: boolean;
  /** Every worker was already cut off before it began; left out: nobody was. */
  readonly cutOffAlready?: boolean;
  /**
   * What happens to the unknown ones if they are left behind. all-as-it-is: it affects all machines, since the master
   * among them has nothing to go back to, or may never speak again. null: they cannot be left.
   */
  readonly leave: 'cut-off' | 'not-known' | 'as-it-is' | 'all-as-it-is' | null;
  /**
   * The machines in question, or workers where packages run, that can be left individually while the others stay in
   * question. Left out: none.
   */
  readonly leaveOne?: readonly HostName[];
  /**
   * When all can be left as it is if a silent master says nothing until then; left out: offered already, or not
   * applicable.
   */
  readonly leaveFrom?: Instant;
  /** What that master does by itself if it comes back; unknown: nobody can tell. Left out: another reason, or none. */
  readonly returns?: { readonly host: HostName; readonly how: 'goes-back' | 'stays' | 'unknown' };
  /**
   * What *Put all back* does. prepared: it removes what was prepared, before anybody was cut off; rest: it brings the
   * last ones to the old certificate; once-imported: the same, after the certificate is imported there again;
   * once-more: all others have been told to go back, and it tells the unknown ones to try again; again: it cuts off
   * once more those on the new one; unbound: the port has no binding again, and every worker is cut off; unbound-alone:
   * the same if there are no workers; unbound-imported: the same as unbound, once the certificate its settings are to
   * name is imported there again; cut-off: workers that were to be reconnected are cut off as before.
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
  /** That was tried for what is in question now, and changed nothing: it is not offered. Left out: it was not. */
  readonly tried?: boolean;
  /** Each machine is back by its own word, and what is wrong is none of that: it is not offered. Left out: it is. */
  readonly nothingLeft?: boolean;
  readonly asked: {
    readonly choice: 'leave-behind' | 'put-all-back' | 'go-on' | 'leave-out';
    readonly by: PersonRef;
    /** Only these of the machines in question; left out: all of them. */
    readonly hosts?: readonly HostName[];
  } | null;
  /**
   * What was asked before and is void because the facts have changed, or because this person `waits` longer for
   * packages; null: nothing.
   */
  readonly voided: (NonNullable<NeedsPersonView['asked']> & { readonly waits?: PersonRef }) | null;
  readonly votes: readonly VoteView[];
  readonly needed: number;
  readonly mayApprove: readonly PersonRef[];
  /** Groups of approvers whose members Slack has not named yet: more people may vote. Left out: there are none. */
  readonly unread?: readonly string[];
  readonly quorum: number;
}
