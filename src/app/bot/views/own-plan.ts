import { keeps, masterOf } from '../../../domain/next/stages.ts';
import { type CertificateProfile, NEW, type Plan } from '../../../domain/plan.ts';
import type { RotationState } from '../../../domain/rotation.ts';
import { workerRef } from '../../../domain/scope.ts';
import type { HostName, Instant, Thumbprint } from '../../../domain/values.ts';
import { ownCertificates } from './own-certificates.ts';

export interface NowAndAfter {
  readonly old: { readonly thumbprint: Thumbprint; readonly notAfter: Instant } | null;
  readonly profile: CertificateProfile;
  readonly master: HostName;
}

/**
 * What a plan card shows as now and after: the master's certificate, or of the workers' own the one that ends first.
 * null: the plan makes no certificate.
 */
export function nowAndAfter(rotation: RotationState, plan: Plan, workers: readonly HostName[]): NowAndAfter | null {
  const master = masterOf(plan);
  const first = keeps(plan) ? ownCertificates(rotation, workers)[0] : undefined;
  const profile = plan.header.profiles[first === undefined ? NEW : workerRef(first.host)];
  const old = first === undefined ? plan.header.old : first.old;
  return profile === undefined || master === null ? null : { old, profile, master };
}
