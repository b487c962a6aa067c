import { byId, el } from './dom.js';
import { word } from './words.js';

/** The input line, with hints to start from and the earlier lines on the arrow keys. */
export function createComposer({ onLine }) {
  const line = byId('line');
  const trouble = byId('trouble');
  const typed = [];
  let at = 0;

  byId('composer').addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = line.value.trim();
    if (text === '') return;
    typed.push(text);
    at = typed.length;
    line.value = '';
    trouble.hidden = true;
    try {
      await onLine(text);
    } catch (error) {
      if (line.value === '') line.value = text;
      say(error.message);
    }
  });
  line.addEventListener('keydown', (event) => {
    // An input method uses the arrows to choose among its words; Safari shows this only by the key code.
    if (event.isComposing || event.keyCode === 229) return;
    const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
    if (step === undefined || typed.length === 0) return;
    event.preventDefault();
    at = Math.max(0, Math.min(typed.length, at + step));
    line.value = typed[at] ?? '';
  });

  const say = (sentence) => {
    trouble.textContent = sentence;
    trouble.hidden = false;
  };
  const fill = (text) => {
    line.value = text;
    line.focus();
    const reason = text.indexOf(' because ');
    if (reason >= 0) line.setSelectionRange(reason + ' because '.length, text.length);
  };
  let hints = '';
  return {
    say,
    /** Hints for now: to show the rotation if there is one, else to request one; `farm` if it must be named. */
    hint: (rotation, farm) => {
      const text = farm === null ? '/ssis rotate-master' : `/ssis rotate-master ${farm}`;
      const ask = { text, line: `${text} because ${word('reason')}` };
      const show = rotation === null ? ask : { text: `/ssis show ${rotation}` };
      const key = `${show.text} ${word('reason')}`;
      if (key === hints) return;
      hints = key;
      const chips = byId('chips');
      const held = [...chips.children].indexOf(document.activeElement);
      chips.replaceChildren(
        ...[{ text: '/ssis' }, { text: '/ssis status' }, show, { text: '/ssis help' }].map(({ text, line = text }) =>
          el('button', { type: 'button', text, on: { click: () => fill(line) } }),
        ),
      );
      chips.children[held]?.focus({ preventScroll: true });
    },
  };
}
