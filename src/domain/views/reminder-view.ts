import type { HostName, Instant, Role, Thumbprint } from '../values.ts';
import type { AskFields } from './ask-form.ts';
import type { PersonRef } from './person-ref.ts';

/** One card a farm and day: what ends, worst first. */
export interface ReminderView {
  readonly kind: 'reminder';
  readonly farm: string;
  readonly day: string;
  readonly owner: PersonRef | null;
  /** Approvers who are mentioned beside the owner on this one; empty: it is early, or they were mentioned before. */
  readonly escalatedTo: readonly PersonRef[];
  /** Who asked for a sample, to see what a reminder looks like; null: it is a real one. */
  readonly sample: PersonRef | null;
  readonly snooze: {
    /** What is put off already, by whom and until when; null: nothing. */
    readonly now: { readonly by: PersonRef; readonly untilDay: string; readonly reason: string } | null;
    /** For how many days it may be put off from here, at most; 0: not any more. */
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
  /** Machines that gave no look for more than a day, and since when the one that is longest; left out: none. */
  readonly unseen?: { readonly hosts: readonly HostName[]; readonly since: Instant };
  /** The master is clustered, so that its certificate is changed by hand; left out: it is not, or nobody has looked. */
  readonly clustered?: true;
  /** What is asked with *Rotate...*; left out in views of an older version. */
  readonly asks?: AskFields;
  readonly gap: { readonly minMs: number; readonly maxMs: number } | null;
  /** When the last two change windows before the first end open, the last one first; null: the farm has none. */
  readonly lastWindows: readonly Instant[] | null;
  /** The day of the next word; null: none is due. */
  readonly nextWord: string | null;
  /** Whether that one goes to the approvers too. */
  readonly nextToApprovers: boolean;
}
