import { type CertificateProfile, NEW, type Plan } from '../../../../domain/plan/plan.ts';
import { keeps, masterOf } from '../../../../domain/plan/plan-phases.ts';
import { workerRef } from '../../../../domain/plan/scope.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { DAY_MS, instantOf } from '../../../../domain/time.ts';
import type { HostName, Instant, Thumbprint } from '../../../../domain/values.ts';
import type { PlanView } from '../../../../domain/views/view.ts';
import type { Taken } from '../../../../plans/existing-of.ts';
import { ownCertificates } from '../evidence/own-certificates.ts';

export interface NowAndAfter {
  readonly old: { readonly thumbprint: Thumbprint; readonly notAfter: Instant | null } | null;
  readonly next: PlanView['next'];
  readonly master: HostName;
}

/**
 * What a plan card shows as now and after: the master's certificate or, of the workers' own, the one that ends first.
 * null: the plan neither makes nor takes a certificate.
 */
export function nowAndAfter(
  rotation: RotationState,
  plan: Plan,
  workers: readonly HostName[],
  taken: Taken | null,
): NowAndAfter | null {
  const master = masterOf(plan);
  const first = keeps(plan) ? ownCertificates(rotation, workers)[0] : undefined;
  const profile = plan.header.profiles[first === undefined ? NEW : workerRef(first.host)];
  const old = first === undefined ? plan.header.old : first.old;
  const at = Date.parse(rotation.plannedAt ?? plan.header.at);
  const next = taken !== null ? taken.next : profile === undefined ? null : made(profile, at);
  return next === null || master === null ? null : { old, next, master };
}

const made = ({ host, keyBits, hash, exportable, names, store, lifetimeDays }: CertificateProfile, at: number) => ({
  host,
  keyBits,
  hash,
  exportable,
  names,
  store,
  notAfter: instantOf(at + lifetimeDays * DAY_MS),
});
