import type { Message } from '../../src/domain/values.ts';
import { markdownPen, type Pen, plainPen, quoteAll } from '../pen.ts';
import { cards } from './en/cards.ts';
import { consoleWords } from './en/console.ts';
import { errors, why } from './en/errors.ts';
import { notices } from './en/notices.ts';
import { steps } from './en/steps.ts';
import type { Line, Lines } from './line.ts';

export type Language = 'en' | 'zh-CN';

/** Tables by name, so that a test can look for ids that stand in two of them. */
export const TABLES = { cards, steps, errors, why, notices, console: consoleWords } as const;

const EN: Lines = { ...cards, ...steps, ...errors, ...why, ...notices, ...consoleWords };

/** A language that is not worded yet is answered in English. */
const LANGUAGES: { readonly [language in Language]: Lines } = { en: EN, 'zh-CN': EN };

type Data = Message['data'];

/**
 * The words of a message, for where no card is drawn: times in UTC. With `quote`, which is put on every datum, the
 * sentence may hold `**bold**`; without, it is plain text. Never throws: an id that nobody worded shows its code.
 */
export const say = (message: Message, language: Language, quote?: (text: string) => string): string =>
  sayWith(message, language, quote === undefined ? plainPen : markdownPen(quote));

/** The same with any pen: cards write times so that they reach each reader in their own zone. */
export function sayWith({ id, data }: Message, language: Language, pen: Pen): string {
  const line = lineOf(id, language);
  // A refusal that a machine's facts gave: its code is worded with the errors.
  if (line === null && id.startsWith('refused.') && isWorded(id.replace('refused.', 'error.'), language)) {
    const { host = null, ...rest } = data;
    return sayWith({ id: 'why.refused', data: { code: id.slice(8), host, data: rest } }, language, pen);
  }
  const quoted = quoteAll(data, pen.quote) as Data;
  if (line === null) return unworded(pen.quote(id), quoted);
  try {
    const said: unknown = line(quoted, pen);
    return typeof said === 'string' ? said : unworded(pen.quote(id), quoted);
  } catch {
    return unworded(pen.quote(id), quoted);
  }
}

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
