import type { Thumbprint } from '../domain/values.ts';
import type { StepDefinition } from '../ports/step.ts';
import type { HostChange } from '../ports/windows-host.ts';
import { MET, notMet, parseStep } from './define-step.ts';

interface Params {
  readonly thumbprint: Thumbprint;
  /** The worker whose certificate it is. */
  readonly worker: string;
}

/** `der`: its bytes, base64, so that they are on disk before it goes; null: it is not there. */
type DistrustFacts = { readonly present: boolean; readonly thumbprint: Thumbprint; readonly der: string | null };

/**
 * Removes a worker's certificate, whose key is in the wrong hands, from Root. It cannot be undone: whatever fails
 * later, no machine is made to trust it again.
 */
export const distrustCertificate: StepDefinition<Params, DistrustFacts> = {
  kind: 'distrust-certificate',
  // Nothing is decisive: a certificate that is already gone is no reason to stop.
  decisive: [],
  isFinal: true,
  parse: (raw) => parseStep('distrust-certificate', raw),
  say: ({ thumbprint, worker }) => ({
    id: 'step.distrust-certificate',
    data: { store: 'Root', thumbprint, host: worker },
  }),
  assumed: ({ thumbprint }) => ({ present: true, thumbprint, der: null }),
  async observe(host, { thumbprint }) {
    const [found] = await host.named([thumbprint]);
    const present = found?.places.some(({ store }) => store === 'Root') === true;
    return { present, thumbprint, der: present ? (found?.der ?? null) : null };
  },
  goal: ({ thumbprint }) => ({ present: false, thumbprint, der: null }),
  judge: (now, wanted) =>
    now.present && !wanted.present ? notMet('CertificateStillThere', now.present, wanted.present) : MET,
  move: (now, wanted, { thumbprint }): readonly HostChange[] =>
    now.present && !wanted.present ? [{ type: 'certificate.remove', store: 'Root', thumbprint, withKey: false }] : [],
};
