import type { Language } from '../../src/domain/farm/locale.ts';
import type { Data, Message } from '../../src/domain/values.ts';
import { calledAs, held, SLASH } from '../call.ts';
import { markdownPen, type Pen, plainPen, quoteAll } from '../pen.ts';
import { cards } from './en/cards.ts';
import { chatWords } from './en/chat.ts';
import { consoleWords } from './en/console.ts';
import { errors, why } from './en/errors.ts';
import { notices } from './en/notices.ts';
import { pageWords } from './en/page.ts';
import { setUpWords } from './en/set-up.ts';
import { steps } from './en/steps.ts';
import { unseenWords } from './en/unseen.ts';
import type { Line, Lines, Whole } from './line.ts';
import { cards as cardsZh } from './zh-CN/cards.ts';
import { chatWords as chatZh } from './zh-CN/chat.ts';
import { consoleWords as consoleZh } from './zh-CN/console.ts';
import { errors as errorsZh, why as whyZh } from './zh-CN/errors.ts';
import { notices as noticesZh } from './zh-CN/notices.ts';
import { pageWords as pageZh } from './zh-CN/page.ts';
import { setUpWords as setUpZh } from './zh-CN/set-up.ts';
import { steps as stepsZh } from './zh-CN/steps.ts';
import { unseenWords as unseenZh } from './zh-CN/unseen.ts';

const EN = {
  cards,
  steps,
  errors,
  why,
  notices,
  chat: chatWords,
  setUp: setUpWords,
  console: consoleWords,
  page: pageWords,
  unseen: unseenWords,
};
const ZH_CN = {
  cards: cardsZh,
  steps: stepsZh,
  errors: errorsZh,
  why: whyZh,
  notices: noticesZh,
  chat: chatZh,
  setUp: setUpZh,
  console: consoleZh,
  page: pageZh,
  unseen: unseenZh,
} satisfies Whole<typeof EN>;

/** Tables by name, so that a test can find ids that are in two of them, or in one language only. */
export const TABLES = { en: EN, 'zh-CN': ZH_CN } as const;

const merged = (tables: { readonly [name: string]: Lines }): Lines => Object.assign({}, ...Object.values(tables));
const LANGUAGES: { readonly [language in Language]: Lines } = { en: merged(EN), 'zh-CN': merged(ZH_CN) };

/** Separators between sentences, and between things in one line: a Chinese full stop is as wide as one with a space. */
export const BETWEEN: { readonly [language in Language]: { readonly sentences: string; readonly things: string } } = {
  en: { sentences: ' ', things: '; ' },
  'zh-CN': { sentences: '', things: '；' },
};

/**
 * The words of a message where no card is drawn: times are in the reader's zone, which is named. With `quote`, which is
 * applied to every datum, the sentence may contain `**bold**`; without it, it is plain text. Never throws: for an id
 * without words it shows its code.
 */
export function say(
  message: Message,
  language: Language,
  quote?: (text: string) => string,
  timeZone: string = 'UTC',
): string {
  const locale = { language, timeZone };
  return sayWith(message, language, quote === undefined ? plainPen(locale) : markdownPen(locale, quote));
}

/** The same with any pen: a card's pen writes times so that each reader sees their own zone. */
export function sayWith({ id, data }: Message, language: Language, pen: Pen): string {
  const line = lineOf(id, language);
  // A refusal that comes from a machine's facts: its code is worded with the errors.
  if (line === null && id.startsWith('refused.') && isWorded(id.replace('refused.', 'error.'), language)) {
    const { host = null, ...rest } = data;
    return sayWith({ id: 'why.refused', data: { code: id.slice(8), host, data: rest } }, language, pen);
  }
  const quoted = quoteAll(data, (text) => held(pen.quote(text))) as Data;
  const inCode = (): string => calledAs(unworded(pen.quote(id), quoted), SLASH);
  if (line === null) return inCode();
  try {
    const said: unknown = line(quoted, pen);
    if (typeof said !== 'string') return inCode();
    return calledAs(pen.hasNoCode === true ? withoutCode(said) : said, pen.call ?? SLASH);
  } catch {
    return inCode();
  }
}

/** Those in a datum are escaped, and stay. */
const withoutCode = (said: string): string => said.replace(/(\\.)|`/gsu, '$1');

export const isWorded = (id: string, language: Language): boolean => lineOf(id, language) !== null;

export const wordedIds = (language: Language): readonly string[] => Object.keys(LANGUAGES[language]);

function lineOf(id: string, language: Language): Line<Data> | null {
  const table = LANGUAGES[language];
  return Object.hasOwn(table, id) ? (table[id] as Line<object>) : null;
}

function unworded(id: string, data: Data): string {
  const { code } = data;
  return typeof code === 'string' && code !== '' ? code : id.slice(id.indexOf('.') + 1);
}
