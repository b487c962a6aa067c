import type { CertificateRef } from '../letters/protocol.ts';
import type { CertificateTrace } from '../machine/host-facts.ts';
import type { OrderWork } from '../orders/order-work.ts';
import type { PlannedStep } from '../plan/plan.ts';
import type { StepParams } from '../plan/step-params.ts';
import { type HostName, type Refusal, type Role, refuse, type Thumbprint } from '../values.ts';
import type { Pinned } from './made-certificate.ts';

export interface OwnConfig extends Pinned {
  readonly farm: string;
  readonly host: HostName;
}

/** What a machine knows of a certificate it is told to stop trusting. */
export interface OwnTrust extends CertificateTrace {
  /** DER, base64; null: this machine does not hold it. */
  readonly der: string | null;
}

/** What the runner read on its own machine for this order; null: nothing in the order needs it. */
export interface OwnFacts {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** PortNumber of MasterSettings.config. */
  readonly port: number | null;
  /** Host of the worker's own MasterEndpoint. */
  readonly endpoint: string | null;
  /**
   * What that endpoint presents to this machine in a handshake; null: nothing in the order needs it, or nobody
   * answered.
   */
  readonly presented: Thumbprint | null;
  readonly serviceSids: { readonly [role in Role]?: string };
  /**
   * What the settings file of the role that gets a new certificate names now; null: nothing in the order needs it, or
   * it holds no thumbprint.
   */
  readonly replaced: Thumbprint | null;
  /** Whether a Scale Out master is installed here; null: nothing in the order needs it. */
  readonly isMaster: boolean | null;
  /**
   * Certificates that this runner's own journal shows as made under the order's digest; for a reconnect, as ever used
   * by Scale Out here.
   */
  readonly made: readonly Thumbprint[];
  /** Certificates that its own journal shows in use by Scale Out, or that lie here under this farm's mark. */
  readonly scaleOuts: readonly Thumbprint[];
  /** For each certificate to stop trusting, or to remove although its own journal does not show it in use. */
  readonly trusts: readonly OwnTrust[];
  /**
   * Under a plan that goes back to an earlier certificate: those that its own journal alone shows in use by Scale Out.
   */
  readonly used: readonly Thumbprint[];
  /** Those that its own journal shows as never to be used here again. */
  readonly distrusted: readonly Thumbprint[];
}

type Refs = { readonly [name: string]: CertificateRef };

export interface Gate {
  readonly work: OrderWork;
  readonly refs: Refs;
  readonly config: OwnConfig;
  readonly own: OwnFacts;
}

/**
 * Whoever may read the old key may read the new one, so the old one must be what Scale Out uses here; no order may
 * choose it.
 */
export const judgeReplaced = (
  step: PlannedStep,
  { oldThumbprint: found }: StepParams<'create-certificate'>,
  { own }: Gate,
): Refusal | null =>
  found === own.replaced ? null : refuse('OldNotInUse', { step: step.id, found, own: own.replaced });

/** A key may be granted only to the account of this machine's own service of that role; no order may choose it. */
export function judgeSid(
  step: PlannedStep,
  { role, serviceSid: found }: { readonly role: Role; readonly serviceSid: string },
  { own }: Gate,
): Refusal | null {
  const sid = own.serviceSids[role] ?? null;
  return found === sid ? null : refuse('GrantNotAllowed', { step: step.id, found, own: sid });
}
