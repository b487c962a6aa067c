import { isDayWord, isNextDay, isThisDay, spelt } from './day-words.ts';
import { looksLikeZone } from './zone.ts';

export const DAY = /^(\d{4})[-/](\d{1,2})[-/](\d{1,2})$/u;
export const CLOCK =
  /^([01]?\d|2[0-3]|24(?=:00$)):([0-5]\d)(?::([0-5]\d)(?:\.\d+)?)?(z|[+-](?:0\d|1[0-4]):?[0-5]\d)?$/iu;
/** Meant as a time of day, though there may be none such: `25:00`, `22.00`. Hardly a farm or machine is so named. */
const LIKE_CLOCK = /^\d{1,2}(?:[:.]\d{1,2}){1,2}(?:z|[+-]\d{2}:?\d{2})?$/iu;
export const SPAN = /^(?:in )?(\d{1,5}) ?([a-z]+)$/iu;
const UNITS: { readonly [unit in 'minutes' | 'hours' | 'days' | 'weeks']: readonly string[] } = {
  minutes: ['minute', 'minutes', 'min'],
  hours: ['hour', 'hours', 'h'],
  days: ['day', 'days', 'd'],
  weeks: ['week', 'weeks', 'w'],
};

/** An hour alone: up to 12 it may be ambiguous. */
export const HOUR = /^(?:[01]?\d|2[0-3])$/u;

/** Hours and minutes without anything between them: `2200`. Without a day before it, it may be a name. */
const RUN_TOGETHER = /^(?:[01]?\d|2[0-3])[0-5]\d$/u;

/** AM or PM, after the hours. */
export const HALF = /^[ap]\.?m$/iu;
const HALF_CLOCK = /^\d{1,2}(?::?\d{2})? ?[ap]\.?m$/iu;

/** How many of these words, from the first, look like a time as `parseWhen` reads it; 0: none. */
export function timeLength(typed: readonly string[]): number {
  const parts = typed.map(spelt);
  const length = speltLength(parts.flat());
  return length === 0 ? 0 : parts.findIndex((_, at) => parts.slice(0, at + 1).flat().length >= length) + 1;
}

function speltLength(words: readonly string[]): number {
  const isSpan = (length: number): boolean =>
    length <= words.length && unitOf(words.slice(0, length).join(' ')) !== null;
  const span = [3, 2, 1].find(isSpan);
  if (span !== undefined) return span;
  const [first = ''] = words;
  if (/^\d{4}-\d{1,2}-\d{1,2}t\d/iu.test(first)) return 1 + restLength(words.slice(1));
  const day = dayLength(words);
  const time = day + clockLength(words.slice(day), day > 0);
  return time === 0 ? 0 : time + restLength(words.slice(time));
}

/** `hasDay`: a day precedes it, so `at` may come first and an hour alone will do. */
function clockLength([word = '', second = '', third = '']: readonly string[], hasDay: boolean): number {
  if (hasDay && word.toLowerCase() === 'at') {
    const length = clockLength([second, third], true);
    return length > 0 ? length + 1 : 0;
  }
  if (hasDay && RUN_TOGETHER.test(word)) return HALF.test(second) ? 2 : 1;
  if (hasDay && HOUR.test(word) && !HALF.test(second)) return 1;
  if (CLOCK.test(word) || LIKE_CLOCK.test(word) || HALF_CLOCK.test(word)) return 1;
  return HALF_CLOCK.test(`${word} ${second}`) ? 2 : 0;
}

/** What people put after a time, even if it gets refused for that: otherwise it would pass for a farm or a machine. */
function restLength([word = '', second = '', third = '']: readonly string[]): number {
  if (looksLikeZone(word)) return 1;
  const length = dayLength([word, second]) || (HALF.test(word) || CLOCK.test(word) || LIKE_CLOCK.test(word) ? 1 : 0);
  return length === 0 ? 0 : length + (looksLikeZone(length === 2 ? third : second) ? 1 : 0);
}

/** `sat`, `next sat`, `this sat`. */
export const dayLength = (words: readonly string[]): number =>
  isNextDay(words) || isThisDay(words) ? 2 : isDay(words[0]) ? 1 : 0;

export const isDay = (word: string | undefined): boolean => word !== undefined && (isDayWord(word) || DAY.test(word));

/** The unit of a span; null: not a span. */
export function unitOf(said: string): string | null {
  const [, , word = ''] = SPAN.exec(said) ?? [];
  return Object.entries(UNITS).find(([, words]) => words.includes(word.toLowerCase()))?.[0] ?? null;
}
