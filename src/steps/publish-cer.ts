import { type Refusal, type Role, refuse, type Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve, wayBack } from './define-step.ts';

interface Params {
  readonly role: Role;
  readonly certificate: ResolvedCertificate | null;
}

/** `der` is what an undo gives back: the file may hold an older certificate than any store. */
type CerFacts = { readonly published: Thumbprint | null; readonly der: string | null };

/** Refreshes the `.cer` beside the service: whoever sets up a new worker takes it from there. */
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
    const [published, der] = await Promise.all([host.published(role), host.publishedDer(role)]);
    return { published, der };
  },
  goal(_before, { certificate }) {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    return { published: certificate.thumbprint, der: certificate.der };
  },
  judge: (now, wanted) =>
    now.published === wanted.published ? MET : notMet('PublishedDiffers', now.published, wanted.published),
  move(now, wanted, { role }, { direction }): readonly HostChange[] | Refusal {
    if (now.published === wanted.published) return [];
    if (wanted.published === null || wanted.der === null) return refuse('CertificateNotAtHand', { ...wanted });
    return [{ type: 'cer.publish', role, der: wanted.der, thumbprint: wanted.published, ...wayBack(direction) }];
  },
};
