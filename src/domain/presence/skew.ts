import { PROTOCOL } from '../letters/protocol.ts';

/**
 * The offset of a host's clock from the bot's. A letter shows it minus the time the letter spent waiting: never more
 * than the true value, and minutes less after an outage. So the smallest delay counts, and only from letters that
 * arrive as evenly as they were sent; what a backlog shows rises from letter to letter.
 */
export interface Skew {
  /** Host clock minus bot clock, in milliseconds; null: every letter heard may have been waiting somewhere. */
  readonly ms: number | null;
  /**
   * What letters have shown since `at` without rising, and until when: the first value, and the highest. Not trusted
   * yet.
   */
  readonly shown: { readonly at: number; readonly until: number; readonly first: number; readonly most: number } | null;
}

/** A host's first letter is trusted at once if both clocks agree that it was sent just now. */
const ON_TIME_MS = 2_000;
/** Letters that show more than this above the previous one had been waiting somewhere. */
const RISES_MS = 500;
/** How long letters must arrive evenly before what they show is trusted: longer if a higher value was known. */
const SETTLES_MS = 10_000;
const LOWERS_MS = 120_000;

/** Our own clock was set: all known offsets were measured against another one. */
export const FORGOTTEN: Skew = { ms: null, shown: null };

/** `known`: from before this bot started; null: nothing. */
export function firstSkew(ms: number, now: number, known: number | null): Skew {
  const unknown = ms >= -ON_TIME_MS ? ms : null;
  const believed = known === null ? unknown : Math.max(known, ms);
  return { ms: believed, shown: believed === ms ? null : { at: now, until: now, first: ms, most: ms } };
}

/**
 * Both clocks agree now. A letter delayed by exactly the clock's lead looks the same, so it takes a second, evenly
 * spaced one.
 */
const wasPutRight = (known: number, ms: number): boolean =>
  Math.abs(ms) <= ON_TIME_MS && known - ms > PROTOCOL.clockToleranceMs;

/**
 * With what one more letter shows. A higher value counts at once, a lower one only after letters have shown it evenly
 * for a while. `ms`: the host's clock minus the bot's; `now`: milliseconds since 1970, by the bot's clock.
 */
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

/**
 * How many clocks differ from ours by the same amount, of those that differ by `offsets` (milliseconds): then ours is
 * more likely to be off than they are. 0 if they differ from each other, or if there is only one.
 */
export function alikeIn(offsets: readonly number[]): number {
  const spread = Math.max(...offsets) - Math.min(...offsets);
  return offsets.length > 1 && spread < PROTOCOL.clockToleranceMs ? offsets.length : 0;
}
