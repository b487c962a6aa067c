import { IANAZone } from 'luxon';
import type { HourCount } from '../machine/ssisdb.ts';
import { HOUR_MS } from '../time.ts';
import type { Span } from './windows.ts';

const WEEK_MS = 7 * 24 * HOUR_MS;

/**
 * Executions of a counted week that began on the weekdays and in the hours of this span, as the clock of `zone` (IANA
 * name) shows both: the span may be weeks ahead, with clock changes in between. A partly covered hour counts whole,
 * because nobody knows when in it they began.
 */
export function beganInSameHours(hours: readonly HourCount[], { from, to }: Span, zone: string): number {
  const clock = IANAZone.create(zone);
  const shownAt = (at: number): number => at + clock.offset(at) * 60_000;
  const first = shownAt(from);
  const shown = shownAt(to) - first;
  // If clocks are put back meanwhile, they may show the end before the beginning.
  const length = shown > 0 ? shown : to - from;
  return hours.reduce((sum, { hour, count }) => {
    const ahead = (((shownAt(Date.parse(`${hour}:00:00Z`)) - first) % WEEK_MS) + WEEK_MS) % WEEK_MS;
    return ahead < length || ahead > WEEK_MS - HOUR_MS ? sum + count : sum;
  }, 0);
}
