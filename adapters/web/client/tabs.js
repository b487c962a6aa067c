import { byId } from './dom.js';

const NARROW = matchMedia('(max-width: 860px)');

/** Two tabs in a narrow window; in a wide one both parts are side by side and the tabs are hidden. */
export function createTabs() {
  const tabs = [byId('tab-chat'), byId('tab-farm')];
  /** A narrow window shows one part alone, which is then the page's main one; the hidden part is no landmark. */
  const mark = () => {
    const isMain = NARROW.matches && document.body.dataset.tab === 'farm';
    byId('farm').setAttribute('role', isMain ? 'main' : 'complementary');
  };
  mark();
  NARROW.addEventListener('change', mark);
  const select = (tab) => {
    document.body.dataset.tab = tab.getAttribute('aria-controls');
    mark();
    for (const one of tabs) {
      one.setAttribute('aria-selected', String(one === tab));
      one.tabIndex = one === tab ? 0 : -1;
    }
  };
  tabs.forEach((tab, at) => {
    tab.addEventListener('click', () => select(tab));
    tab.addEventListener('keydown', (event) => {
      if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
      const other = tabs[1 - at];
      select(other);
      other.focus();
    });
  });
}
