import type { Wish } from '../plan/wish.ts';
import type { Outcome } from '../rotation/rotation.ts';
import type { HostName, Instant, Message, Role, RotationId, Thumbprint } from '../values.ts';
import type { AskFields } from './ask-form.ts';
import type { HostRow, RowState } from './host-row.ts';
import type { NeedsPersonView } from './needs-person-view.ts';
import type { NoticeView } from './notice-view.ts';
import type { OpenRotation } from './open-rotation.ts';
import type { PersonRef } from './person-ref.ts';
import type { PlanView } from './plan-view.ts';
import type { ReconnectView } from './reconnect-view.ts';
import type { ReminderView } from './reminder-view.ts';
import type { RetireView } from './retire-view.ts';

export type { HostRow, RowState } from './host-row.ts';
export type { NeedsPersonView } from './needs-person-view.ts';
export type { NoticeAction, NoticeView } from './notice-view.ts';
export type { PersonRef } from './person-ref.ts';
export type { HostChangesView, PlanView } from './plan-view.ts';
export type { ReminderView } from './reminder-view.ts';
export type { VoteView } from './vote-view.ts';

/*
 * What cards show: facts only, no wording. One view, every rendering: `src/app/bot/views` makes views from the folded
 * state, and `cards` draws them.
 */

/** Who is reading: decides the buttons, never the facts. */
export type Reader = 'approver' | 'requester' | 'other';

export interface StepRow {
  readonly number: string;
  readonly state: RowState;
  readonly hosts: readonly HostName[];
  readonly what: Message;
  /** Milliseconds since the start; null: not there yet. */
  readonly atMs: number | null;
}

export interface RunningView {
  readonly kind: 'running';
  readonly wish: Wish;
  readonly id: RotationId;
  readonly farm: string;
  readonly digest: string;
  /** forth: towards the new certificate; back: putting all back (with the reason). */
  readonly direction: 'forth' | 'back';
  readonly why: Message | null;
  readonly approvedBy: readonly PersonRef[];
  readonly startedAt: Instant;
  readonly step: number;
  readonly steps: number;
  readonly phases: readonly {
    readonly name: 'contain' | 'prepare' | 'cutover' | 'retire' | 'prove';
    readonly state: RowState;
    readonly ms: number | null;
    readonly from: number;
    readonly to: number;
  }[];
  readonly rows: readonly HostRow[];
  readonly stepRows: readonly StepRow[];
  readonly made: Thumbprint | null;
  /** What the master presented before; null: that does not change. */
  readonly old: Thumbprint | null;
  /** null: nobody is put back because of time alone. */
  readonly gapLimitMs: number | null;
  /** How many workers may be missing by then. */
  readonly leaveBehind: number;
  /** How many workers are still cut off that were so before it began; left out: none. */
  readonly cutBefore?: number;
  /** How many workers that their master refused even before have not been proved since; left out: none. */
  readonly refusedBefore?: number;
  /** What *Stop and put back* would do now. */
  readonly stop: Message | null;
  readonly stopAsked: PersonRef | null;
  /** Something that holds up the work: Redis away, a runner silent. */
  readonly waiting: Message | null;
  /**
   * A machine has its order in the outage and cannot be heard, so nobody here knows who is cut off; left out: it is
   * known. `all`: no machine can be heard. `master`: the one that goes back by itself unless it is confirmed.
   */
  readonly unheard?: { readonly all: boolean; readonly master: HostName | null };
  /** Workers that were cut off, and of which nobody has seen since whether they are connected; left out: none. */
  readonly unsure?: readonly HostName[];
}

interface GapBar {
  readonly host: HostName;
  /** The way there and, if put back, the way back. Milliseconds. Empty: not measured. */
  readonly ms: readonly number[];
  readonly failed: boolean;
  /** Left behind: still cut off, so the length is not known yet. */
  readonly still?: boolean;
  /**
   * Why it was not measured: times came in before clocks were compared, nobody saw when it was connected again, or only
   * a second look saw it up again. Left out: it was, or nobody can say.
   */
  readonly unmeasured?: 'unclocked' | 'unwatched' | 'seen-later';
}

export interface ClosedView {
  readonly kind: 'closed';
  readonly wish: Wish;
  readonly id: RotationId;
  readonly farm: string;
  readonly outcome: Exclude<Outcome, 'planned'>;
  /** From the approval that started it to the end; null if nothing ran, negative if the clock was set back. */
  readonly tookMs: number | null;
  readonly by: PersonRef;
  readonly reason: string;
  readonly approvedBy: readonly PersonRef[];
  /** Who ended it (stop, withdraw, deny), if somebody did. */
  readonly endedBy: PersonRef | null;
  /** The journal lacks what was done on the machines, so nobody here can tell; left out: it is known. */
  readonly untold?: true;
  /**
   * People left the master that was to switch as it is, and its state was not proved; or workers, and no other is
   * proved on what it was given. Left out: neither.
   */
  readonly unproved?: 'master' | 'workers';
  /** All that it left behind were seen on the new certificate since it ended; left out: not so. */
  readonly everywhere?: true;
  /** What its title says was put back by hand, or changed by a later rotation, since it ended; left out: neither. */
  readonly undone?: true;
  /** What went wrong, first; null on success. */
  readonly why: Message | null;
  readonly presented: { readonly target: string; readonly thumbprint: Thumbprint } | null;
  /** It was to make a binding, but ended without one. seen: a look after the end shows that there is none. */
  readonly unbound?: { readonly port: number; readonly seen: boolean };
  readonly goodUntil: Instant | null;
  readonly daysLeft: number | null;
  readonly gaps: readonly GapBar[];
  readonly gapLimitMs: number;
  /** The workers it was about. */
  readonly hosts: readonly HostName[];
  /** How we know: one sentence each, with its sign. */
  readonly evidence: readonly { readonly state: RowState; readonly what: Message }[];
  readonly next: readonly Message[];
  /** Where certificates with compromised keys still are; left out: it was not about such a key. */
  readonly stillThere?: readonly Message[];
  /** Whether the card has *Ask again...*. */
  readonly askAgain: boolean;
  /** The request behind *Roll back...*; left out: there is no way back. */
  readonly rollBack?: string | undefined;
  /**
   * What is asked besides the reason when asking again or rolling back; left out if neither is offered, and by older
   * versions.
   */
  readonly asks?: AskFields;
}

export type CardView =
  | PlanView
  | RetireView
  | ReconnectView
  | RunningView
  | ClosedView
  | NeedsPersonView
  | ReminderView
  | NoticeView;

/** A machine in the console's picture of the farm. */
export interface ConsoleHost {
  readonly host: HostName;
  readonly roles: readonly Role[];
  readonly state: 'connected' | 'cut' | 'unknown' | 'not-looked';
  readonly certificate: {
    readonly verb: 'presents' | 'pins';
    readonly thumbprint: Thumbprint;
    readonly age: 'old' | 'new' | 'only';
  } | null;
  readonly what: Message;
}

/** What the web console shows besides the chat; rebuilt after each entry. */
export interface ConsoleView {
  readonly farm: string;
  readonly endpoint: string;
  readonly quorum: number;
  readonly approvers: number;
  readonly hosts: readonly ConsoleHost[];
  /** When the machines were last looked at; null or left out: they are at work, or never. */
  readonly lookedAt?: Instant | null;
  /** What is approved and waiting for its start; null or left out: nothing. */
  readonly waits?: Message | null;
  /** What its runners say that is worth a look; left out: nothing. */
  readonly runners?: readonly Message[];
  /** Requests that are not over; left out: none. */
  readonly open?: readonly Pick<OpenRotation, 'id' | 'state'>[];
  readonly certificates: readonly {
    readonly thumbprint: Thumbprint;
    readonly age: 'old' | 'new' | 'only';
    readonly notAfter: Instant;
  }[];
  readonly timeline: {
    readonly rotation: RotationId;
    readonly limitMs: number;
    /** Whoever is not proved by then stays cut off: its compromised key is contained. */
    readonly contains?: true;
    /** Milliseconds since the start; null once it is closed. */
    readonly nowMs: number | null;
    readonly lanes: readonly {
      readonly host: HostName;
      readonly segments: readonly {
        readonly fromMs: number;
        readonly toMs: number;
        /** unknown: nobody saw whether it was connected. */
        readonly kind: 'connected' | 'cut' | 'restart' | 'unknown';
      }[];
      /** Worker: each time it was cut off; master: its restarts. The last grows while `open`; empty: none measured. */
      readonly ms: readonly number[];
      readonly open: boolean;
    }[];
  } | null;
  readonly journal: {
    readonly rotation: RotationId | null;
    readonly lines: readonly {
      readonly atMs: number | null;
      readonly at: Instant;
      readonly host: string;
      readonly what: Message;
    }[];
  };
}
