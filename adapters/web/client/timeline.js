import { byId, el } from './dom.js';
import { seconds, secondsSoFar } from './format.js';

const MANY = 14;
const STEPS = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600];

/** Lanes of who was cut off. While it runs the clock goes on between two snapshots, by this machine's own. */
export function createTimeline() {
  let timeline = null;
  let receivedAt = 0;
  let all = false;

  const draw = () => {
    const place = byId('timeline');
    byId('gap-about').textContent = timeline === null ? '' : `${timeline.rotation}, seconds since the start`;
    if (timeline === null) {
      place.replaceChildren(
        el('p', {
          class: 'empty',
          text: 'Nothing measured yet. Ask for a rotation, and each worker gets a line here.',
        }),
      );
      return;
    }
    const now = timeline.nowMs === null ? null : timeline.nowMs + performance.now() - receivedAt;
    const more = () => {
      all = !all;
      draw();
    };
    place.replaceChildren(...drawTimeline(timeline, now, all, more));
  };
  setInterval(() => {
    if (timeline !== null && timeline.nowMs !== null && !document.hidden) draw();
  }, 250);

  return (view) => {
    timeline = view.timeline;
    receivedAt = performance.now();
    draw();
  };
}

function drawTimeline({ lanes, limitMs }, now, all, more) {
  const end = Math.max(now ?? 0, ...lanes.flatMap(({ segments }) => segments.map(({ toMs }) => toMs)));
  // The way to the limit is what matters while it runs; afterwards short gaps are looked at from near.
  const zoomed = now === null && end < limitMs / 3;
  const axis = zoomed ? end * 1.15 : Math.max(limitMs, end);
  const left = (ms) => `${(Math.min(ms, axis) / axis) * 100}%`;
  const shown = all || lanes.length <= MANY ? lanes : worst(lanes);
  const time = el('div', { class: 'time' }, drawRuler(axis, zoomed, limitMs, left), drawLanes(shown, now, left));
  const marks = el('div', { class: 'ov', 'aria-hidden': 'true' });
  if (now !== null) marks.append(mark('now', left(now)));
  if (!zoomed) marks.append(mark('limit', left(limitMs)));
  time.append(marks);

  const parts = [time];
  if (lanes.length > MANY) {
    const text = all ? 'Only the longest' : `All ${lanes.length} machines`;
    parts.push(el('button', { class: 'plain', type: 'button', text, on: { click: more } }));
  }
  const legend = el('div', { class: 'legend' }, swatch('on', 'connected'), swatch('gap', 'cut off'));
  legend.append(swatch('restart', 'master restarts'), el('span', { class: 'opt', text: now === null ? '' : '│ now' }));
  parts.push(legend);
  return parts;
}

function drawRuler(axis, zoomed, limitMs, left) {
  const ruler = el('div', { class: 'ruler', 'aria-hidden': 'true' });
  const step = (STEPS.find((s) => axis / 1000 / s <= 5) ?? 1200) * 1000;
  const put = (ms, text, kind) => {
    const tick = el('span', { class: kind, text });
    tick.style.left = left(ms);
    ruler.append(tick);
  };
  for (let ms = 0; ms <= axis; ms += step) {
    if (zoomed ? ms / axis < 0.8 : Math.abs(ms - limitMs) / axis > 0.1) put(ms, String(ms / 1000), 'tick');
  }
  put(zoomed ? axis : limitMs, `${limitMs / 1000} put back${zoomed ? ' ›' : ''}`, 'limit-word');
  return ruler;
}

const drawLanes = (lanes, now, left) => el('ul', { class: 'lanes' }, ...lanes.map((lane) => drawLane(lane, now, left)));

function drawLane({ host, segments, totalMs, open }, now, left) {
  const track = el('div', { class: 'track', 'aria-hidden': 'true' });
  segments.forEach(({ fromMs, toMs, kind }, at) => {
    const last = at === segments.length - 1;
    const until = last && now !== null ? Math.max(toMs, now) : toMs;
    const bar = el('i', {
      class: `${KINDS[kind]}${last && open ? ' open' : ''}`,
      title: `${kind}, ${seconds(until - fromMs)}`,
    });
    bar.style.left = left(fromMs);
    bar.style.width = `calc(${left(until)} - ${left(fromMs)})`;
    track.append(bar);
  });
  const grown = open && now !== null ? Math.max(0, now - (segments.at(-1)?.toMs ?? now)) : 0;
  const words = totalMs === null ? '–' : open ? `${secondsSoFar(totalMs + grown)} …` : seconds(totalMs);
  return el(
    'li',
    { class: 'lane' },
    el('span', { class: 'ln', text: host }),
    track,
    el('span', { class: open ? 'lv cut' : 'lv', text: words, title: totalMs === null ? 'not measured' : null }),
  );
}

const KINDS = { connected: 'on', cut: 'gap', restart: 'restart' };

/** The first lane is the master's; of the others, who is cut off still, then the longest. */
function worst([master, ...others]) {
  const rank = ({ open, totalMs }) => (open ? 1e12 : 0) + (totalMs ?? -1);
  return [master, ...others.toSorted((a, b) => rank(b) - rank(a)).slice(0, MANY - 2)];
}

function mark(kind, left) {
  const line = el('div', { class: `mark ${kind}` });
  line.style.left = left;
  return line;
}

const swatch = (kind, words) => el('span', {}, el('i', { class: `sw ${kind}`, 'aria-hidden': 'true' }), words);
