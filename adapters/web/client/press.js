/** A tap's click comes a moment after its release. Milliseconds. */
const CLICK_MS = 50;
/** A menu that opens may keep the release for itself. */
const RELEASES = ['pointerup', 'pointercancel', 'contextmenu', 'keyup', 'blur'];

/**
 * Puts off what would exchange a button between its press and its release: the click would be lost. `later(draw)` draws
 * at once, or after the release; of several that wait only the last is drawn.
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
    // A control that loses the focus says `blur` as well as a window that does.
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
