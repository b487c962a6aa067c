import type { DateTime } from 'luxon';
import { inTable } from '../in-table.ts';
import type { Wall } from './wall.ts';

export type Day = Pick<Wall, 'year' | 'month' | 'day'>;

/** Days that may be meant by a time given with the name of a day. */
export interface Meant {
  readonly days: readonly Day[];
  /** Ask even if only one of them is still to come. */
  readonly asks: boolean;
}

const AHEAD: { readonly [word: string]: number } = {
  today: 0,
  今天: 0,
  今日: 0,
  tomorrow: 1,
  明天: 1,
  明日: 1,
  后天: 2,
};
/** Evenings: the day, and the hours after its midnight. */
const NIGHT: { readonly [word: string]: number } = { tonight: 0, 今晚: 0, 今夜: 0, 明晚: 1 };
const WEEKDAYS: readonly RegExp[] = [
  /^(?:mon|monday|(?:周|星期|礼拜)一)$/u,
  /^(?:tue|tues|tuesday|(?:周|星期|礼拜)二)$/u,
  /^(?:wed|wednesday|(?:周|星期|礼拜)三)$/u,
  /^(?:thu|thur|thurs|thursday|(?:周|星期|礼拜)四)$/u,
  /^(?:fri|friday|(?:周|星期|礼拜)五)$/u,
  /^(?:sat|saturday|(?:周|星期|礼拜)六)$/u,
  /^(?:sun|sunday|(?:周|星期|礼拜)[日天])$/u,
];
/** Midnight stays 24:00 in the line until it is known which day it begins or ends. */
const HOURS: { readonly [word: string]: string } = {
  noon: '12:00',
  中午: '12:00',
  正午: '12:00',
  midnight: '24:00',
  午夜: '24:00',
  半夜: '24:00',
};

const own = <T>(words: { readonly [word: string]: T }, word: string): T | null =>
  inTable(words, word.toLowerCase()) ?? null;

/** The day whose evening this is, as a plain word; null: not an evening. */
export const eveningOf = (word: string): string | null => {
  const ahead = own(NIGHT, word);
  return ahead === null ? null : ahead === 0 ? 'today' : 'tomorrow';
};

/** 1 is Monday; null: not a weekday. */
function weekdayOf(word: string): number | null {
  const found = WEEKDAYS.findIndex((names) => names.test(word.toLowerCase()));
  return found < 0 ? null : found + 1;
}

export const isDayWord = (word: string): boolean =>
  own(AHEAD, word) !== null || own(NIGHT, word) !== null || weekdayOf(word) !== null;

/** `next saturday` means this week's to some people and next week's to others. */
export const isNextDay = ([first = '', second = '']: readonly string[]): boolean =>
  first.toLowerCase() === 'next' && weekdayOf(second) !== null;

/** `this saturday`: of this week, which ends on Sunday. */
export const isThisDay = ([first = '', second = '']: readonly string[]): boolean =>
  first.toLowerCase() === 'this' && weekdayOf(second) !== null;

const TOGETHER =
  /^(下个?|本|[这這]个?)?(今天|今日|明天|明日|后天|今晚|今夜|明晚|(?:周|星期|礼拜)[一二三四五六日天])[,，]?(.*)$/u;

/** `22点`, `22点30`, `22点半`. */
const O_CLOCK = /^(\d{1,2})[点點时時](?:整|(半)|([0-5]?\d)分?)?$/u;

/** A word split for reading: Chinese is written without blanks, and noon becomes an hour. */
export function spelt(word: string): readonly string[] {
  const [, which, day, rest = ''] = TOGETHER.exec(word) ?? [];
  if (day === undefined) return [own(HOURS, word) ?? clockOf(word)];
  const before = which === undefined ? [] : [which.startsWith('下') ? 'next' : 'this'];
  return [...before, day, ...(rest === '' ? [] : spelt(rest))];
}

function clockOf(word: string): string {
  const [, hour, half, minute = half === undefined ? '0' : '30'] = O_CLOCK.exec(word) ?? [];
  return hour === undefined ? word : `${hour}:${minute.padStart(2, '0')}`;
}

/**
 * Which days this may mean; null: unknown. `word`: the name of a day, or null. `time`: null if none is given, hour 24
 * for midnight. Today's own weekday, and midnight of a named day, may each mean two.
 */
export function meantDays(
  word: string | null,
  time: { hour: number; minute: number } | null,
  here: DateTime,
): Meant | null {
  const on = (asks: boolean, ...ahead: readonly number[]): Meant => ({
    days: ahead.map((days) => dayOf(here.plus({ days }))),
    asks,
  });
  const isMidnight = time !== null && time.hour % 24 === 0 && time.minute === 0;
  if (word === null) return on(false, time?.hour === 24 ? 1 : 0);
  const night = own(NIGHT, word);
  if (night !== null) {
    const nights = time === null ? [] : daysOfNight(time.hour, isMidnight);
    return nights.length === 0 ? null : on(false, ...nights.map((days) => night + days));
  }
  const ahead = own(AHEAD, word);
  if (ahead !== null) return isMidnight ? on(true, ahead, ahead + 1) : on(false, ahead);
  const weekday = weekdayOf(word);
  if (weekday === null) return null;
  const days = (weekday - here.weekday + 7) % 7;
  if (time === null || isMidnight) return days === 0 ? on(true, 1, 7) : on(true, days, days + 1);
  return days === 0 ? on(true, 0, 7) : on(false, days);
}

/** At which days, counted from the evening, a night has that hour; none for the morning. */
function daysOfNight(hour: number, isMidnight: boolean): readonly number[] {
  if (isMidnight) return [1];
  if (hour < 6) return [0, 1];
  return hour < 12 ? [] : [0];
}

/** `next` before a weekday: the coming one, or the one after that. */
export function meantNext(word: string, here: DateTime): Meant {
  const days = (((weekdayOf(word) ?? 1) - here.weekday + 6) % 7) + 1;
  return { days: [days, days + 7].map((ahead) => dayOf(here.plus({ days: ahead }))), asks: true };
}

/** `this` before a weekday; if it has passed, the coming week's may be meant. */
export function meantThis(word: string, time: { hour: number; minute: number } | null, here: DateTime): Meant {
  const ahead = (weekdayOf(word) ?? 1) - here.weekday;
  const isMidnight = time === null || (time.hour % 24 === 0 && time.minute === 0);
  const days = ahead < 0 ? [ahead, ahead + 7] : isMidnight ? [ahead, ahead + 1] : [ahead];
  return { days: days.map((one) => dayOf(here.plus({ days: one }))), asks: days.length > 1 };
}

export const dayOf = ({ year, month, day }: DateTime): Day => ({ year, month, day });
