import type { Instant } from './values.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** The wall-clock time, as the clock is set now, of `then` on the steady clock. Milliseconds since 1970. */
export const wallTime = (then: number, { now, steady }: { readonly now: number; readonly steady: number }): number =>
  Math.round(now - (steady - then));

/** Days left, rounded up; 0 means it is over. */
export const daysLeft = (until: Instant, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / DAY_MS));

/** A moment in milliseconds since 1970, as it is recorded. Throws RangeError for one that is no number. */
export const instantOf = (at: number): Instant => new Date(at).toISOString();

/** The opposite: a recorded moment in milliseconds since 1970; null if it has not come. */
export const timeOf = (at: Instant | null | undefined): number | null => (at == null ? null : Date.parse(at));
