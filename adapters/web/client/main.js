import { get, listen, post } from './api.js';
import { createChat } from './chat.js';
import { createComposer } from './composer.js';
import { byId, el } from './dom.js';
import { drawFarm } from './farm.js';
import { createFarms } from './farms.js';
import { createFaults } from './faults.js';
import { createForm } from './form.js';
import { drawJournal } from './journal.js';
import { createTabs } from './tabs.js';
import { createTimeline } from './timeline.js';
import { listed, speak, word } from './words.js';

const me = byId('me');
let actors = [];
let stop = () => {};

const hostConfig = await get('/assets/hostconfig.json');
const openForm = createForm({ hostConfig, onAction: act });
const composer = createComposer({ onLine: say });
const chat = createChat({
  log: byId('log'),
  jump: byId('jump'),
  told: byId('told'),
  isMine: ({ from }) => !from.bot && from.name === actors.find(({ account }) => account === me.value)?.name,
  hostConfig,
  onAction: act,
  onNoticeAction: async ({ verb, data, form }) => {
    if (form !== null) openForm(form);
    else if (verb === 'act-as') become(actors.find(({ person }) => person === data.person)?.account ?? me.value);
    else if (verb === 'type') await say(String(data.text));
    else await act({ verb, data, inputs: {}, fields: [] });
  },
  onTrouble: composer.say,
});
const faults = createFaults();
const drawTimeline = createTimeline();
createTabs();
// Makes the scrollable parts reachable by keyboard in every browser.
byId('log').tabIndex = 0;
byId('farm').tabIndex = 0;

async function say(text) {
  await send('/api/say', { text });
}

async function act({ verb, data, inputs, fields }) {
  return send('/api/act', { verb, data, inputs, fields });
}

/** If the bot needs more for an answer, a form asks for it; `{ field, words }`: what is wrong at an input. */
async function send(path, body) {
  const told = await post(path, { as: me.value, canOpenForm: true, ...body });
  if (told.form !== undefined) openForm(told.form);
  return told;
}

const farms = createFarms({ onShow: drawShown });

/** One farm in full, and around it what concerns all farms. */
function drawShown({ view, at }) {
  drawFarm(view);
  drawTimeline(view, at);
  drawJournal(view);
  const all = farms.all();
  const names = listed(all.map(({ farm }) => farm));
  const [one, other] = all;
  composer.hint(view.journal.rotation, other === undefined ? null : view.farm);
  byId('about').textContent = other === undefined ? word('about', one) : word('about-farms', { farms: names });
  document.title = `${names} · ssis-certops`;
  byId('tab-word').textContent = word(other === undefined ? 'farm' : 'farms');
  const cut = all.flatMap(({ hosts }) => hosts).filter(({ state }) => state === 'cut').length;
  byId('tab-cut').textContent = cut === 0 ? '' : word('cut-count', { count: cut });
}

function drawConsole(view) {
  farms.put(view);
  faults.refresh();
}

function drawState(state, anew) {
  speak(state);
  actors = state.actors;
  me.replaceChildren(
    ...actors.map(({ account, name, part }) => el('option', { value: account, text: word(part, { name }) })),
  );
  me.value = state.me;
  byId('channel').textContent = `# ${state.channel}`;
  byId('away').hidden = true;
  faults.offer(state.canBreak);
  farms.show(state.farms);
  chat.show(state.messages, anew);
}

function become(account) {
  stop();
  sessionStorage.setItem('me', account);
  me.value = account;
  let anew = true;
  stop = listen(account, {
    onState: (state) => {
      drawState(state, anew);
      anew = false;
    },
    onMessage: (message) => chat.put(message, message.only || !message.from.bot),
    onConsole: drawConsole,
    onAway: (refused) => {
      byId('away').textContent = word(refused ? 'key-old' : 'away');
      byId('away').hidden = false;
    },
  });
}

me.addEventListener('change', () => become(me.value));
become(sessionStorage.getItem('me') ?? '');
