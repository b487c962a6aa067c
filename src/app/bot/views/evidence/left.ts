import type { RotationState } from '../../../../domain/rotation/rotation.ts';

/** Who was named as not proved when it ended. */
export const leftOf = ({ closed }: RotationState): readonly string[] => [closed?.data.left ?? []].flat().map(String);
