import type { Language, Locale } from '../src/domain/farm/locale.ts';
import type { Instant } from '../src/domain/values.ts';
import { visible } from './literal.ts';
import { type DateForm, type LocalTime, two } from './wording/date-form.ts';
import { dateForm as en } from './wording/en/dates.ts';
import { dateForm as zhCN } from './wording/zh-CN/dates.ts';

/** Instants in words, where no client converts them to the reader's zone. What is not a time is shown as it is. */
export interface Times {
  /** `8 Dec 2026` */
  date(at: Instant): string;
  /** `Tue 8 Dec`; a day without a time (`2026-12-08`) is that day in every zone. */
  day(at: Instant): string;
  /** `22:31 UTC+8`: the zone is always named. */
  time(at: Instant): string;
  dateTime(at: Instant): string;
}

const FORMS: { readonly [language in Language]: DateForm } = { en, 'zh-CN': zhCN };

/** Times as this language writes them, in this zone; an unknown zone is treated as UTC. */
export function timesIn({ language, timeZone }: Locale): Times {
  const form = FORMS[language];
  const show = (at: Instant, words: (local: LocalTime) => string): string => {
    const instant = new Date(at);
    if (Number.isNaN(instant.getTime())) return visible(at);
    return words(localOf(instant, clockOf(timeZone)));
  };
  const time = ({ clock, zone }: LocalTime): string => `${clock} ${zone}`;
  return {
    date: (at) => show(at, form.date),
    day: (at) => (/^\d{4}-\d{2}-\d{2}$/u.test(at) ? wholeDay(at, form) : show(at, form.day)),
    time: (at) => show(at, time),
    dateTime: (at) => show(at, (local) => `${form.date(local)}${form.between}${time(local)}`),
  };
}

const wholeDay = (at: string, form: DateForm): string => {
  const day = new Date(`${at}T00:00:00Z`);
  return Number.isNaN(day.getTime()) ? visible(at) : form.day(localOf(day, clockOf('UTC')));
};

/** Cached: making one takes longer than wording a whole sentence, and people live in few zones. */
const CLOCKS = new Map<string, Intl.DateTimeFormat>();
const MOST_CLOCKS = 100;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = CLOCKS.get(timeZone);
  if (known !== undefined) return known;
  if (CLOCKS.size >= MOST_CLOCKS) CLOCKS.clear();
  const clock = makeClock(timeZone);
  CLOCKS.set(timeZone, clock);
  return clock;
}

function makeClock(timeZone: string): Intl.DateTimeFormat {
  const parts: Intl.DateTimeFormatOptions = {
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
  };
  try {
    return new Intl.DateTimeFormat('en', { ...parts, timeZone });
  } catch {
    return new Intl.DateTimeFormat('en', { ...parts, timeZone: 'UTC' });
  }
}

function localOf(instant: Date, clock: Intl.DateTimeFormat): LocalTime {
  const parts = Object.fromEntries(clock.formatToParts(instant).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0 } = parts;
  const asUtc = Date.UTC(year, month - 1, day, hour, minute);
  const offset = Math.round((asUtc - Math.floor(instant.getTime() / 60_000) * 60_000) / 60_000);
  return {
    year,
    month,
    day,
    weekday: new Date(asUtc).getUTCDay(),
    clock: `${two(hour)}:${two(minute)}`,
    zone: zoneName(offset),
  };
}

/** `UTC`, `UTC+8`, `UTC-3:30`. Offset in minutes. */
function zoneName(offset: number): string {
  if (offset === 0) return 'UTC';
  const [hours, minutes] = [Math.floor(Math.abs(offset) / 60), Math.abs(offset) % 60];
  return `UTC${offset < 0 ? '-' : '+'}${hours}${minutes === 0 ? '' : `:${two(minutes)}`}`;
}
