import { type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep, type ResolvedCertificate, resolve } from './define-step.ts';

interface Params {
  readonly certificate: ResolvedCertificate | null;
}

type TrustFacts = { readonly present: boolean; readonly thumbprint: Thumbprint | null };

/**
 * Puts a public certificate into Root. If it is already there, the step is met, whoever put it there (on a onebox it is
 * the master's own, with its key), and an undo removes nothing.
 */
export const trustCertificate: StepDefinition<Params, TrustFacts> = {
  kind: 'trust-certificate',
  backLast: true,
  // Nothing is decisive: a certificate that is already trusted is no reason to stop.
  decisive: [],
  parse: (raw, refs) => ({ certificate: resolve(parseStep('trust-certificate', raw).thumbprint, refs) }),
  say: (params) => ({
    id: 'step.trust-certificate',
    data: { store: 'Root', thumbprint: params.certificate?.thumbprint ?? null },
  }),
  async observe(host, { certificate }) {
    if (certificate === null) return { present: false, thumbprint: null };
    const found = await host.certificate('Root', certificate.thumbprint);
    return { present: found !== null, thumbprint: certificate.thumbprint };
  },
  goal: (before) =>
    before.thumbprint === null ? refuse('CertificateNotMadeYet') : { present: true, thumbprint: before.thumbprint },
  judge: (now, wanted) =>
    now.present === wanted.present
      ? MET
      : notMet(wanted.present ? 'NotTrusted' : 'CertificateStillThere', now.present, wanted.present),
  move(now, wanted, { certificate }): readonly HostChange[] | Refusal {
    if (certificate === null) return refuse('CertificateNotMadeYet');
    const { thumbprint, der } = certificate;
    if (wanted.thumbprint !== thumbprint)
      return refuse('CertificateDiffers', { found: thumbprint, wanted: wanted.thumbprint });
    if (now.present === wanted.present) return [];
    if (!wanted.present)
      return [{ type: 'certificate.remove', store: 'Root', thumbprint, withKey: false, unlessPinned: true }];
    return der === null
      ? refuse('CertificateNotAtHand', { thumbprint })
      : [{ type: 'certificate.trust', der, thumbprint }];
  },
};
