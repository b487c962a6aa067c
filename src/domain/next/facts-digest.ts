import { sha256 } from '../plan.ts';
import type { RotationState } from '../rotation.ts';
import type { Digest } from '../values.ts';
import type { Assessment } from './moment.ts';

/** What the votes about unknown machines rest on: the rotation, and the facts seen. */
export const factsDigest = (
  rotation: RotationState,
  { direction, attention }: Pick<Assessment, 'direction' | 'attention'>,
): Digest => sha256(JSON.stringify([rotation.id, direction, attention, Object.keys(rotation.resolved)]));
