import { DateTime, type Zone } from 'luxon';

/** What the clocks of a zone show. */
export interface Wall {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
}

/** The moments at which clocks show this, possibly two or none. Milliseconds since 1970, earliest first. */
export function momentsOf(wall: Wall, zone: Zone): readonly number[] {
  const found = DateTime.fromObject(wall, { zone });
  const { day, hour, minute } = found;
  if (day !== wall.day || hour !== wall.hour || minute !== wall.minute) return [];
  return [...new Set(found.getPossibleOffsets().map((one) => one.toMillis()))].sort((a, b) => a - b);
}

/** The last of them; null: clocks never show it. */
export const lastOf = (wall: Wall, zone: Zone): number | null => momentsOf(wall, zone).at(-1) ?? null;

/** The first time that clocks show after a hole, to the minute. */
export const firstAfter = (wall: Wall, zone: Zone): Wall => beside(wall, zone, 1);

/** The last time that clocks show before a hole, to the minute. */
export const lastBefore = (wall: Wall, zone: Zone): Wall => beside(wall, zone, -1);

/** No hole was ever longer than a day. */
function beside(wall: Wall, zone: Zone, step: 1 | -1): Wall {
  const start = DateTime.utc(wall.year, wall.month, wall.day, wall.hour, wall.minute);
  for (let minutes = 1; minutes <= 24 * 60; minutes += 1) {
    const next = wallAt(start.plus({ minutes: step * minutes }));
    if (lastOf(next, zone) !== null) return next;
  }
  return wallAt(start.plus({ days: step }));
}

export const wallAt = ({ year, month, day, hour, minute, second }: DateTime): Wall => ({
  year,
  month,
  day,
  hour,
  minute,
  second,
});
