import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { describeInChromium, launch } from '../adapters/web/browser.ts';
import { type Visit, visit } from './console-visit.ts';
import { allGone, type Demo, ensureBuilt, startDemo, stateFolder } from './demo-process.ts';

/** One session with the rehearsal that `npm start` gives: each test continues where the one before it ended. */
describeInChromium('the console of npm start, as a newcomer meets it', () => {
  const { folder, remove } = stateFolder();
  let demo: Demo;
  let browser: Browser;
  let me: Visit;
  const start = async (): Promise<void> => {
    demo = startDemo(['--state', folder]);
    await demo.printed(/ready in [\d.]+ s/u);
  };

  beforeAll(async () => {
    ensureBuilt();
    await start();
    browser = await launch();
    me = await visit(browser, readFileSync(path.join(folder, 'address'), 'utf8').trim());
  }, 120_000);
  afterAll(async () => {
    await browser?.close();
    demo?.process.kill('SIGKILL');
    await allGone(folder);
    remove();
  });
  afterEach(() => expect(me.complaints.splice(0)).toEqual([]));

  /** Both approvals of a rotation, up to the click that starts it. */
  const approveAll = async (id: string): Promise<void> => {
    await me.as('Ana Ruiz');
    await me.approve(me.card(id), /nothing starts before one more/u);
    await me.answer().getByText('One more is needed: Tom Becker or Wei Zhang').waitFor();
    await me.as('Tom Becker');
    await me.approve(me.card(id), /it starts at once/u, '1280-approve');
  };

  test('the first thing in the channel is how many days are left, with Rotate…', async () => {
    const first = me.log.locator('.msg').first();
    await first.getByText('14 DAYS LEFT').waitFor();
    await first.getByRole('button', { name: 'Rotate…' }).waitFor();
    expect(await me.log.locator('.msg').count()).toBe(1);
    await me.farm.locator('.host.connected').nth(3).waitFor();
    await me.picture('1280-first');
  });

  test('a question is answered to whoever asked, and to nobody else', async () => {
    await me.as('Mei Lin');
    await me.say('/ssis');
    await me.answer().getByText('Nothing waits for you, and nothing runs.').waitFor();
    await me.say('status');
    await me.answer().getByText('4 of 4 runners answer').waitFor();
    await me.say('/ssis help');
    await me.answer().getByText('All words: rotate-master').waitFor();
    await me.say('/ssis whoami');
    await me.answer().getByText('you may ask; others approve').waitFor();
    await me.picture('1280-answers');
    await me.as('Tom Becker');
    await me.log.getByText('Nothing waits for you').waitFor({ state: 'detached' });
    expect(await me.log.locator('.msg').count()).toBe(1);
    await me.as('Mei Lin');
    await me.log.getByText('Nothing waits for you').waitFor();
  });

  test('a misspelt word is answered with the nearest right one as a button', async () => {
    await me.say('/ssis stauts');
    await me.answer().getByText('Did you mean status?').waitFor();
    await me.answer().getByRole('button', { name: '/ssis status' }).click();
    await me.answer().getByText('4 of 4 runners answer').waitFor();
  });

  test('a request becomes a plan, and your own approval of it is refused with a button that helps', async () => {
    await me.say('/ssis rotate-master because Yearly renewal, CHG0031877');
    const plan = me.card('prod-1');
    await plan.getByText('APPROVAL NEEDED · 0 OF 2').waitFor();
    await plan.getByText('Yearly renewal, CHG0031877').waitFor();
    await me.approve(plan, /You allow this on/u);
    await me.answer().getByText('prod-1 is yours').waitFor();
    await me.picture('1280-plan');
    await me.answer().getByRole('button', { name: 'Act as Ana Ruiz' }).click();
    expect(await me.page.getByLabel('You are').locator('option:checked').textContent()).toBe('Ana Ruiz, approves');
  });

  test('two others approve in two steps each, and the rotation is shown until it is proved', async () => {
    const card = me.card('prod-1');
    const line = me.farm.locator('.links .cut');
    const timeout = 60_000;
    // What does not last is waited for before it can be over.
    await Promise.all([
      approveAll('prod-1'),
      me.farm
        .locator('.host.cut')
        .first()
        .waitFor({ timeout })
        .then(() => me.picture('1280-light')),
      line.first().waitFor({ timeout, state: 'attached' }),
      card.getByText(/^RUNNING · STEP/u).waitFor({ timeout }),
      card.getByText(/cut off: \d+ s so far/u).waitFor({ timeout }),
    ]);
    await me.answer().getByText('It was the last one needed, so it starts now.').waitFor();
    await card.getByText(/^DONE · \d+ S/u).waitFor({ timeout: 60_000 });
    await me.farm
      .getByText(/connected again after [\d.]+ s/u)
      .first()
      .waitFor();
    await line.first().waitFor({ state: 'detached' });
    await me.farm.locator('.cert.new').nth(3).waitFor();
    expect(await me.farm.locator('.lane .gap').count()).toBe(3);
    await me.farm
      .getByText(/settings written: MasterHttpsCertThumbprint → [0-9A-F]{6}…[0-9A-F]{4}/u)
      .first()
      .waitFor();
    await me.picture('1280-done');
  });

  test('no internal code or id appears where people read', async () => {
    const words = (await me.page.locator('#log, #farm').allInnerTexts()).join('\n');
    const kebab =
      /\b(?:bind-port|write-setting|restart-service|put-back|create-certificate|looked-at|worker-connected)\b/u;
    expect(words.match(kebab)).toBeNull();
    expect(words).not.toMatch(/\bundefined\b|\bnull\b|\[object|NaN|\{\{/u);
  });

  test('a fault that was set in the lab makes the next rotation be put back, and its card says why', async () => {
    await me.as('Mei Lin');
    // The first message in the channel shows what remains: worker certificates end just as soon.
    await me.log
      .locator('.msg')
      .first()
      .getByText(/worker certificate ends/u)
      .waitFor();
    await me.say('/ssis rotate-master because Once more, with a fault');
    await me.card('prod-2').getByText('APPROVAL NEEDED · 0 OF 2').waitFor();

    await me.page.getByRole('button', { name: 'Break something…' }).click();
    const dialog = me.page.getByRole('dialog');
    await dialog.getByLabel('Machine').selectOption('sqlw02');
    await dialog.getByRole('button', { name: /^Set on sqlw02: the logon of its service fails/u }).click();
    await dialog.getByText(/^Set · sqlw02/u).waitFor();
    await me.picture('1280-break');
    await dialog.getByRole('button', { name: 'Close' }).click();

    await approveAll('prod-2');
    const card = me.card('prod-2');
    await card.getByText('PUTTING BACK').waitFor({ timeout: 60_000 });
    await me.picture('1280-putting-back');
    await card.getByText(/^PUT BACK · /u).waitFor({ timeout: 60_000 });
    await card.getByText('sqlw02 did not come back').waitFor();
    await card.getByText('prod runs on its old master certificate again').waitFor();
    await me.farm
      .getByText(/connected again after/u)
      .nth(2)
      .waitFor();
    await me.farm.locator('.cert.old').first().waitFor({ state: 'detached' });
    await me.farm.locator('.cert.only').nth(3).waitFor();
    await me.picture('1280-put-back');
  }, 120_000);

  test('Stop and put back ends a running rotation', async () => {
    // A start that takes two seconds longer gives a person time to read.
    execFileSync(process.execPath, ['dist/certops.mjs', 'lab', 'break', 'sqlw01', 'sc-start-slow', '--state', folder]);
    await me.as('Mei Lin');
    await me.say('/ssis rotate-master because To be stopped');
    await me.card('prod-3').getByText('APPROVAL NEEDED · 0 OF 2').waitFor();
    await approveAll('prod-3');
    const card = me.card('prod-3');
    await card.getByRole('button', { name: 'Stop and put back…' }).click();
    await card.getByText(/Stops before the next machine/u).waitFor();
    await me.picture('1280-stop');
    await card.getByRole('button', { name: 'Stop and put back', exact: true }).click();
    await me.answer().getByText('prod-3 stops').waitFor();
    await card.getByText(/^STOPPED AND PUT BACK/u).waitFor({ timeout: 60_000 });
    await card.getByText('stopped by Tom Becker').waitFor();
    await me.picture('1280-stopped');
  }, 120_000);

  test('dark mode is one press away', async () => {
    const background = () => me.page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
    const light = await background();
    await me.page.getByRole('button', { name: 'Light or dark' }).click();
    expect(await background()).not.toBe(light);
    await me.picture('1280-dark');
    await me.page.getByRole('button', { name: 'Light or dark' }).click();
  });

  test('480 pixels are enough, in two tabs', async () => {
    const { page } = me;
    await page.setViewportSize({ width: 480, height: 900 });
    await page.getByRole('tab', { name: 'Chat' }).click();
    await me.picture('480-chat');
    await page.getByRole('tab', { name: 'Farm' }).click();
    await me.farm.getByText('Who was cut off').waitFor();
    await me.picture('480-farm');
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(480);
    await page.getByRole('tab', { name: 'Chat' }).click();
    await page.setViewportSize({ width: 1280, height: 860 });
  });

  test('a card is shown again by its id, only to whoever asks', async () => {
    await me.as('Mei Lin');
    await me.say('/ssis show prod-1');
    await me.log
      .locator('.card.only')
      .getByText(/^DONE · /u)
      .waitFor();
    await me.say('/ssis show prod-99');
    await me.answer().getByText('There is no rotation prod-99').waitFor();
  });

  test('a reload of the page, and a restart of everything, lose nothing', async () => {
    const all = () => me.log.locator('.msg').count();
    const before = await all();
    await me.page.reload();
    await me.card('prod-3').waitFor();
    expect(await all()).toBe(before);

    demo.process.kill('SIGINT');
    expect(await demo.ended).toBe(0);
    await me.page.getByText('The bot is away.').waitFor();
    await start();
    await me.page.getByText('The bot is away.').waitFor({ state: 'hidden' });
    expect(await all()).toBe(before);
    for (const [id, state] of [
      ['prod-1', /^DONE/u],
      ['prod-2', /^PUT BACK/u],
      ['prod-3', /^STOPPED/u],
    ] as const)
      await me.card(id).getByText(state).waitFor();
    await me.farm.getByText('prod-3, newest first').waitFor();
    await me.say('/ssis');
    await me.answer().getByText('Nothing waits for you, and nothing runs.').waitFor();
    // Chromium itself reports each refused connection.
    expect(me.complaints.splice(0).filter((line) => !line.includes('ERR_'))).toEqual([]);
  });
});
