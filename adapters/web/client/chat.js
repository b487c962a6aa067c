import { createCard } from './card.js';
import { el, place, svg } from './dom.js';
import { timeOf } from './format.js';
import { toNodes } from './markdown.js';
import { createTeller } from './teller.js';
import { word, zone } from './words.js';

/**
 * The channel: messages in order, new ones at the end, changed ones in their place. `isMine(message)`: the reader has
 * just typed it.
 */
export function createChat({ log, jump, told, isMine, hostConfig, onAction, onNoticeAction, onTrouble }) {
  const items = new Map();
  const tell = createTeller(told);
  const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  const toEnd = () => log.scrollTo({ top: log.scrollHeight });
  jump.addEventListener('click', toEnd);
  let stays = true;
  log.addEventListener('scroll', () => {
    stays = atEnd();
    if (stays) jump.hidden = true;
  });
  // When the window narrows, the composer grows, or a card was drawn a moment later: if the end was in view, it stays.
  const sizes = new ResizeObserver(() => {
    if (stays) toEnd();
  });
  sizes.observe(log);

  /** Scrolls until the end of the opened part is in view, but not past its beginning. */
  const onOpened = (part) => {
    stays = false;
    requestAnimationFrame(() => {
      requestAnimationFrame(() => {
        stays = atEnd();
      });
      const box = part()?.getBoundingClientRect();
      if (box === undefined) return;
      const view = log.getBoundingClientRect();
      const down = Math.min(box.bottom - view.bottom + 24, box.top - view.top - 16);
      if (down > 0) log.scrollBy({ top: down });
    });
  };

  const put = (message) => {
    const known = items.get(message.id);
    // The page writes its times itself: another person may read the same message by another clock.
    const text = `${zone()} ${JSON.stringify(message)}`;
    if (known?.text === text) return;
    const item = known ?? createItem(message, { hostConfig, onAction, onNoticeAction, onTrouble, onOpened });
    item.text = text;
    item.update(message);
    if (known === undefined) {
      items.set(message.id, item);
      log.append(item.element);
      sizes.observe(item.element);
    }
  };

  /** Draws what `draw` puts, and keeps the end in view if it was; otherwise says that there is more below. */
  const follow = (own, draw) => {
    const stay = own || atEnd();
    const before = items.size;
    keepFocus(log, draw);
    if (stay) toEnd();
    else if (items.size > before) jump.hidden = false;
  };

  return {
    /** Shows everything that this person may see; `anew`: they have only now begun to listen. */
    show: (messages, anew) =>
      follow(anew, () => {
        const wanted = new Set(messages.map(({ id }) => id));
        for (const [id, item] of items) {
          if (wanted.has(id)) continue;
          sizes.unobserve(item.element);
          item.element.remove();
          items.delete(id);
        }
        for (const message of messages) {
          put(message);
          tell(message, anew || isMine(message));
        }
        // Private messages of another person may belong between the ones that stayed.
        place(
          log,
          messages.map(({ id }) => items.get(id).element),
        );
      }),
    put: (message, own) =>
      follow(own, () => {
        put(message);
        tell(message, isMine(message));
      }),
  };
}

/** Whoever was at something that is gone continues at its message, or at the one before it: not at the page's top. */
function keepFocus(log, draw) {
  const before = [...log.children];
  const held = before.findIndex((element) => element.contains(document.activeElement));
  draw();
  if (held < 0 || log.contains(document.activeElement)) return;
  const place = before.slice(0, held + 1).findLast((element) => log.contains(element)) ?? log;
  place.focus({ preventScroll: true });
}

function createItem(message, parts) {
  const { from, only, id } = message;
  const by = el('div', { class: 'by' }, el('b', { text: from.name }));
  const when = el('span');
  by.append(when);
  const content = el('div', { class: 'content' }, by);
  const avatar = el('div', { class: 'av', 'aria-hidden': 'true' }, from.bot ? emblem() : initials(from.name));
  const wide = message.body.type === 'card';
  const element = el(
    'article',
    { class: `msg${from.bot ? ' bot' : ''}${wide ? ' wide' : ''}`, 'data-id': id, tabindex: -1 },
    avatar,
    content,
  );
  let card = null;
  const thread = createThread();

  const update = ({ at, changed, language, body, notes }) => {
    content.lang = language;
    thread.update(notes);
    const times = changed === null ? timeOf(at) : word('changed', { time: timeOf(at), updated: timeOf(changed) });
    when.textContent = only ? word('only-you') : times;
    when.title = only ? times : '';
    if (body.type === 'card') {
      if (card === null) {
        card = createCard({
          messageId: id,
          hostConfig: parts.hostConfig,
          onAction: parts.onAction,
          onTrouble: parts.onTrouble,
          onOpened: parts.onOpened,
        });
        card.element.classList.toggle('only', only);
        content.append(card.element, thread.element);
      }
      card.update(body);
      return;
    }
    card = null;
    const bubble = body.type === 'text' ? drawText(body, from.bot) : drawNotice(body, only, parts);
    content.replaceChildren(by, bubble);
  };
  return { element, update, text: '' };
}

/** What was said below a card: folded, as in the thread of a chat. */
function createThread() {
  const count = el('summary');
  const list = el('ul');
  const element = el('details', { class: 'thread', hidden: true }, count, list);
  const update = (notes) => {
    element.hidden = notes.length === 0;
    count.textContent = word(notes.length === 1 ? 'notes-one' : 'notes-many', { count: notes.length });
    list.replaceChildren(
      ...notes.map(({ at, lines }) =>
        el('li', {}, el('time', { text: timeOf(at) }), ...lines.map((line) => el('p', {}, ...toNodes(line)))),
      ),
    );
  };
  return { element, update };
}

const drawText = ({ text }, bot) => el('div', { class: bot ? 'txt only' : 'txt' }, el(bot ? 'span' : 'code', { text }));

function drawNotice({ lines, actions }, only, { onNoticeAction, onTrouble }) {
  const bubble = el('div', { class: only ? 'txt only' : 'txt' });
  for (const line of lines) bubble.append(el('p', {}, ...toNodes(line)));
  if (actions.length === 0) return bubble;
  const row = el('div', { class: 'row-of-buttons' });
  for (const action of actions) {
    const press = async ({ currentTarget }) => {
      // Not `disabled`: that would take the focus away, and nobody could return to it from the form.
      if (currentTarget.ariaDisabled === 'true') return;
      currentTarget.ariaDisabled = 'true';
      await onNoticeAction(action).catch((error) => onTrouble(error.message));
      currentTarget.ariaDisabled = null;
    };
    row.append(el('button', { class: 'plain', type: 'button', text: action.label, on: { click: press } }));
  }
  bubble.append(row);
  return bubble;
}

const emblem = () => svg('svg', { class: 'emblem' }, svg('use', { href: '#emblem' }));

const initials = (name) =>
  name
    .split(/\s+/u)
    .map((word) => [...word][0] ?? '')
    .slice(0, 2)
    .join('')
    .toUpperCase();
