import { dated } from './format.js';
import { toHtml } from './markdown.js';
import { createPress } from './press.js';

const { AdaptiveCards } = window;

AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = toHtml(text);
  result.didProcess = true;
};

/** Drawn with characters that would be read aloud one by one; the number beside it says the same. */
const BAR = /^[█░▸\s]+$/u;

/**
 * A live card. A new version keeps what the reader was doing with the old one: the opened part, the typed text, the
 * focus. `onAction({ verb, data, inputs, fields })` resolves when the bot has answered, with `{ field, words }` if
 * something is wrong at an input, with `refused` if the action was refused: then everything stays as filled in.
 * `onOpened` gets a function that returns the part the reader has opened, since it is drawn a moment later.
 */
export function createCard({ messageId, hostConfig, onAction, onTrouble, onOpened }) {
  const element = document.createElement('div');
  element.className = 'card';
  element.tabIndex = -1;
  element.setAttribute('role', 'group');
  const prefix = `${messageId}.`;
  let shown = null;
  let card = null;
  let kind = null;
  let open = null;
  let busy = false;
  let drawing = false;
  const press = createPress(element);

  const draw = (keep) => {
    const held = element.contains(document.activeElement);
    const focus = keep ? focusIn(element, card) : null;
    const state = keep ? stateOf(card, open) : { values: {}, visible: {}, expanded: null };
    card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
    card.onExecuteAction = act;
    card.onInlineCardExpanded = (action, expanded) => {
      open = expanded ? action.title : null;
      if (expanded && !drawing) onOpened(() => action.card?.renderedElement);
    };
    card.onElementVisibilityChanged = ({ isVisible, renderedElement }) => {
      if (isVisible && !drawing) onOpened(() => renderedElement);
    };
    open = null;
    drawing = true;
    card.parse(prepare(shown, prefix, { ...state, language: shown.lang }));
    // The renderer tests languages with a stateful (global) regular expression, which rejects every second one.
    if (shown.lang !== undefined) card.lang = shown.lang;
    element.setAttribute('aria-label', shown.speak ?? '');
    element.replaceChildren(card.render());
    for (const bar of element.querySelectorAll('.ac-textBlock'))
      if (BAR.test(bar.textContent)) bar.setAttribute('aria-hidden', 'true');
    if (state.expanded !== null)
      topActions(card)
        .find((action) => action.title === state.expanded)
        ?.execute();
    drawing = false;
    focus?.();
    // The focused control may be gone: a keyboard user then continues at this card, not at the top of the page.
    if (held && !element.contains(document.activeElement)) element.focus({ preventScroll: true });
  };

  const act = async (action) => {
    if (!(action instanceof AdaptiveCards.ExecuteAction || action instanceof AdaptiveCards.SubmitAction) || busy)
      return;
    const shownInputs = Object.entries(action.getReferencedInputs() ?? {}).map(([id, input]) => [
      id.slice(prefix.length),
      input,
    ]);
    const given = shownInputs.filter(([, input]) => input.isSet());
    const inputs = Object.fromEntries(given.map(([name, input]) => [name, String(input.value)]));
    const fields = shownInputs.map(([name]) => name);
    const { verb, data } = wanted(action);
    busy = true;
    element.setAttribute('aria-busy', 'true');
    try {
      const told = await onAction({ verb, data, inputs, fields });
      // The refused input may be corrected: it stays, and the answer is in the chat.
      if (told?.refused !== undefined && given.length > 0) return;
      if (told?.field === undefined) draw(false);
      else sayAt(card.getElementById(prefix + told.field), told.words);
    } catch (error) {
      onTrouble(error.message);
    } finally {
      busy = false;
      element.removeAttribute('aria-busy');
    }
  };

  return {
    element,
    update: (body) =>
      press.later(() => {
        const same = kind === body.kind;
        shown = body.card;
        kind = body.kind;
        draw(card !== null && same);
      }),
  };
}

/** Shows what is wrong at an input in the way the renderer shows its own findings. */
function sayAt(input, words) {
  const { errorMessage } = input;
  input.errorMessage = words;
  input.isValid = () => false;
  input.validateValue();
  delete input.isValid;
  input.errorMessage = errorMessage;
  input.focus();
}

/** An Execute action has its verb beside the data, its older fallback inside the data. */
function wanted(action) {
  const { verb: within, ...data } = action.toJSON().data ?? {};
  return action.verb ? { verb: action.verb, data: action.toJSON().data ?? {} } : { verb: within, data };
}

/** Makes ids unique on the page, writes dates, and puts the reader's own state in before the card is built. */
function prepare(node, prefix, own) {
  if (Array.isArray(node)) return node.map((child) => prepare(child, prefix, own));
  if (typeof node === 'string') return dated(node, own.language);
  if (typeof node !== 'object' || node === null) return node;
  const out = {};
  for (const [name, value] of Object.entries(node)) {
    if (name === 'data') out[name] = structuredClone(value);
    else if (name === 'id' && typeof value === 'string') out[name] = prefix + value;
    else if (name === 'targetElements') out[name] = value.map((target) => prefixTarget(target, prefix));
    else out[name] = prepare(value, prefix, own);
  }
  if (out.id in own.values) out.value = own.values[out.id];
  if (out.id in own.visible) out.isVisible = own.visible[out.id];
  return out;
}

const prefixTarget = (target, prefix) =>
  typeof target === 'string' ? prefix + target : { ...target, elementId: prefix + target.elementId };

const topActions = (card) => Array.from({ length: card.getActionCount() }, (_, at) => card.getActionAt(at));

function stateOf(card, open) {
  const values = Object.fromEntries(
    card.getAllInputs(true).flatMap((input) => (input.isDirty() ? [[input.id, input.value]] : [])),
  );
  const visible = {};
  for (const action of topActions(card)) {
    if (!(action instanceof AdaptiveCards.ToggleVisibilityAction)) continue;
    for (const id of Object.keys(action.targetElements)) visible[id] = card.getElementById(id)?.isVisible ?? false;
  }
  return { values, visible, expanded: open };
}

/** Finds the focused control again in the new card: an input by its id, a button by its text. */
function focusIn(element, card) {
  const active = document.activeElement;
  if (!element.contains(active)) return null;
  const input = card.getAllInputs(true).find((one) => one.renderedElement?.contains(active));
  if (input !== undefined) {
    const { id } = input;
    const caret = [active.selectionStart, active.selectionEnd];
    return () => {
      const again = element.querySelector(
        `#${CSS.escape(id)} :is(input, textarea, select), #${CSS.escape(id)}:is(input, textarea, select)`,
      );
      again?.focus({ preventScroll: true });
      if (typeof caret[0] === 'number') again?.setSelectionRange?.(...caret);
    };
  }
  const words = active.textContent;
  return () =>
    [...element.querySelectorAll('button')]
      .find((button) => button.textContent === words)
      ?.focus({ preventScroll: true });
}
