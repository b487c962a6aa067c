import type { HostName, Instant, Role, Thumbprint } from '../values.ts';
import type { AskFields } from './ask-form.ts';
import type { PersonRef } from './person-ref.ts';

/** One card per farm and day: what expires, worst first. */
export interface ReminderView {
  readonly kind: 'reminder';
  readonly farm: string;
  readonly day: string;
  readonly owner: PersonRef | null;
  /** Approvers mentioned besides the owner on this card; empty: too early, or already mentioned. */
  readonly escalatedTo: readonly PersonRef[];
  /** Who asked for a sample, to see what a reminder looks like; null: this is a real one. */
  readonly sample: PersonRef | null;
  readonly snooze: {
    /** The snooze in force, by whom and until when; null: none. */
    readonly now: { readonly by: PersonRef; readonly untilDay: string; readonly reason: string } | null;
    /** The most days it may be snoozed from here; 0: no longer possible. */
    readonly mostDays: number;
  };
  readonly master: HostName;
  /** Worst first. */
  readonly certificates: readonly {
    readonly host: HostName;
    readonly role: Role;
    readonly thumbprint: Thumbprint;
    readonly notAfter: Instant;
    readonly days: number;
  }[];
  /** Machines that gave no look for more than a day, and since when at the longest; left out: none. */
  readonly unseen?: { readonly hosts: readonly HostName[]; readonly since: Instant };
  /** The master is clustered, so its certificate is changed by hand; left out: it is not, or nobody has looked. */
  readonly clustered?: true;
  /** What *Rotate...* asks for; left out in views of an older version. */
  readonly asks?: AskFields;
  /**
   * The rotation that is open, which may be about these certificates: who asked for it, and when it starts if it is
   * approved and waits. Left out: none is.
   */
  readonly open?: { readonly id: string; readonly by: PersonRef; readonly starts: Instant | null };
  readonly gap: { readonly minMs: number; readonly maxMs: number } | null;
  /** When the last two change windows before the first expiry open, the last one first; null: the farm has none. */
  readonly lastWindows: readonly Instant[] | null;
  /** The day of the next reminder; null: none is due. */
  readonly nextWord: string | null;
  /** Whether the next one goes to the approvers too. */
  readonly nextToApprovers: boolean;
}
