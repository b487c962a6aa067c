import type { Farm } from '../farm/farm.ts';
import type { BotEntry, RecheckMark, TurnCause } from '../journal/entries.ts';
import type { BotHead, OrderKind } from '../letters/protocol.ts';
import type { Unnamed } from '../letters/unknown-keys.ts';
import type { Heard } from '../presence/presence.ts';
import type { OrderState } from '../rotation/rotation.ts';
import type { HostName, Instant, RotationId } from '../values.ts';
import type { Freeze } from '../when/freeze-state.ts';

export interface Moment extends Heard {
  readonly farm: Farm;
  /** Where the bot's journal stands; left out: orders do not say. */
  readonly head?: Pick<BotHead, 'seq' | 'hash'>;
  /** Unknown senders that speak as machines of the farm; left out: none. */
  readonly unnamed?: Unnamed;
  /** Orders that Redis does not let this bot write, because its user lacks a right; left out: none. */
  readonly unsent?: readonly Pick<OrderState, 'host' | 'n'>[];
  /** The freeze in force, as the caller knows; left out: none. */
  readonly freeze?: Freeze | null;
  /** What this bot has seen of an outage; left out: nothing, and the wall clock decides. */
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
      /** For an undo, or for trust in workers: only these steps; for a wait for packages: only these checks. */
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

/** What one look at a rotation leads to. */
export interface Round {
  readonly actions: readonly Action[];
  /** Machines in an unknown state; if nothing else is under way, a person is asked. */
  readonly attention: readonly Cause[];
}

export interface Assessment extends Round {
  readonly direction: 'forth' | 'back';
  /** Why it goes back; null while it goes forward. */
  readonly cause: Cause | null;
  /** Masters that may have switched, and have been silent for so long that all can be left as it is. Left out: none. */
  readonly lost?: readonly HostName[];
  /** When a silent master will be `lost`, if it says nothing until then. Left out: none will, or one is already. */
  readonly lostAt?: Instant;
  /** It asks about packages before an outage, and a freeze is in force. Left out: there is none. */
  readonly frozen?: Freeze;
  /** It asks about packages before an outage, and the change window for that has closed. Left out: it has not. */
  readonly windowClosed?: Instant;
  /** The same, but the window closes before a longer wait would end. Left out: it does not. */
  readonly windowCloses?: Instant;
  /**
   * It asks about packages, but nobody is checking whether they have ended: the runner is silent or paused, or the last
   * look brought no answer and is being repeated. Left out: somebody is.
   */
  readonly unwatched?: { readonly host: HostName; readonly how: 'silent' | 'paused' | 'unanswered' };
}
