import type { Page } from 'playwright-core';
import { approveOwn, by, type Console, describeInChromium, inBrowser, openConsole, tellStory } from './browser.ts';
import { cardView, farm, message, notice, posting, wording } from './support.ts';

/** Waits until a press is answered. The page's own policy forbids waiting for an expression. */
const answered = (page: Page): Promise<void> => page.locator('.card[aria-busy]').waitFor({ state: 'detached' });

describeInChromium('the chat in a browser', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);

  beforeEach(async () => {
    console_ = await openConsole(browser());
  });

  test('the key disappears from the address at once, and the page is named after the farm', async () => {
    const { page } = console_;
    expect(page.url()).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/u);
    await expect(page.title()).resolves.toBe('prod · ssis-certops');
    await page.getByText('names are not checked').waitFor();
    await page.getByText('farm prod · 2 of 3 approvers must agree').waitFor();
  });

  test('the bot has the same mark in the title, beside its messages, and in the browser tab', async () => {
    const { page, chat } = console_;
    await chat().post('sql-ops', notice('said by the bot'), posting);
    await page.locator('.msg.bot .emblem').waitFor();
    const box = await page.locator('.msg.bot .emblem').boundingBox();
    expect([box?.width, box?.height]).toEqual([32, 32]);
    const paths = (text: string) => [...text.matchAll(/ d="([^"]+)"/gu)].map(([, path]) => path);
    const icon = await page.evaluate<string>("fetch('/assets/icon.svg').then((answer) => answer.text())");
    expect(paths(icon)).toHaveLength(3);
    expect(paths(await page.locator('#emblem').innerHTML())).toEqual(paths(icon));
  });

  test('a typed command reaches the bot as the chosen person, and a card appears', async () => {
    const { page, chat, heard, type } = console_;
    await page.getByLabel('You are').selectOption('Sam Okoro, a stranger');
    await type('/ssis status');
    expect(heard).toMatchObject([{ type: 'command', person: { account: 'stranger' }, text: 'status' }]);
    await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await page.getByRole('heading', { name: "Rotate prod's master certificate" }).waitFor();
  });

  test('the page speaks the language of the person it is used as', async () => {
    await console_.close();
    const people = farm.people.map((one) => (one.id === 'wei' ? { ...one, language: 'zh-CN' as const } : one));
    console_ = await openConsole(browser(), { farms: [{ ...farm, people }] });
    const { page, type } = console_;
    await page.getByLabel('You are').selectOption('Wei Zhang, approves');
    await page.getByText('服务器场 prod · 3 位审批人中需 2 位同意').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: '发送' }).waitFor();
    await page.getByText('1 个 Master，3 个 Worker · sqlm01:8391').waitFor();
    await page.getByRole('heading', { name: '谁断开了，断开多久' }).waitFor();
    await page.getByText('8.4 秒').waitFor();
    const still = await page.locator('[data-word]').allTextContents();
    expect(still.filter((words) => /^[\x20-\x7e]*$/u.test(words))).toEqual([]);
    await page.getByLabel('您是').selectOption('Mei Lin，可申请');
    await page.getByText('2 of 3 approvers must agree').waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    await type('/ssis status');
  });

  test('a Chinese card has Chinese dates, however often it is drawn', async () => {
    await console_.close();
    const body = [{ type: 'TextBlock', text: '有效期至 {{DATE(2026-12-08T09:14:00Z,SHORT)}}' }];
    const card = { type: 'AdaptiveCard', version: '1.5', lang: 'zh', body };
    console_ = await openConsole(browser(), { wording: { ...wording, renderAdaptiveCard: () => card } });
    for (const _again of [1, 2, 3]) await console_.chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await console_.page.getByText('有效期至 2026年12月8日').nth(2).waitFor();
  });

  test('a card and the time of a message are by the clock of the person, not of the browser', async () => {
    await console_.close();
    const at = '2026-12-07T23:14:00Z';
    const body = [{ type: 'TextBlock', text: `It ends {{DATE(${at},SHORT)}} {{TIME(${at})}}` }];
    const card = { type: 'AdaptiveCard', version: '1.5', lang: 'en', body };
    console_ = await openConsole(browser(), { wording: { ...wording, renderAdaptiveCard: () => card } });
    const id = await console_.chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await console_.page.getByText('It ends Tue, 8 Dec 2026 00:14 UTC+1').waitFor();
    expect(await console_.page.locator(`[data-id="${id}"]`).textContent()).toContain('15:05 UTC+1');
  });

  test('another person reads the same messages by their own clock', async () => {
    await console_.close();
    const people = farm.people.map((one) => (one.id === 'tom' ? { ...one, timeZone: 'Asia/Shanghai' } : one));
    console_ = await openConsole(browser(), { farms: [{ ...farm, people }] });
    await console_.type('/ssis rotate-master because Yearly renewal');
    const said = console_.page.locator('.msg:not(.bot)');
    expect(await said.textContent()).toContain('15:05 UTC+1');
    await console_.page.getByLabel('You are').selectOption('Tom Becker, approves');
    await said.getByText('22:05 UTC+8').waitFor();
  });

  test('an approval is posted with its verb and data, and a denial only with a reason', async () => {
    const { page, chat, heard, intent, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Tom Becker, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const card = cardOf(id);
    await card.getByRole('button', { name: 'Deny…' }).click();
    await card.getByRole('button', { name: 'Deny', exact: true }).click();
    await card.getByText('Please give a reason').waitFor();
    expect(heard).toEqual([]);
    await card.getByRole('textbox').fill('Not <b>today</b>');
    const denied = intent();
    await card.getByRole('button', { name: 'Deny', exact: true }).click();
    await denied;
    // The card is redrawn with the answer: whatever is opened before that is closed again.
    await answered(page);
    const data = { v: 1, rotation: 'prod-17', digest: '5c90bb01' };
    expect(heard).toMatchObject([{ type: 'action', verb: 'deny', data, inputs: {} }]);
    expect(Object.values((heard[0] as { inputs: object }).inputs)).toEqual(['Not <b>today</b>']);
    await card.getByRole('button', { name: 'Approve…' }).click();
    const approved = intent();
    await card.getByRole('button', { name: 'Approve and start' }).click();
    await approved;
    expect(heard[1]).toMatchObject({ verb: 'approve', data, inputs: {}, person: { account: 'web-tom' } });
  });

  test('what was filled in stays if it is refused, and goes if it is accepted', async () => {
    const { page, chat, bot, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Tom Becker, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const card = cardOf(id);
    const refused = { ...message('Not while it is frozen'), id: 'refused.test' };
    bot.reply = () => ({
      type: 'notice',
      notice: { kind: 'notice', messages: [refused], actions: [] },
      locale: posting.locale,
    });
    await card.getByRole('button', { name: 'Deny…' }).click();
    await card.getByRole('textbox').fill('Not today');
    await card.getByRole('button', { name: 'Deny', exact: true }).click();
    await page.getByRole('log').getByText('Not while it is frozen').waitFor();
    await answered(page);
    expect(await card.getByRole('textbox').inputValue()).toBe('Not today');
    bot.reply = () => ({ type: 'nothing', locale: posting.locale });
    await card.getByRole('button', { name: 'Deny', exact: true }).click();
    await answered(page);
    expect(await card.getByRole('textbox').isVisible()).toBe(false);
  });

  test('a refused step without any input is closed, for whoever goes on as somebody else', async () => {
    const { page, chat, bot, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Tom Becker, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const messages = [{ ...message('Not your own'), id: 'refused.test' }];
    bot.reply = () => ({ type: 'notice', notice: { kind: 'notice', messages, actions: [] }, locale: posting.locale });
    await cardOf(id).getByRole('button', { name: 'Approve…' }).click();
    await cardOf(id).getByRole('button', { name: 'Approve and start' }).click();
    await page.getByRole('log').getByText('Not your own').waitFor();
    await answered(page);
    expect(await cardOf(id).getByRole('button', { name: 'Approve and start' }).isVisible()).toBe(false);
  });

  test('an update changes the card in place and keeps what the reader has opened, typed and focused', async () => {
    const { page, chat, time, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Ana Ruiz, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await chat().post('sql-ops', notice('a later message'), posting);
    const card = cardOf(id);
    await card.getByRole('button', { name: 'Every change' }).click();
    await card.getByText('Every change, machine by machine').waitFor();
    await card.getByRole('button', { name: 'Deny…' }).click();
    await card.getByRole('textbox').pressSequentially('half a rea');
    time.at += 27 * 60_000;
    await chat().update('sql-ops', id, cardView('plan', 'plan', { by, votes: 2 }), posting);
    await card.getByText('changed 15:32 UTC+1').waitFor();
    await page.keyboard.type('son');
    expect(await card.getByRole('textbox').inputValue()).toBe('half a reason');
    expect(await card.getByText('Every change, machine by machine').isVisible()).toBe(true);
    // Another kind of card starts afresh.
    await chat().update('sql-ops', id, cardView('running', 'running'), posting);
    await card.getByRole('heading', { name: "Rotating prod's master certificate" }).waitFor();
    expect(await card.getByRole('textbox').count()).toBe(0);
    expect(await page.locator('.msg').first().getAttribute('data-id')).toBe(id);
  });

  test('a press interrupted by an update still counts, and the card is up to date afterwards', async () => {
    const { page, chat, time, heard, intent, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Tom Becker, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const card = cardOf(id);
    await card.getByRole('button', { name: 'Approve…' }).click();
    for (const hold of ['mouse', 'keyboard'] as const) {
      const button = card.getByRole('button', { name: 'Approve and start' });
      time.at += 60_000;
      if (hold === 'mouse') await button.hover();
      else await button.focus();
      await (hold === 'mouse' ? page.mouse.down() : page.keyboard.down('Space'));
      await chat().update('sql-ops', id, cardView('plan', 'plan', { by, votes: 2 }), posting);
      await card.getByText(`changed ${hold === 'mouse' ? '15:06' : '15:07'} UTC+1`).waitFor();
      const approved = intent();
      await (hold === 'mouse' ? page.mouse.up() : page.keyboard.up('Space'));
      await approved;
      await answered(page);
      if (hold === 'mouse') await card.getByRole('button', { name: 'Approve…' }).click();
    }
    expect(heard.map((one) => (one as { verb?: string }).verb)).toEqual(['approve', 'approve']);
    await chat().update('sql-ops', id, cardView('running', 'running'), posting);
    await card.getByRole('heading', { name: "Rotating prod's master certificate" }).waitFor();
  });

  test('your own approval is refused to you alone, and a button makes you somebody who may approve', async () => {
    const { page, cardOf } = console_;
    const id = await tellStory(console_);
    await approveOwn(page);
    const private_ = page.locator('.msg', { hasText: 'only you see this' });
    await private_.getByText('is your own request').waitFor();
    await private_.getByRole('button', { name: 'Act as Ana Ruiz' }).click();
    await private_.waitFor({ state: 'detached' });
    expect(await page.getByLabel('You are').inputValue()).toBe('web-ana');
    await cardOf(id).getByRole('button', { name: 'Approve…' }).waitFor();
    await page.getByLabel('You are').selectOption('Mei Lin, asks');
    await private_.waitFor();
  });

  test('the arrow keys bring back what was typed before, except while an input method uses them', async () => {
    const { page, type } = console_;
    await type('/ssis status');
    const line = page.getByRole('textbox', { name: 'Message' });
    await line.fill('证书');
    await line.dispatchEvent('keydown', { key: 'ArrowUp', isComposing: true });
    await line.dispatchEvent('keydown', { key: 'ArrowUp', keyCode: 229 });
    expect(await line.inputValue()).toBe('证书');
    await line.press('ArrowUp');
    expect(await line.inputValue()).toBe('/ssis status');
  });

  test('what a reader opens is scrolled into view', async () => {
    const { page, chat, cardOf } = console_;
    await page.getByLabel('You are').selectOption('Ana Ruiz, approves');
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const bottom = async () => {
      const button = await cardOf(id).getByRole('button', { name: 'Approve and start' }).boundingBox();
      const log = await page.getByRole('log').boundingBox();
      return button !== null && log !== null && button.y + button.height <= log.y + log.height;
    };
    // Opened by keyboard, so without the scrolling that a pointer causes.
    await cardOf(id).getByRole('button', { name: 'Approve…' }).press('Enter');
    await cardOf(id).getByRole('button', { name: 'Approve and start' }).waitFor();
    while (!(await bottom())) await page.evaluate('new Promise(requestAnimationFrame)');
  });

  test.each([
    [320, 256],
    [900, 300],
  ])('in a window of %i by %i, as a large one is at 400 %%, messages can be read', async (width, height) => {
    const { page, chat } = console_;
    await page.setViewportSize({ width, height });
    const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    await page.locator(`[data-id="${id}"]`).getByRole('button', { name: 'Approve…' }).waitFor();
    await page.getByRole('textbox', { name: 'Message' }).focus();
    const log = await page.getByRole('log').boundingBox();
    const [top, bottom] = [Math.max(0, log?.y ?? 0), Math.min(height, (log?.y ?? 0) + (log?.height ?? 0))];
    expect(bottom - top).toBeGreaterThan(height / 2);
  });

  test('a reader further up is not scrolled down, and is told of new messages', async () => {
    const { page, chat } = console_;
    for (let n = 0; n < 3; n += 1) await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
    const log = page.getByRole('log');
    await log.getByRole('heading').nth(2).waitFor();
    await page.locator('.msg').first().getByText('APPROVAL NEEDED').scrollIntoViewIfNeeded();
    const position = () => log.evaluate<number, { scrollTop: number }>(({ scrollTop }) => scrollTop);
    const before = await position();
    await chat().post('sql-ops', notice('far below'), posting);
    const jump = page.getByRole('button', { name: 'New below' });
    await jump.waitFor();
    await page.evaluate('new Promise(requestAnimationFrame)');
    expect(await position()).toBe(before);
    await jump.click();
    await page.getByRole('log').getByText('far below').waitFor();
    await jump.waitFor({ state: 'hidden' });
    expect(await position()).toBeGreaterThan(before);
  });

  test('the page says when the bot is away, and comes back by itself', async () => {
    const { page, chat, complaints, restart } = console_;
    await chat().post('sql-ops', notice('said before'), posting);
    await page.getByRole('log').getByText('said before').waitFor();
    const startAgain = await restart();
    await page.getByText('The bot is away.').waitFor();
    await page.getByRole('textbox', { name: 'Message' }).fill('/ssis status');
    await page.keyboard.press('Enter');
    await page.getByText('The bot is away: nothing was sent.').waitFor();
    expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('/ssis status');
    await startAgain();
    await chat().post('sql-ops', notice('said after'), posting);
    await page.getByRole('log').getByText('said after').waitFor();
    expect(await page.getByText('The bot is away.').isVisible()).toBe(false);
    // Chromium itself reports each refused connection.
    expect(complaints.splice(0).filter((line) => !line.includes('ERR_'))).toEqual([]);
  });

  test('our own link leads where it says, and nothing that people typed is a link', async () => {
    const { page, chat } = console_;
    const link = 'https://change.example.com/CHG0031877';
    await chat().post('sql-ops', notice(`booked under [CHG0031877](${link})`), posting);
    const ticket = page.getByRole('link', { name: 'CHG0031877' });
    await ticket.waitFor();
    expect([await ticket.getAttribute('href'), await ticket.getAttribute('rel')]).toEqual([
      link,
      'noopener noreferrer',
    ]);
    await chat().post('sql-ops', notice('it said {[here](https://evil.example)}'), posting);
    await page.getByRole('log').getByText('[here](https://evil.example)').waitFor();
    await chat().post('sql-ops', notice('and [there](javascript:alert)'), posting);
    await page.getByRole('log').getByText('[there](javascript:alert)').waitFor();
    expect(await page.locator('a[href*=evil], a[href^=javascript]').count()).toBe(0);
  });

  test('a name or a reason is never markup', async () => {
    const { page, chat, type } = console_;
    const evil = '<img src=x onerror=alert(1)>';
    await type(`/ssis rotate-master because ${evil}`);
    await chat().post('sql-ops', notice(`it said {${evil}}`), posting);
    await page.getByRole('log').getByText(`it said ${evil}`).waitFor();
    expect(await page.locator('img[src=x]').count()).toBe(0);
  });
});
