import type { HostName, Instant, RotationId, Thumbprint } from '../values.ts';
import type { PlanView } from './plan-view.ts';

/** What every card has that asks people to approve a plan. */
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
  | 'openUntil'
  | 'when'
  | 'ticket'
  | 'changes'
  | 'warnings'
  | 'replaces'
>;

/** Asks whether old certificates may be taken away for good. */
export interface RetireView extends AskingView {
  readonly kind: 'retire';
  readonly certificates: readonly {
    readonly thumbprint: Thumbprint;
    readonly notAfter: Instant;
    /** The rotation that made it and did not keep it; null: it was in use. */
    readonly madeBy: RotationId | null;
    /** null: nobody knows. */
    readonly lastUsed: Instant | null;
    readonly hosts: readonly HostName[];
    /** Where its private key goes too. */
    readonly keyOn: readonly HostName[];
    /** Its key is in the wrong hands: it waits for no grace period. */
    readonly compromised: boolean;
  }[];
  /**
   * Old ones that stay, and until when; null: as long as something uses them, or, with a subject, as long as no machine
   * tells whose they are.
   */
  readonly stay: readonly {
    readonly thumbprint: Thumbprint;
    readonly until: Instant | null;
    readonly where: string;
    readonly subject: string | null;
  }[];
}
