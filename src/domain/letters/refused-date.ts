import { DAY_MS, instantOf } from '../time.ts';
import type { Data, Instant } from '../values.ts';

const BY_DATE: readonly string[] = ['OrderTooEarly', 'OrderExpired'];

/**
 * How far ahead of the bot's the clock of a runner is that refuses an order for its date alone, in milliseconds. `at`:
 * when the bot heard of it. null: refused for another reason, or too far off to be a clock somebody set.
 */
export function aheadIn({ code, data }: { readonly code: string; readonly data: Data }, at: Instant): number | null {
  if (!BY_DATE.includes(code) || typeof data.now !== 'string') return null;
  const ms = Date.parse(data.now) - Date.parse(at);
  return Math.abs(ms) <= DAY_MS ? ms : null;
}

/**
 * Dates that both clocks accept, whichever of the two was set, and even if it is corrected before the letter arrives.
 */
export const datesFor = (
  now: number,
  aheadMs: number,
  startWithinMs: number,
): { readonly issued: Instant; readonly startBy: Instant } => ({
  issued: instantOf(now + Math.min(0, aheadMs)),
  startBy: instantOf(now + Math.max(0, aheadMs) + startWithinMs),
});
