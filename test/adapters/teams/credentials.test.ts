import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cloudOf } from '../../../adapters/teams/cloud.ts';
import { createTokenSource } from '../../../adapters/teams/credentials.ts';
import { createTeamsChat } from '../../../adapters/teams/index.ts';
import { APP, PASSWORD, startTeamsService, TENANT, type TeamsService } from '../../fakes/teams/service.ts';
import { sleep } from './support.ts';

let service: TeamsService;
let now: number;
beforeEach(async () => {
  service = await startTeamsService();
  now = 1_000_000;
});
afterEach(() => service.close());

const clock = { now: () => now, steady: () => now, sleep };
const source = (more: { password?: string; login?: string } = {}) =>
  createTokenSource(
    { appId: APP, password: more.password ?? PASSWORD, tenant: TENANT },
    cloudOf({ login: more.login ?? service.login }),
    clock,
  );

describe('the bot’s own token', () => {
  test('is requested once, used until five minutes before it expires, then requested again', async () => {
    const tokens = source();
    expect(new Set(await Promise.all([tokens.token(), tokens.token(), tokens.token()]))).toEqual(new Set(['token-1']));
    now += 3_298_000;
    expect(await tokens.token()).toBe('token-1');
    now += 2_000;
    expect(await tokens.token()).toBe('token-2');
    tokens.forget();
    expect(await tokens.token()).toBe('token-3');
  });

  test('that is refused is reported with Microsoft’s error number and without the secret', async () => {
    const refused = source({ password: 'not-this-one' }).token();
    await expect(refused).rejects.toMatchObject({
      code: 'ChatRefused',
      data: { method: 'token', reason: 'invalid_client 7000215' },
    });
    const error = (await refused.catch((one: unknown) => one)) as Error;
    expect(JSON.stringify([error.message, error.stack, error])).not.toContain('not-this-one');
  });

  test.each<[string, number, string, string]>([
    ['an answer that is no token', 200, '{"access_token":7}', 'ChatAway'],
    ['a page of a proxy', 200, '<html>', 'ChatAway'],
    ['an overloaded service', 429, '{}', 'ChatBusy'],
    ['a failing service', 500, '', 'ChatAway'],
  ])('fails on %s, and the failure is not kept', async (_what, status, body, code) => {
    const server = createServer((_request, response) => response.writeHead(status).end(body));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const login = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const tokens = source({ login });
    await expect(tokens.token()).rejects.toMatchObject({ code });
    // A failure is not kept.
    await expect(tokens.token()).rejects.toMatchObject({ code });
    server.closeAllConnections();
    server.close();
  });

  test('fails as away if the service is not there', async () => {
    await expect(source({ login: 'http://127.0.0.1:1' }).token()).rejects.toMatchObject({ code: 'ChatAway' });
  });

  test('shows whether Microsoft accepts the secret, which stays open if the service is not there', async () => {
    expect(await source().isRefused()).toBe(false);
    expect(await source({ password: 'not-this-one' }).isRefused()).toBe(true);
    await expect(source({ login: 'http://127.0.0.1:1' }).isRefused()).rejects.toMatchObject({ code: 'ChatAway' });
  });
});

describe('Microsoft’s clouds', () => {
  test('are two, and no other is accepted', () => {
    expect(cloudOf({})).toEqual({
      issuer: 'https://api.botframework.com',
      openIdMetadata: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
      login: 'https://login.microsoftonline.com',
      scope: 'https://api.botframework.com',
    });
    expect(cloudOf({ channelService: 'https://botframework.azure.us' })).toEqual({
      issuer: 'https://api.botframework.us',
      openIdMetadata: 'https://login.botframework.azure.us/v1/.well-known/openidconfiguration',
      login: 'https://login.microsoftonline.us',
      scope: 'https://api.botframework.us',
    });
    expect(() => cloudOf({ channelService: 'https://elsewhere.example' })).toThrow(/TeamsCloudUnknown/u);
  });

  test('a bot without a password is refused', async () => {
    const options = { appId: APP, tenant: TENANT, access: { app: APP, tenant: TENANT }, mount: () => {}, folder: '.' };
    const log = { info: () => {}, warn: () => {} };
    const localeOf = () => ({ language: 'en', timeZone: 'UTC' }) as const;
    await expect(
      createTeamsChat({ ...options, password: null, channels: [], localeOf, clock, log }),
    ).rejects.toMatchObject({
      code: 'TeamsPasswordMissing',
    });
  });
});
