import type { Farm } from '../farm/farm.ts';
import type { BotEntry, RecheckMark, TurnCause } from '../journal/entries.ts';
import type { BotHead, OrderKind } from '../letters/protocol.ts';
import type { Unnamed } from '../letters/unknown-keys.ts';
import type { Heard } from '../presence/presence.ts';
import type { HostName, Instant, RotationId } from '../values.ts';
import type { Freeze } from '../when/freeze-state.ts';

export interface Moment extends Heard {
  readonly farm: Farm;
  /** Where the bot's journal stands; left out: no order tells. */
  readonly head?: Pick<BotHead, 'seq' | 'hash'>;
  /** Who speaks as machines of the farm and is not known; left out: nobody does. */
  readonly unnamed?: Unnamed;
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
  /** Masters that may have switched, and are silent for so long that all can be left as it is. Left out: none is. */
  readonly lost?: readonly HostName[];
  /** When one that is silent will be so, if it says nothing until then. Left out: none is, or one is already. */
  readonly lostAt?: Instant;
  /** It asks about packages before an outage, and a freeze is in force. Left out: none is. */
  readonly frozen?: Freeze;
  /** It asks about packages before an outage, and the change window for that has closed. Left out: none has. */
  readonly windowClosed?: Instant;
  /** The same, and it closes before a longer wait would have ended. Left out: it does not. */
  readonly windowCloses?: Instant;
  /**
   * It asks about packages, and nobody looks now whether they have ended: its runner is silent, or paused, or the last
   * look brought no answer, and is asked for again. Left out: somebody does.
   */
  readonly unwatched?: { readonly host: HostName; readonly how: 'silent' | 'paused' | 'unanswered' };
}
