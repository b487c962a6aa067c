import type { ResolveChoice } from '../journal/resolve.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { sha256 } from '../sha256.ts';
import type { Digest } from '../values.ts';
import type { Assessment } from './moment.ts';

/** What a decision about unknown machines rests on: the rotation, and the facts seen. They may be seen twice alike. */
export const factsDigest = (
  rotation: RotationState,
  {
    direction,
    attention,
    windowClosed,
    frozen,
  }: Pick<Assessment, 'direction' | 'attention' | 'windowClosed' | 'frozen'>,
): Digest => {
  const untimely = [
    ...(windowClosed === undefined ? [] : [windowClosed]),
    ...(frozen === undefined ? [] : [{ frozen }]),
  ];
  return sha256(JSON.stringify([rotation.id, direction, attention, Object.keys(rotation.resolved), ...untimely]));
};

/** What votes name: one question, of one choice, asked at one moment (milliseconds since 1970) about these facts. */
export const questionDigest = (facts: Digest, choice: ResolveChoice, askedAt: number): Digest =>
  sha256(JSON.stringify([facts, choice, askedAt]));
