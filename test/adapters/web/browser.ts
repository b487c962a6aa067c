import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { WebChatOptions } from '../../../adapters/web/index.ts';
import type { ChatIntent, Reply } from '../../../src/ports/chat.ts';
import { cardView, chromiumPath, hasChromium, message, notice, posting, root, startChat } from './support.ts';

const ARGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
const out = join(root, 'test', '.out');

/** `describe`, or one skipped line for a newcomer without Chromium; with CI set it fails instead. */
export function describeInChromium(name: string, tests: () => void): void {
  if (hasChromium || process.env.CI === 'true') describe(name, tests);
  else describe.skip(`${name}: there is no ${chromiumPath}`, tests);
}

export const launch = (): Promise<Browser> => {
  mkdirSync(out, { recursive: true });
  return chromium.launch({ executablePath: chromiumPath, args: ARGS });
};

/** One browser for all tests of a block; a complaint of a test's page fails that test. */
export function inBrowser(of: () => Console): () => Browser {
  let browser: Browser | undefined;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
  });
  afterEach(async () => {
    await of().close();
    expect(of().complaints).toEqual([]);
  });
  return () => browser as Browser;
}

export const by = { id: 'mei', name: 'Mei Lin' };

/** A console with a scripted bot behind it, open in a page of its own. */
export async function openConsole(browser: Browser, more: Partial<WebChatOptions> = {}) {
  let started = await startChat(more);
  const heard: ChatIntent[] = [];
  const waiting: ((intent: ChatIntent) => void)[] = [];
  const complaints: string[] = [];
  const bot = { reply: (_: ChatIntent): Reply => ({ type: 'nothing', locale: posting.locale }) };
  const listen = () =>
    started.chat.start(async (intent) => {
      heard.push(intent);
      const reply = bot.reply(intent);
      for (const tell of waiting.splice(0)) tell(intent);
      return reply;
    });
  await listen();

  const context = await browser.newContext({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 1.5,
    timezoneId: 'Europe/London',
    locale: 'en-US',
    colorScheme: 'light',
    reducedMotion: 'reduce',
  });
  context.setDefaultTimeout(30_000);
  const page: Page = await context.newPage();
  await page.clock.setFixedTime(new Date(started.time.at + 27 * 60_000));
  // Violations of the content security policy are reported here too.
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (line) => {
    if (['error', 'warning'].includes(line.type())) complaints.push(line.text());
  });
  const close = async () => {
    await context.close();
    await started.chat.stop();
    await started.remove();
  };
  try {
    await page.goto(started.chat.url);
    await page.getByLabel('You are').waitFor();
  } catch (error) {
    // A server left listening would keep the whole run from ending.
    await close();
    throw error;
  }

  const type = async (text: string) => {
    await page.getByRole('textbox', { name: 'Message' }).fill(text);
    await page.getByRole('button', { name: 'Send' }).click();
    await page.getByRole('log').getByText(text).waitFor();
  };
  return {
    page,
    bot,
    heard,
    complaints,
    type,
    chat: () => started.chat,
    time: started.time,
    feed: started.feed,
    /** The next thing that the bot hears. */
    intent: () => new Promise<ChatIntent>((resolve) => waiting.push(resolve)),
    cardOf: (id: string) => page.locator(`[data-id="${id}"]`),
    picture: (name: string) => page.screenshot({ path: join(out, `console-${name}.png`) }),
    restart: async () => {
      await started.chat.stop();
      return async () => {
        started = await startChat({ ...more, folder: started.folder });
        await listen();
      };
    },
    close,
  };
}

export type Console = Awaited<ReturnType<typeof openConsole>>;

/** The story of the target picture, up to a plan that waits for approval; returns the card's id. */
export async function tellStory({ chat, time, type, bot }: Console): Promise<string> {
  const noon = time.at;
  time.at = noon - 5 * 3_600_000;
  await chat().post('sql-ops', cardView('reminder', 'reminder'), posting);
  time.at = noon;
  await type('/ssis rotate-master because Yearly renewal, CHG0031877');
  const id = await chat().post('sql-ops', cardView('plan', 'plan', { by }), posting);
  time.at = noon + 27 * 60_000;
  bot.reply = () =>
    ({
      type: 'notice',
      notice: notice('**{prod-17} is your own request:** it needs 2 of Ana Ruiz, Tom Becker and Wei Zhang.', [
        { label: message('Act as Ana Ruiz'), verb: 'act-as', data: { person: 'ana' } },
      ]),
    }) as unknown as Reply;
  return id;
}

/** A made-up click. */
export function approveOwn(page: Page): Promise<void> {
  const body = JSON.stringify({ as: 'web-mei', verb: 'approve', data: {}, inputs: {} });
  const sent = { method: 'POST', headers: { 'content-type': 'application/json' }, body };
  return page.evaluate((init) => fetch('/api/act', init).then(() => undefined), sent);
}
