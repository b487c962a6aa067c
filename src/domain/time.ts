import type { Instant } from './values.ts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Days until then; a day that has begun counts, and 0 means that it is over. */
export const daysLeft = (until: Instant, now: number): number =>
  Math.max(0, Math.ceil((Date.parse(until) - now) / DAY_MS));
