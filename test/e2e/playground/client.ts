import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { stringify } from 'yaml';
import { sleep } from '../rig.ts';

const here = path.dirname(fileURLToPath(import.meta.url));
const CLI = path.resolve(here, '../../../node_modules/@microsoft/m365agentsplayground/cli.js');

export const hasPlayground = existsSync(CLI);

export const TENANT = '11111111-1111-1111-1111-111111111111';
export const BOT = '22222222-2222-2222-2222-222222222222';
const BOT_NAME = 'CertOps';
export const GROUP = 'group-chat-1';
const CHANNEL = '19:chan-ssis@thread.tacv2';

/** The client wants five people besides the one who sits in front of it. */
const NAMES = {
  mei: 'Mei Lin',
  ana: 'Ana Ruiz',
  tom: 'Tom Becker',
  u3: 'Uma Third',
  u4: 'Udo Fourth',
  u5: 'Una Fifth',
} as const;
export type Who = keyof typeof NAMES;
const ALL = Object.keys(NAMES) as Who[];

export const entraId = (who: Who): string => `33333333-3333-3333-3333-33333333330${ALL.indexOf(who) + 1}`;
const teamsId = (who: Who): string => `29:${who}`;

const user = (who: Who) => ({
  id: teamsId(who),
  name: NAMES[who],
  userPrincipleName: `${who}@corp.example`,
  aadObjectId: entraId(who),
  givenName: NAMES[who].split(' ')[0],
  surname: NAMES[who].split(' ')[1],
  email: `${who}@corp.example`,
});

const CONFIGURATION = {
  version: '0.1.1',
  tenantId: TENANT,
  bot: { id: `28:${BOT}`, name: BOT_NAME },
  currentUser: user('mei'),
  users: ALL.slice(1).map(user),
  personalChat: { id: 'personal-chat-1' },
  groupChat: { id: GROUP, name: 'DBA on call' },
  team: {
    id: '19:team-dba@thread.tacv2',
    name: 'DBA',
    aadGroupId: '44444444-4444-4444-4444-444444444444',
    channels: [{ id: CHANNEL, name: 'ssis-certs' }],
  },
};

export interface Playground {
  readonly url: string;
  readonly log: () => string;
  close(): Promise<void>;
}

/** Microsoft's own test client for Teams, on loopback. `folder` keeps its configuration and its log. */
export async function startPlayground(bot: string, folder: string): Promise<Playground> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  await writeFile(path.join(folder, '.m365agentsplayground.yml'), stringify(CONFIGURATION));
  const said: string[] = [];
  const child = spawn(
    process.execPath,
    [
      ...['--require', path.join(here, 'loopback.cjs'), CLI, 'start'],
      ...['-e', bot, '-c', 'msteams', '-p', String(port), '--disable-telemetry'],
    ],
    {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        TEAMSAPPTESTER_BROWSER: 'none',
        M365_AGENTS_PLAYGROUND_SERVICE_URL: `${url}/_connector`,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => said.push(String(text)));
  await answering(url, child, said);
  return { url, log: () => said.join(''), close: () => ended(child) };
}

async function answering(url: string, child: ChildProcess, said: readonly string[]): Promise<void> {
  for (let left = 300; left > 0; left -= 1) {
    if (child.exitCode !== null) break;
    const answered = await fetch(url).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return;
    await sleep(100);
  }
  child.kill();
  throw new Error(`the test client did not start: ${said.join('')}`);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });

/** A window of the client, in that conversation; presses of buttons in it come from `who`. */
export async function openChat(browser: Browser, { url }: Playground, who: Who, name: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1400, height: 1000 } });
  context.setDefaultTimeout(20_000);
  const page = await context.newPage();
  // The client knows one person only; the others are told apart by what is sent.
  await page.route('**/_conversation/v1/invoke', async (route) => {
    const body = route.request().postDataJSON() as { from?: { id?: string } };
    await route.continue({ postData: JSON.stringify({ ...body, from: { ...body.from, id: teamsId(who) } }) });
  });
  await page.goto(url);
  await page.getByRole('treeitem', { name }).click();
  await page.getByRole('textbox').last().waitFor();
  return page;
}

/**
 * A chat has one box below; a channel has one on top for a new post, and a box below each post, like that of a chat.
 */
const WAYS = {
  alone: { box: (page: Page) => page.getByRole('textbox').last(), mention: false, send: 'Send Message' },
  group: { box: (page: Page) => page.getByRole('textbox').last(), mention: true, send: 'Send Message' },
  channel: { box: (page: Page) => page.getByRole('textbox').first(), mention: true, send: 'Post' },
};

/** Types `@`, chooses the bot, then the words. Where the bot is alone with somebody, nobody has to be mentioned. */
export async function say(page: Page, words: string, way: keyof typeof WAYS = 'group'): Promise<void> {
  const { box, mention, send } = WAYS[way];
  await box(page).click();
  if (mention) {
    await page.keyboard.type('@');
    await page.getByRole('menuitem', { name: BOT_NAME }).click();
  }
  await page.keyboard.type(` ${words}`);
  await page.getByRole('button', { name: send }).first().click();
}
