import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import type { Locale } from '../../src/domain/farm/locale.ts';

/** A page that draws cards as the web console does: the same renderer, host config, styles and reading of Markdown. */
const ROOT = process.cwd();
export const OUT = path.join(ROOT, 'test/.out/cards');

const CHROMIUM = '/usr/bin/chromium';
/** With its limit of frames, Chromium sometimes waits a whole second for the frame that a picture is made of. */
const ARGS =
  '--disable-frame-rate-limit --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';

/** Skips in one line if Chromium is absent; CI has it, so there it would fail. */
export function describeInBrowser(name: string, tests: () => void): void {
  if (existsSync(CHROMIUM) || process.env.CI === 'true') describe(name, tests);
  else describe.skip(`${name}: there is no ${CHROMIUM}`, tests);
}

export const launch = (): Promise<Browser> => chromium.launch({ executablePath: CHROMIUM, args: ARGS.split(' ') });

const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const config = JSON.parse(read('cards/hostconfig.json')) as {
  themes: { [theme: string]: { [name: string]: string } };
  hostConfig: object;
};

const FILES: { readonly [name: string]: string } = {
  'markdown.js': 'adapters/web/client/markdown.js',
  'dom.js': 'adapters/web/client/dom.js',
  'adaptivecards.js': 'node_modules/adaptivecards/dist/adaptivecards.min.js',
};

const DRAW = `
  import { toHtml } from './markdown.js';
  const { AdaptiveCards } = window;
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = toHtml(text);
    result.didProcess = true;
  };
  window.draw = (json, hostConfig) => {
    const card = new AdaptiveCards.AdaptiveCard();
    card.hostConfig = new AdaptiveCards.HostConfig(hostConfig);
    const context = new AdaptiveCards.SerializationContext();
    card.parse(json, context);
    card.lang = json.lang;
    const problems = card.validateProperties().validationEvents.map(({ message }) => message);
    for (let at = 0; at < context.eventCount; at += 1) problems.push(context.getEventAt(at).message);
    document.getElementById('card').replaceChildren(card.render());
    // The renderer tests languages with a regular expression that remembers: it refuses every second "en".
    return problems.filter((problem) => !problem.endsWith('for property "lang".'));
  };
  window.ready = true;
`;

function html(theme: string): string {
  const variables = Object.entries(config.themes[theme] ?? {}).map(([name, colour]) => `--${name}:${colour}`);
  return `<!doctype html><html lang="en"><meta charset="utf-8"><style>
    :root{${variables.join(';')};--font:'Segoe UI','Open Sans','Noto Sans CJK SC',system-ui,sans-serif;--mono:Consolas,'DejaVu Sans Mono',monospace}
    body{margin:0;padding:24px;background:var(--page);color:var(--fg);font:14px/1.45 var(--font)}
    #card{background:var(--card);border:1px solid var(--line);border-radius:8px;overflow:hidden;box-shadow:0 1px 3px #0002}
    ${read('adapters/web/client/chat.css').split('\nmain')[0] ?? ''}
    .ac-adaptiveCard{outline:none}.ac-textBlock{line-height:1.38!important}
  </style><div id="card"></div><script src="adaptivecards.js"></script><script type="module" src="draw.js"></script></html>`;
}

/** Opens the empty page, at a device scale of two so that pictures are sharp. */
export async function openPage(
  browser: Browser,
  theme: 'light' | 'dark',
  width: number,
  { language, timeZone }: Locale = { language: 'en', timeZone: 'UTC' },
): Promise<Page> {
  const context = await browser.newContext({
    viewport: { width, height: 80 },
    deviceScaleFactor: 2,
    timezoneId: timeZone,
    locale: language === 'en' ? 'en-US' : language,
  });
  const page = await context.newPage();
  await page.route('**/*', (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html(theme) });
    const file = FILES[name];
    if (name !== 'draw.js' && file === undefined) return route.fulfill({ status: 404 });
    return route.fulfill({ contentType: 'text/javascript', body: file === undefined ? DRAW : read(file) });
  });
  await page.goto('http://cards.test/');
  await page.waitForFunction('window.ready === true');
  return page;
}

/** Draws the card and returns the complaints of Microsoft's renderer. */
export const draw = (page: Page, card: object): Promise<readonly string[]> =>
  page.evaluate(`window.draw(${JSON.stringify(card)}, ${JSON.stringify(config.hostConfig)})`);
