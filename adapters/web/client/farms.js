import { byId, el, place } from './dom.js';
import { counted, word } from './words.js';

/** States of machines and of open rotations, the most urgent first. */
const RANKS = ['needs-person', 'cut', 'runs', 'asks', 'unknown', 'waits', 'looks', 'not-looked'];
const MACHINES = ['cut', 'unknown', 'not-looked', 'connected'];
/**
 * Beyond this many machines the strip is drawn by state: a single machine that is cut off would be too small to see.
 */
const MOST_PARTS = 24;

/** The farms in rows if there are several; the first is drawn in full until another is chosen. */
export function createFarms({ onShow }) {
  const section = byId('farms');
  const list = byId('farm-rows');
  const known = new Map();
  const rows = new Map();
  let chosen = null;

  const draw = () => {
    const all = inOrder([...known.values()]);
    const shown = known.get(chosen) ?? all[0];
    section.hidden = all.length < 2;
    for (const { view } of all) rowOf(view.farm).update(view, view.farm === shown.view.farm);
    place(
      list,
      all.map(({ view }) => rows.get(view.farm).element),
    );
    onShow(shown);
  };
  const rowOf = (farm) => {
    const row = rows.get(farm) ?? createRow(() => choose(farm));
    rows.set(farm, row);
    return row;
  };
  const choose = (farm) => {
    chosen = farm;
    draw();
  };
  const keep = (view) => known.set(view.farm, { view, at: performance.now() });

  return {
    /** All farms, in the order of the farm files. */
    show: (views) => {
      known.clear();
      views.forEach(keep);
      draw();
    },
    put: (view) => {
      keep(view);
      draw();
    },
    all: () => [...known.values()].map(({ view }) => view),
  };
}

const rankOf = ({ hosts, open = [] }) => {
  const states = new Set([...hosts, ...open].map(({ state }) => state));
  const at = RANKS.findIndex((rank) => states.has(rank));
  return at < 0 ? RANKS.length : at;
};

/** Farms of equal rank stay in the order of the farm files. */
const inOrder = (farms) => farms.toSorted((a, b) => rankOf(a.view) - rankOf(b.view));

function createRow(onChoose) {
  const [name, size] = [el('b'), el('small')];
  const strip = el('span', { class: 'strip', 'aria-hidden': 'true' });
  const words = el('span', { class: 'farm-words' });
  const dot = el('span', { class: 'dot', 'aria-hidden': 'true' });
  const about = el('span', { class: 'farm-about' }, name, size);
  const button = el('button', { type: 'button', class: 'farm-row', on: { click: onChoose } }, dot, about, strip, words);
  const element = el('li', {}, button);
  return {
    element,
    update: (view, isShown) => {
      const { farm, hosts } = view;
      const workers = hosts.filter(({ roles }) => roles.includes('worker')).length;
      element.className = RANKS[rankOf(view)] ?? 'connected';
      button.setAttribute('aria-current', String(isShown));
      button.title = farm;
      name.textContent = farm;
      size.textContent = ` ${counted('workers', workers)}`;
      words.replaceChildren(...wordsOf(view).map(({ state, text }) => el('span', { class: state, text })));
      strip.replaceChildren(...partsOf(hosts));
    },
  };
}

/** What is open, and which machines are not connected; if all is well, that they are connected. */
function wordsOf({ hosts, open = [] }) {
  const opened = open.map(({ id, state }) => ({ state, text: word(`open-${state}`, { rotation: id }) }));
  const counts = MACHINES.flatMap((state) => {
    const count = hosts.filter((host) => host.state === state).length;
    return count === 0 ? [] : [{ state, text: word(`${state}-count`, { count }) }];
  });
  const wrong = counts.filter(({ state }) => state !== 'connected');
  const all = [...opened, ...wrong];
  return all.length === 0 ? counts : all;
}

function partsOf(hosts) {
  if (hosts.length <= MOST_PARTS) return hosts.map(({ state }) => el('i', { class: `of-${state}` }));
  return MACHINES.flatMap((state) => {
    const count = hosts.filter((host) => host.state === state).length;
    if (count === 0) return [];
    const part = el('i', { class: `of-${state}` });
    part.style.flexGrow = count;
    return [part];
  });
}
