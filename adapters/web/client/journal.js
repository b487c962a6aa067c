import { byId, el } from './dom.js';
import { timeToTheSecond } from './format.js';

const MOST = 200;

/** The newest entries of the rotation, newest first. */
export function drawJournal({ journal: { rotation, lines } }) {
  byId('journal-about').textContent = rotation === null ? 'newest first' : `${rotation}, newest first`;
  const newest = lines.toSorted((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0)).slice(0, MOST);
  if (newest.length === 0) {
    byId('journal').replaceChildren(
      el('li', {
        class: 'empty',
        text: 'Nothing has happened yet. Type /ssis rotate-master because …, or press Rotate….',
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
