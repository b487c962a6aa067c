import { PROTOCOL } from '../letters/protocol.ts';

/**
 * How a host's clock stands against the bot's. A letter shows the clock of its host less the time that it lay
 * somewhere: never more than is true, and after an outage minutes less. So the smallest delay counts, and only of
 * letters that have come as evenly as they were sent; what a backlog shows rises from letter to letter.
 */
export interface Skew {
  /** Host clock less bot clock, milliseconds; null: only letters were heard that may have lain somewhere. */
  readonly ms: number | null;
  /**
   * What letters have shown since `at` without rising, and until when: the first of them, and at most. Not believed
   * yet.
   */
  readonly shown: { readonly at: number; readonly until: number; readonly first: number; readonly most: number } | null;
}

/** The first letter of a host is believed at once when both clocks agree that it was sent just now. */
const ON_TIME_MS = 2_000;
/** Letters that show more than this above the one before have lain somewhere. */
const RISES_MS = 500;
/** So long letters come evenly before what they show is believed: longer where more was known. */
const SETTLES_MS = 10_000;
const LOWERS_MS = 120_000;

/** Our own clock was set: all that was known was measured against another one. */
export const FORGOTTEN: Skew = { ms: null, shown: null };

/** `known`: from before this bot was started; null: nothing is. */
export function firstSkew(ms: number, now: number, known: number | null): Skew {
  const unknown = ms >= -ON_TIME_MS ? ms : null;
  const believed = known === null ? unknown : Math.max(known, ms);
  return { ms: believed, shown: believed === ms ? null : { at: now, until: now, first: ms, most: ms } };
}

/**
 * Both clocks agree now. A letter that has lain for as long as its clock is ahead shows the same, so it takes a second
 * one that has come as evenly.
 */
const wasPutRight = (known: number, ms: number): boolean =>
  Math.abs(ms) <= ON_TIME_MS && known - ms > PROTOCOL.clockToleranceMs;

export function nextSkew(last: Skew, ms: number, now: number): Skew {
  if (last.ms === null && last.shown === null) return firstSkew(ms, now, null);
  const anew = { at: now, until: now, first: ms, most: ms };
  if (last.ms !== null && ms >= last.ms) return { ms, shown: null };
  if (last.shown === null || ms > last.shown.first + RISES_MS || now - last.shown.until > PROTOCOL.silentAfterMs)
    return { ms: last.ms, shown: anew };
  const { at, first } = last.shown;
  const most = Math.max(last.shown.most, ms);
  const settlesMs = last.ms === null || wasPutRight(last.ms, most) ? SETTLES_MS : LOWERS_MS;
  return now - at < settlesMs ? { ms: last.ms, shown: { at, until: now, first, most } } : { ms: most, shown: null };
}
