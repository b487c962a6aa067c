import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import { type ProxyHere, proxyHere } from '../../../src/config/load.ts';
import type { Options } from '../../../src/config/options.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import { lookAtChat } from '../../../src/roots/validate/chats.ts';
import { lookAtWayOut } from '../../../src/roots/validate/way-out.ts';
import { type FakeProxy, startFakeProxy } from '../../fakes/proxy.ts';
import { type FakeSlack, startFakeSlack } from '../../fakes/slack/index.ts';

const CHANNELS = { C0OPS: 'sql-ops', C0DBA: 'dba' };

const FARM = {
  name: 'prod',
  timeZone: 'UTC',
  chat: { slack: { app: 'A0CERTOPS', workspaces: ['T0CORP'], enterprises: [] }, teams: null },
  groups: [],
  channels: Object.entries(CHANNELS).map(([id, name]) => ({ platform: 'slack', id, name, language: 'en' })),
} as unknown as Farm;

let slack: FakeSlack;
let folder: string;
let here: ProxyHere | null = null;
beforeEach(async () => {
  slack = await startFakeSlack();
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-samples-'));
  for (const id of Object.keys(CHANNELS)) slack.addChannel(id);
});
afterEach(async () => {
  await slack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines of `certops validate --sample` about Slack, and how many samples are in each channel afterwards. */
async function look(...farms: readonly Farm[]) {
  const lines = await lookAtChat({
    farms: farms.length === 0 ? [FARM] : farms,
    platform: 'slack',
    options: {
      slackBotToken: slack.token,
      slackSigningSecret: 's',
      slackAppToken: null,
      slackApiUrl: slack.apiUrl,
    } as Options,
    here,
    folder,
    sample: true,
    clock: { now: () => Date.now(), steady: () => Date.now(), sleep: (ms, signal) => wait(ms, signal) },
    log: pino({ level: 'silent' }),
  });
  const stood = Object.keys(CHANNELS).map((id) => slack.channels.get(id)?.messages.length ?? 0);
  return { stood, said: lines.map(({ mark, sentence }) => `${mark} ${sentence}`) };
}

const wait = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    });
  });

describe('the sample cards', () => {
  test('go to every channel if all is well', async () => {
    const { stood, said } = await look();
    expect(stood).toEqual([1, 1]);
    expect(said.slice(-2)).toEqual(['ok A sample card was sent to sql-ops.', 'ok A sample card was sent to dba.']);
  });

  test('go to the channels that are well, and of the other it is said why there is none', async () => {
    slack.addChannel('C0OPS', { is_member: false });
    const { stood, said } = await look();
    expect(stood).toEqual([0, 1]);
    expect(said).toContain('ok A sample card was sent to dba.');
    expect(said).toContain('no No sample card was sent to sql-ops: first do what is said about that channel above.');
  });

  test('go out even if something is missing that no card needs', async () => {
    slack.scopes = slack.scopes.filter((scope) => scope !== 'usergroups:read');
    expect((await look()).stood).toEqual([1, 1]);
  });

  test.each<[string, () => void, Farm]>([
    ['whose token is not taken', () => slack.fail('auth.test', { error: 'invalid_auth' }), FARM],
    [
      'of a workspace that the farm file does not list',
      () => {},
      { ...FARM, chat: { ...FARM.chat, slack: { app: 'A0CERTOPS', workspaces: ['T0OTHER'], enterprises: [] } } },
    ],
  ])('go nowhere for a bot %s, and each channel is named', async (_which, prepare, farm) => {
    prepare();
    const { stood, said } = await look(farm);
    expect(stood).toEqual([0, 0]);
    for (const name of Object.values(CHANNELS))
      expect(said).toContain(`no No sample card was sent to ${name}: the channel could not be checked. See above.`);
  });
});

describe('a proxy', () => {
  let proxy: FakeProxy;
  beforeEach(async () => {
    proxy = await startFakeProxy();
    await slack.close();
    slack = await startFakeSlack({ host: 'slack.example' });
    for (const id of Object.keys(CHANNELS)) slack.addChannel(id);
    here = proxyHere({ httpsProxy: `http://certops:hunter2@127.0.0.1:${proxy.port}` }, { env: {} });
  });
  afterEach(async () => {
    here = null;
    delete process.env.ALL_PROXY;
    await proxy.close();
  });

  test('carries the samples', async () => {
    proxy.user = 'certops:hunter2';
    expect((await look()).stood).toEqual([1, 1]);
    expect(new Set(proxy.asked)).toEqual(new Set([new URL(slack.apiUrl).host]));
  });

  test.each<[string, () => unknown, RegExp]>([
    [
      'refuses',
      () => (proxy.user = 'other:x'),
      /^no Slack: The proxy \S+ refused the way to \S+ \(HTTP 407, .*does not take the user/u,
    ],
    [
      'does not answer',
      () => (proxy.manner = 'hang'),
      /^no Slack: The proxy \S+ does not answer \(no-answer-in-time\)/u,
    ],
    [
      'is fine, and Slack answers with an error',
      () => slack.fail('auth.test', { status: 503 }),
      /^no Slack cannot answer just now \(http-503\)\. Look again later\.$/u,
    ],
  ])('that %s is told apart from the other two', async (_what, prepare, words) => {
    if (proxy.user === null) proxy.user = 'certops:hunter2';
    prepare();
    const { said } = await look();
    expect(said[0]).toMatch(words);
    expect(said.join('\n')).not.toContain('hunter2');
  });

  test('in a variable that nothing reads is mentioned if Slack is out of reach, without its value', async () => {
    here = null;
    process.env.ALL_PROXY = 'http://certops:hunter2@proxy.corp:3128';
    const { said } = await look();
    expect(said).toContainEqual(expect.stringMatching(/^note ALL_PROXY is set but not used: .*CERTOPS_HTTPS_PROXY/u));
    expect(said.join('\n')).not.toMatch(/hunter2|proxy\.corp/u);
  });

  test('in such a variable is not mentioned if Slack answers, even with an error', async () => {
    process.env.ALL_PROXY = 'http://proxy.corp:3128';
    await slack.close();
    here = null;
    slack = await startFakeSlack();
    slack.fail('auth.test', { status: 503 });
    expect((await look()).said.join('\n')).not.toContain('ALL_PROXY');
  });
});

test('the proxy that everything goes through is named, without its password', () => {
  const env = { NO_PROXY: 'hooks.corp', https_proxy: 'http://certops:hunter2@proxy.corp:3128' };
  expect(lookAtWayOut(proxyHere({ httpsProxy: null }, { env }))).toEqual([
    {
      mark: 'note',
      sentence:
        'Chats, webhook and ping are reached through the proxy http://***@proxy.corp:3128, which https_proxy names; what NO_PROXY lists is reached directly.',
    },
  ]);
  expect(lookAtWayOut(null)).toEqual([]);
});
