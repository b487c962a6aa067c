import type { NoticeView } from '../../../src/domain/views/notice-view.ts';
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

  test('notes below a card are counted, stay folded until somebody opens them, and open when the card changes', async () => {
    const { page, chat, cardOf } = console_;
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const note = (text: string) =>
      chat().note('sql-ops', id, { notice: notice(text) as NoticeView, locale: posting.locale, mention: [] });
    await note('prod-17 starts');
    await cardOf(id).getByText('1 note').click();
    await cardOf(id).getByText('prod-17 starts').waitFor();
    await note('prod-17 is done');
    await chat().update('sql-ops', id, cardView('running', 'running'), posting);
    await cardOf(id).getByText('RUNNING').waitFor();
    await cardOf(id).getByText('2 notes').waitFor();
    expect(await cardOf(id).locator('.thread li').allInnerTexts()).toEqual([
      expect.stringContaining('prod-17 starts'),
      expect.stringContaining('prod-17 is done'),
    ]);
    expect(await cardOf(id).getByText('prod-17 is done').isVisible()).toBe(true);
    expect(await page.locator('.msg').count()).toBe(1);
  });

  test('the end stays in view when a card above it grows after a press, and a part that was opened stays where it is', async () => {
    const { page, chat, cardOf } = console_;
    const log = page.getByRole('log');
    const below = () =>
      log.evaluate<number, { scrollHeight: number; scrollTop: number; clientHeight: number }>(
        ({ scrollHeight, scrollTop, clientHeight }) => scrollHeight - scrollTop - clientHeight,
      );
    for (let n = 0; n < 10; n += 1) await chat().post('sql-ops', notice(`before ${n}`), posting);
    const id = await chat().post('sql-ops', cardView('reminder', 'reminder'), posting);
    await cardOf(id).getByRole('button').first().hover();
    await page.mouse.down();
    await chat().update('sql-ops', id, cardView('plan', 'plan'), posting);
    await chat().post('sql-ops', notice('the answer'), posting);
    await log.getByText('the answer').waitFor();
    await page.mouse.move(1, 1);
    await page.mouse.up();
    await cardOf(id).getByRole('button', { name: 'Approve…' }).waitFor();
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    expect(await below()).toBeLessThan(2);

    const button = cardOf(id).getByRole('button', { name: 'Every change' });
    await button.click();
    await cardOf(id).getByText('Every change, machine by machine').waitFor();
    await page.evaluate('new Promise((done) => setTimeout(done, 100))');
    const [part, view] = [
      await cardOf(id).getByText('Every change, machine by machine').boundingBox(),
      await log.boundingBox(),
    ];
    expect(part?.y).toBeGreaterThan(view?.y ?? 0);
    expect(await below()).toBeGreaterThan(60);
  });
});
