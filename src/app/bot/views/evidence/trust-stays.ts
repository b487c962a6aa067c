import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { type Evidence, line } from './evidence.ts';

/**
 * Where trust was added and could not be taken back fully: a setting named the certificate before this began, and what
 * a setting names must be trusted.
 */
export function trustStays(rotation: RotationState): readonly Evidence[] {
  const stay = (rotation.plan?.slices ?? []).flatMap(({ host, stages }) =>
    Object.values(stages)
      .flatMap(({ steps }) => steps)
      .filter(({ kind, id }) => kind === 'trust-certificate' && hasStayed(rotation.steps[host]?.[id]))
      .map(({ id }) => ({ host, thumbprint: rotation.steps[host]?.[id]?.facts.thumbprint })),
  );
  const thumbprints = new Set(stay.map(({ thumbprint }) => String(thumbprint)));
  return [...thumbprints].map((thumbprint) =>
    line('good', 'proof.trust-stays', {
      hosts: stay.filter((one) => one.thumbprint === thumbprint).map(({ host }) => host),
      thumbprint,
    }),
  );
}

/** Put back, but still there. */
export const hasStayed = (step: RotationState['steps'][string][string] | undefined): boolean =>
  step?.state === 'undone' && step.facts.present === true;
