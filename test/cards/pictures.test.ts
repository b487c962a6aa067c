import { mkdirSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import type { Browser, Page } from 'playwright-core';
import { renderAdaptiveCard } from '../../cards/adaptive-card.ts';
import { visible } from '../../cards/literal.ts';
import type { HostName } from '../../src/domain/values.ts';
import type { CardView } from '../../src/domain/views/view.ts';
import { crowded } from './crowded.ts';
import { nasty } from './nasty.ts';
import { describeInBrowser, draw, launch, OUT, openPage } from './page.ts';
import { VIEWS } from './views.ts';

/** The README's pictures; written only with UPDATE_GOLDEN=true, so that other machines' fonts change nothing. */
const DOCS: { readonly [view: string]: string } = {
  plan: 'plan-card.png',
  running: 'running.png',
  'closed-done': 'closed.png',
};

/** Titles of facts that take more than one line, though they have no space to be broken at. */
const BROKEN_TITLES = `[...document.querySelectorAll('.ac-fact-title')].flatMap((title) => {
  const range = document.createRange();
  range.selectNodeContents(title);
  const bottoms = [...range.getClientRects()].map(({ bottom }) => bottom);
  return Math.max(...bottoms) - Math.min(...bottoms) > 9 && !/\\s/.test(title.textContent) ? [title.textContent] : [];
})`;

/** Words that were broken in the middle, for lack of room. */
const BROKEN_WORDS = `(() => {
  const found = [];
  const walker = document.createTreeWalker(document.getElementById('card'), NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode())
    for (const { 0: word, index } of node.data.matchAll(/[A-Za-z]{2,}/g)) {
      const range = document.createRange();
      range.setStart(node, index);
      range.setEnd(node, index + word.length);
      const bottoms = [...range.getClientRects()].map(({ bottom }) => bottom);
      if (Math.max(...bottoms) - Math.min(...bottoms) > 9) found.push(word);
    }
  return found;
})()`;

/** At the ends of rows: how many numbers there are, and those that are partly out of sight. */
const CUT_NUMBERS = `(() => {
  const edge = document.getElementById('card').getBoundingClientRect().right;
  const ends = [...document.querySelectorAll('.ac-columnSet > :last-child > .ac-textBlock')].filter((one) =>
    /^(?:ended|(?:cut off )?[\\d.]+ (?:s|days?))$/.test(one.textContent));
  const isCut = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    const words = range.getBoundingClientRect();
    const box = one.getBoundingClientRect();
    return words.width > box.width + 1 || words.right > edge || one.scrollWidth > one.clientWidth;
  };
  return { numbers: ends.length, cut: ends.filter(isCut).map((one) => one.textContent) };
})()`;

/** Bars, and those that are partly out of sight. */
const BARS = `(() => {
  const bars = [...document.querySelectorAll('.ac-textBlock')].filter((one) => /^[█░▸]+$/.test(one.textContent));
  const isCut = (one) => {
    const range = document.createRange();
    range.selectNodeContents(one);
    return range.getBoundingClientRect().width > one.getBoundingClientRect().width + 1;
  };
  return { bars: bars.length, cut: bars.filter(isCut).length };
})()`;

const view = (name: string): CardView => {
  const found = VIEWS[name];
  if (found === undefined) throw new Error(name);
  return found;
};

describeInBrowser('cards in Chromium', () => {
  let browser: Browser;
  let light: Page;

  beforeAll(async () => {
    mkdirSync(OUT, { recursive: true });
    browser = await launch();
    light = await openPage(browser, 'light', 568);
  });
  afterAll(() => browser?.close());

  test.each(Object.keys(VIEWS))('%s is drawn without errors and without overflow', async (name) => {
    expect(await draw(light, renderAdaptiveCard(view(name), 'approver', 'en', 'UTC'))).toEqual([]);
    await light.screenshot({ path: path.join(OUT, `${name}.png`), fullPage: true });
    if (process.env.UPDATE_GOLDEN === 'true' && DOCS[name] !== undefined)
      await light.screenshot({ path: path.join('docs/images', DOCS[name]), fullPage: true });
    for (const width of [568, 360, 320]) {
      await light.setViewportSize({ width, height: 80 });
      expect(await light.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      // A phone's width; below that a long word has to be broken somewhere.
      if (width === 360) expect(await light.evaluate(BROKEN_WORDS)).toEqual([]);
    }
    await light.setViewportSize({ width: 568, height: 80 });
  });

  const LAYOUTS = ['plan', 'running', 'closed-put-back', 'needs-person-asked', 'reminder', 'notice'];
  test.each(LAYOUTS)('%s is drawn in Chinese without errors and without overflow', async (name) => {
    expect(await draw(light, renderAdaptiveCard(view(name), 'approver', 'zh-CN', 'Asia/Shanghai'))).toEqual([]);
    await light.screenshot({ path: path.join(OUT, `${name}.zh-CN.png`), fullPage: true });
    expect(await light.evaluate(BROKEN_TITLES)).toEqual([]);
    await light.setViewportSize({ width: 320, height: 80 });
    expect(await light.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
    await light.setViewportSize({ width: 568, height: 80 });
  });

  test('a reason in one long word pushes nothing out of the card', async () => {
    const reason = `https://wiki.example.com/${'a'.repeat(150)}`;
    await draw(light, renderAdaptiveCard({ ...view('plan'), reason } as CardView, 'approver', 'en', 'UTC'));
    for (const width of [568, 360]) {
      await light.setViewportSize({ width, height: 80 });
      const out = await light.evaluate(`(() => {
        const edge = document.getElementById('card').getBoundingClientRect().right;
        return [...document.querySelectorAll('.ac-fact-value')].filter((one) => one.getBoundingClientRect().right > edge).length;
      })()`);
      expect(out).toBe(0);
    }
    await light.setViewportSize({ width: 568, height: 80 });
  });

  test('the plan card opens every change, and the second step of an approval', async () => {
    await draw(light, renderAdaptiveCard(view('plan'), 'approver', 'en', 'UTC'));
    await light.getByRole('button', { name: 'Every change' }).click();
    await light.getByText('Every change, machine by machine').waitFor({ state: 'visible' });
    await light.screenshot({ path: path.join(OUT, 'plan-every-change.png'), fullPage: true });
    await light.getByRole('button', { name: 'Every change' }).click();
    await light.getByRole('button', { name: 'Approve…' }).click();
    await light.getByRole('button', { name: 'Approve and start' }).waitFor({ state: 'visible' });
    await light.screenshot({ path: path.join(OUT, 'plan-approve.png'), fullPage: true });
  });

  test('the running card opens every step', async () => {
    await draw(light, renderAdaptiveCard(view('running'), 'approver', 'en', 'UTC'));
    await light.getByRole('button', { name: 'Every step' }).click();
    await light.getByText('Steps', { exact: true }).waitFor({ state: 'visible' });
    await light.screenshot({ path: path.join(OUT, 'running-every-step.png'), fullPage: true });
  });

  test("the console's renderer turns nothing that people typed into markup", async () => {
    const words = fc.sample(nasty(), { numRuns: 25, seed: 17 });
    for (const word of [
      ...words,
      '=== <mark> /==/ {{DATE(1999-01-01T00:00:00Z,SHORT)}} **b** <at>Ana</at> [x](http://y)',
    ]) {
      const by = { id: 'x', name: word };
      await draw(light, renderAdaptiveCard({ ...view('plan'), by, reason: word } as CardView, 'approver', 'en', 'UTC'));
      const card = light.locator('#card');
      expect(await card.locator('a, img, mark, i, em, ul, ol, h1, script, .at').count()).toBe(0);
      const shown = ((await card.textContent()) ?? '').replaceAll('\u2060', '').replace(/\s+/gu, ' ');
      expect(shown).toContain(visible(word).replaceAll('\u2060', '').replace(/\s+/gu, ' '));
    }
  });

  test.each(['running', 'needs-person', 'reminder'])(
    'on a phone no number of %s is cut off, however long the machine names are',
    async (kind) => {
      const long = crowded(5, 'Ana Ruiz', 'x', 'running').find((one) => one.kind === kind);
      if (long === undefined) throw new Error(kind);
      await light.setViewportSize({ width: 360, height: 80 });
      await draw(light, renderAdaptiveCard(long, 'approver', 'en', 'UTC'));
      expect(await light.evaluate(CUT_NUMBERS)).toEqual({ numbers: 5, cut: [] });
      await light.setViewportSize({ width: 568, height: 80 });
    },
  );

  test.each(['closed-done', 'closed-put-back', 'closed-worker-contained', 'reminder'])(
    'on the narrowest phone no bar of %s is cut off',
    async (name) => {
      for (const [language, zone] of [
        ['en', 'UTC'],
        ['zh-CN', 'Asia/Shanghai'],
      ] as const) {
        await draw(light, renderAdaptiveCard(view(name), 'approver', language, zone));
        await light.setViewportSize({ width: 368, height: 80 });
        const bars = await light.evaluate(BARS);
        expect(bars).toEqual({ bars: expect.any(Number), cut: 0 });
        expect((bars as { bars: number }).bars).toBeGreaterThan(0);
        await light.setViewportSize({ width: 568, height: 80 });
      }
    },
  );

  const LETTERS = [6, 8, 9, 10, 15, 23, 40];
  test.each(LETTERS.flatMap((letters) => [1, 2].map((numbers) => [letters, numbers] as const)))(
    'on the narrowest phone no bar is cut off beside or below names of %i letters, with numbers: %i',
    async (letters, numbers) => {
      const done = view('closed-done');
      if (done.kind !== 'closed') throw new Error(done.kind);
      const long = (at: number): HostName =>
        `SQLPROD-SSIS-W-WEST-CENTRAL-EUROPE-DATA0${at}`.slice(-letters) as HostName;
      const gaps = [1, 15_000, 30_000, 58_000, 70_000].map((ms, at) => ({
        ...(done.gaps[0] ?? { failed: false, still: false }),
        host: long(at),
        ms: numbers === 1 ? [ms] : [ms / 2, ms / 2],
      }));
      await draw(light, renderAdaptiveCard({ ...done, gapLimitMs: 60_000, gaps }, 'approver', 'en', 'UTC'));
      await light.setViewportSize({ width: 368, height: 80 });
      const used = await light.evaluate(BARS);
      await light.screenshot({ path: path.join(OUT, `bars-${letters}-${numbers}.png`), fullPage: true });
      const wide = await light.evaluate('document.documentElement.scrollWidth');
      await light.setViewportSize({ width: 568, height: 80 });
      // Three of them have an unused rest.
      expect(used).toEqual({ bars: gaps.length + 3, cut: 0 });
      expect(wide).toBeLessThanOrEqual(368);
    },
  );

  test('the same cards are drawn without errors in the dark theme', async () => {
    const dark = await openPage(browser, 'dark', 568);
    for (const name of ['plan', 'running', 'closed-put-back']) {
      expect(await draw(dark, renderAdaptiveCard(view(name), 'approver', 'en', 'UTC'))).toEqual([]);
      await dark.screenshot({ path: path.join(OUT, `${name}.dark.png`), fullPage: true });
    }
    await dark.context().close();
  });
});
