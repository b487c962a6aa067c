/**
 * What people typed appears as they typed it, and nothing in it takes effect: no markup, no link, no date, no mention.
 */

/** Overrides and isolates that make text read in another order than it was written. */
const BIDI = '\\u202a-\\u202e\\u2066-\\u2069';
const INVISIBLE = new RegExp(`[${BIDI}]|(?![\\n\\r\\t\\v\\f])\\p{Cc}|\\p{Surrogate}`, 'gu');
/**
 * Matches preceding blanks only from the first of them: tried from each, a hundred thousand blanks take ten seconds.
 */
const LINE_ENDS = /(?:(?<!\s)\s*)?[\n\r\v\f\u0085\u2028\u2029]\s*/gu;
/** A mark alone is enough: an amount of `12 / 30` after it would be shown as `30 / 12`. */
const RIGHT_TO_LEFT = /[\u200f\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** At most `limit` characters (code points), the last one an ellipsis if something was cut. */
export function clip(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const characters = [...text];
  return characters.length <= limit ? text : `${characters.slice(0, Math.max(0, limit - 1)).join('')}…`;
}

/** The same, but cuts the middle out: the end of an id tells more than its middle. */
export function clipMiddle(text: string, limit: number): string {
  const characters = [...text];
  if (characters.length <= limit) return text;
  const end = Math.floor((limit - 1) / 2);
  return `${characters.slice(0, limit - 1 - end).join('')}…${characters.slice(-end).join('')}`;
}

/**
 * One line in which everything is visible: a line end becomes an arrow, so that nobody can type a second paragraph that
 * looks like ours; characters that hide or turn text are shown by their codes; right-to-left text is isolated, so that
 * its neighbours keep their order.
 */
export function visible(text: string): string {
  const shown = text
    .replace(LINE_ENDS, ' ↵ ')
    .replace(/\t/gu, ' ')
    .replace(INVISIBLE, (found) => `⟨U+${(found.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}⟩`)
    .trim();
  return RIGHT_TO_LEFT.test(shown) ? `\u2068${shown}\u2069` : shown;
}

/**
 * For text that a card reads as Markdown. A backslash escapes what follows; `{{` is broken up before dates are looked
 * for, `<` before mentions. The renderer turns `===` and `/==/` into a highlight after Markdown is done, so an
 * invisible joiner separates those characters.
 */
export const literal = (text: string): string =>
  visible(text)
    .replace(/[\\`*_{}[\]<>&~|@]/gu, '\\$&')
    .replace(/:(?=\/\/)/gu, '\\:')
    .replace(/(?<=www)\./giu, '\\.')
    .replace(/^(\u2068?)([-+=#!])/u, '$1\\$2')
    .replace(/^(\u2068?\d{1,9})([.)])(?=\s|$)/u, '$1\\$2')
    .replace(/={3,}/gu, (run) => [...run].join('\u2060'))
    .replace(/\/==(?=\/)/gu, '/=\u2060=');
