import { get, post } from './api.js';
import { byId, el } from './dom.js';
import { word } from './words.js';

const REFRESH_MS = 1500;

/** *Break something…*: arms faults of the lab, shows what is armed, and mends everything. */
export function createFaults() {
  const dialog = byId('faults');
  const button = byId('break');
  const hosts = byId('faults-host');
  let known = { list: [], armed: [] };

  const draw = () => {
    const names = [...new Set(known.list.map(({ host }) => host))];
    const chosen = names.includes(hosts.value) ? hosts.value : (names[0] ?? '');
    hosts.replaceChildren(...names.map((name) => el('option', { value: name, text: name })));
    hosts.value = chosen;
    byId('faults-list').replaceChildren(...known.list.filter(({ host }) => host === chosen).map(drawFault));
    drawArmed();
  };
  const sentenceOf = ({ host, fault }) =>
    known.list.find((one) => one.host === host && one.fault === fault)?.sentence ?? fault;
  const isArmed = ({ host, fault }) => known.armed.some((one) => one.host === host && one.fault === fault);
  const drawFault = (entry) => {
    const { host, fault, sentence } = entry;
    const arm = {
      type: 'button',
      class: 'plain',
      'aria-label': word('arm-on', { host, fault: sentence }),
      text: word('arm'),
    };
    const state = isArmed(entry)
      ? el('span', { class: 'is-armed', text: word('is-armed') })
      : el('button', { ...arm, on: { click: () => change('/api/faults/arm', { host, fault }) } });
    // The same command for a terminal, for those who want to do it again.
    const title = `certops lab break ${host} ${fault}`;
    return el('li', { title }, el('span', { class: 'what', text: sentence }), state);
  };
  const drawArmed = () => {
    const n = known.armed.length;
    button.textContent = n === 0 ? word('break') : word('break-armed', { count: n });
    const line = byId('faults-armed');
    const words = known.armed.map(({ host, fault }) => `${host}: ${sentenceOf({ host, fault })}`);
    line.replaceChildren(
      el('span', { text: n === 0 ? word('nothing-armed') : word('armed-list', { list: words.join(' · ') }) }),
    );
    if (n === 0) return;
    line.append(
      el('button', {
        type: 'button',
        class: 'plain',
        text: word('mend'),
        on: { click: () => change('/api/faults/clear', {}) },
      }),
    );
  };
  const trouble = (error) => {
    byId('faults-armed').textContent = error.message;
  };
  const change = async (path, body) => {
    try {
      known = await post(path, body);
      draw();
      // The pressed button is gone: without this a reader would be nowhere.
      if (!dialog.contains(document.activeElement)) byId('faults-close').focus();
    } catch (error) {
      trouble(error);
    }
  };
  const load = () =>
    get('/api/faults').then((answer) => {
      known = answer;
      draw();
    }, trouble);

  /** A fault may act once and then be gone: the list is loaded again while machines are at work. */
  let waiting = null;
  const refresh = () => {
    if (known.armed.length === 0 || dialog.open || waiting !== null) return;
    waiting = setTimeout(() => {
      waiting = null;
      load();
    }, REFRESH_MS);
  };

  hosts.addEventListener('change', draw);
  byId('faults-close').addEventListener('click', () => dialog.close());
  button.addEventListener('click', () => {
    dialog.showModal();
    load();
  });
  return {
    offer: (canBreak) => {
      button.hidden = !canBreak;
      if (canBreak) load();
    },
    refresh,
  };
}
