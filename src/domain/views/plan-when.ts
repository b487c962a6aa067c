import type { RecheckMark } from '../journal/entries.ts';
import type { HostName, Instant, Message } from '../values.ts';

/** When the work begins. */
export interface PlanWhen {
  /** null: as soon as it is approved. */
  readonly from: Instant | null;
  /** It must begin before this; null: no limit. */
  readonly until: Instant | null;
  /** Executions that began on these days and in these hours last week; null: unknown, or there is no such time. */
  readonly executions?: number | null;
  /**
   * A freeze leaves no time before a certificate ends: it begins only if the freeze is lifted before this; null: there
   * is none.
   */
  readonly liftBy?: Instant | null;
  /** Until then the approval that would start it is refused, unless the freeze is lifted; left out: no freeze. */
  readonly frozenUntil?: Instant;
  /** The farm's own zone, in which its windows are read; left out: unknown. */
  readonly zone?: string;
  /** It begins without regard to the farm's change windows. */
  readonly outside: boolean;
  /** Set while it is approved and waiting; null: not (yet). */
  readonly waits: {
    /** The freeze that moved the start. */
    readonly held: { readonly until: Instant; readonly by: string; readonly reason: string } | null;
    /** The checks at which its machines are looked at; one before the start only if it was scheduled in time for it. */
    readonly looks: readonly RecheckMark[];
    /** When the last look found all as approved; null: no look was due yet. */
    readonly looked: Instant | null;
    /** Machines that could not be looked at in the last check. */
    readonly unseen: readonly HostName[];
    /** What failed there, of those whose runners answer. */
    readonly failed: readonly Message[];
    /** Why it could not begin at the last check, and which check that was; null: no obstacle. */
    readonly obstacle: { readonly mark: RecheckMark; readonly why: Message } | null;
  } | null;
}
