import { DateTime } from 'luxon';
import type { HourCount } from '../machine/ssisdb.ts';

/** Hours of the day on the farm's clock: `from` 22, `to` 2 is two hours before midnight and two after. */
interface QuietSpan {
  /** 0 to 23. */
  readonly from: number;
  /** 1 to 24. */
  readonly to: number;
  /** Executions that began in it during the counted period. */
  readonly executions: number;
}

/** An hour is quiet if it has at most this share of an average hour's starts. */
const QUIET = 0.1;
const HOURS = 24;

/**
 * The hours of the day in which hardly any package starts, longest span first: those with at most a tenth of an average
 * hour, or the emptiest if none is that quiet. `zone`: IANA name of the farm's clock; each execution counts in the hour
 * the clock showed then, which is right on both sides of a clock change. If nothing ran at all: the whole day.
 */
export function quietHours(hours: readonly HourCount[], zone: string): readonly QuietSpan[] {
  const byHour = Array.from({ length: HOURS }, () => 0);
  for (const { hour, count } of hours) {
    const at = DateTime.fromISO(`${hour}:00:00Z`, { zone });
    if (at.isValid) byHour[at.hour] = (byHour[at.hour] ?? 0) + count;
  }
  const average = byHour.reduce((sum, count) => sum + count, 0) / HOURS;
  const limit = Math.max(average * QUIET, Math.min(...byHour));
  return spansOf(byHour.map((count) => count <= limit)).map(({ from, length }) => ({
    from,
    to: from + length > HOURS ? from + length - HOURS : from + length,
    executions: Array.from({ length }, (_, ahead) => byHour[(from + ahead) % HOURS] ?? 0).reduce((a, b) => a + b, 0),
  }));
}

/** Merges neighbouring hours, also across midnight; the longest first, and the earliest among equals. */
function spansOf(quiet: readonly boolean[]): readonly { from: number; length: number }[] {
  if (quiet.every(Boolean)) return [{ from: 0, length: HOURS }];
  const isQuiet = (hour: number): boolean => quiet[((hour % HOURS) + HOURS) % HOURS] === true;
  const starts = quiet.flatMap((is, hour) => (is && !isQuiet(hour - 1) ? [hour] : []));
  return starts
    .map((from) => {
      let length = 1;
      while (isQuiet(from + length)) length += 1;
      return { from, length };
    })
    .sort((one, other) => other.length - one.length || one.from - other.from);
}
