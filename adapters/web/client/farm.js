import { byId, el, svg } from './dom.js';
import { day, namesAmong, shortThumbprint, timeOf } from './format.js';
import { counted, word } from './words.js';

const FEW = 3;

/** The farm as a picture: masters on top, workers below, and a line to each, connected or cut off. */
export function drawFarm({ farm, endpoint, hosts, certificates, lookedAt, waits, runners }) {
  const nameOf = namesAmong(hosts.map(({ host }) => host));
  const draw = (one) => drawHost(one, nameOf);
  const masters = hosts.filter(({ roles }) => roles.includes('master'));
  const workers = hosts.filter(({ roles }) => !roles.includes('master'));
  const workerCount = hosts.filter(({ roles }) => roles.includes('worker')).length;
  byId('farm-name').textContent = farm;
  const size = { masters: counted('masters', masters.length), workers: counted('workers', workerCount), endpoint };
  byId('farm-size').textContent = word('farm-size', size);
  byId('waits').textContent = waits ?? '';
  byId('waits').hidden = waits == null;
  byId('runners').replaceChildren(...runners.map((text) => el('li', { text })));
  byId('runners').hidden = runners.length === 0;
  byId('picture').replaceChildren(
    el('div', { class: 'top', role: 'list' }, ...masters.map(draw)),
    ...(workers.length === 0 ? [] : workers.length <= FEW ? drawFew(workers, draw) : drawMany(workers, draw)),
  );
  byId('certificates').replaceChildren(...certificates.map(drawCertificate), ...drawAge(lookedAt));
}

function drawHost({ host, roles, state, certificate, what }, nameOf) {
  const label = el(
    'div',
    { class: 'hn' },
    el('span', { class: 'dot', 'aria-hidden': 'true' }),
    el('b', { text: nameOf(host) }),
  );
  label.append(el('span', { class: 'role', text: rolesOf(roles) }));
  const card = el('div', { class: `host ${state}`, role: 'listitem', title: host }, label);
  if (certificate !== null) {
    const { verb, thumbprint, age } = certificate;
    const text = word(verb, { shown: shortThumbprint(thumbprint) });
    card.append(el('div', { class: `cert ${age}`, title: `${thumbprint}, ${word(`age-${age}`)}`, text }));
  }
  card.append(el('div', { class: 'st', text: what }));
  return card;
}

const rolesOf = ([one, other]) =>
  other === undefined ? word(one) : word('roles', { one: word(one), other: word(other) });

function drawFew(workers, draw) {
  const middle = (at) => ((at + 0.5) / workers.length) * 300;
  const links = svg('svg', {
    class: 'links',
    viewBox: '0 0 300 60',
    preserveAspectRatio: 'none',
    'aria-hidden': 'true',
  });
  workers.forEach(({ state }, at) => {
    const x = middle(at);
    links.append(svg('path', { class: state, d: x === 150 ? 'M150 0V60' : `M150 0C150 36 ${x} 24 ${x} 60` }));
  });
  const row = el('div', { class: 'row', role: 'list' }, ...workers.map(draw));
  row.style.gridTemplateColumns = `repeat(${workers.length}, minmax(0, 1fr))`;
  return [links, row];
}

/** Many workers: first how many are in each state, then a small tile each. */
function drawMany(workers, draw) {
  const cut = workers.filter(({ state }) => state === 'cut').length;
  const links = svg(
    'svg',
    { class: 'links short', viewBox: '0 0 300 30', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    svg('path', { class: cut > 0 ? 'cut' : 'connected', d: 'M150 0V30' }),
  );
  const tiles = workers.map((worker) => {
    const tile = draw(worker);
    tile.title = `${worker.host}: ${worker.what}`;
    return tile;
  });
  const words = STATES.flatMap((state) => {
    const n = workers.filter((worker) => worker.state === state).length;
    return n === 0 ? [] : [el('span', { class: state, text: word(`${state}-count`, { count: n }) })];
  });
  return [
    links,
    el(
      'div',
      { class: 'many' },
      el('p', { class: 'sum' }, ...words),
      el('div', { class: 'tiles', role: 'list' }, ...tiles),
    ),
  ];
}

const STATES = ['cut', 'unknown', 'not-looked', 'connected'];

/** The picture is as old as the last looks: nobody watches the machines between two rotations. */
const drawAge = (lookedAt) =>
  lookedAt == null
    ? []
    : [el('span', { class: 'age', text: word('as-looked-at', { time: timeOf(Date.parse(lookedAt)) }) })];

function drawCertificate({ thumbprint, age, notAfter }) {
  const shown = { shown: shortThumbprint(thumbprint), date: day(notAfter) };
  const words = word(`ends-${age}`, shown);
  return el('span', { title: thumbprint }, el('i', { class: `sw cert-${age}`, 'aria-hidden': 'true' }), words);
}
