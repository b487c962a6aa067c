import type { Instant, Json } from '../src/domain/values.ts';
import { clip, literal, visible } from './literal.ts';

/** How a sentence is written where it will stand: what is bold there, how a time reaches the reader's own zone. */
export interface Pen {
  /** Put on every datum before it is worded. */
  quote(text: string): string;
  bold(text: string): string;
  date(at: Instant): string;
  time(at: Instant): string;
  dateTime(at: Instant): string;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** `8 Dec 2026`, in UTC. What is no time is shown as it is. */
export function plainDate(at: Instant): string {
  const day = new Date(at);
  return Number.isNaN(day.getTime())
    ? visible(at)
    : `${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]} ${day.getUTCFullYear()}`;
}

/** `Tue 8 Dec`, in UTC. */
export function plainDay(at: Instant): string {
  const day = new Date(at);
  return Number.isNaN(day.getTime())
    ? visible(at)
    : `${WEEKDAYS[day.getUTCDay()]} ${day.getUTCDate()} ${MONTHS[day.getUTCMonth()]}`;
}

const plainTime = (at: Instant): string => {
  const day = new Date(at);
  return Number.isNaN(day.getTime()) ? visible(at) : `${day.toISOString().slice(11, 16)} UTC`;
};

/** Lock screens, labels of buttons, the console: no markup, times in UTC. */
export const plainPen: Pen = {
  quote: visible,
  bold: (text) => text,
  date: plainDate,
  time: plainTime,
  dateTime: (at) => `${plainDate(at)}, ${plainTime(at)}`,
};

/** Text with `**bold**` where no card renderer sets the times; `quote` belongs to whoever shows it. */
export const markdownPen = (quote: (text: string) => string): Pen => ({
  ...plainPen,
  quote: (text) => quote(visible(text)),
  bold: embolden,
});

/** Inside an Adaptive Card. The renderer wants whole seconds and sets each reader's own zone. */
export const cardPen = (textLimit: number): Pen => ({
  quote: (text) => literal(clip(text, textLimit)),
  bold: embolden,
  date: (at) => inCard(at, (instant) => `{{DATE(${instant},SHORT)}}`),
  time: (at) => inCard(at, (instant) => `{{TIME(${instant})}}`),
  dateTime: (at) => inCard(at, (instant) => `{{DATE(${instant},SHORT)}} {{TIME(${instant})}}`),
});

/** The same for labels: nothing but text is understood there. */
export const labelPen = (textLimit: number): Pen => ({
  ...plainPen,
  quote: (text) => visible(clip(text, textLimit)),
});

function embolden(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '' : `**${trimmed}**`;
}

function inCard(at: Instant, show: (instant: string) => string): string {
  const day = new Date(at);
  return Number.isNaN(day.getTime()) ? literal(at) : show(`${day.toISOString().slice(0, 19)}Z`);
}

/** Quotes every string of a datum, however deep. Names of fields are ours and stay. */
export function quoteAll(data: Json, quote: (text: string) => string): Json {
  if (typeof data === 'string') return quote(data);
  if (Array.isArray(data)) return data.map((one: Json) => quoteAll(one, quote));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, quoteAll(value, quote)]));
}
