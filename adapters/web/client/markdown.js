import { el } from './dom.js';

/**
 * The little that cards and notices use: `**bold**`, `_italic_` between words, `<at>somebody</at>`, line ends, and a
 * backslash that takes the meaning from the next character; and a link to an https address in words without markup, for
 * what people wrote has a backslash before each bracket. No images, no HTML: what is not known stays text.
 */
const PATTERN =
  /\\([!-/:-@[-`{-~])|\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])|<at>([^<]{1,200})<\/at>|\[([A-Za-z0-9#.-]{1,64})\]\((https:\/\/[\w.~:/?#@!$&+,;=%-]+)\)|(\r?\n)/gu;

/** Text as a list of DOM nodes. */
export function toNodes(text) {
  const nodes = [];
  let from = 0;
  for (const match of text.matchAll(PATTERN)) {
    const [whole, plain, bold, italic, at, words, address, lineEnd] = match;
    nodes.push(text.slice(from, match.index));
    if (plain !== undefined) nodes.push(plain);
    else if (bold !== undefined) nodes.push(el('b', {}, ...toNodes(bold)));
    else if (italic !== undefined) nodes.push(el('i', {}, ...toNodes(italic)));
    else if (at !== undefined) nodes.push(el('span', { class: 'at', text: at }));
    else if (address !== undefined)
      nodes.push(el('a', { href: address, target: '_blank', rel: 'noopener noreferrer', text: words }));
    else if (lineEnd !== undefined) nodes.push(el('br'));
    from = match.index + whole.length;
  }
  nodes.push(text.slice(from));
  return nodes;
}

/**
 * The same as HTML, which is the only form that the card renderer takes; made from nodes, so it is escaped by the
 * browser.
 */
export const toHtml = (text) => el('div', {}, el('p', {}, ...toNodes(text))).innerHTML;
