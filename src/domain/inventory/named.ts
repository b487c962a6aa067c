import { certificatesBefore } from '../follow-up/rollback.ts';
import { readCertificate } from '../machine/certificate.ts';
import type { CertificateFacts, HostLook, Looks, NamedCertificate } from '../machine/host-facts.ts';
import { wayBackTo } from '../plan/plan-phases.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { type HostName, parseThumbprint, type Thumbprint } from '../values.ts';

/**
 * Certificates that a look at this machine asks about in this rotation. For a reconnect: the workers' own as last seen,
 * because the master must trust them, and the master's if it was issued by somebody else. For compromised workers:
 * their own. Otherwise existing ones that it is to use, and the one a master is to go back to, which may be gone; in a
 * rotation of the master, its machine also looks for own certificates of workers that it may not trust.
 */
export const certificatesAsked = (
  { rotations, latest }: Pick<FarmState, 'rotations' | 'latest'>,
  rotation: Pick<RotationState, 'wish' | 'plan' | 'turned'>,
  host: HostName,
): readonly Thumbprint[] => {
  const { wish } = rotation;
  const back = wayBackTo(rotation);
  if (wish.kind === 'reconnect')
    return [
      ...issuedOf(latest),
      ...wish.workers.flatMap((host) => latest[host]?.worker?.certificate?.thumbprint ?? []),
    ];
  // If it is gone from the worker itself, it can still be read where it is trusted.
  if (wish.kind === 'rotate-worker' && wish.compromised)
    return wish.workers.flatMap((host) => parseThumbprint(latest[host]?.worker?.workerThumbprint ?? '') ?? []);
  const named = [
    ...(wish.use === null ? [] : [wish.use]),
    ...Object.values(certificatesBefore({ rotations }, wish)),
    ...(wish.kind === 'rotate-master' ? notShownTrusted(latest, host) : []),
  ];
  return back === null || named.includes(back) ? named : [...named, back];
};

/**
 * Own certificates of workers that this master, as last looked at, refused or did not show in its Root: it has to let
 * them in again after the switch.
 */
function notShownTrusted(latest: Looks, host: HostName): readonly Thumbprint[] {
  const { master = null, leftovers = null } = latest[host] ?? {};
  if (master === null) return [];
  const shown = leftovers?.flatMap(({ thumbprint, stores }) => (stores.includes('Root') ? [thumbprint] : [])) ?? null;
  return Object.values(latest).flatMap(({ worker }) => {
    const own = worker?.certificate ?? null;
    if (own === null || !own.selfSigned) return [];
    const isAsked = worker?.connection.log?.state === 'refused' || shown?.includes(own.thumbprint) === false;
    return isAsked ? [own.thumbprint] : [];
  });
}

/** Of those, what its look was not asked about, as the first one at a farm of which nothing was known. */
export const notAskedYet = (looks: Looks, host: HostName): readonly Thumbprint[] =>
  notShownTrusted(looks, host).filter((own) => namedIn(looks[host], own) === null);

/** What masters present that somebody else issued: workers need the issuer. */
const issuedOf = (latest: Looks): readonly Thumbprint[] =>
  Object.values(latest).flatMap(({ master }) => {
    const one = master?.certificate ?? null;
    return one === null || one.selfSigned ? [] : [one.thumbprint];
  });

/** Whether a master trusts this worker certificate; null: the look did not ask, or somebody else issued it. */
export function isTrustedBy(look: HostLook | undefined, own: CertificateFacts): boolean | null {
  const named = own.selfSigned ? namedIn(look, own.thumbprint) : null;
  return named === null ? null : named.places.some(({ store }) => store === 'Root');
}

/**
 * Whether a certificate is self-signed, according to the worker that has it or to its bytes; null: no look has read it.
 */
export function isSelfSigned(looks: Looks, host: HostName, thumbprint: Thumbprint): boolean | null {
  const own = looks[host]?.worker?.certificate ?? null;
  if (own?.thumbprint === thumbprint) return own.selfSigned;
  return readCertificate(derOf(looks, thumbprint) ?? '')?.selfSigned ?? null;
}

/** What this machine holds of a certificate its look was asked about; null: not asked, or not readable. */
export const namedIn = (look: HostLook | undefined, thumbprint: Thumbprint): NamedCertificate | null =>
  look?.named?.find((one) => one.thumbprint === thumbprint) ?? null;

/**
 * The bytes of a certificate as brought by one of the looks: asked for, an issuer of one asked for, or the master's
 * own. Bytes that do not match the thumbprint are skipped: every runner would refuse them.
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
