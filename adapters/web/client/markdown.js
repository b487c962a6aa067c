import { el } from './dom.js';

/**
 * The little markup that cards and notices use: `**bold**`, `_italic_` between words, `<at>somebody</at>`, line ends, a
 * backslash that escapes the next character, and a link to an https address whose words have no markup. What people
 * wrote cannot form a link, since its brackets are escaped. No images, no HTML: anything else stays text.
 */
const PATTERN =
  /\\([!-/:-@[-`{-~])|\*\*(?=\S)([\s\S]*?\S)\*\*(?!\*)|(?<![\p{L}\p{N}_])_(?=\S)([^_\n]*?\S)_(?![\p{L}\p{N}_])|<at>([^<]{1,200})<\/at>|\[([A-Za-z0-9#.-]{1,64})\]\((https:\/\/[\w.~:/?#@!$&+,;=%-]+)\)|(\r?\n)/gu;

/** Turns text into a list of DOM nodes. */
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

/** The same as HTML, the only form that the card renderer takes; made from nodes, so the browser escapes it. */
export const toHtml = (text) => el('div', {}, el('p', {}, ...toNodes(text))).innerHTML;
