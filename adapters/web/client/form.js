import { createCard } from './card.js';
import { byId } from './dom.js';
import { word } from './words.js';

/** What somebody is asked before a request is sent, in a dialog over the page. Closing it leaves nothing behind. */
export function createForm({ hostConfig, onAction }) {
  const dialog = byId('form');
  const place = byId('form-card');
  const trouble = byId('form-trouble');
  let opener = null;

  const say = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = sentence === '';
  };
  const send = async (action) => {
    if (action.verb === CANCEL) return dialog.close();
    say('');
    const told = await onAction(action);
    if (told.refused !== undefined) say(told.refused);
    else if (told.field === undefined) dialog.close();
    return told;
  };
  byId('form-card').addEventListener('keydown', (event) => {
    // An input method uses Enter itself; Safari shows this only by the key code.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key !== 'Enter' || !event.target.matches('input')) return;
    event.preventDefault();
    place.querySelector('.style-positive')?.click();
  });
  dialog.addEventListener('close', () => {
    place.replaceChildren();
    const back = opener?.isConnected ? opener : byId('line');
    back.focus({ preventScroll: true });
  });

  return (card) => {
    if (!dialog.open) opener = document.activeElement;
    const drawn = createCard({ messageId: 'form', hostConfig, onAction: send, onTrouble: say, onOpened: () => {} });
    drawn.update({ kind: 'form', card: withCancel(card) });
    place.replaceChildren(drawn.element);
    say('');
    dialog.setAttribute('aria-label', card.speak);
    if (!dialog.open) dialog.showModal();
    place.querySelector('input, select, textarea')?.focus();
  };
}

const CANCEL = 'page-cancel';

const withCancel = (card) => ({
  ...card,
  actions: [
    ...card.actions,
    { type: 'Action.Submit', title: word('cancel'), associatedInputs: 'none', data: { verb: CANCEL } },
  ],
});
