import { byId, el } from './dom.js';
import { namesAmong, seconds, secondsSoFar, sumOf } from './format.js';
import { word } from './words.js';

const MANY = 14;
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];
const KINDS = { connected: 'on', cut: 'gap', restart: 'restart', unknown: 'unseen' };

/**
 * Lanes showing which machines were cut off. During a cutover the clock runs on between two snapshots, by the browser's
 * own clock.
 */
export function createTimeline() {
  const place = byId('timeline');
  const lanes = el('div');
  const more = el('button', { class: 'plain', type: 'button', on: { click: () => toggle() } });
  place.append(lanes, more);
  let timeline = null;
  let receivedAt = 0;
  let all = false;
  let words = '';
  let tick = () => {};

  const draw = () => {
    byId('gap-about').textContent = timeline === null ? '' : word('gap-since', { rotation: timeline.rotation });
    more.hidden = timeline === null || timeline.lanes.length <= MANY;
    tick = () => {};
    if (timeline === null) {
      lanes.replaceChildren(el('p', { class: 'empty', text: words }));
      return;
    }
    more.textContent = all ? word('longest') : word('all-machines', { count: timeline.lanes.length });
    const drawn = drawTimeline(timeline, all || timeline.lanes.length <= MANY ? timeline.lanes : worst(timeline.lanes));
    lanes.replaceChildren(...drawn.parts);
    tick = () => drawn.place(timeline.nowMs === null ? null : timeline.nowMs + performance.now() - receivedAt);
    tick();
  };
  const toggle = () => {
    all = !all;
    draw();
  };
  // Only positions and numbers change; the elements stay, so that they can be pressed, read and selected.
  setInterval(() => {
    if (timeline?.nowMs != null && !document.hidden) tick();
  }, 250);

  /** `at`: when the page received the view, by the browser's steady clock. */
  return (view, at) => {
    timeline = view.timeline;
    words = emptyWords(view);
    receivedAt = at;
    draw();
  };
}

const emptyWords = ({ journal: { rotation }, lookedAt, open = [] }) => {
  if (rotation === null) return word(open.length === 0 ? 'nothing-measured' : 'to-be-measured');
  return word(lookedAt == null ? 'none-cut-yet' : 'none-was-cut', { rotation });
};

/** The drawn parts, and a function that places them for a given moment; `place(null)` when nothing moves any more. */
function drawTimeline({ lanes: everything, limitMs, nowMs, contains = false }, lanes) {
  const ends = everything.flatMap(({ segments }) => segments.map(({ toMs }) => toMs));
  const latest = Math.max(nowMs ?? 0, 1, ...ends);
  // While it runs, the time left to the limit matters; afterwards the axis is zoomed in on short gaps.
  const zoomed = nowMs === null && latest < limitMs / 3;
  const axis = { ms: zoomed ? latest * 1.15 : Math.max(limitMs, latest) };
  const left = (ms) => `${(Math.min(ms, axis.ms) / axis.ms) * 100}%`;

  const at = { seconds: Math.round(limitMs / 1000) };
  const nameOf = namesAmong(everything.map(({ host }) => host));
  const rows = lanes.map((lane) => drawLane(lane, nameOf(lane.host), left));
  const now = el('div', { class: 'mark now', hidden: nowMs === null });
  const limit = el('div', { class: 'mark limit', hidden: zoomed });
  limit.style.left = left(limitMs);
  const time = el(
    'div',
    { class: 'time' },
    drawRuler(axis.ms, zoomed, { ms: limitMs, words: contains ? word('limit', at) : word('put-back', at) }, left),
    el('ul', { class: 'lanes' }, ...rows.map(({ element }) => element)),
    el('div', { class: 'ov', 'aria-hidden': 'true' }, now, limit),
  );
  time.style.setProperty('--longest', Math.max(...lanes.map(({ host }) => nameOf(host).length)));
  time.style.setProperty('--longest-value', Math.max(...lanes.map(({ ms }) => sumOf(ms).length)));
  const legend = el('div', { class: 'legend' }, swatch('on', word('connected')), swatch('gap', word('cut')));
  legend.append(swatch('restart', word('restart')));
  if (lanes.some(({ segments }) => segments.some(({ kind }) => kind === 'unknown')))
    legend.append(swatch('unseen', word('unknown')));
  if (nowMs !== null) legend.append(el('span', { class: 'opt', text: word('now') }));
  return {
    parts: [time, legend],
    place: (moment) => {
      if (moment !== null) now.style.left = left(moment);
      for (const { place } of rows) place(moment);
    },
  };
}

function drawRuler(axis, zoomed, limit, left) {
  const ruler = el('div', { class: 'ruler', 'aria-hidden': 'true' });
  const step = (STEPS.find((s) => axis / 1000 / s <= (zoomed ? 6 : 5)) ?? 1200) * 1000;
  const put = (ms, text, kind) => {
    const tick = el('span', { class: kind, text });
    tick.style.left = left(ms);
    ruler.append(tick);
  };
  for (let ms = 0; ms <= axis; ms += step) {
    if (zoomed ? ms / axis < 0.8 : Math.abs(ms - limit.ms) / axis > 0.1) put(ms, String(ms / 1000), 'tick');
  }
  put(zoomed ? axis : limit.ms, `${limit.words}${zoomed ? ' ›' : ''}`, 'limit-word');
  return ruler;
}

function drawLane({ host, segments, ms, open }, name, left) {
  const track = el('div', { class: 'track', 'aria-hidden': 'true' });
  const bars = segments.map(({ fromMs, kind }, at) => {
    const growing = open && at === segments.length - 1;
    const bar = el('i', { class: `${KINDS[kind]}${growing ? ' open' : ''}` });
    bar.style.left = left(fromMs);
    track.append(bar);
    return bar;
  });
  const value = el('span', { class: open ? 'lv cut' : 'lv', title: ms.length === 0 ? word('not-measured') : null });
  const place = (moment) => {
    segments.forEach(({ fromMs, toMs, kind }, at) => {
      const until = at === segments.length - 1 ? Math.max(toMs, moment ?? 0) : toMs;
      bars[at].style.width = `calc(${left(until)} - ${left(fromMs)})`;
      bars[at].title = word('for', { what: word(kind), time: seconds(until - fromMs) });
    });
    const grown = open && moment !== null ? Math.max(0, moment - (segments.at(-1)?.toMs ?? moment)) : 0;
    value.textContent = ms.length === 0 ? '–' : open ? `${secondsSoFar(ms.at(-1) + grown)} …` : sumOf(ms);
  };
  return {
    element: el('li', { class: 'lane' }, el('span', { class: 'ln', text: name, title: host }), track, value),
    place,
  };
}

/** The first lane is the master's; of the others, those still cut off first, then the longest gaps. */
function worst([master, ...others]) {
  const rank = ({ open, ms }) => (open ? 1e12 : 0) + (ms.length === 0 ? -1 : ms.reduce((a, b) => a + b));
  return [master, ...others.toSorted((a, b) => rank(b) - rank(a)).slice(0, MANY - 2)];
}

const swatch = (kind, words) => el('span', {}, el('i', { class: `sw ${kind}`, 'aria-hidden': 'true' }), words);
