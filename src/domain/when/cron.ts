import { Cron } from 'croner';
import { DAY_MS } from '../time.ts';

/**
 * The times of a cron expression on a wall clock: milliseconds since 1970 as if the clock were in UTC, where no hour is
 * skipped or repeated. Mapping them to a zone is up to the caller.
 */
export interface CronTimes {
  /** The first time after this one; null: it never comes. */
  after(wall: number): number | null;
  /** The last time before this one; null: it never came. */
  before(wall: number): number | null;
}

/** Why an expression cannot be read, in the library's words. */
interface CronFault {
  readonly fault: string;
}

/** Reads `minute hour day month weekday`; names (`SAT`), lists, ranges, steps, `L` and `6#2` are understood. */
export function readCron(expression: string): CronTimes | CronFault {
  // The library would also accept a date, a nickname, or seconds.
  if (expression.trim().split(/\s+/u).length !== 5) return { fault: 'not five fields' };
  try {
    const cron = new Cron(expression, { timezone: 'UTC', mode: '5-part' });
    return {
      after: (wall) => cron.nextRun(new Date(wall))?.getTime() ?? null,
      before: (wall) => cron.previousRuns(1, new Date(wall))[0]?.getTime() ?? null,
    };
  } catch (error) {
    return { fault: String(error instanceof Error ? error.message : error).replace(/^CronPattern: /u, '') };
  }
}

export const isCronFault = (read: CronTimes | CronFault): read is CronFault => 'fault' in read;

/** A year with a February 29; a five-field expression cannot tell years apart. */
const SOME_YEAR = Date.UTC(2024, 0, 1);

export const neverComes = (times: CronTimes): boolean => times.after(SOME_YEAR) === null;

const YEARS_MS = 5 * 366 * DAY_MS;
const TIMES_LOOKED_AT = 500;

/** The shortest time between two of its times, if below `limitMs`; null: none is. Milliseconds. */
export function shortestBelow(times: CronTimes, limitMs: number): number | null {
  let shortest: number | null = null;
  let last = times.after(SOME_YEAR);
  for (let count = 0; last !== null && last < SOME_YEAR + YEARS_MS && count < TIMES_LOOKED_AT; count += 1) {
    const next = times.after(last);
    const gap = next === null ? limitMs : next - last;
    if (gap < (shortest ?? limitMs)) shortest = gap;
    last = next;
  }
  return shortest;
}
