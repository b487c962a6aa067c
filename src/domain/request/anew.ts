import { untold } from '../follow-up/compromised.ts';
import type { Wish } from '../plan/wish.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { asksAnew, type RotationState } from '../rotation/rotation.ts';
import { DAY_MS } from '../time.ts';
import { requestWords } from './request-line.ts';

/**
 * For how long the same is requested again automatically, as soon as possible. Later, people have moved on without it.
 */
const ASKED_WITHIN_MS = 7 * DAY_MS;

/**
 * The rotation that ended so that the same is requested again, but has not been yet; null: none. Any later request, by
 * anybody, takes its place, so that it is never requested twice, and a restarted bot knows this too. What ended before
 * the journal was restored from a copy may have been requested since, and done. Pure.
 */
export function owedAnew({ order, rotations, cutShortAt }: FarmState, now: number): RotationState | null {
  const id = order.findLast((one) => rotations[one]?.dry === false);
  const rotation = id === undefined ? undefined : rotations[id];
  if (rotation === undefined || !asksAnew(rotation) || now >= askedUntil(rotation)) return null;
  return cutShortAt !== null && Date.parse(rotation.closed?.at ?? '') <= Date.parse(cutShortAt) ? null : rotation;
}

/** Milliseconds since 1970. */
export const askedUntil = ({ closed }: RotationState): number => Date.parse(closed?.at ?? '') + ASKED_WITHIN_MS;

/** A time that has passed is not requested again: the start then is as if none had been said. */
export const wishAnew = ({ wish }: RotationState, now: number): Wish =>
  wish.when.by === 'time' && Date.parse(wish.when.at) <= now ? { ...wish, when: untold(wish) } : wish;

/** The line that requests the same, as somebody else may type it. */
export function lineAnew(rotation: RotationState, farm: string, now: number): string {
  const because = rotation.reason === '' ? '' : ` because ${rotation.reason}`;
  return `${requestWords(wishAnew(rotation, now))} in ${farm}${because}`;
}
