import { approveOwn, by, type Console, describeInChromium, inBrowser, openConsole, tellStory } from './browser.ts';
import { calmView, cardView, createFeed, farm, message, notice, posting } from './support.ts';

/** Names what has the focus, and says if the focus is not visible: without an outline, or cut off by what is around. */
const FOCUSED = `(() => {
  const active = document.activeElement;
  const name = active.id || active.getAttribute('aria-label') || active.textContent;
  if (active === document.body) return name;
  const { outlineStyle, outlineWidth, outlineOffset } = getComputedStyle(active);
  if (outlineStyle === 'none') return name + ' WITHOUT OUTLINE';
  const reach = parseFloat(outlineWidth) + parseFloat(outlineOffset);
  const inner = active.getBoundingClientRect();
  const cuts = (near, edge) => near >= edge && near - reach < edge;
  for (let around = active.parentElement; around !== null; around = around.parentElement) {
    if (getComputedStyle(around).overflow === 'visible') continue;
    const outer = around.getBoundingClientRect();
    if (cuts(inner.left, outer.left) || cuts(inner.top, outer.top)) return name + ' WITH A CUT OUTLINE';
    if (cuts(-inner.right, -outer.right) || cuts(-inner.bottom, -outer.bottom)) return name + ' WITH A CUT OUTLINE';
  }
  return name;
})()`;

describeInChromium('the focus in a browser', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);
  const focused = (): Promise<string> => console_.page.evaluate<string>(FOCUSED);
  /** The message that has the focus, or has within it what has it. */
  const held = () =>
    console_.page.evaluate<string | null>("document.activeElement.closest('[data-id]')?.dataset.id ?? null");

  beforeEach(async () => {
    console_ = await openConsole(browser());
  });

  test.each([
    [1280, ['farm', 'break']],
    [480, ['tab-chat']],
  ])('at %i pixels everything can be reached by keyboard, with a visible focus', async (width, more) => {
    const { page, chat } = console_;
    await page.setViewportSize({ width, height: 860 });
    const id = await chat().post('sql-ops', cardView('reminder', 'reminder'), posting);
    await console_.cardOf(id).getByRole('button', { name: 'Rotate…' }).click();
    await page.getByRole('textbox', { name: 'Reason' }).waitFor();
    await page.getByRole('button', { name: 'Light or dark' }).focus();
    const seen: string[] = [];
    for (let press = 0; press < 30; press += 1) {
      await page.keyboard.press('Tab');
      seen.push(await page.evaluate<string>(FOCUSED));
    }
    expect(seen.filter((name) => /WITH(?:OUT| A CUT) OUTLINE/u.test(name))).toEqual([]);
    expect(seen).toEqual(
      expect.arrayContaining(['me', 'theme', 'log', 'Rotate…', 'Ask for approval', 'line', '/ssis status', ...more]),
    );
  });

  test('a reader whose button disappears keeps the focus at its card', async () => {
    const { page, chat, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Ana Ruiz, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await cardOf(id).getByRole('button', { name: 'Approve…' }).focus();
    await chat().update('sql-ops', id, cardView('running', 'running'), posting);
    await cardOf(id).getByRole('heading', { name: "Rotating prod's master certificate" }).waitFor();
    expect(await page.evaluate<boolean>('document.activeElement?.closest(".card") !== null')).toBe(true);
  });

  test('whoever acts as somebody else by keyboard continues at the card that they were asked about', async () => {
    const { page } = console_;
    const id = await tellStory(console_);
    await approveOwn(page);
    const answer = page.locator('.msg', { hasText: 'only you see this' });
    await answer.getByRole('button', { name: 'Act as Ana Ruiz' }).press('Enter');
    await answer.waitFor({ state: 'detached' });
    expect(await held()).toBe(id);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Approve…');
  });

  test('a message that is drawn anew keeps a reader who was at one of its buttons', async () => {
    const { page, chat, cardOf } = console_;
    const asked = (words: string) => notice(words, [{ label: message('Show it'), verb: 'show', data: {} }]);
    const id = await chat().post('sql-ops', asked('before'), posting);
    await cardOf(id).getByRole('button', { name: 'Show it' }).focus();
    await chat().update('sql-ops', id, asked('after'), posting);
    await cardOf(id).getByText('after').waitFor();
    expect(await held()).toBe(id);
    await page.keyboard.press('Tab');
    expect(await focused()).toBe('Show it');
  });

  test('a suggestion that changes keeps whoever was at one of them', async () => {
    const { page, feed } = console_;
    await page.getByRole('button', { name: /^.ssis (show|rotate)/u }).focus();
    feed.set({ ...calmView, journal: { ...calmView.journal, rotation: 'prod-18' as never } });
    await page.getByRole('button', { name: '/ssis show prod-18' }).waitFor();
    expect(await focused()).toBe('/ssis show prod-18');
  });

  test('a page that was away for a moment keeps a reader at the farm where they were', async () => {
    await console_.close();
    const farms = ['prod', 'stage'].map((name) => ({ ...farm, name }));
    const feeds = farms.map(({ name }) => createFeed({ ...calmView, farm: name }));
    console_ = await openConsole(browser(), { farms: farms as never, feeds });
    const { page, complaints, restart } = console_;
    await page.getByRole('region', { name: 'Farms' }).getByRole('button').filter({ hasText: 'stage' }).focus();
    const startAgain = await restart();
    await page.getByText('The bot is away.').waitFor();
    await startAgain();
    await page.getByText('The bot is away.').waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.activeElement.title')).toBe('stage');
    expect(complaints.splice(0).filter((line) => !line.includes('ERR_'))).toEqual([]);
  });
});
