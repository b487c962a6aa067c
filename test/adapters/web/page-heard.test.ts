import { type Console, describeInChromium, inBrowser, openConsole } from './browser.ts';
import { cardView, notice, posting, wording } from './support.ts';

describeInChromium('what is read aloud, and where a reader stays', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);

  /** A card that says what its view has as its `said`, and has an input below a button. */
  const card = (said: string) => ({
    type: 'AdaptiveCard',
    version: '1.5',
    lang: 'en',
    speak: said,
    body: [
      { type: 'TextBlock', text: said },
      { type: 'TextBlock', text: '█' },
    ],
    actions: [
      {
        type: 'Action.ShowCard',
        title: 'Deny…',
        card: { type: 'AdaptiveCard', body: [{ type: 'Input.Text', id: 'why', label: 'Why not?' }] },
      },
    ],
  });
  const saying = (said: string) => cardView('running', said);

  beforeEach(async () => {
    console_ = await openConsole(browser(), {
      wording: { ...wording, renderAdaptiveCard: (view) => card((view as unknown as { card: string }).card) },
    });
  });

  const told = async () => (await console_.page.locator('#told p').allTextContents()).map((words) => words.trim());

  test('a card is read once, and again when it says something else, not at each of its steps', async () => {
    const { page, chat, cardOf } = console_;
    const id = await chat().post('sql-ops', saying('step 2 of 18.'), posting);
    for (const said of [
      'step 3 of 18.',
      'step 4 of 18. sqlw01 is cut off for 1 s.',
      'step 5 of 18. sqlw01 is cut off for 9 s.',
    ])
      await chat().update('sql-ops', id, saying(said), posting);
    await chat().post('sql-ops', notice('**{prod-17}** is your own request.'), posting);
    await page.locator('#told').getByText('your own request').waitFor();
    expect(await told()).toEqual([
      'step 2 of 18.',
      'step 4 of 18. sqlw01 is cut off for 1 s.',
      'prod-17 is your own request.',
    ]);
    // The messages themselves are drawn anew as often as they like, and say nothing.
    expect(await page.getByRole('log').getAttribute('aria-live')).toBe('off');
    expect(await page.locator('#told').getAttribute('aria-live')).toBe('polite');
    await cardOf(id).getByRole('group', { name: 'step 5 of 18. sqlw01 is cut off for 9 s.' }).waitFor();
    expect(await cardOf(id).locator('.ac-textBlock', { hasText: '█' }).getAttribute('aria-hidden')).toBe('true');
  });

  test('another approval is read, and that another machine is cut off, though only numbers differ', async () => {
    const { page, chat } = console_;
    const plan = await chat().post('sql-ops', cardView('plan', '0 of 3 approved, 3 more needed.'), posting);
    await chat().update('sql-ops', plan, cardView('plan', '1 of 3 approved, 2 more needed.'), posting);
    const running = await chat().post('sql-ops', saying('step 4 of 18. sqlw01 is cut off for 9 s.'), posting);
    await chat().update('sql-ops', running, saying('step 5 of 18. sqlw02 is cut off for 2 s.'), posting);
    await chat().post('sql-ops', notice('the end'), posting);
    await page.locator('#told').getByText('the end').waitFor();
    expect(await told()).toEqual([
      '0 of 3 approved, 3 more needed.',
      '1 of 3 approved, 2 more needed.',
      'step 4 of 18. sqlw01 is cut off for 9 s.',
      'step 5 of 18. sqlw02 is cut off for 2 s.',
      'the end',
    ]);
  });

  test('neither what somebody has just typed is read, nor what was there when they began to listen', async () => {
    const { page, chat, type } = console_;
    await type('/ssis status');
    const option = page.getByLabel('You are').locator('option', { hasText: 'Tom Becker' });
    await option.evaluate((one) => {
      (one as unknown as { id: string }).id = 'before';
    });
    await page.getByLabel('You are').selectOption('Tom Becker, approves');
    await page.locator('#before').waitFor({ state: 'detached' });
    await chat().post('sql-ops', notice('for everybody'), posting);
    await page.locator('#told').getByText('for everybody').waitFor();
    expect(await told()).toEqual(['for everybody']);
  });

  test('a page that was away for a moment keeps the focus, the scroll position and what is typed', async () => {
    const { page, chat, complaints, restart, cardOf } = console_;
    const id = await chat().post('sql-ops', saying('approval needed'), posting);
    for (let n = 0; n < 40; n += 1) await chat().post('sql-ops', notice(`later ${n}`), posting);
    await page.getByRole('log').getByText('later 39').waitFor();
    await cardOf(id).getByRole('button', { name: 'Deny…' }).click();
    await cardOf(id).getByRole('textbox').pressSequentially('half a rea');
    const position = () => page.getByRole('log').evaluate<number, { scrollTop: number }>((log) => log.scrollTop);
    const before = await position();
    const startAgain = await restart();
    await page.getByText('The bot is away.').waitFor();
    await startAgain();
    await page.getByText('The bot is away.').waitFor({ state: 'hidden' });
    await page.keyboard.type('son');
    expect(await cardOf(id).getByRole('textbox').inputValue()).toBe('half a reason');
    expect(await position()).toBe(before);
    expect(complaints.splice(0).filter((line) => !line.includes('ERR_'))).toEqual([]);
  });
});
