import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';

type Name = 'Mei Lin' | 'Ana Ruiz' | 'Tom Becker' | 'Wei Zhang' | 'Sam Okoro';

const OUT = path.join(import.meta.dirname, '..', '.out');

/** Somebody at the rehearsal's console, who types, presses and changes seats. It knows no more than the page shows. */
export async function visit(browser: Browser, url: string) {
  mkdirSync(OUT, { recursive: true });
  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const page: Page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  await page.goto(url);
  await page.getByLabel('You are').locator('option').first().waitFor({ state: 'attached' });

  const log = page.getByRole('log');
  const newest = (): Locator => log.locator('.card').last();
  return {
    page,
    complaints,
    log,
    /** A narrow window makes it the main part while it shows it. */
    farm: page.locator('#farm'),
    /** The card of this rotation in the channel. */
    card: (id: string): Locator => log.locator('.msg:not(:has(.card.only)) .card', { hasText: `${id} ·` }).last(),
    newest,
    /** The newest answer to this person only. */
    answer: (): Locator => log.locator('.msg.bot', { hasText: 'only you see this' }).last(),
    as: async (name: Name) => {
      const option = page.getByLabel('You are').locator('option', { hasText: name });
      await option.evaluate((one) => {
        (one as unknown as { id: string }).id = 'before';
      });
      await page.getByLabel('You are').selectOption((await option.textContent()) ?? name);
      // Everything is drawn again for them, these names too: a press in the middle of that would be lost.
      await page.locator('#before').waitFor({ state: 'detached' });
    },
    say: async (line: string) => {
      await page.getByRole('textbox', { name: 'Message' }).fill(line);
      await page.keyboard.press('Enter');
    },
    /** In two steps, as everybody has to: open, read, press. */
    approve: async (card: Locator, words: RegExp, picture?: string) => {
      await card.getByRole('button', { name: 'Approve…' }).click();
      await card.getByText(words).waitFor();
      if (picture !== undefined) await page.screenshot({ path: path.join(OUT, `demo-${picture}.png`) });
      await card.getByRole('button', { name: /^Approve(?: and start)?$/u }).click();
    },
    picture: (name: string) => page.screenshot({ path: path.join(OUT, `demo-${name}.png`) }),
    close: () => context.close(),
  };
}

export type Visit = Awaited<ReturnType<typeof visit>>;
