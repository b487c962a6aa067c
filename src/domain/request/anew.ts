import { untold } from '../follow-up/compromised.ts';
import type { Wish } from '../plan/wish.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { asksAnew, type RotationState } from '../rotation/rotation.ts';
import { DAY_MS } from '../time.ts';
import { requestWords } from './request-line.ts';

/** So long the same is asked again by itself, as soon as it can be. Later people have gone on without it. */
const ASKED_WITHIN_MS = 7 * DAY_MS;

/**
 * The rotation that ended so that the same is asked again, and has not been yet; null: there is none. Whatever was
 * asked after it, by whomever, stands in its place: so it is never asked twice, and a bot that starts anew knows it
 * too. What ended before the journal was put back from a copy may have been asked since, and done. Pure.
 */
export function owedAnew({ order, rotations, cutShortAt }: FarmState, now: number): RotationState | null {
  const id = order.findLast((one) => rotations[one]?.dry === false);
  const rotation = id === undefined ? undefined : rotations[id];
  if (rotation === undefined || !asksAnew(rotation) || now >= askedUntil(rotation)) return null;
  return cutShortAt !== null && Date.parse(rotation.closed?.at ?? '') <= Date.parse(cutShortAt) ? null : rotation;
}

/** Milliseconds since 1970. */
export const askedUntil = ({ closed }: RotationState): number => Date.parse(closed?.at ?? '') + ASKED_WITHIN_MS;

/** A time that has passed is not asked for again: then it begins as if none had been said. */
export const wishAnew = ({ wish }: RotationState, now: number): Wish =>
  wish.when.by === 'time' && Date.parse(wish.when.at) <= now ? { ...wish, when: untold(wish) } : wish;

/** The line that asks for the same, as somebody else may type it. */
export function lineAnew(rotation: RotationState, farm: string, now: number): string {
  const because = rotation.reason === '' ? '' : ` because ${rotation.reason}`;
  return `${requestWords(wishAnew(rotation, now))} in ${farm}${because}`;
}
