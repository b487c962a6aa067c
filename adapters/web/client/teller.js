import { el } from './dom.js';
import { toNodes } from './markdown.js';

/** So many sentences stay: whoever reads aloud may still be at an earlier one when the next is there. */
const KEPT = 8;

/** A number that stands alone, and is no part of a machine's name. */
const NUMBER = /(?<![\w.-])\d+(?![\w-])/gu;

/**
 * Reads messages aloud, to those who use a screen reader: one sentence each, not the whole card, and again when a card
 * says something else.
 */
export function createTeller(place) {
  const known = new Map();
  return (message, isQuiet) => {
    const words = wordsOf(message);
    const gist = gistOf(message, words);
    if (known.get(message.id) === gist) return;
    known.set(message.id, gist);
    if (isQuiet || words === '') return;
    place.append(el('p', { lang: message.language, text: words }));
    while (place.children.length > KEPT) place.firstElementChild.remove();
  };
}

/** A card that runs is drawn anew at every step and every second: there, numbers alone say nothing else. */
const gistOf = ({ body }, words) => (body.kind === 'running' ? words.replace(NUMBER, '') : words);

const plain = (line) => el('p', {}, ...toNodes(line)).textContent;

function wordsOf({ from, body }) {
  if (body.type === 'card') return body.card.speak ?? '';
  if (body.type === 'notice') return body.lines.map(plain).join(' ');
  return from.bot ? body.text : `${from.name}: ${body.text}`;
}
