import type { HostName, Instant, RotationId, Thumbprint } from '../values.ts';
import type { PlanView } from './plan-view.ts';

/** What every card has in common that asks people to approve a plan. */
export type AskingView = Pick<
  PlanView,
  | 'wish'
  | 'id'
  | 'farm'
  | 'digest'
  | 'dry'
  | 'by'
  | 'reason'
  | 'at'
  | 'quorum'
  | 'votes'
  | 'needed'
  | 'mayApprove'
  | 'unread'
  | 'openUntil'
  | 'when'
  | 'ticket'
  | 'changes'
  | 'warnings'
  | 'replaces'
>;

/** Asks whether old certificates may be removed for good. */
export interface RetireView extends AskingView {
  readonly kind: 'retire';
  readonly certificates: readonly {
    readonly thumbprint: Thumbprint;
    readonly notAfter: Instant;
    /** The rotation that made it; null: not made by this product, or not marked. */
    readonly madeBy: RotationId | null;
    /** null: unknown. */
    readonly lastUsed: Instant | null;
    readonly hosts: readonly HostName[];
    /** Machines from which its private key is removed too. */
    readonly keyOn: readonly HostName[];
    /** Its key is compromised: it skips the grace period. */
    readonly compromised: boolean;
  }[];
  /**
   * Old certificates that stay, and until when; null: as long as something uses them or, with a subject, as long as no
   * machine accounts for them.
   */
  readonly stay: readonly {
    readonly thumbprint: Thumbprint;
    readonly until: Instant | null;
    readonly where: string;
    readonly subject: string | null;
    /** On these machines an administrator has allowed it in the runner's own configuration. */
    readonly allowed?: true;
  }[];
}
