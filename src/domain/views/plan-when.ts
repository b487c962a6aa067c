import type { RecheckMark } from '../journal/entries.ts';
import type { HostName, Instant, Message } from '../values.ts';

/** When the work begins. */
export interface PlanWhen {
  /** null: as soon as it is approved. */
  readonly from: Instant | null;
  /** It is not begun then or later; null: there is no such time. */
  readonly until: Instant | null;
  /**
   * Executions that began on these days and in these hours of the last week; null: nobody can tell, or there is no such
   * time.
   */
  readonly executions?: number | null;
  /**
   * A freeze leaves no time before a certificate ends: it begins only if that is lifted before this; null: none does.
   */
  readonly liftBy?: Instant | null;
  /** Until then the approval that would start it is refused, unless the freeze is lifted; left out: no freeze is. */
  readonly frozenUntil?: Instant;
  /** The farm's own, by which its windows are read; left out: nobody tells. */
  readonly zone?: string;
  /** It begins although no change window of its farm is asked. */
  readonly outside: boolean;
  /** Approved, and waiting for it; null: not (yet). */
  readonly waits: {
    /** A freeze that moved the start. */
    readonly held: { readonly until: Instant; readonly by: string; readonly reason: string } | null;
    /** When it was looked at last, and all was as approved; null: it is not yet time for that. */
    readonly looked: Instant | null;
    /** Machines that could not be looked at when it was checked last. */
    readonly unseen: readonly HostName[];
    /** Why it could not begin when it was checked last, and which check that was; null: nothing was in its way. */
    readonly obstacle: { readonly mark: RecheckMark; readonly why: Message } | null;
  } | null;
}
