import { certificatesBefore } from '../follow-up/rollback.ts';
import { readCertificate } from '../machine/certificate.ts';
import type { CertificateFacts, HostLook, NamedCertificate } from '../machine/host-facts.ts';
import { wayBackTo } from '../plan/plan-phases.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { type HostName, parseThumbprint, type Thumbprint } from '../values.ts';

type Looks = { readonly [host: string]: HostLook };

/**
 * Certificates that every look of this rotation is asked about: those that exist, and that it is to use; of a reconnect
 * the workers' own, as they were seen last, for the master must trust them, and the master's where it has issuers;
 * those whose keys are in the wrong hands; and the one that a master is to go back to, for it may be gone.
 */
export const certificatesAsked = (
  { rotations, latest }: Pick<FarmState, 'rotations' | 'latest'>,
  rotation: Pick<RotationState, 'wish' | 'plan' | 'turned'>,
): readonly Thumbprint[] => {
  const { wish } = rotation;
  const back = wayBackTo(rotation);
  if (wish.kind === 'reconnect')
    return [
      ...issuedOf(latest),
      ...wish.workers.flatMap((host) => latest[host]?.worker?.certificate?.thumbprint ?? []),
    ];
  // Taken away from the worker itself, it is read where it is trusted.
  if (wish.kind === 'rotate-worker' && wish.compromised)
    return wish.workers.flatMap((host) => parseThumbprint(latest[host]?.worker?.workerThumbprint ?? '') ?? []);
  const named = [...(wish.use === null ? [] : [wish.use]), ...Object.values(certificatesBefore({ rotations }, wish))];
  return back === null || named.includes(back) ? named : [...named, back];
};

/** What masters present and somebody else issued: workers need who did. */
const issuedOf = (latest: Looks): readonly Thumbprint[] =>
  Object.values(latest).flatMap(({ master }) => {
    const one = master?.certificate ?? null;
    return one === null || one.selfSigned ? [] : [one.thumbprint];
  });

/** Whether a master trusts this certificate of a worker; null: nobody asked it, or somebody else issued it. */
export function isTrustedBy(look: HostLook | undefined, own: CertificateFacts): boolean | null {
  const named = own.selfSigned ? namedIn(look, own.thumbprint) : null;
  return named === null ? null : named.places.some(({ store }) => store === 'Root');
}

/** Whether a certificate signed itself, by the worker that has it or by its bytes; null: no look has read it. */
export function isSelfSigned(looks: Looks, host: HostName, thumbprint: Thumbprint): boolean | null {
  const own = looks[host]?.worker?.certificate ?? null;
  if (own?.thumbprint === thumbprint) return own.selfSigned;
  return readCertificate(derOf(looks, thumbprint) ?? '')?.selfSigned ?? null;
}

/**
 * What this machine holds of a certificate that its look was asked about; null: nobody asked, or it could not be read.
 */
export const namedIn = (look: HostLook | undefined, thumbprint: Thumbprint): NamedCertificate | null =>
  look?.named?.find((one) => one.thumbprint === thumbprint) ?? null;

/**
 * The bytes of a certificate as one of the looks brought them home: asked for, an issuer of that, or the master's own.
 * What a machine calls by this thumbprint and is another certificate is passed by: each runner would refuse it.
 */
export function derOf(looks: Looks, thumbprint: Thumbprint): string | null {
  const brought = Object.values(looks).flatMap(({ named, master }) => [
    ...(master?.certificate == null ? [] : [{ thumbprint: master.certificate.thumbprint, der: master.der ?? null }]),
    ...(named ?? []).flatMap((one) => [one, ...one.issuers]),
  ]);
  const is = ({ der }: { readonly der: string | null }) =>
    der !== null && readCertificate(der)?.thumbprint === thumbprint;
  return brought.find((one) => one.thumbprint === thumbprint && is(one))?.der ?? null;
}
