import type { AskForm, ChatIntent, Reply } from '../../../src/ports/chat.ts';
import { type Console, describeInChromium, inBrowser, openConsole } from './browser.ts';
import { cardView, message, notice, posting } from './support.ts';

const { locale } = posting;
const asked: AskForm = {
  request: 'rotate-master',
  what: 'rotate-master',
  farms: [{ name: 'prod', line: { id: 'summary.farm-not-looked', data: { farm: 'prod' } } }],
  farm: 'prod',
  fields: {
    starts: ['policy', 'now', 'time'],
    start: 'policy',
    at: '',
    ticket: { said: '', required: false, policies: [] },
  },
  reason: '',
};
const form: Reply = { type: 'form', form: asked, locale };
const said = (text: string, more: object = {}): Reply =>
  ({ type: 'notice', notice: notice(text), locale, ...more }) as unknown as Reply;

/** A bot that asks for what is missing, and rejects times that are not times. */
const bot = (intent: ChatIntent): Reply => {
  if (intent.type === 'command' && intent.canOpenForm === true) return form;
  if (intent.type === 'action' && intent.verb === 'ask') return form;
  const at = intent.type === 'action' ? intent.inputs.at : undefined;
  const isWrong = at !== undefined && !/^\d/u.test(at);
  if (intent.type === 'action' && intent.verb === 'check-request')
    return isWrong ? said('no time that can be read', { field: 'at' }) : { type: 'nothing', locale };
  return said('on its way');
};

describeInChromium('a form in a browser', () => {
  let console_: Console;
  const browser = inBrowser(() => console_);

  beforeEach(async () => {
    console_ = await openConsole(browser());
    console_.bot.reply = bot;
  });

  const dialog = () => console_.page.getByRole('dialog', { name: 'New master certificate' });
  const openByLine = async () => {
    await console_.page.getByRole('textbox', { name: 'Message' }).fill('/ssis rotate-master');
    await console_.page.keyboard.press('Enter');
    await dialog().waitFor();
  };
  const focused = () =>
    console_.page.evaluate<string>('document.activeElement.id || document.activeElement.textContent');
  const requests = () =>
    console_.heard.flatMap((intent) => (intent.type === 'action' && intent.verb === 'request' ? [intent] : []));

  test('opens for a line that lacks its reason, and the line is not posted', async () => {
    const { page, heard } = console_;
    await openByLine();
    expect(heard).toMatchObject([{ type: 'command', text: 'rotate-master', canOpenForm: true }]);
    expect(await page.locator('.msg').count()).toBe(0);
    await dialog().getByText('not looked at yet').waitFor();
    expect(await dialog().getByLabel(/^Farm/u).inputValue()).toBe('prod');
  });

  test('sends what was filled in as the request, and closes', async () => {
    const { page } = console_;
    await openByLine();
    await dialog().getByLabel('When does it start?').selectOption('time');
    await dialog().getByLabel(/^Time/u).fill('22:00');
    await dialog()
      .getByLabel(/^Ticket/u)
      .fill('CHG7');
    await dialog().getByLabel('Reason').fill('Yearly');
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('on its way').waitFor();
    // The answer to the press arrives separately, after the message or before it.
    await dialog().waitFor({ state: 'hidden' });
    expect(requests()).toMatchObject([
      {
        data: { request: 'rotate-master' },
        inputs: { farm: 'prod', when: 'time', at: '22:00', ticket: 'CHG7', reason: 'Yearly' },
      },
    ]);
  });

  test('sends nothing on an Enter that an input method takes for itself', async () => {
    await openByLine();
    const reason = dialog().getByLabel('Reason');
    await reason.fill('Year');
    await reason.dispatchEvent('keydown', { key: 'Enter', isComposing: true });
    await reason.dispatchEvent('keydown', { key: 'Enter', keyCode: 229 });
    await reason.fill('Yearly');
    await reason.press('Enter');
    await console_.page.getByRole('log').getByText('on its way').waitFor();
    expect(requests()).toMatchObject([{ inputs: { reason: 'Yearly' } }]);
  });

  test('says what is wrong at its field, which is named by it, and keeps what was filled in', async () => {
    const { page } = console_;
    await openByLine();
    await dialog().getByLabel('Reason').fill('Yearly');
    await dialog().getByLabel(/^Time/u).fill('soon');
    await dialog().getByRole('button', { name: 'Ask for approval' }).click();
    await dialog()
      .getByRole('textbox', { name: /no time that can be read/u })
      .waitFor();
    expect(requests()).toEqual([]);
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Yearly');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('22:00');
    await dialog().getByText('no time that can be read').waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('log').getByText('on its way').waitFor();
    expect(requests()).toHaveLength(1);
  });

  test.each([
    ['Escape', (page: Console['page']) => page.keyboard.press('Escape')],
    ['Cancel', (page: Console['page']) => page.getByRole('button', { name: 'Cancel' }).click()],
  ])('closes on %s, asks for nothing, and gives the focus back', async (_how, close) => {
    const { page, heard } = console_;
    await openByLine();
    await close(page);
    await dialog().waitFor({ state: 'hidden' });
    expect(await focused()).toBe('line');
    expect(heard).toHaveLength(1);
  });

  test('opened by a button gives the focus back to the button', async () => {
    const { page, chat } = console_;
    const button = { label: message('Rotate prod…'), verb: 'ask', data: { farm: 'prod' } };
    await chat().post('sql-ops', notice('14 days left', [button]), posting);
    await page.getByRole('button', { name: 'Rotate prod…' }).focus();
    await page.keyboard.press('Enter');
    await dialog().waitFor();
    await page.keyboard.press('Escape');
    await dialog().waitFor({ state: 'hidden' });
    expect(await focused()).toBe('Rotate prod…');
  });

  test('focuses its first field, and Tab stays within', async () => {
    const { page } = console_;
    await openByLine();
    const within = () => page.evaluate<boolean>('document.activeElement.closest("#form") !== null');
    expect(await page.evaluate<string>('document.activeElement.tagName')).toBe('SELECT');
    for (let press = 0; press < 6; press += 1) {
      expect(await within()).toBe(true);
      await page.keyboard.press('Tab');
    }
  });

  test('for a button that needs a sentence asks for it, and sends nothing without', async () => {
    const { page, chat, heard } = console_;
    const asks = { what: { id: 'review.what', data: {} }, send: { id: 'review.do', data: {} } };
    const button = { label: message('Reviewed…'), verb: 'review', data: { rotation: 'prod-17' }, asks };
    await chat().post('sql-ops', notice('prod-17 is to be reviewed', [button]), posting);
    await page.getByRole('button', { name: 'Reviewed…' }).click();
    const sentence = page.getByRole('dialog', { name: 'What did you find?' });
    await sentence.getByRole('button', { name: 'Reviewed' }).click();
    await sentence.getByText(/sentence/u).waitFor();
    expect(heard).toEqual([]);
    await sentence.getByRole('textbox').fill('Nothing was left');
    await sentence.getByRole('button', { name: 'Reviewed' }).click();
    await page.getByRole('log').getByText('on its way').waitFor();
    expect(heard).toMatchObject([
      { verb: 'review', data: { rotation: 'prod-17' }, inputs: { reason: 'Nothing was left' } },
    ]);
  });

  test('says what the bot refuses, and keeps what was filled in', async () => {
    const { bot: asksAnd } = console_;
    await openByLine();
    await dialog().getByLabel('Reason').fill('Yearly');
    const frozen = {
      kind: 'notice',
      messages: [{ ...message('Frozen until Monday'), id: 'refused.test' }],
      actions: [],
    };
    asksAnd.reply = (intent) =>
      intent.type === 'action' && intent.verb === 'check-request'
        ? { type: 'nothing', locale }
        : ({ type: 'notice', notice: frozen, locale } as unknown as Reply);
    await dialog().getByRole('button', { name: 'Ask for approval' }).click();
    await dialog().getByRole('alert').getByText('Frozen until Monday').waitFor();
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Yearly');
    asksAnd.reply = bot;
    await dialog().getByRole('button', { name: 'Ask for approval' }).click();
    await dialog().waitFor({ state: 'hidden' });
  });

  test('says that the bot is away, and keeps what was filled in', async () => {
    const { complaints, restart } = console_;
    await openByLine();
    await dialog().getByLabel('Reason').fill('Yearly');
    const startAgain = await restart();
    await dialog().getByRole('button', { name: 'Ask for approval' }).click();
    await dialog().getByRole('alert').getByText('nothing was sent').waitFor();
    expect(await dialog().getByLabel('Reason').inputValue()).toBe('Yearly');
    await startAgain();
    expect(complaints.splice(0).filter((line) => !line.includes('ERR_'))).toEqual([]);
  });

  test('within a card says what is wrong, too', async () => {
    const { page, chat, heard, cardOf } = console_;
    const id = await chat().post('sql-ops', cardView('reminder', 'reminder'), posting);
    await cardOf(id).getByRole('button', { name: 'Rotate…' }).click();
    const reason = cardOf(id).getByRole('textbox').last();
    await reason.fill('Yearly');
    console_.bot.reply = (intent) =>
      intent.type === 'action' && intent.verb === 'check-request'
        ? said('too long to be read', { field: 'reason' })
        : said('on its way');
    await page.getByRole('button', { name: 'Ask for approval' }).click();
    await cardOf(id).getByText('too long to be read').waitFor();
    expect(await reason.inputValue()).toBe('Yearly');
    expect(heard).toMatchObject([{ verb: 'check-request' }]);
  });

  test('pictures to look at', async () => {
    const { page, picture } = console_;
    await openByLine();
    await dialog().getByLabel(/^Time/u).fill('soon');
    await dialog().getByRole('button', { name: 'Ask for approval' }).click();
    await dialog().getByText('no time that can be read').waitFor();
    await picture('1280-form-light');
    await page.emulateMedia({ colorScheme: 'dark' });
    await picture('1280-form-dark');
    await page.setViewportSize({ width: 480, height: 900 });
    await picture('480-form-dark');
  });
});
