import type { Wish } from '../plan/wish.ts';
import type { HostName, Instant, Message, Role, RotationId, Thumbprint } from '../values.ts';
import type { ExistingLine, NextCertificate } from './next-certificate.ts';
import type { PersonRef } from './person-ref.ts';
import type { PlanWhen } from './plan-when.ts';
import type { VoteView } from './vote-view.ts';

/** `say` of each planned step and check on one host, in order. Hosts with the same lines are grouped. */
export interface HostChangesView {
  readonly hosts: readonly HostName[];
  readonly role: Role;
  readonly goesFirst: boolean;
  readonly lines: readonly Message[];
}

export interface PlanView {
  readonly kind: 'plan';
  readonly wish: Wish;
  readonly id: RotationId;
  readonly farm: string;
  readonly digest: string;
  /** true: `plan ...`, which asks nobody: no buttons, no votes. */
  readonly dry: boolean;
  readonly master: HostName;
  readonly port: number;
  readonly workers: readonly HostName[];
  /** Workers that go first. */
  readonly canary: readonly HostName[];
  /** At most this many of the others go at once; left out: all do. */
  readonly atOnce?: number | undefined;
  readonly by: PersonRef;
  readonly reason: string;
  readonly at: Instant;
  /**
   * With several workers, the one that ends first; null: nobody could read it. `notAfter` and `daysLeft` are null if
   * it, or its key, is already gone: nothing goes back to it.
   */
  readonly old: {
    readonly thumbprint: Thumbprint;
    readonly notAfter: Instant | null;
    readonly daysLeft: number | null;
  } | null;
  readonly next: NextCertificate;
  /** How long after its end the removal of the old one is proposed; left out: nothing is replaced. */
  readonly retireAfterMs?: number | undefined;
  /** What was checked about an existing certificate. */
  readonly existing?: readonly ExistingLine[] | undefined;
  /** Measured last time, in milliseconds; null: not measured yet. */
  readonly gap: { readonly minMs: number; readonly maxMs: number } | null;
  /** Nothing is bound to the port: no worker can connect, even before anybody approves. */
  readonly cutOffAlready?: boolean;
  readonly gapLimitMs: number;
  /** How long until all machines agree even if bot and queue are gone; null: not promised. */
  readonly aloneWithinMs: number | null;
  readonly leaveBehind: number;
  /** Packages that ran during the look: how many, which, and what is waited for; or why nobody can tell. */
  readonly packages: { readonly figure: Message; readonly below: Message; readonly why: Message | null };
  /** When hardly any package starts; null: unknown. */
  readonly quiet: Message | null;
  readonly quorum: number;
  readonly votes: readonly VoteView[];
  /** How many approvals are still missing. */
  readonly needed: number;
  /** Approvers who may still vote: neither the requester nor those who have voted. */
  readonly mayApprove: readonly PersonRef[];
  /** Groups of approvers whose members Slack has not named yet: more people may vote. Left out: there are none. */
  readonly unread?: readonly string[];
  readonly openUntil: Instant;
  readonly when: PlanWhen;
  readonly ticket: { readonly id: string; readonly link: string | null } | null;
  readonly changes: readonly HostChangesView[];
  /** Things to know before approving: crowded Root, password account, no rehearsal possible, service stopped ... */
  readonly warnings: readonly Message[];
  readonly replaces: RotationId | null;
}
