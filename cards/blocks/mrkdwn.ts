import type { Locale } from '../../src/domain/farm/locale.ts';
import type { Instant } from '../../src/domain/values.ts';
import { clip, visible } from '../literal.ts';
import type { Pen } from '../pen.ts';
import { timesIn } from '../times.ts';

/** Placeholders for our own bold, from the private use area, until it is known what is beside them. */
const [OPEN, CLOSE] = ['\ue000', '\ue001'];
const JOINER = '\u2060';
/** Invisible; lets Slack recognise a star between letters, since Chinese has no spaces. */
const ZERO_WIDTH_SPACE = '\u200b';

export const entities = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/**
 * For text that Slack reads as mrkdwn, in text objects that are `verbatim`. Slack has no backslash escapes and decodes
 * only the entities of `&`, `<` and `>`; but the fallback of a date that it cannot format is never read as markup, so
 * markup characters are put into such dates. Slack takes full-width characters for markup too. An underscore between
 * letters is not markup; each backtick gets a date of its own, so that three do not form a fence.
 */
export const mrkdwnLiteral = (text: string): string =>
  entities(visible(text).replace(/[\ue000\ue001]/gu, '\ufffd'))
    .replace(/(?:[*~＊～]|(?<![\p{L}\p{N}])[_＿]|[_＿](?![\p{L}\p{N}]))+|[`｀]/gu, '<!date^00000000^{_}|$&>')
    .replace(/^(?=\u2068?(?:&gt;|＞))/u, JOINER);

/** For the inside of a code block, where only a fence is interpreted. */
export const codeLiteral = (text: string): string => entities(visible(text).replaceAll('`', 'ˋ'));

/** For the `text` of a message: notifications show it without markup, but mentions in it would notify people. */
export const textLiteral = (text: string): string => withoutEmoji(entities(text));

/** Wording may have cut a quoted datum: what is left of a token is then shown as text. */
export const wholeTokens = (text: string): string =>
  text.replace(/<(?!!date\^\d+\^\{[a-z_]+\}(?: \{time\})?\|[^<>|]+>|@[A-Z0-9]+>)/gu, '&lt;');

/**
 * A name between two colons would become an emoji. Applied to whole sentences, because the second colon may be ours.
 */
export const withoutEmoji = (text: string): string =>
  text.replace(/<[^>]*>|:(?=[^\s:]+:)/gu, (found) => (found === ':' ? `:${JOINER}` : found));

/**
 * Slack converts to each reader's own zone; the words after the bar are for clients that cannot. `calls` maps each
 * datum that stands for a mentioned person to the mention.
 */
export function mrkdwnPen(locale: Locale, textLimit: number, calls: ReadonlyMap<string, string>): Pen {
  const times = timesIn(locale);
  const token = (at: Instant, format: string, words: string): string => {
    const ms = Date.parse(at);
    return Number.isNaN(ms) ? mrkdwnLiteral(at) : `<!date^${Math.floor(ms / 1000)}^${format}|${words}>`;
  };
  return {
    ...times,
    quote: (text) => calls.get(text) ?? mrkdwnLiteral(clip(text, textLimit)),
    bold: (text) => (text.trim() === '' ? '' : `${OPEN}${text.trim()}${CLOSE}`),
    date: (at) => token(at, '{date_short}', times.date(at)),
    time: (at) => token(at, '{time}', times.time(at)),
    dateTime: (at) => token(at, '{date_short} {time}', times.dateTime(at)),
  };
}

/** In code blocks dates are not converted, so times are written in words. */
export const codePen = (locale: Locale, textLimit: number): Pen => ({
  ...timesIn(locale),
  quote: (text) => codeLiteral(clip(text, textLimit)),
  bold: (text) => text,
});

/**
 * Turns the placeholders of bold into stars: one pair for nested bold, and set apart from letters beside them, or Slack
 * does not recognise them. Between Chinese and Latin letters that is the space which belongs there anyway.
 */
export function settle(text: string): string {
  let depth = 0;
  const parts: string[] = [''];
  for (const sign of text) {
    const edge = sign === OPEN ? (depth++ === 0 ? sign : '') : sign === CLOSE ? (--depth === 0 ? sign : '') : null;
    if (edge === null) parts[parts.length - 1] += sign;
    else if (edge !== '') parts.push('');
  }
  return parts.reduce((all, part, at) =>
    at % 2 === 1
      ? `${all}${/[\p{L}\p{N}_]$/u.test(all) ? gap(all, part) : ''}*${part}`
      : `${all}*${/^[\p{L}\p{N}_]/u.test(part) ? gap(all, part) : ''}${part}`,
  );
}

/** A token, such as a mention or a date, counts as Latin. */
function gap(before: string, after: string): string {
  const latin = [/[!-~]$/u.test(before), /^[!-~]/u.test(after)];
  const chinese = [/\p{Script=Han}$/u.test(before), /^\p{Script=Han}/u.test(after)];
  return (latin[0] && chinese[1]) || (chinese[0] && latin[1]) ? ' ' : ZERO_WIDTH_SPACE;
}

/** Bold, unless part of it already is. */
export const bold = (text: string): string => (text.replace(/<!date[^>]*>/gu, '').includes('*') ? text : `*${text}*`);

/** Thumbprints, whole or short, are easier to compare in fixed width. */
export const monospace = (text: string): string =>
  text.replace(/(?<![\p{L}\p{N}`])[0-9A-F]{6}(?:…[0-9A-F]{4}|[0-9A-F]{34})(?![\p{L}\p{N}`])/gu, '`$&`');
