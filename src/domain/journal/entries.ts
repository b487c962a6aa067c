import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { HostLook } from '../machine/host-facts.ts';
import type { MovedFact } from '../plan/moved-fact.ts';
import type { MadeCertificate } from '../plan/plan.ts';
import type { RotationKind, Wish } from '../plan/wish.ts';
import type { Digest, Facts, HostName, Instant, Json, RotationId } from '../values.ts';
import type { CutShortEntry } from './bot-head.ts';
import type { ReminderEntry } from './reminder-entries.ts';
import type { ResolveEntry } from './resolve.ts';

type Data = { readonly [name: string]: Json };
type By = { readonly id: string; readonly name: string };

/** `kept`: it failed, and what it had done by then stays, for that has no way back. */
export type RunnerOutcome = 'applied' | 'unchanged' | 'put-back' | 'kept' | 'unknown' | 'looked';

/** What a runner writes, one line each, fsynced. `step` is the id of a planned step or check. */
export type RunnerEntry =
  | {
      readonly type: 'accepted';
      readonly n: number;
      readonly rotation: RotationId;
      readonly kind: OrderKind;
      readonly stage: string | null;
      readonly digest: Digest | null;
      readonly order: Envelope;
    }
  /** Holds this order, checked against the machine, until the master switches. */
  | { readonly type: 'armed'; readonly n: number; readonly rotation: RotationId }
  /** An armed order went forth and is proved, and is held still; `goesBackAt`: unless somebody confirms before. */
  | {
      readonly type: 'switched';
      readonly n: number;
      readonly rotation: RotationId;
      readonly goesBackAt: Instant | null;
    }
  | {
      readonly type: 'refused';
      readonly n: number | null;
      readonly rotation: RotationId | null;
      readonly code: string;
      readonly data: Data;
    }
  | {
      readonly type: 'started';
      readonly n: number;
      readonly rotation: RotationId;
      readonly digest: Digest;
      readonly step: string;
      readonly before: Facts;
      readonly made: MadeCertificate | null;
      readonly goal: Facts;
      readonly direction: 'forth' | 'back';
    }
  | {
      readonly type: 'done';
      readonly n: number;
      readonly rotation: RotationId;
      readonly digest: Digest;
      readonly step: string;
      readonly facts: Facts;
      readonly made: MadeCertificate | null;
      readonly changed: boolean;
    }
  | {
      readonly type: 'proved';
      readonly n: number;
      readonly rotation: RotationId;
      readonly step: string;
      readonly facts: Facts;
    }
  | {
      readonly type: 'failed';
      readonly n: number;
      readonly rotation: RotationId;
      readonly step: string | null;
      readonly code: string;
      readonly data: Data;
    }
  | {
      readonly type: 'undone';
      readonly n: number;
      readonly rotation: RotationId;
      readonly step: string;
      readonly facts: Facts;
    }
  | {
      readonly type: 'finished';
      readonly n: number;
      readonly rotation: RotationId;
      readonly outcome: RunnerOutcome;
      readonly look: HostLook | null;
      readonly facts: { readonly [step: string]: Facts };
    };

/** Why a rotation turned back: a code with its data, and where. */
export interface TurnCause {
  readonly host: HostName | null;
  readonly stage: string | null;
  readonly step: string | null;
  readonly code: string;
  readonly data: Data;
}

/** How long before its start a rotation that waits is looked at anew. */
export type RecheckMark = 'day' | 'hour' | 'start';

export interface Held {
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
  /**
   * Behind it a certificate has ended: it begins only if the freeze is lifted before `until`. Absent: it moved the
   * start.
   */
  readonly tooLate?: true;
}

interface OrderHead {
  readonly id: RotationId;
  readonly host: HostName;
  readonly n: number;
  readonly kind: OrderKind;
  readonly stage: string | null;
  /** Absent in older journals, and where all of the stage is meant. */
  readonly only?: readonly string[];
  readonly startBy: Instant;
  readonly timeLimitMs: number;
}

/** What the bot writes, one stream a farm. Entries of a rotation carry its id. */
export type BotEntry =
  | {
      readonly type: 'requested';
      readonly id: RotationId;
      readonly kind: RotationKind;
      /** Absent in older journals: nothing was said beyond the kind. */
      readonly wish?: Partial<Wish>;
      readonly dry: boolean;
      readonly by: By;
      readonly reason: string;
      readonly origin: { readonly platform: string; readonly channel: string };
    }
  | {
      readonly type: 'planned';
      readonly id: RotationId;
      readonly lines: readonly string[];
      readonly digest: Digest;
      readonly replaces: RotationId | null;
    }
  | { readonly type: 'refused'; readonly id: RotationId; readonly code: string; readonly data: Data }
  | {
      readonly type: 'voted';
      readonly id: RotationId;
      readonly digest: Digest;
      readonly by: By;
      readonly platform: string;
      readonly vote: 'approve' | 'deny';
      readonly reason: string;
    }
  | {
      readonly type: 'gate-closed';
      readonly id: RotationId;
      readonly how: 'approved' | 'denied' | 'lapsed' | 'withdrawn';
      /** Whose approvals opened it. Absent in older journals: all that were given; and where it was not approved. */
      readonly counted?: readonly string[];
    }
  /**
   * An approved rotation waits until `from`, and is not begun at `until` or later. It takes the place of the one
   * before.
   */
  | {
      readonly type: 'scheduled';
      readonly id: RotationId;
      readonly from: Instant;
      readonly until: Instant;
      /** A freeze that covers the start it had; null: none does. */
      readonly held: Held | null;
    }
  /** Fresh looks of a rotation that waits, compared with the facts that its plan rests on. */
  | {
      readonly type: 'rechecked';
      readonly id: RotationId;
      readonly mark: RecheckMark;
      readonly moved: readonly MovedFact[];
      /** Machines that could not be looked at. */
      readonly unseen: readonly HostName[];
      /** Why no such plan would be made now; null, and absent in older journals: nothing is known against it. */
      readonly refused?: { readonly code: string; readonly data: Data } | null;
    }
  /** The time of a rotation that waited has come, and all is as it was approved. */
  | { readonly type: 'begun'; readonly id: RotationId }
  /** From here on all is put back, and this is why. */
  | { readonly type: 'turned'; readonly id: RotationId; readonly cause: TurnCause }
  | { readonly type: 'stop-asked'; readonly id: RotationId; readonly by: By; readonly reason?: string }
  | {
      readonly type: 'posted';
      readonly id: RotationId;
      readonly platform: string;
      readonly channel: string;
      readonly message: string;
      /** It stands in for one that somebody deleted. */
      readonly again?: true;
      /** It was posted with mentions. */
      readonly calls?: true;
    }
  /**
   * A note below a card, or a word to one person, is about to be sent to `place`: a channel's id, or `@` and an
   * account. When no `noted` follows it may have been sent.
   */
  | {
      readonly type: 'noting';
      readonly id: RotationId;
      readonly note: string;
      readonly platform: string;
      readonly place: string;
      readonly calls?: true;
    }
  | {
      readonly type: 'noted';
      readonly id: RotationId;
      readonly note: string;
      readonly platform: string;
      readonly place: string;
      readonly message: string;
    }
  /** Somebody has looked once more at what was done about a stolen key. */
  | {
      readonly type: 'reviewed';
      readonly id: RotationId;
      readonly by: By;
      readonly platform: string;
      /** What they found, in a sentence; empty in journals of an older version. */
      readonly note: string;
    }
  | ReminderEntry
  | (OrderHead & { readonly type: 'ordered'; readonly order: Envelope })
  /** An order that could not be written, and so was never sent: it counts as one that was refused. */
  | (OrderHead & { readonly type: 'unwritten'; readonly code: string; readonly data: Data })
  | {
      readonly type: 'heard';
      readonly host: HostName;
      readonly boot: string;
      /**
       * Host clock less bot clock, milliseconds: times of several hosts are compared after taking it off. null: not
       * known.
       */
      readonly skewMs: number | null;
      readonly entries: readonly Envelope[];
      /**
       * Lines about orders that this journal does not have and this bot has not signed, by their numbers: no such word
       * changes anything. Absent in older journals, and where there is none.
       */
      readonly foreign?: readonly number[];
    }
  /** Nothing is begun on this farm before then. It takes the place of the freeze before. */
  | {
      readonly type: 'frozen';
      readonly until: Instant;
      readonly by: By;
      readonly reason: string;
    }
  | { readonly type: 'unfrozen'; readonly by: By; readonly reason: string }
  /** The runner's journal is not the one of before, or shorter than it was: it is read again from its first line. */
  | { readonly type: 'forgotten'; readonly host: HostName; readonly boot: string; readonly seq: number }
  | CutShortEntry
  /** What this runner says is not taken, for it cannot be true or nothing shows that it is; or it is far too much. */
  | { readonly type: 'untaken'; readonly host: HostName; readonly code: string }
  | {
      readonly type: 'silent';
      readonly id: RotationId;
      readonly host: HostName;
      readonly since: Instant;
      /** It speaks, and what it says is not understood here. Absent where nothing is heard, and in older journals. */
      readonly unread?: true;
    }
  | { readonly type: 'lapsed'; readonly id: RotationId; readonly host: HostName; readonly n: number }
  | ResolveEntry
  | {
      readonly type: 'closed';
      readonly id: RotationId;
      readonly outcome:
        | 'proved'
        | 'put-back'
        | 'stopped'
        | 'left-behind'
        | 'partly'
        /** Nobody has a new certificate, and the compromised one is trusted no more. */
        | 'contained'
        | 'withdrawn'
        | 'denied'
        | 'lapsed'
        | 'refused'
        | 'planned';
      readonly data: Data;
    };
