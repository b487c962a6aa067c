import type { Locale } from '../src/domain/farm/locale.ts';
import type { Instant, Json } from '../src/domain/values.ts';
import { SLASH } from './call.ts';
import { clip, literal, visible } from './literal.ts';
import { type Times, timesIn } from './times.ts';

/**
 * How a sentence is written for the place where it is shown: how bold is marked, how a time reaches the reader's own
 * zone.
 */
export interface Pen extends Times {
  /** Applied to every datum before it is put into words. */
  quote(text: string): string;
  bold(text: string): string;
  /** How the bot is called there, before a command; if left out, `/ssis`. */
  readonly call?: string;
  /** Nothing there draws code, so the backticks around a command are left out. */
  readonly hasNoCode?: true;
}

/** For lock screens, button labels and the console: no markup, times in the reader's zone. */
export const plainPen = (locale: Locale): Pen => ({
  ...timesIn(locale),
  quote: visible,
  bold: (text) => text,
  call: callIn(locale),
});

/** Text with `**bold**` where no card renderer converts the times; whoever shows it brings its own `quote`. */
export const markdownPen = (locale: Locale, quote: (text: string) => string): Pen => ({
  ...timesIn(locale),
  quote: (text) => quote(visible(text)),
  bold: embolden,
  call: callIn(locale),
});

/**
 * Inside an Adaptive Card. The renderer needs whole seconds and converts to each reader's own zone. A non-breaking
 * space keeps a day and its time on one line.
 */
export const cardPen = (locale: Locale, textLimit: number): Pen => ({
  ...timesIn(locale),
  quote: (text) => literal(clip(text, textLimit)),
  bold: embolden,
  call: callIn(locale),
  hasNoCode: true,
  date: (at) => inCard(at, (instant) => `{{DATE(${instant},SHORT)}}`),
  time: (at) => inCard(at, (instant) => `{{TIME(${instant})}}`),
  dateTime: (at) => inCard(at, (instant) => `{{DATE(${instant},SHORT)}}\u00a0{{TIME(${instant})}}`),
});

/** For labels, which show plain text only. */
export const labelPen = (locale: Locale, textLimit: number): Pen => ({
  ...plainPen(locale),
  quote: (text) => visible(clip(text, textLimit)),
});

const callIn = ({ call }: Locale): string => call ?? SLASH;

function embolden(text: string): string {
  const trimmed = text.trim();
  return trimmed === '' ? '' : `**${trimmed}**`;
}

function inCard(at: Instant, show: (instant: string) => string): string {
  const day = new Date(at);
  return Number.isNaN(day.getTime()) ? literal(at) : show(`${day.toISOString().slice(0, 19)}Z`);
}

/** Quotes every string of a datum, however deep. Field names are ours and stay. */
export function quoteAll(data: Json, quote: (text: string) => string): Json {
  if (typeof data === 'string') return quote(data);
  if (Array.isArray(data)) return data.map((one: Json) => quoteAll(one, quote));
  if (typeof data !== 'object' || data === null) return data;
  return Object.fromEntries(Object.entries(data).map(([name, value]) => [name, quoteAll(value, quote)]));
}
