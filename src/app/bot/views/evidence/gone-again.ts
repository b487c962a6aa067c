import { workerOfStep } from '../../../../domain/plan/scope.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import { type Evidence, line } from './evidence.ts';
import { hasStayed, trustStays } from './trust-stays.ts';

export function goneAgain(rotation: RotationState, kept: readonly string[] = []): readonly Evidence[] {
  const { gone, several, left } = removals(rotation, kept);
  return [
    ...(gone === 0 ? [] : [line('good', 'proof.removed', { count: gone, several, taken: makesNone(rotation) })]),
    ...trustStays(rotation),
    ...left.map((host) => line('bad', 'proof.left-over', { host })),
  ];
}

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
  const undone = put.filter((place) => place.state?.state === 'undone');
  return {
    gone: new Set(undone.map((place) => place.host)).size,
    several: new Set(undone.map((place) => place.of)).size > 1,
    left: [...new Set(put.filter((place) => place.state?.state !== 'undone').map((place) => place.host))],
  };
}
