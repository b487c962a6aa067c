import type { Farm } from '../farm.ts';
import type { KnownHead } from '../journal/bot-head.ts';
import type { BotEntry, RecheckMark, TurnCause } from '../journal/entries.ts';
import type { BotHead, OrderKind } from '../letters/protocol.ts';
import type { Skew } from '../skew.ts';
import type { HostName, Instant, Json, RotationId } from '../values.ts';
import type { Freeze } from '../when/freeze-state.ts';

/** What the newest letter of a runner told. Never journaled. */
export interface HostPresence {
  /** When it was heard. */
  readonly at: number;
  /** When it was written, by the host's own clock. */
  readonly clock: number;
  readonly skew: Skew;
  readonly lastN: number;
  readonly version: string;
  readonly boot: string;
  /** The start before this one, as far as this bot has heard it. */
  readonly bootBefore?: string;
  /** The highest clock of all that were on time. One delivered again moves what is above back, never this. */
  readonly newest?: number;
  /** What it remembers of this bot's journal; null: nothing. Left out: its version does not tell. */
  readonly bot?: KnownHead | null;
  readonly notes: readonly { readonly code: string; readonly data: { readonly [name: string]: Json } }[];
  /** A letter of the same start that came since, older by its own clock: that may have been put back. */
  readonly older?: { readonly at: number; readonly clock: number };
}

export interface Moment {
  readonly now: number;
  /** When this bot began to listen: before that, silence proves nothing. */
  readonly since: number;
  readonly farm: Farm;
  readonly presence: { readonly [host: string]: HostPresence };
  /** Where the bot's journal stands; left out: no order tells. */
  readonly head?: Pick<BotHead, 'seq' | 'hash'>;
  /** In force now, as the caller knows; left out: none is. */
  readonly freeze?: Freeze | null;
  /** What this bot has seen of an outage; left out: nothing, and the clock on the wall is asked. */
  readonly outage?: { readonly id: RotationId; readonly forMs: number | null } | null;
}

export type Action =
  | { readonly do: 'entry'; readonly entry: BotEntry }
  | {
      readonly do: 'order';
      readonly host: HostName;
      readonly kind: OrderKind;
      readonly stage: string | null;
      readonly timeLimitMs: number;
      /** Of an undo, or of trust in workers: these steps alone; of a wait for packages: these checks. */
      readonly only?: readonly string[];
    }
  /** All looks are in: make the plan, or say why there is none. */
  | { readonly do: 'plan' }
  /** The looks before a start are in: compare them with what the plan rests on. */
  | { readonly do: 'recheck'; readonly mark: RecheckMark };

/** How far one host is with one stage, in one direction. */
export type Work = 'none' | 'under-way' | 'armed' | 'good' | 'failed' | 'unknown' | 'silent' | 'left';

/** Why a rotation turned back, or what a person is asked about. */
export type Cause = TurnCause;

export interface Assessment {
  readonly direction: 'forth' | 'back';
  /** Why it goes back; null while it goes forth. */
  readonly cause: Cause | null;
  readonly actions: readonly Action[];
  /** Machines whose state nobody can tell; when nothing else is under way, a person is asked. */
  readonly attention: readonly Cause[];
  /** It asks about packages before an outage, and a freeze is in force. Left out: none is. */
  readonly frozen?: Freeze;
  /** It asks about packages before an outage, and the change window for that has closed. Left out: none has. */
  readonly windowClosed?: Instant;
  /** The same, and it closes before a longer wait would have ended. Left out: it does not. */
  readonly windowCloses?: Instant;
}
