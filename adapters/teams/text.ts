/** An element of `entities` that names somebody. */
interface Mention {
  readonly id: string;
  /** As it appears in the text, `<at>certops</at>`. */
  readonly text: string;
}

/**
 * Tags that clients put around and between words, with well-formed attributes only: somebody who types that a<b and c>d
 * does not mean a tag.
 */
const NAMES =
  'p|div|span|br|hr|b|i|u|s|em|strong|strike|del|ins|su[bp]|ul|ol|li|pre|code|codeblock|blockquote|a|font|h[1-6]' +
  '|table|t(?:head|body|[rdh])|quoted|attachment|img|emoji';
const ATTRIBUTE = `\\s+(?:itemscope|[a-z][\\w:-]*\\s*=\\s*(?:"[^"<]*"|'[^'<]*'|[^\\s"'<>=]+))`;
const tags = (names: string): RegExp => new RegExp(`</?(?:${names})(?:${ATTRIBUTE})*\\s*/?>`, 'giu');
const TAGS = tags(NAMES);
const AT = tags('at');
/** People who are called together with the bot, before what it is asked. */
const OTHERS = /^(?:(?:[\s,\uff0c\u3001]|&nbsp;)*<at(?:\s[^<>]{0,200})?>[^<>]{0,200}<\/at>)+/iu;
/**
 * A message that was replied to, as older clients repeat it, or a forwarded one; bounded, since its sender has not been
 * judged yet.
 */
const QUOTE = /<blockquote\b[^<>]{0,300}schema\.skype\.com\/(?:Reply|Forward)[^<>]{0,300}>.{0,4000}?<\/blockquote>/gisu;
/** A mention in the markup that is sent beside the words. */
const CALLED = /<span\b[^<>]{0,200}schema\.skype\.com\/Mention[^<>]{0,200}>([^<>]{0,500})<\/span>/giu;
const NAMED: { readonly [name: string]: string } = { nbsp: ' ', lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * What was typed beside a quote, read from the markup that is sent beside the words: in the words some clients put the
 * quoted person's name straight before the typed text. null: nothing is quoted.
 */
export function belowQuote(markup: string): string | null {
  const rest = markup.replace(QUOTE, ' ');
  return rest === markup ? null : rest.replace(CALLED, '<at>$1</at>');
}

/**
 * The words that a person typed, without what the client added: the mention of the bot, markup, entities, invisible
 * blanks. The rest is for the grammar, which knows about quotes and dashes.
 */
export function wordsOf(text: string, mentions: readonly Mention[], bot: string): string {
  let words = text;
  for (const mention of mentions) {
    if (mention.id !== bot || mention.text === '') continue;
    words = words.replaceAll(mention.text, ' ');
    // Some clients number the tag in the text but not in the entity, or escape the name in only one of the two.
    const name = plain(mention.text.replace(/<\/?at[^<>]*>/giu, ''));
    words = words.replace(/<at(?:\s[^<>]*)?>([^<>]*)<\/at>/giu, (all, called) => (plain(called) === name ? ' ' : all));
  }
  return plain(words.replace(QUOTE, ' ').replace(TAGS, ' ').replace(OTHERS, '').replace(AT, ' '));
}

/** Decodes entities, and turns any run of blanks, including zero-width ones, into one blank. */
const plain = (text: string): string =>
  text
    .replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(nbsp|lt|gt|amp|quot|apos));/giu, (_all, decimal, hex, name) =>
      typeof name === 'string' ? (NAMED[name.toLowerCase()] ?? '') : character(decimal ?? '', hex ?? ''),
    )
    .replace(/[\s\u200b\ufeff]+/gu, ' ')
    .trim();

function character(decimal: string, hex: string): string {
  const code = decimal === '' ? Number.parseInt(hex, 16) : Number(decimal);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
}
