import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { pino } from 'pino';
import type { Options } from '../../src/config/options.ts';
import type { Farm } from '../../src/domain/farm.ts';
import { lookAtChat } from '../../src/roots/validate/chats.ts';
import { type FakeSlack, startFakeSlack } from '../fakes/slack/index.ts';

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
beforeEach(async () => {
  slack = await startFakeSlack();
  folder = mkdtempSync(path.join(os.tmpdir(), 'certops-samples-'));
  for (const id of Object.keys(CHANNELS)) slack.addChannel(id);
});
afterEach(async () => {
  await slack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines of `certops validate --sample` about Slack, and how many samples stand in each channel then. */
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
  test('go to every channel where all is well', async () => {
    const { stood, said } = await look();
    expect(stood).toEqual([1, 1]);
    expect(said.slice(-2)).toEqual(['ok A sample card was sent to sql-ops.', 'ok A sample card was sent to dba.']);
  });

  test('go to the channels that are well, and of the other one it is said why there is none', async () => {
    slack.addChannel('C0OPS', { is_member: false });
    const { stood, said } = await look();
    expect(stood).toEqual([0, 1]);
    expect(said).toContain('ok A sample card was sent to dba.');
    expect(said).toContain('no No sample card was sent to sql-ops: do what is said of that channel above first.');
  });

  test('go out though something else is missing that no card needs', async () => {
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
      expect(said).toContain(`no No sample card was sent to ${name}: its channel could not be looked at. See above.`);
  });
});

describe('a proxy that the environment names', () => {
  beforeEach(() => {
    process.env.HTTPS_PROXY = 'http://user:hunter2@proxy.corp:3128';
  });
  afterEach(() => {
    delete process.env.HTTPS_PROXY;
  });

  test('is told of as not used where Slack is not reached, without what stands in it', async () => {
    slack.fail('auth.test', { cut: true });
    const { said } = await look();
    expect(said).toContainEqual(expect.stringMatching(/^note HTTPS_PROXY is set, and not used/u));
    expect(said.join('\n')).not.toMatch(/hunter2|proxy\.corp/u);
  });

  test('is nobody’s business where it is', async () => {
    const { said } = await look();
    expect(said.join('\n')).not.toContain('HTTPS_PROXY');
  });
});
