import { type Refusal, type Role, refuse, type Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve, wayBack } from './define-step.ts';

interface Params {
  readonly role: Role;
  readonly certificate: ResolvedCertificate | null;
}

/**
 * `der` is what an undo writes back: the file may hold an older certificate than any store. `isTorn`: the file must be
 * rewritten whatever certificate it holds, by an undo too, which leaves it whole.
 */
type CerFacts = { readonly published: Thumbprint | null; readonly der: string | null; readonly isTorn?: true };

const isAsWanted = (now: CerFacts, wanted: CerFacts): boolean =>
  now.published === wanted.published && now.isTorn !== true;

/** Refreshes the `.cer` file beside the service: the set-up of a new worker takes it from there. */
export const publishCer: StepDefinition<Params, CerFacts> = {
  kind: 'publish-cer',
  decisive: ['published'],
  parse(raw, refs) {
    const { role, thumbprint } = parseStep('publish-cer', raw);
    return { role, certificate: resolve(thumbprint, refs) };
  },
  say: (params, expected) => ({
    id: 'step.publish-cer',
    data: { role: params.role, thumbprint: params.certificate?.thumbprint ?? null, old: expected.published },
  }),
  async observe(host, { role }) {
    const [published, der, isTorn] = await Promise.all([
      host.published(role),
      host.publishedDer(role),
      host.isPublishedTorn(role),
    ]);
    return { published, der, ...(isTorn ? { isTorn } : {}) };
  },
  goal(_before, { certificate }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    return { published: certificate.thumbprint, der: certificate.der };
  },
  judge: (now, wanted) => (isAsWanted(now, wanted) ? MET : notMet('PublishedDiffers', now.published, wanted.published)),
  move(now, wanted, { role }, { direction }): readonly HostChange[] | Refusal {
    if (isAsWanted(now, wanted)) return [];
    if (wanted.published === null || wanted.der === null) return refuse('CertificateNotAtHand', { ...wanted });
    return [{ type: 'cer.publish', role, der: wanted.der, thumbprint: wanted.published, ...wayBack(direction) }];
  },
};
