import { workerOfStep } from '../../../../domain/plan/scope.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { type Evidence, line } from './evidence.ts';
import { hasStayed, trustStays } from './trust-stays.ts';

export function goneAgain(rotation: RotationState, kept: readonly string[] = []): readonly Evidence[] {
  const { gone, left } = removals(rotation, kept);
  return [
    ...(gone === 0 ? [] : [line('good', 'proof.removed', { count: gone, taken: makesNone(rotation) })]),
    ...trustStays(rotation),
    ...left.map((host) => line('bad', 'proof.left-over', { host })),
  ];
}

/** Whether the plan makes no certificate: one that existed before stays where it is, and only the trust in it goes. */
const makesNone = ({ plan }: RotationState): boolean =>
  !(plan?.slices ?? []).some(({ stages }) =>
    Object.values(stages).some(({ steps }) => steps.some(({ kind }) => kind === 'create-certificate')),
  );

/** Where the new certificate had been put, and whether it was removed again. */
function removals(rotation: RotationState, kept: readonly string[]): { gone: number; left: readonly string[] } {
  const places = (rotation.plan?.slices ?? []).flatMap((slice) =>
    Object.values(slice.stages)
      .flatMap((stage) => stage.steps)
      .filter((step) => step.kind === 'create-certificate' || step.kind === 'trust-certificate')
      .filter((step) => !kept.includes(workerOfStep(step) ?? ''))
      .map((step) => ({ host: slice.host, state: rotation.steps[slice.host]?.[step.id] })),
  );
  const put = places.filter(({ state }) => state?.changed === true && !hasStayed(state));
  return {
    gone: new Set(put.filter((place) => place.state?.state === 'undone').map((place) => place.host)).size,
    left: [...new Set(put.filter((place) => place.state?.state !== 'undone').map((place) => place.host))],
  };
}
