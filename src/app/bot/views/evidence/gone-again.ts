import type { Proof } from '../../../../domain/machine/proof-roles.ts';
import { workerOfStep } from '../../../../domain/plan/scope.ts';
import { leftIn } from '../../../../domain/rotation/left-behind.ts';
import { newMaster, type RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName } from '../../../../domain/values.ts';
import { type Evidence, line } from './evidence.ts';
import { madeFor } from './own-certificates.ts';
import { hasStayed, trustStays } from './trust-stays.ts';

/** What was removed again, and what is still there; whether anything uses that is known only of a machine looked at. */
export function goneAgain(
  rotation: RotationState,
  proofs: readonly Proof[],
  kept: readonly string[] = [],
): readonly Evidence[] {
  const { gone, several, left } = removals(rotation, kept);
  return [
    ...(gone === 0 ? [] : [line('good', 'proof.removed', { count: gone, several, taken: makesNone(rotation) })]),
    ...trustStays(rotation),
    ...left.map((one) => {
      const unknown = !isKnown(rotation, proofs, one.host);
      const unseen = unknown || isSeen(rotation, one) ? {} : { unseen: true };
      return line('bad', 'proof.left-over', { ...one, unknown, ...unseen });
    }),
  ];
}

/** Of a machine that was left as it was only a look that agrees tells which certificate it uses. */
const isKnown = (rotation: RotationState, proofs: readonly Proof[], name: string): boolean =>
  proofs.some(({ host, proved }) => host === name && (proved || !leftIn(rotation).some((one) => one === name)));

/**
 * Whether the last look shows what was not heard to be removed. A runner that was set up anew knows of no trust in a
 * master, so that its look shows neither that the certificate is there nor that it is gone.
 */
const isSeen = ({ proofs }: RotationState, left: { host: HostName; thumbprints: readonly string[] }): boolean =>
  left.thumbprints.every((one) => proofs[left.host]?.leftovers?.some(({ thumbprint }) => thumbprint === one) === true);

/** Whether the plan makes no certificate: one that existed before stays where it is, and only the trust in it goes. */
const makesNone = ({ plan }: RotationState): boolean =>
  !(plan?.slices ?? []).some(({ stages }) =>
    Object.values(stages).some(({ steps }) => steps.some(({ kind }) => kind === 'create-certificate')),
  );

/** Where new certificates had been put, whether they were removed again, and whether these were several. */
function removals(rotation: RotationState, kept: readonly string[]) {
  const places = (rotation.plan?.slices ?? []).flatMap((slice) =>
    Object.values(slice.stages)
      .flatMap((stage) => stage.steps)
      .filter((step) => step.kind === 'create-certificate' || step.kind === 'trust-certificate')
      .filter((step) => !kept.includes(workerOfStep(step) ?? ''))
      .map((step) => ({ host: slice.host, of: workerOfStep(step), state: rotation.steps[slice.host]?.[step.id] })),
  );
  const put = places.filter(({ state }) => state?.changed === true && !hasStayed(state));
  const namesOf = (name: string): readonly string[] => [
    ...new Set(
      stays
        .filter(({ host }) => host === name)
        .flatMap(({ of }) => (of === null ? newMaster(rotation) : madeFor(rotation, of)) ?? []),
    ),
  ];
  // Undone without a change back: it never came to be there.
  const undone = put.filter(({ state }) => state?.state === 'undone' && state.backAt !== null);
  const stays = put.filter((place) => place.state?.state !== 'undone');
  return {
    gone: new Set(undone.map((place) => place.host)).size,
    several: new Set(undone.map((place) => place.of)).size > 1,
    left: [...new Set(stays.map(({ host }) => host))].map((host) => ({ host, thumbprints: namesOf(host) })),
  };
}
