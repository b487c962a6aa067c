import type { FarmState } from '../rotation/farm-state.ts';
import { HOUR_MS, instantOf } from '../time.ts';
import { type Refusal, refuse } from '../values.ts';

/** Requests of one person in an hour, and as many words to all channels; more are refused politely. */
export const PER_HOUR = 20;

/** `times`: when this person asked, oldest first, milliseconds since 1970. null: another one is welcome. */
export function tooOften(times: readonly number[], now: number): Refusal | null {
  const recent = times.filter((at) => now - at < HOUR_MS);
  const first = recent[recent.length - PER_HOUR];
  if (first === undefined) return null;
  const at = instantOf(first + HOUR_MS);
  return refuse('too-many-requests', { count: recent.length, limit: PER_HOUR, at });
}

/** The same for what goes to all channels of the farm: freezes, snoozes, samples. */
export const toldTooOften = ({ toAll }: Pick<FarmState, 'toAll'>, person: string, now: number): Refusal | null =>
  tooOften(timesOf(toAll, person), now);

/** The same for *Look again*: each is recorded with what every machine in question shows. */
export const lookedTooOften = (
  { lookedAgain }: Pick<FarmState, 'lookedAgain'>,
  person: string,
  now: number,
): Refusal | null => tooOften(timesOf(lookedAgain, person), now);

const timesOf = (counted: FarmState['toAll'], person: string): readonly number[] =>
  counted.flatMap(({ by, at }) => (by === person ? [Date.parse(at)] : []));
