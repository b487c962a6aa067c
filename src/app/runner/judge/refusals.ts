import { HOUR_MS, MINUTE_MS } from '../../../domain/time.ts';
import type { SteadyClock } from '../../../ports/clock.ts';

/** All codes together: somebody who floods a queue must not fill the journal. */
const MOST_A_MINUTE = 60;

/** Refusals that last until somebody changes something, and that come with half of all letters. */
const SELDOM: { readonly [code: string]: number } = { LetterOfOtherFarm: HOUR_MS };

/**
 * Whether a refusal is worth a journal entry: one per minute and code; for a letter with a good signature one per
 * minute, code and order number, so that the bot hears of each of its own orders; and for the codes in `SELDOM` one per
 * hour.
 */
export function createRefusalLimit(clock: Pick<SteadyClock, 'steady'>): (code: string, n: number | null) => boolean {
  const recent = new Map<string, number>();
  return (code, n) => {
    const now = clock.steady();
    for (const [key, until] of recent) if (now >= until) recent.delete(key);
    const key = `${code} ${n ?? ''}`;
    if (recent.has(key) || recent.size >= MOST_A_MINUTE) return false;
    recent.set(key, now + (SELDOM[code] ?? MINUTE_MS));
    return true;
  };
}
