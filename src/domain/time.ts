import type { Instant } from './values.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** When it was at `then` of the steady clock, by the clock on the wall as that is set now. Milliseconds since 1970. */
export const wallTime = (then: number, { now, steady }: { readonly now: number; readonly steady: number }): number =>
  Math.round(now - (steady - then));

/** Days until then; a day that has begun counts, and 0 means that it is over. */
export const daysLeft = (until: Instant, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / DAY_MS));
