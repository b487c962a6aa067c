import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runBot } from '../../../src/bot.ts';
import type { Options } from '../../../src/config/options.ts';
import { CertopsError } from '../../../src/domain/errors.ts';
import type { Farm } from '../../../src/domain/farm/farm.ts';
import type { ChatAdapter } from '../../../src/ports/chat.ts';
import { watchChat } from '../../../src/roots/bot/chat-health.ts';
import { planChats } from '../../../src/roots/bot/chats.ts';

const SLACK = { app: 'A0', workspaces: ['T0'], enterprises: [] };
const TEAMS = { app: '1', tenant: '2' };
const farmWith = (chat: Partial<Farm['chat']>, rehearsal = false): Farm =>
  ({ name: 'prod', rehearsal, chat: { slack: null, teams: null, ...chat } }) as Farm;
const secrets: Partial<Options> = { slackBotToken: 'xoxb-1', slackSigningSecret: 's', teamsPassword: 'p' };
const options = (more: Partial<Options>): Options => more as Options;
const codeOf = (act: () => unknown): string => {
  try {
    act();
    return 'none';
  } catch (error) {
    return (error as CertopsError).code;
  }
};
const none = {
  ...{ slackBotToken: null, slackSigningSecret: null, slackAppToken: null, teamsPassword: null },
  listen: '127.0.0.1',
};

describe('which chats a bot has', () => {
  test('those that the farm has channels in; a farm without Teams needs nothing for Teams', () => {
    const only = planChats([farmWith({ slack: SLACK })], options({ ...none, ...secrets, teamsPassword: null }), false);
    expect(only).toMatchObject({
      slack: { token: 'xoxb-1', signingSecret: 's', appToken: null },
      teams: null,
      web: false,
    });
    const both = planChats([farmWith({ slack: SLACK, teams: TEAMS }, true)], options({ ...none, ...secrets }), true);
    expect(both).toMatchObject({ slack: {}, teams: { password: 'p' }, web: true });
  });

  test.each<[string, Partial<Farm['chat']>, Partial<Options>, boolean, string]>([
    ['no channel in any chat', {}, {}, false, 'NoChat'],
    ['Slack without its token', { slack: SLACK }, {}, false, 'SlackTokenMissing'],
    ['Slack that nobody could reach', { slack: SLACK }, { slackBotToken: 'xoxb-1' }, false, 'SlackSecretMissing'],
    ['Slack by socket', { slack: SLACK }, { slackBotToken: 'xoxb-1', slackAppToken: 'xapp-1' }, false, 'none'],
    ['Teams without its secret', { teams: TEAMS }, {}, false, 'TeamsPasswordMissing'],
    ['the console alone', {}, {}, true, 'none'],
    [
      'the console does not make up for a secret',
      { teams: TEAMS },
      { listen: '0.0.0.0' },
      true,
      'TeamsPasswordMissing',
    ],
  ])('%s', (_what, chat, more, withConsole, code) => {
    expect(codeOf(() => planChats([farmWith(chat, withConsole)], options({ ...none, ...more }), withConsole))).toBe(
      code,
    );
  });

  test('a real farm has no console, not even beside a rehearsal', () => {
    const both = [farmWith({}, true), farmWith({ slack: SLACK })];
    expect(codeOf(() => planChats(both, options({ ...none, ...secrets }), true))).toBe('ConsoleOnlyForRehearsals');
  });

  test('that there is none is said before a folder is made or a lock is taken', async () => {
    const top = mkdtempSync(path.join(tmpdir(), 'certops-chats-'));
    const [state, logFile] = [path.join(top, 'bot'), path.join(top, 'log')];
    const before = process.env.REDIS_URL;
    process.env.REDIS_URL = 'redis://127.0.0.1:1';
    try {
      // Its only channel is the console, which nobody asked for.
      const run = runBot({ farm: ['infra/lab/farm.yaml'], state, logFile });
      await expect(run).rejects.toMatchObject({ code: 'NoChat' });
      expect(existsSync(state)).toBe(false);
    } finally {
      if (before === undefined) delete process.env.REDIS_URL;
      else process.env.REDIS_URL = before;
      rmSync(top, { recursive: true });
    }
  });

  test.each<[string, boolean, string, string]>([
    ['a rehearsal that only this machine reaches', true, '127.0.0.1', 'none'],
    ['a rehearsal on loopback by name', true, 'localhost', 'none'],
    ['a rehearsal that others reach', true, '0.0.0.0', 'TeamsPasswordMissing'],
    ['a real farm', false, '127.0.0.1', 'TeamsPasswordMissing'],
  ])('Teams without a secret, for %s', (_what, rehearsal, listen, code) => {
    expect(codeOf(() => planChats([farmWith({ teams: TEAMS }, rehearsal)], options({ ...none, listen }), false))).toBe(
      code,
    );
  });
});

describe('A chat is', () => {
  const never = async (): Promise<never> => Promise.reject(new Error('not used'));
  function rig(failing: { code: string | null; deafSince?: number | null }) {
    let now = 0;
    let offMs = 0;
    const call = async (): Promise<string> => {
      if (failing.code !== null) throw new CertopsError(failing.code);
      return 'm1';
    };
    const chat: ChatAdapter = {
      platform: 'slack',
      updateEveryMs: 1,
      start: async () => void (await call()),
      stop: async () => {},
      post: call,
      find: call,
      update: async () => void (await call()),
      note: call,
      tell: async () => void (await call()),
      group: never,
      refused: async () => failing.code === 'refused',
      deafSince: () => failing.deafSince ?? null,
    };
    const watched = watchChat(chat, { now: () => now + offMs, steady: () => now });
    return { ...watched, later: (ms: number) => (now += ms), set: (ms: number) => (offMs += ms) };
  }
  const post = (chat: ChatAdapter) => chat.post('c', {} as never, {} as never);

  test('not well before it has started, nor while it cannot start', async () => {
    const failing = { code: 'ChatAway' as string | null };
    const { chat, wellness } = rig(failing);
    expect(wellness()).toEqual({ ok: false });
    await expect(chat.start(never)).rejects.toMatchObject({ code: 'ChatAway' });
    expect(wellness()).toEqual({ ok: false });
    failing.code = null;
    await chat.start(never);
    expect(wellness()).toEqual({ ok: true });
  });

  test.each([
    ['', 0],
    [', also where the clock is set back', -3_600_000],
  ])('away once it was found so, until it answers or a minute has passed without news%s', async (_, ms) => {
    const failing = { code: null as string | null };
    const { chat, wellness, later, set } = rig(failing);
    await chat.start(never);
    failing.code = 'ChatAway';
    await expect(post(chat)).rejects.toMatchObject({ code: 'ChatAway' });
    expect(wellness()).toEqual({ ok: false });
    set(ms);
    later(61_000);
    expect(wellness()).toEqual({ ok: true });
    await expect(post(chat)).rejects.toThrow();
    expect(wellness()).toEqual({ ok: false });
    failing.code = null;
    expect(await post(chat)).toBe('m1');
    expect(wellness()).toEqual({ ok: true });
  });

  test('not well once nothing has come from it for more than a minute, even if it takes posts', async () => {
    const failing = { code: null, deafSince: null as number | null };
    const { chat, wellness, later } = rig(failing);
    await chat.start(never);
    failing.deafSince = 0;
    later(59_000);
    await post(chat);
    expect(wellness()).toEqual({ ok: true });
    later(2_000);
    await post(chat);
    expect(wellness()).toEqual({ ok: false });
    failing.deafSince = null;
    expect(wellness()).toEqual({ ok: true });
  });

  test('not well from its start until something can come from it', async () => {
    const failing = { code: null, deafSince: 0 as number | null };
    const { chat, wellness } = rig(failing);
    await chat.start(never);
    await post(chat);
    expect(wellness()).toEqual({ ok: false });
    failing.deafSince = null;
    expect(wellness()).toEqual({ ok: true });
    failing.deafSince = 0;
    expect(wellness()).toEqual({ ok: true });
  });

  test('not well once it was found to turn the bot away, until it takes it again', async () => {
    const failing = { code: null as string | null };
    const { chat, wellness } = rig(failing);
    await chat.start(never);
    failing.code = 'refused';
    expect(await chat.refused?.()).toBe(true);
    expect(wellness()).toEqual({ ok: false });
    failing.code = null;
    expect(await chat.refused?.()).toBe(false);
    expect(wellness()).toEqual({ ok: true });
  });

  test('still well if it refuses a post, which says nothing about whether it is there', async () => {
    const failing = { code: null as string | null };
    const { chat, wellness } = rig(failing);
    await chat.start(never);
    failing.code = 'ChannelNotFound';
    await expect(post(chat)).rejects.toMatchObject({ code: 'ChannelNotFound' });
    expect(wellness()).toEqual({ ok: true });
  });
});
