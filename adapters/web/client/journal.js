import { byId, el } from './dom.js';
import { timeToTheSecond } from './format.js';
import { word } from './words.js';

const MOST = 200;

/** The newest entries of the rotation, newest first. */
export function drawJournal({ journal: { rotation, lines }, open: [asked] = [] }) {
  byId('journal-about').textContent = rotation === null ? word('journal-newest') : word('journal-of', { rotation });
  const newest = newestFirst(lines).slice(0, MOST);
  if (newest.length === 0) {
    byId('journal').replaceChildren(
      el('li', {
        class: 'empty',
        text: emptyWords(rotation, asked),
      }),
    );
    return;
  }
  byId('journal').replaceChildren(
    ...newest.map(({ at, atMs, host, what }) =>
      el(
        'li',
        { title: timeToTheSecond(at) },
        el('span', { class: 't', text: atMs === null ? timeToTheSecond(at) : `+${(atMs / 1000).toFixed(1)}` }),
        el('span', { class: 'w' }, el('b', { text: host }), ` ${what}`),
      ),
    ),
  );
}

/** Somebody who has already requested a rotation is not told to request one. */
function emptyWords(rotation, asked) {
  if (rotation !== null) return word('journal-waits');
  if (asked === undefined) return word('journal-empty');
  return word('journal-open', { open: word(`open-${asked.state}`, { rotation: asked.id }) });
}

/** Lines of the same time keep the order in which they were written, whichever end the list starts with. */
function newestFirst(lines) {
  const newestLast = lines.length > 0 && lines[0].at < lines.at(-1).at;
  const reversed = newestLast ? lines.toReversed() : lines;
  return reversed.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}
