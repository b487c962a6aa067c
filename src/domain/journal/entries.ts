import type { Envelope, OrderKind } from '../letters/protocol.ts';
import type { HostLook } from '../machine/host-facts.ts';
import type { MovedFact } from '../plan/moved-fact.ts';
import type { MadeCertificate } from '../plan/plan.ts';
import type { RotationKind, Wish } from '../plan/wish.ts';
import type { Data, Digest, Facts, HostName, Instant, RotationId } from '../values.ts';
import type { CutShortEntry } from './bot-head.ts';
import type { ReminderEntry } from './reminder-entries.ts';
import type { ResolveEntry } from './resolve.ts';
import type { SilenceEntry } from './silence-entries.ts';

type By = { readonly id: string; readonly name: string };

/** `kept`: it failed, and what it had done by then stays because there is no way back. */
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
  /** An armed order has switched and is proved, but still held; at `goesBackAt` it goes back unless confirmed. */
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

/** How long before its start a waiting rotation is looked at again. */
export type RecheckMark = 'day' | 'hour' | 'start';

export interface Held {
  readonly until: Instant;
  readonly by: string;
  readonly reason: string;
  /**
   * A certificate ends before the freeze does: starts only if that is lifted before `until`. Absent: the start moved.
   */
  readonly tooLate?: true;
}

interface OrderHead {
  readonly id: RotationId;
  readonly host: HostName;
  readonly n: number;
  readonly kind: OrderKind;
  readonly stage: string | null;
  /** Absent in older journals, and where the whole stage is meant. */
  readonly only?: readonly string[];
  readonly startBy: Instant;
  readonly timeLimitMs: number;
}

/** What the bot writes, one stream per farm. Entries of a rotation carry its id. */
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
      /** Whose approvals opened it. Absent in older journals (all given count), and if not approved. */
      readonly counted?: readonly string[];
    }
  /** An approved rotation waits until `from` and must start before `until`. Replaces the previous schedule. */
  | {
      readonly type: 'scheduled';
      readonly id: RotationId;
      readonly from: Instant;
      readonly until: Instant;
      /** A freeze that covers its previous start; null: none does. */
      readonly held: Held | null;
    }
  /** Fresh looks for a waiting rotation, compared with the facts its plan rests on. */
  | {
      readonly type: 'rechecked';
      readonly id: RotationId;
      readonly mark: RecheckMark;
      readonly moved: readonly MovedFact[];
      /** Machines that could not be looked at. */
      readonly unseen: readonly HostName[];
      /** Why such a plan would be refused now; null, and absent in older journals: no reason known. */
      readonly refused?: { readonly code: string; readonly data: Data } | null;
    }
  /** A waiting rotation's time has come, and all is as it was approved. */
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
      /** It replaces one that somebody deleted. */
      readonly again?: true;
      /** It was posted with mentions. */
      readonly calls?: true;
    }
  /**
   * A note below a card, or a message to one person, is about to be sent to `place`: a channel id, or `@` and an
   * account. If no `noted` follows, it may have been sent.
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
  /** Somebody has reviewed what was done about a compromised key. */
  | {
      readonly type: 'reviewed';
      readonly id: RotationId;
      readonly by: By;
      readonly platform: string;
      /** Their finding, in a sentence; empty in journals of an older version. */
      readonly note: string;
    }
  | ReminderEntry
  | (OrderHead & { readonly type: 'ordered'; readonly order: Envelope })
  /** An order that could not be written, and so was never sent: it counts as refused. */
  | (OrderHead & { readonly type: 'unwritten'; readonly code: string; readonly data: Data })
  | {
      readonly type: 'heard';
      readonly host: HostName;
      readonly boot: string;
      /**
       * Host clock minus bot clock, in milliseconds, subtracted before comparing times of several hosts. null: unknown.
       */
      readonly skewMs: number | null;
      readonly entries: readonly Envelope[];
      /**
       * Numbers of lines about orders that this journal lacks and this bot did not sign: they change nothing. Absent in
       * older journals, and if there are none.
       */
      readonly foreign?: readonly number[];
    }
  /** Nothing starts on this farm before `until`. Replaces any earlier freeze. */
  | {
      readonly type: 'frozen';
      readonly until: Instant;
      readonly by: By;
      readonly reason: string;
    }
  | { readonly type: 'unfrozen'; readonly by: By; readonly reason: string }
  /** The runner's journal is a different one or got shorter: it is read again from its first line. */
  | { readonly type: 'forgotten'; readonly host: HostName; readonly boot: string; readonly seq: number }
  | CutShortEntry
  /** What this runner says is not taken: it cannot be true, nothing proves it, or it is far too much. */
  | { readonly type: 'untaken'; readonly host: HostName; readonly code: string }
  | SilenceEntry
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
        /** Nobody has a new certificate, but the compromised one is no longer trusted. */
        | 'contained'
        | 'withdrawn'
        | 'denied'
        | 'lapsed'
        | 'refused'
        | 'planned';
      readonly data: Data;
    };
