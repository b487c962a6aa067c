import { DateTime, type DurationLikeObject, FixedOffsetZone, type Zone } from 'luxon';
import { isRefusal, type Refusal, refuse } from '../values.ts';
import {
  type Day,
  dayOf,
  eveningOf,
  isNextDay,
  isThisDay,
  type Meant,
  meantDays,
  meantNext,
  meantThis,
  spelt,
} from './day-words.ts';
import { CLOCK, DAY, dayLength, HALF, HOUR, isDay, SPAN, unitOf } from './time-words.ts';
import { firstAfter, lastBefore, lastOf, momentsOf, type Wall } from './wall.ts';
import { looksLikeZone, zoneOf } from './zone.ts';

interface Reading {
  /** The word typed before it, so that a refusal can repeat it. */
  readonly word: 'until' | 'at';
  /** IANA name of the speaker's zone. */
  readonly zone: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limitDays: number;
}

/**
 * Reads a future time: `2026-12-24`, `2026-12-24 18:00`, `2026-12-24T18:00+01:00`, `18:00`, `tomorrow 08:00`, `sat
 * 22:00`, `noon`, `3 days`; a day or time without an offset may have a zone after it. A day alone means its first
 * moment; days and weeks keep the time of day. Returns milliseconds since 1970, or a refusal whose `would` is a time
 * that works: `when-past`, `when-hole` (clocks skip it), `when-either` (ambiguous, `would` and `or`), `when-too-far`,
 * `when-unknown-zone`, `when-no-such-day`, `when-unreadable`.
 */
export function parseWhen(typed: string, reading: Reading): number | Refusal {
  const said = typed.split(' ').flatMap(spelt).join(' ');
  const found = readWhen(said, reading);
  if (!isRefusal(found)) return found;
  const { would } = found.data;
  const proposed = typeof would === 'string' && would !== said ? parseWhen(would, reading) : null;
  if (proposed !== null && !isRefusal(proposed)) return refuse(found.code, { ...found.data, word: reading.word });
  // Which of two it is, or what is beside a gap, does not matter if that is too far away.
  const isBeside = found.code === 'when-either' || found.code === 'when-hole';
  if (isBeside && proposed?.code === 'when-too-far') return proposed;
  const { or } = found.data;
  const told = { ...found.data, word: reading.word, would: proposed?.data.would ?? SOON };
  const second = typeof or === 'string' ? parseWhen(or, reading) : null;
  if (!isRefusal(second) || second.code !== 'when-past') return refuse(found.code, told);
  // Both are over: the same of tomorrow, or there is nothing to choose from.
  return second.data.would === told.would ? second : refuse(found.code, { ...told, or: second.data.would ?? SOON });
}

/** A readable time, to suggest when none was understood. */
export const SOON = 'tomorrow 08:00';

function readWhen(said: string, reading: Reading): number | Refusal {
  const at = readSpan(said, reading) ?? readMoment(said, reading);
  if (isRefusal(at)) return at;
  const { zone, now, limitDays } = reading;
  const instant = DateTime.fromMillis(at, { zone: 'utc' });
  const told = { zone, at: instant.isValid ? instant.toISO() : null, limit: limitDays };
  if (at <= now) return refuse('when-past', { ...told, would: laterThan(said) });
  const latest = hereOf(reading).plus({ days: limitDays }).toMillis();
  return at <= latest ? at : refuse('when-too-far', { ...told, would: `${limitDays} days` });
}

/** In UTC if the speaker's zone is unknown. */
const hereOf = ({ zone, now }: Reading): DateTime =>
  DateTime.fromMillis(now, { zone: zoneOf(zone) ?? FixedOffsetZone.utcInstance });

function readSpan(said: string, reading: Reading): number | null {
  const unit = unitOf(said);
  if (unit === null) return null;
  const [, count] = SPAN.exec(said) ?? [];
  return hereOf(reading)
    .plus({ [unit]: Number(count) } as DurationLikeObject)
    .toMillis();
}

/** `[DAY [at]] [CLOCK] [ZONE]` */
function readMoment(said: string, reading: Reading): number | Refusal {
  const { zone, now } = reading;
  const unreadable = refuse('when-unreadable', { said: short(said), zone, would: plainer(said) });
  const { which, day, rest } = takeDay(said.replace(/^(\d{4}-\d{1,2}-\d{1,2})t(?=\d)/iu, '$1 ').split(' '));
  const [first = '', ...after] = rest;
  if (HOUR.test(first) && !HALF.test(after[0] ?? '')) {
    const isReadable = after.length <= 1 && after.every(looksLikeZone);
    return isReadable ? ofHour(said, first, after, reading) : unreadable;
  }
  const { clock, offset, behind } = takeClock(rest);
  const [named, ...more] = behind;
  if ((day === undefined && clock === null) || more.length > 0) return unreadable;
  if (named !== undefined && (offset !== undefined || isNoZone(named))) return unreadable;
  const there = zoneOf(named ?? offset ?? zone);
  if (there === null) return unknownZone(said, named, zone);
  const here = DateTime.fromMillis(now, { zone: there });
  const meant = daysOf(which, day ?? null, clock, here);
  if (meant === null) return unreadable;
  if (isRefusal(meant))
    return refuse(meant.code, { ...meant.data, would: said.replace(day ?? '', String(meant.data.would)) });
  const [only] = meant.days;
  if (clock === null && meant.days.length === 1 && only !== undefined) return firstOf(only, there);
  const { hour, minute, second } = clock ?? MIDNIGHT;
  const walls = meant.days.map((one) => ({ ...one, hour: hour % 24, minute, second }));
  return oneOf(walls, meant.asks, { said, zone: there, now, rest: named === undefined ? '' : ` ${named}` });
}

const MIDNIGHT = { hour: 0, minute: 0, second: 0 };

/** `22:00`, `18:00:30+01:00` off the front of the words. */
function takeClock(words: readonly string[]): {
  readonly clock: typeof MIDNIGHT | null;
  readonly offset: string | undefined;
  readonly behind: readonly string[];
} {
  const [first = '', ...behind] = words;
  const found = CLOCK.exec(first);
  if (found === null) return { clock: null, offset: undefined, behind: words };
  const [, hour = '0', minute = '0', second = '0', offset] = found;
  return { clock: { hour: Number(hour), minute: Number(minute), second: Number(second) }, offset, behind };
}

/** `sat`, `next sat`, `this sat at` off the front of the words. */
function takeDay(words: readonly string[]): {
  readonly which: 'next' | 'this' | null;
  readonly day: string | undefined;
  readonly rest: readonly string[];
} {
  const which = isNextDay(words) ? 'next' : isThisDay(words) ? 'this' : null;
  const rest = which === null ? words : words.slice(1);
  const [day, ...after] = rest;
  if (!isDay(day)) return { which, day: undefined, rest };
  return { which, day, rest: after[0]?.toLowerCase() === 'at' ? after.slice(1) : after };
}

function unknownZone(said: string, named: string | undefined, zone: string): Refusal {
  if (named === undefined) return refuse('when-unknown-zone', { said: short(zone), zone: 'UTC', would: `${said} UTC` });
  const would = said.slice(0, said.lastIndexOf(' '));
  return refuse('when-unknown-zone', { said: short(named), zone, would });
}

/** `sat 22`, `sat at 8`: an hour up to 12 may mean the evening too. */
function ofHour(said: string, hour: string, rest: readonly string[], reading: Reading): number | Refusal {
  const words = said.split(' ');
  const day = words.slice(0, words.length - rest.length - 1).filter((word) => word.toLowerCase() !== 'at');
  const at = (hours: string | number): string => [...day, `${String(hours).padStart(2, '0')}:00`, ...rest].join(' ');
  const either = /^[1-9]$|^1[0-2]$/u.test(hour);
  if (!either) return readMoment(at(hour), reading);
  return refuse('when-either', { said, zone: reading.zone, would: at(hour), or: at(Number(hour) + 12) });
}

/** The only one still to come, or both as choices: nothing is guessed. */
function oneOf(
  walls: readonly Wall[],
  asks: boolean,
  {
    said,
    zone,
    now,
    rest,
  }: { readonly said: string; readonly zone: Zone; readonly now: number; readonly rest: string },
): number | Refusal {
  const [first, second] = walls;
  if (first !== undefined && second !== undefined) {
    const isToCome = (wall: Wall): boolean => (lastOf(wall, zone) ?? lastOf(firstAfter(wall, zone), zone) ?? 0) > now;
    const toCome = walls.filter(isToCome);
    const [would = '', or = would] = toCome.map((wall) => `${shown(wall)} ${zone.name}`);
    if (toCome.length > 1) return refuse('when-either', { said, zone: zone.name, would, or });
    if (asks) return refuse('when-past', { zone: zone.name, at: told(lastOf(first, zone)), would });
    return oneOf(toCome.length === 0 ? [second] : toCome, false, { said, zone, now, rest });
  }
  const [moment, again] = first === undefined ? [] : momentsOf(first, zone);
  if (first === undefined || moment === undefined) {
    const at = (beside: (wall: Wall, zone: Zone) => Wall): string =>
      first === undefined ? SOON : shown(beside(first, zone));
    const [earlier, later] = [at(lastBefore), at(firstAfter)];
    return refuse('when-hole', { said: at((wall) => wall), zone: zone.name, earlier, later, would: `${later}${rest}` });
  }
  if (again === undefined || moment <= now) return again ?? moment;
  const [would, or] = [moment, again].map((at) => DateTime.fromMillis(at, { zone }).toFormat('yyyy-MM-dd HH:mm:ssZZ'));
  return refuse('when-either', { said, zone: zone.name, would: would ?? '', or: or ?? '' });
}

const told = (at: number | null): string | null =>
  at === null ? null : (DateTime.fromMillis(at, { zone: 'utc' }).toISO() ?? null);

/** The first moment of a day: midnight may occur twice, where the first counts, or be skipped. */
const firstOf = (day: Day, zone: Zone): number =>
  Math.min(
    ...DateTime.fromObject(day, { zone })
      .startOf('day')
      .getPossibleOffsets()
      .map((one) => one.toMillis()),
  );

const isNoZone = (word: string): boolean =>
  isDay(word) || HALF.test(word) || !(/^[a-z]/iu.test(word) || looksLikeZone(word));

/** What was meant, in readable form: the day before its time, and the hour on a 24-hour clock. */
function plainer(said: string): string {
  const [, before = '', hour = '', minute = '00', half = '', rest = ''] =
    /^(.* )?(\d{1,2})(?::(\d{2}))? ?([ap])\.?m( \S+)?$/iu.exec(said) ?? [];
  const first = /p/iu.test(half) ? 12 : 0;
  if (half !== '') return `${before}${first + (Number(hour) % 12)}:${minute}${rest}`;
  if (DOTTED.test(said)) return said.replace(DOTTED, '$1:$2');
  if (TOGETHER.test(said)) return said.replace(TOGETHER, '$1:$2');
  const [clock = '', day, ...more] = said.split(' ');
  const evening = eveningOf(clock);
  if (evening !== null && day !== undefined && /^0?[6-9]:|^1[01]:/u.test(day))
    return [evening, day.replace(/^\d+/u, (hours) => String(Number(hours) + 12)), ...more].join(' ');
  if (!CLOCK.test(clock) || day === undefined) return SOON;
  const days = dayLength([day, ...more]);
  return days === 0 ? SOON : [day, ...more.slice(0, days - 1), clock, ...more.slice(days - 1)].join(' ');
}

/** `22.00` */
const DOTTED = /(?<=^| )(\d{1,2})\.(\d{2})(?= |$)/u;

/** `2200`, `1030pm` */
const TOGETHER = /(?<=^| )([01]?\d|2[0-3])([0-5]\d)(?= |$|[ap]\.?m)/iu;

/** How much of an unreadable text is echoed. */
const short = (said: string): string => said.slice(0, 60);

function daysOf(
  which: 'next' | 'this' | null,
  word: string | null,
  time: { hour: number; minute: number } | null,
  here: DateTime,
): Meant | Refusal | null {
  if (which === 'next') return meantNext(word ?? '', here);
  if (which === 'this') return meantThis(word ?? '', time, here);
  const [, year, month, day] = (DAY.exec(word ?? '') ?? []).map(Number);
  if (word === null || year === undefined || month === undefined || day === undefined)
    return meantDays(word, time, here);
  const date = DateTime.utc(year, month, day);
  if (date.isValid && time?.hour === 24) return { days: [dayOf(date), dayOf(date.plus({ days: 1 }))], asks: true };
  if (date.isValid) return { days: [dayOf(date)], asks: false };
  const last = DateTime.utc(year, month).endOf('month');
  if (!last.isValid || day < 1) return null;
  return refuse('when-no-such-day', { said: word, would: last.toFormat('yyyy-MM-dd') });
}

const shown = ({ year, month, day, hour, minute }: Wall): string =>
  DateTime.utc(year, month, day, hour, minute).toFormat('yyyy-MM-dd HH:mm');

/** A time of day that has passed means tomorrow. */
const laterThan = (said: string): string => (/^\d{1,2}:/u.test(said) ? `tomorrow ${said}` : SOON);
