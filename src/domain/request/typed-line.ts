import { isWrong, type Wrong, wrong } from './wrong-words.ts';

/** A line as a person typed it: words, cleaned of keyboard and chat client artefacts, and the verbatim reason. */
interface TypedLine {
  readonly words: readonly string[];
  /** What follows the first `because`, only trimmed; null: there is none. */
  readonly reason: string | null;
}

const LONGEST_LINE = 2000;
const WRAPPED = /^(?:(`{1,3})([^`]*)\1|(\*{1,3})(?! )([^*]+)\3)$/u;
/** The quotation marks of several languages. A single one before a letter is an apostrophe, and may stand inside. */
const QUOTED =
  /^(?:"[^"]*"|\u201c[^\u201c\u201d]*\u201d|\u201e[^\u201c-\u201e]*[\u201c\u201d]|\u00ab[^\u00ab\u00bb]*\u00bb|\u300c[^\u300c\u300d]*\u300d|\u300e[^\u300e\u300f]*\u300f|'(?:[^']|'(?=\p{L}))*'|\u2018(?:[^\u2018\u2019]|\u2019(?=\p{L}))*\u2019)$/u;
/** Anything but blanks and characters that look like one. */
const TOKEN = /[^\p{White_Space}\u180e\u2800\u3164\uffa0]+/gu;
/** A mention as Slack (`<@U0...>`, `<@U0...|name>`) and Teams (`<at>name</at>`) write it; names may contain blanks. */
const MENTION = /^(?:<@[^<>]{1,200}>|<at(?: [^<>]{0,200})?>[^<>]{0,200}<\/at>)/iu;
const OWN_NAME = /^(?:@.*|\/?(?:ssis|certops|ssis-certops))$/iu;
/**
 * A pasted word in bold, italics or struck through. A star at only one end may be a wildcard. Bounded, since a line of
 * nothing but stars would be split in every possible way.
 */
const MARKED = /^([*_~]{1,3})(.+)\1$/u;
/** The same around several words: a card's bold command. Struck through, they may have been taken back. */
const SPAN = /(?<!\S)([*_])([*_]*[^\s*_~]+\s.*?)(?<=\S)\1(?=[.!?,;:\u3001\u3002\u00b7]*(?:\s|$))/gsu;
/**
 * Signs for a feeling, or Slack's names for them, which people put behind a line. Digits between colons may belong to a
 * thumbprint.
 */
const EMOJI =
  /^(?:[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\p{Default_Ignorable_Code_Point}]|:(?:[+-]1|100|[\w'-]*[g-z][\w'-]*):)+[.!?,;]*$/u;
/**
 * Punctuation that may end a sentence or follow a name, and never belongs to a word. Matched only from where it begins.
 */
const PUNCTUATION = /(?<![.!?,;:\u3001\u3002\u00b7])[.!?,;:\u3001\u3002\u00b7]+$/u;
/**
 * Punctuation of the preceding name, if no blank follows it; and the enumeration mark that the slash key types in
 * Chinese.
 */
const BEFORE = /^[.!?,;:\u3001\u3002\u00b7]+/u;
/** In Japanese, the hyphen key types the long vowel mark. */
const LONG_VOWEL = /(?<=^|[!-~])\u30fc+(?=[!-~])/gu;
/**
 * List bullets before a line or name. A star may be part of a name, and a number be one. An empty square or circle is
 * excluded: it is an unticked box.
 */
export const BULLETS = /^[\u2022\u2023\u25a0\u25aa\u25ab\u25cf\u25e6]+/u;
/** Alone at the start of a line it is an arrow, not a closing quotation mark. */
const ARROW = /^[\u00bb\u203a]+$/u;
const SEPARATOR = /[:=,\uff1a\uff1d\ufe55\ufe66\uff0c]/u;
/** Separators that Chinese uses instead of a blank: the next part of the same token is a word of its own. */
const PARTS = /[^:=,;\uff1a\uff1d\ufe55\ufe66\uff0c\uff1b\u3001\u3002]+/gu;
const STOPS = /[,;\uff0c\uff1b\u3001\u3002]/u;

/** Reads a line that begins with a word of ours, otherwise like `readField`. */
export function readLine(text: string): TypedLine | Wrong {
  const line = read(text, (token, before) => {
    const word = cleanWord(token);
    if (!before.every(isNoWord)) return word;
    // A bullet counts as an emoji too.
    return ARROW.test(token) ? '>' : EMOJI.test(token) && word !== '' ? token : word;
  });
  return isWrong(line) ? line : { ...line, words: tidy(line.words) };
}

/**
 * Reads words up to `because`. Never throws; anything longer than people type is refused. Unlike in a line, there is no
 * first word that another may be glued to: `22:00` stays whole.
 */
export const readField = (text: string): TypedLine | Wrong => read(text, cleanWord);

/** `clean` gets the words before this one. */
function read(text: string, clean: (token: string, before: readonly string[]) => string): TypedLine | Wrong {
  if (text.length > LONGEST_LINE) return wrong('line-too-long', { length: text.length, limit: LONGEST_LINE });
  const { said, reason } = parted(unwrapped(withoutMentions(text)));
  const tokens = (unmarked(said).match(TOKEN) ?? []) as readonly string[];
  const last = tokens.findLastIndex((token) => !EMOJI.test(token));
  const words: string[] = [];
  for (const token of tokens.slice(0, last < 0 ? tokens.length : last + 1)) words.push(clean(token, words));
  return { words: words.filter(isWord), reason };
}

/** Cut at the first `because`. */
function parted(line: string): { readonly said: string; readonly reason: string | null } {
  for (const { 0: token, index } of line.matchAll(TOKEN)) {
    const found = becauseIn(token);
    if (found !== null) return { said: line.slice(0, index + found.at), reason: line.slice(index + found.end).trim() };
  }
  return { said: line, reason: null };
}

/** Doubled and nested marks need several rounds. */
const unmarked = (line: string): string => [1, 2, 3].reduce((rest) => rest.replace(SPAN, '$2'), line);

const isWord = (word: string): boolean => word !== '';
const isNoWord = (word: string): boolean => word === '' || word === '>' || OWN_NAME.test(word);

function withoutMentions(text: string): string {
  let rest = text.trimStart();
  for (let found = MENTION.exec(rest); found !== null; found = MENTION.exec(rest))
    rest = rest.slice(found[0].length).trimStart();
  return rest;
}

/** A line pasted as code, in quotes or in bold: the closing mark is not part of the reason. */
function unwrapped(text: string): string {
  const line = text.trimEnd();
  if (QUOTED.test(line)) return line.slice(1, -1);
  const [, , code, , bold] = WRAPPED.exec(line) ?? [];
  return code ?? bold ?? text;
}

/**
 * Where in the token the word `because` is, including the colon, equals sign or comma after it; null: not there.
 * Anything before it in the same token must end with a comma or a full stop.
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
 * Full-width letters become plain ones, quotes and bold marks go, all kinds of hyphens become one, the full stop after
 * a word goes. Leading dashes go too: people type flags with them, and keyboards turn two into a long dash. Not the
 * sign of a number, as in `18:00 -05:00`.
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
    .replace(/^-+(?!\d)/u, '')
    .replace(PUNCTUATION, '');
}

/**
 * Drops the bot's own name at the start (the first word may be glued to it), the slash before the first word, and a
 * list's star.
 */
export function tidy(words: readonly string[]): readonly string[] {
  let left = apart(words);
  while (left[0] !== undefined && (left[0] === '*' || OWN_NAME.test(left[0]))) left = apart(left.slice(1));
  return apart(left.map((word, at) => (at === 0 ? word.replace(/^\/+/u, '') : word)).filter(isWord));
}

/** Chinese puts no blank after a line's first word: `rotate-master，prod`. */
export function apart(words: readonly string[]): readonly string[] {
  const [first = '', ...rest] = words;
  const [, word, behind] = /^([^,:;=\u3001\u3002]+)[,:;=\u3001\u3002]+(.+)$/u.exec(first) ?? [];
  return word === undefined || behind === undefined ? words : [word, behind, ...rest];
}
