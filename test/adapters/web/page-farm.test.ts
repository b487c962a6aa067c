import { approveOwn, type Console, describeInChromium, inBrowser, openConsole, tellStory } from './browser.ts';
import { calmView, cardView, cutView, posting } from './support.ts';

type Widths = { readonly scrollWidth: number; readonly clientWidth: number };

describeInChromium('the farm in a browser', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);

  beforeEach(async () => {
    console_ = await openConsole(browser());
  });

  test('a worker that was cut off twice shows both lengths beside its lane, as its card does', async () => {
    const { page, feed } = console_;
    const lanes = (cutView.timeline?.lanes ?? []).map((lane) => ({ ...lane, ms: [16_300, 12_000], open: false }));
    feed.set({ ...cutView, timeline: cutView.timeline && { ...cutView.timeline, nowMs: null, lanes } });
    const value = page.locator('.lane .lv').nth(1);
    await value.getByText('16.3 + 12.0 s').waitFor();
    expect(await value.evaluate<boolean, Widths>((one) => one.scrollWidth <= one.clientWidth)).toBe(true);
  });

  test('the picture, the lanes and the journal follow the farm', async () => {
    const { page, feed } = console_;
    const farm = page.getByRole('complementary', { name: 'Farm' });
    await farm.getByText('1 master, 3 workers · sqlm01:8391, made up by the lab').waitFor();
    expect(await farm.locator('.links .cut').count()).toBe(2);
    expect(await farm.locator('.lane').nth(1).textContent()).toBe('sqlw018.4 s');
    expect(await farm.locator('.feed li').first().textContent()).toContain('sqlw03 service start asked');
    feed.set(calmView);
    await farm.getByText('Nothing measured yet').waitFor();
    expect(await farm.locator('.links .cut').count()).toBe(0);
    await page.getByRole('button', { name: '/ssis rotate-master' }).waitFor();
  });

  test('somebody who has asked for the first rotation is not told to ask for one', async () => {
    const { page, feed } = console_;
    const farm = page.getByRole('complementary', { name: 'Farm' });
    feed.set(calmView);
    await farm.getByText('type /ssis rotate-master').waitFor();
    await farm.getByText('Ask for a rotation').waitFor();
    const id = 'prod-1' as NonNullable<typeof calmView.open>[number]['id'];
    feed.set({ ...calmView, open: [{ id, state: 'asks' }] });
    await farm.getByText('prod-1 waits for approvals: no machine has begun yet.').waitFor();
    await farm.getByText('Each worker gets a line here.').waitFor();
    expect(await farm.getByText('Ask for a rotation').count()).toBe(0);
  });

  test('a rotation that waits for its start is shown above the picture for as long as it waits', async () => {
    const { page, feed } = console_;
    const waits = { id: 'summary.starts', data: { id: 'prod-17', from: '2026-11-28T21:00:00.000Z' } };
    feed.set({ ...calmView, waits });
    await page.locator('#waits').getByText('prod-17 is approved').waitFor();
    feed.set(calmView);
    await page.locator('#waits').waitFor({ state: 'hidden' });
  });

  test('what runners say of themselves is told in the words of /ssis runners, for as long as they say it', async () => {
    const { page, feed, picture } = console_;
    const said = { version: '0.1.0+a1b2c3d4', isOther: false, at: '2026-11-24T14:32:00.000Z', skewMs: 0, isOff: false };
    const noted = (host: string, code: string) =>
      ({ id: 'runners.noted', data: { ...said, host, lastN: 7, codes: [code] } }) as const;
    feed.set({ ...cutView, runners: [noted('sqlw01', 'orders-refused'), noted('sqlw02', 'journal-full')] });
    const lines = page.locator('#runners li');
    await lines
      .getByText('sqlw01: version 0.1.0+a1b2c3d4, last order 7, clock right to a second. It takes no orders')
      .waitFor();
    expect(await lines.nth(1).textContent()).toContain('It cannot write its journal');
    await picture('1280-runners');
    feed.set(cutView);
    await page.locator('#runners').waitFor({ state: 'hidden' });
  });

  test('a large farm is summed up in one line and drawn as tiles', async () => {
    const { page, feed, picture } = console_;
    const [master, worker] = cutView.hosts;
    if (master === undefined || worker === undefined) throw new Error('the view has hosts');
    const workers = Array.from({ length: 50 }, (_, n) => ({
      ...worker,
      host: `sqlw${String(n + 1).padStart(2, '0')}` as typeof worker.host,
      state: n % 7 === 3 ? ('cut' as const) : ('connected' as const),
      what: { id: 'console.connected-after', data: { ms: [22_500, 19_100] } },
    }));
    const lane = cutView.timeline?.lanes[1];
    const lanes = lane === undefined ? [] : [lane, ...workers.map(({ host }) => ({ ...lane, host }))];
    feed.set({
      ...cutView,
      hosts: [master, ...workers],
      timeline: cutView.timeline && { ...cutView.timeline, lanes },
    });
    await page.locator('.sum').getByText('7 cut off').waitFor();
    expect(await page.locator('.tiles .host').count()).toBe(50);
    const cut = `[...document.querySelectorAll('.tiles .st')].filter((one) => one.scrollWidth > one.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
    expect(await page.locator('.lane').count()).toBe(13);
    await page.getByRole('button', { name: 'All 51 machines' }).click();
    expect(await page.locator('.lane').count()).toBe(51);
    await picture('1280-fifty');
  });

  test('a domain shared by all machines is left to the tooltip, and no name is cut', async () => {
    const { page, feed } = console_;
    const long = (host: string) => `${host}-in-berlin.corp.example.com` as (typeof cutView.hosts)[number]['host'];
    const hosts = cutView.hosts.map((one) => ({ ...one, host: long(one.host) }));
    const lanes = cutView.timeline?.lanes.map((lane) => ({ ...lane, host: long(lane.host) })) ?? [];
    feed.set({ ...cutView, hosts, timeline: cutView.timeline && { ...cutView.timeline, lanes } });
    const names = ['sqlm01', 'sqlw01', 'sqlw02', 'sqlw03'].map((name) => `${name}-in-berlin`);
    await page.locator('.host').getByText('sqlw03-in-berlin', { exact: true }).waitFor();
    expect(await page.locator('.host b').allTextContents()).toEqual(names);
    expect(await page.locator('.ln').allTextContents()).toEqual(names);
    expect(await page.locator('.ln').last().getAttribute('title')).toBe('sqlw03-in-berlin.corp.example.com');
    const cut = `[...document.querySelectorAll('.ln')].filter((one) => one.scrollWidth > one.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
    await page.setViewportSize({ width: 480, height: 900 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(480);
  });

  test('on a phone no name of three workers is broken, and no thumbprint is cut', async () => {
    const { page } = console_;
    await page.setViewportSize({ width: 400, height: 900 });
    await page.getByRole('tab', { name: 'Farm' }).click();
    await page.locator('.row .host').getByText('sqlw03', { exact: true }).waitFor();
    const lines = `[...document.querySelectorAll('.row .host b')].map((one) => {
      const range = document.createRange();
      range.selectNodeContents(one);
      return range.getClientRects().length;
    })`;
    expect(await page.evaluate(lines)).toEqual([1, 1, 1]);
    const cut = `[...document.querySelectorAll('.cert')].filter((one) => one.scrollWidth > one.clientWidth).length`;
    expect(await page.evaluate(cut)).toBe(0);
  });

  test('time that nobody saw has a stripe of its own, and a word below', async () => {
    const { page, feed } = console_;
    const lanes = cutView.timeline?.lanes.map((lane) => ({
      ...lane,
      segments: [{ fromMs: 0, toMs: 5000, kind: 'unknown' as const }],
    }));
    feed.set({ ...cutView, timeline: cutView.timeline && { ...cutView.timeline, lanes: lanes ?? [] } });
    await page.locator('#timeline .legend').getByText('not known').waitFor();
    const seen = await page.evaluate<string[]>(`['.track .unseen', '.legend .unseen'].map((one) => {
      const element = document.querySelector(one);
      return element.offsetHeight + ' ' + getComputedStyle(element).clipPath;
    })`);
    expect(seen).toEqual(['14 none', '10 none']);
  });

  test('a short rotation that is over is drawn zoomed in, with the limit named', async () => {
    const { page, feed, picture } = console_;
    feed.set({ ...cutView, timeline: cutView.timeline && { ...cutView.timeline, nowMs: null } });
    await page.getByText('60 put back ›').waitFor();
    expect(await page.locator('.mark.now').isVisible()).toBe(false);
    await picture('1280-over');
  });

  test('past the limit the ruler grows, and the limit stays where it was passed', async () => {
    const { page, feed } = console_;
    const lanes = cutView.timeline?.lanes.map((lane) => ({
      ...lane,
      segments: [...lane.segments, { fromMs: 10_200, toMs: 80_000, kind: 'cut' as const }],
    }));
    feed.set({ ...cutView, timeline: cutView.timeline && { ...cutView.timeline, nowMs: null, lanes: lanes ?? [] } });
    await page.locator('.mark.limit').waitFor();
    expect(
      await page.locator('.mark.limit').evaluate((mark) => (mark as { style?: { left: string } }).style?.left),
    ).toBe('75%');
  });

  test('a machine that is both master and worker stands alone on top', async () => {
    const { page, feed } = console_;
    const [master] = cutView.hosts;
    if (master === undefined) throw new Error('the view has a master');
    feed.set({ ...cutView, hosts: [{ ...master, roles: ['master', 'worker'] }] });
    await page.getByText('master and worker').waitFor();
    await page.getByText('1 master, 1 worker ·').waitFor();
    expect(await page.locator('.links').count()).toBe(0);
  });

  test('a fault is set and mended in the dialog', async () => {
    const { page, picture } = console_;
    await page.getByRole('button', { name: 'Break something…' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Nothing is set.').waitFor();
    await dialog.getByLabel('Machine').selectOption('sqlw02');
    await dialog.getByRole('button', { name: /^Set on sqlw02: its service does not/ }).click();
    await dialog.getByText('Set · sqlw02: its service does not').waitFor();
    await picture('1280-break');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Break something… (1 set)' }).click();
    await dialog.getByRole('button', { name: 'Mend everything' }).click();
    await dialog.getByText('Nothing is set.').waitFor();
  });

  test('the theme follows the system until one is chosen, which is kept', async () => {
    const { page } = console_;
    const background = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();
    expect(dark).not.toBe(light);
    await page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await background()).toBe(light);
    await page.reload();
    await page.getByLabel('You are').waitFor();
    expect(await background()).toBe(light);
  });

  test('at 480 pixels chat and farm are two tabs, usable by keyboard', async () => {
    const { page } = console_;
    await page.setViewportSize({ width: 480, height: 900 });
    const chat = page.getByRole('main', { name: 'Chat' });
    const farm = page.getByRole('main', { name: 'Farm' });
    expect([await chat.isVisible(), await farm.isVisible()]).toEqual([true, false]);
    await page.getByRole('tab', { name: 'Chat' }).focus();
    await page.keyboard.press('ArrowRight');
    expect([await chat.isVisible(), await farm.isVisible()]).toEqual([false, true]);
    await page.getByRole('tab', { name: 'Farm 2 cut off', selected: true }).waitFor();
    expect(await page.getByRole('combobox', { name: 'You are' }).isVisible()).toBe(true);
    const wide = await page.evaluate('document.documentElement.scrollWidth');
    expect(wide).toBe(480);
  });

  test('in forced colours, what only colours told is told by shape', async () => {
    const { page } = console_;
    await page.locator('.track .gap').first().waitFor();
    await page.emulateMedia({ forcedColors: 'active' });
    const looks = (selector: string) =>
      page.evaluate<string>(`(() => {
        const look = getComputedStyle(document.querySelector(${JSON.stringify(selector)}));
        return [look.backgroundColor, look.backgroundImage, look.borderStyle, look.borderColor].join(' ');
      })()`);
    const different = async (...selectors: string[]) => {
      const all = await Promise.all(selectors.map(looks));
      expect(new Set(all).size).toBe(all.length);
    };
    await different('.track .on', '.track .gap', '.track .restart', '.track');
    await different('.legend .sw.on', '.legend .sw.gap', '.legend .sw.restart');
    await different('.legend .cert-new', '.legend .cert-old');
    await different('.cut .dot', '.connected .dot');
    await page.setViewportSize({ width: 480, height: 900 });
    await different('#tab-chat', '#tab-farm');
  });

  test('pictures to look at', async () => {
    const { page, chat, picture } = console_;
    const id = await tellStory(console_);
    await approveOwn(page);
    await picture('1280-plan');
    await chat().update('sql-ops', id, cardView('running', 'running'), posting);
    await page.getByRole('heading', { name: "Rotating prod's master certificate" }).waitFor();
    await picture('1280-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('1280-dark');
    await page.emulateMedia({ colorScheme: 'light' });
    await page.setViewportSize({ width: 480, height: 900 });
    await picture('480-light');
    await page.getByRole('tab', { name: 'Farm' }).click();
    await picture('480-farm-light');
  });
});
