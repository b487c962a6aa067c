import { keeps } from '../../../../domain/plan/plan-phases.ts';
import { workerRef } from '../../../../domain/plan/scope.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Instant, Thumbprint } from '../../../../domain/values.ts';

/** A worker's own certificate, before and after. */
interface OwnCertificate {
  readonly host: HostName;
  readonly old: { readonly thumbprint: Thumbprint; readonly notAfter: Instant } | null;
  readonly made: Thumbprint | null;
}

/** Whether the rotation is of workers' own certificates. */
export const isOfWorkers = ({ plan }: RotationState): boolean => plan !== null && keeps(plan);

/** Each worker's certificate, the first to end in front; those that nobody could read come last. */
export function ownCertificates(rotation: RotationState, hosts: readonly HostName[]): readonly OwnCertificate[] {
  const end = ({ old }: OwnCertificate): string => old?.notAfter ?? '9';
  return hosts
    .map((host) => ({ host, old: oldOf(rotation, host), made: madeFor(rotation, host) }))
    .sort((a, b) => (end(a) < end(b) ? -1 : 1));
}

/** The one that was made for it, or the existing one that the plan names, as in a rollback. */
export const madeFor = ({ made, plan }: RotationState, host: string): Thumbprint | null => {
  const ref = workerRef(host as HostName);
  return made[ref]?.certificate.thumbprint ?? plan?.header.existing?.[ref]?.thumbprint ?? null;
};

function oldOf({ looks }: RotationState, host: HostName): OwnCertificate['old'] {
  const certificate = looks[host]?.worker?.certificate ?? null;
  return certificate === null ? null : { thumbprint: certificate.thumbprint, notAfter: certificate.notAfter };
}
