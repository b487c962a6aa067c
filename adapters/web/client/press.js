/** The click of a tap comes a moment after its release. Milliseconds. */
const CLICK_MS = 50;
/** Events that end a press. A menu that opens may swallow the release, so `contextmenu` is one of them. */
const RELEASES = ['pointerup', 'pointercancel', 'contextmenu', 'keyup', 'blur'];

/**
 * Delays a redraw that would replace a button between its press and its release: the click would be lost. `later(draw)`
 * draws at once, or after the release; if several are waiting, only the last is drawn.
 */
export function createPress(element) {
  let pressed = false;
  let waiting = null;
  let timer = 0;

  const settle = () => {
    pressed = false;
    const draw = waiting;
    waiting = null;
    draw?.();
  };
  const release = ({ type, target }) => {
    // A control that loses the focus sends `blur` too, not only the window.
    if (type === 'blur' && target !== window) return;
    for (const name of RELEASES) window.removeEventListener(name, release, true);
    timer = setTimeout(settle, CLICK_MS);
  };
  const press = () => {
    clearTimeout(timer);
    pressed = true;
    for (const name of RELEASES) window.addEventListener(name, release, true);
  };
  element.addEventListener('pointerdown', press, true);
  element.addEventListener('keydown', ({ target }) => target instanceof HTMLButtonElement && press(), true);

  return {
    later: (draw) => {
      if (pressed) waiting = draw;
      else draw();
    },
  };
}
