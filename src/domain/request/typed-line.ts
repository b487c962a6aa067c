import { isWrong, type Wrong, wrong } from './wrong-words.ts';

/** A line as a person typed it: words, cleaned of what keyboards and chat clients do, and the reason to the letter. */
export interface TypedLine {
  readonly words: readonly string[];
  /** What stands behind the first `because`, untouched but for blanks at its ends; null: there is none. */
  readonly reason: string | null;
}

const LONGEST_LINE = 2000;
const WRAPPED = /^(?:(`{1,3})([^`]*)\1|"([^"]*)"|\u201c([^\u201c\u201d]*)\u201d)$/u;
/** Blanks, and what only looks like one. */
const TOKEN = /[^\p{White_Space}\u180e\u2800\u3164\uffa0]+/gu;
/** A mention as Slack (`<@U0...>`, `<@U0...|name>`) and Teams (`<at>name</at>`) write it; names may hold blanks. */
const MENTION = /^(?:<@[^<>]{1,200}>|<at(?: [^<>]{0,200})?>[^<>]{0,200}<\/at>)/iu;
const OWN_NAME = /^(?:@.*|\/?(?:ssis|certops|ssis-certops))$/iu;
/**
 * A word in bold, italics or struck through, as it is pasted. A star at one end alone may stand for more. Bounded: a
 * line of nothing but stars would be tried in each way to split it.
 */
const MARKED = /^([*_~]{1,3})(.+)\1$/u;
/** What may end a sentence, or stand after a name, and is never the end of a word. Sought from where it begins only. */
const PUNCTUATION = /(?<![.!?,;:\u3001\u3002\u00b7])[.!?,;:\u3001\u3002\u00b7]+$/u;
/**
 * Of the name before it, where no blank is between; and the sign of enumeration, which the key of a slash writes in
 * Chinese.
 */
const BEFORE = /^[.!?,;:\u3001\u3002\u00b7]+/u;
/** The key of a hyphen writes the sign of a long vowel in Japanese. */
const LONG_VOWEL = /(?<=^|[!-~])\u30fc+(?=[!-~])/gu;
/**
 * What a list has before each line or name of it. A star may be part of a name; a number, one itself; an empty square
 * or circle is a box that nobody has ticked.
 */
export const BULLETS = /^[\u2022\u2023\u25a0\u25aa\u25ab\u25cf\u25e6]+/u;
/** Alone in front of a line it is an arrow, and closes no quotation. */
const ARROW = /^[\u00bb\u203a]+$/u;
const SEPARATOR = /[:=,\uff1a\uff1d\ufe55\ufe66\uff0c]/u;
/** What a Chinese sentence has instead of a blank: the next part of the same token is a word of its own. */
const PARTS = /[^:=,;\uff1a\uff1d\ufe55\ufe66\uff0c\uff1b\u3001\u3002]+/gu;
const STOPS = /[,;\uff0c\uff1b\u3001\u3002]/u;

/** A line that begins with a word of ours, read as `readField` does. */
export function readLine(text: string): TypedLine | Wrong {
  const line = read(text, (token, before) => (ARROW.test(token) && before.every(isNoWord) ? '>' : cleanWord(token)));
  return isWrong(line) ? line : { ...line, words: tidy(line.words) };
}

/**
 * Reads words up to `because`. Never throws; what is longer than anybody types is not read at all. In a field no word
 * comes first to which another may be tied: `22:00` is one.
 */
export const readField = (text: string): TypedLine | Wrong => read(text, cleanWord);

/** `clean` is told the words that stand before this one. */
function read(text: string, clean: (token: string, before: readonly string[]) => string): TypedLine | Wrong {
  if (text.length > LONGEST_LINE) return wrong('line-too-long', { length: text.length, limit: LONGEST_LINE });
  const rest = unwrapped(withoutMentions(text));
  const words: string[] = [];
  for (const match of rest.matchAll(TOKEN)) {
    const [token] = match;
    const found = becauseIn(token);
    if (found !== null) {
      words.push(cleanWord(token.slice(0, found.at)));
      return { words: words.filter(isWord), reason: rest.slice(match.index + found.end).trim() };
    }
    words.push(clean(token, words));
  }
  return { words: words.filter(isWord), reason: null };
}

const isWord = (word: string): boolean => word !== '';
const isNoWord = (word: string): boolean => word === '' || word === '>' || OWN_NAME.test(word);

function withoutMentions(text: string): string {
  let rest = text.trimStart();
  for (let found = MENTION.exec(rest); found !== null; found = MENTION.exec(rest))
    rest = rest.slice(found[0].length).trimStart();
  return rest;
}

/** A line that is pasted as code, or in quotes, ends as it begins: that is no part of its reason. */
function unwrapped(text: string): string {
  const [, , code, quoted, curly] = WRAPPED.exec(text.trimEnd()) ?? [];
  return code ?? quoted ?? curly ?? text;
}

/**
 * Where in the token the word `because` stands, with the colon, equals sign or comma that belongs to it; null: it is
 * another word. Before it, in the same token, only what ends with a comma or a full stop.
 */
function becauseIn(token: string): { readonly at: number; readonly end: number } | null {
  if (isBecause(token)) return { at: 0, end: token.length };
  for (const { 0: part, index: at } of token.matchAll(PARTS)) {
    if (!isBecause(part) || (at > 0 && !STOPS.test(token.charAt(at - 1)))) continue;
    const end = at + part.length;
    if (end === token.length || SEPARATOR.test(token.charAt(end))) return { at, end: Math.min(end + 1, token.length) };
  }
  return null;
}

const isBecause = (token: string): boolean => cleanWord(token).toLowerCase() === 'because';

/**
 * Full-width letters become plain ones, quotes and marks of bold go, the many hyphens become one, the full stop behind
 * a word goes. A flag is a word with dashes before it, and a long dash is what keyboards make of two.
 */
function cleanWord(token: string): string {
  return token
    .normalize('NFKC')
    .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replace(/["'`\u00ab\u00b4\u00bb\u2018-\u201f\u2032-\u2037\u2039\u203a\u300c-\u300f\u301d-\u301f]/gu, '')
    .replace(BULLETS, '')
    .replace(LONG_VOWEL, '-')
    .replace(/[\u058a\u2010-\u2015\u2043\u2212\u2e3a\u2e3b]+/gu, '-')
    .replace(/[\u2044\u2215\u29f8]/gu, '/')
    .replace(PUNCTUATION, '')
    .replace(BEFORE, '')
    .replace(MARKED, '$2')
    .replace(MARKED, '$2')
    .replace(/^-+/u, '')
    .replace(PUNCTUATION, '');
}

/**
 * Without the bot's own name in front, to which the first word may be tied, the slash before that, and the star of a
 * list.
 */
export function tidy(words: readonly string[]): readonly string[] {
  let left = apart(words);
  while (left[0] !== undefined && (left[0] === '*' || OWN_NAME.test(left[0]))) left = apart(left.slice(1));
  return apart(left.map((word, at) => (at === 0 ? word.replace(/^\/+/u, '') : word)).filter(isWord));
}

/** What a Chinese sentence puts behind its first word has no blank before it: `rotate-master，prod`. */
export function apart(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const [, word, behind] = /^([^,:;=\u3001\u3002]+)[,:;=\u3001\u3002]+(.+)$/u.exec(first) ?? [];
  return word === undefined || behind === undefined ? words : [word, behind, ...rest];
}
