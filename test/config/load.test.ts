import {
  environment,
  type Flags,
  loadOptions as load,
  otherProxyHere,
  proxyHere,
  toolEnvironment,
} from '../../src/config/load.ts';
import { fileVariable, LEVELS, OPTIONS } from '../../src/config/options.ts';
import type { CertopsError } from '../../src/domain/errors.ts';

const FILES: { readonly [file: string]: string } = { '/run/token': 'xoxb-from-a-file\n', '/run/wrong': 'hunter2' };
const loadOptions = (flags: Flags = {}) => load(flags, (file) => FILES[file] ?? '');

const codeOf = (act: () => unknown): unknown => {
  try {
    act();
    return null;
  } catch (error) {
    return error;
  }
};

describe('options', () => {
  const before = { ...process.env };
  beforeEach(() => {
    for (const option of OPTIONS) for (const name of [option.env, fileVariable(option)]) delete process.env[name];
  });
  afterEach(() => {
    for (const option of OPTIONS) for (const name of [option.env, fileVariable(option)]) delete process.env[name];
    delete process.env.HTTPS_PROXY;
    Object.assign(process.env, before);
  });

  test('have their defaults when nothing is set', () => {
    expect(loadOptions()).toMatchObject({
      redisUrl: null,
      farmFiles: 'farm.yaml',
      logLevel: 'info',
      consolePort: null,
    });
  });

  test('come from the environment, unless a flag is given', () => {
    process.env.CERTOPS_FARM = 'env.yaml';
    expect(loadOptions().farmFiles).toBe('env.yaml');
    expect(loadOptions({ farmFiles: 'flag.yaml' }).farmFiles).toBe('flag.yaml');
  });

  test.each([
    ['CERTOPS_CONSOLE_PORT', '99999', 'a port, 0 to 65535'],
    ['CERTOPS_CONSOLE_PORT', '80a', 'a port, 0 to 65535'],
    ['CERTOPS_LOG_LEVEL', 'loud', LEVELS.join(', ')],
    ['SLACK_API_URL', 'slack.com', 'https://...'],
    ['TEAMS_LOGIN_ENDPOINT', 'https://user:pw@login.example', 'https://...'],
  ])('%s=%s is refused with what is allowed', (env, found, allowed) => {
    process.env[env] = found;
    expect(codeOf(() => loadOptions())).toMatchObject({
      code: 'OptionNotValid',
      data: { option: env, found, allowed },
    });
  });

  test('a refused flag is named as it was typed', () => {
    expect(codeOf(() => loadOptions({ consolePort: '80000' }))).toMatchObject({
      code: 'OptionNotValid',
      data: { option: '--port', found: '80000', allowed: 'a port, 0 to 65535' },
    });
  });

  test('a secret that is refused is not repeated', () => {
    process.env.REDIS_URL = 'http://user:hunter2@host';
    expect(JSON.stringify(codeOf(() => loadOptions()))).not.toContain('hunter2');
  });

  test.each([
    ['SLACK_BOT_TOKEN', 'xapp-hunter2', 'xoxb-'],
    ['SLACK_APP_TOKEN', 'xoxb-hunter2', 'xapp-'],
  ])('%s holding the other token is refused, saying how the right one begins', (env, given, allowed) => {
    process.env[env] = given;
    const found = codeOf(() => loadOptions());
    expect(found).toMatchObject({ code: 'OptionNotValid', data: { option: env, found: '(secret)' } });
    expect((found as { data: { allowed: string } }).data.allowed).toContain(allowed);
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('a trailing space, which cmd.exe leaves after `set NAME=value && ...`, is no part of a value', () => {
    process.env.NODE_ENV = 'production ';
    process.env.SLACK_BOT_TOKEN = 'xoxb-1 ';
    expect(loadOptions()).toMatchObject({ mode: 'production', slackBotToken: 'xoxb-1' });
    delete process.env.SLACK_BOT_TOKEN;
    process.env.SLACK_BOT_TOKEN_FILE = '/run/token ';
    expect(loadOptions().slackBotToken).toBe('xoxb-from-a-file');
  });

  test.each(['"redis://certops:hunter2@redis"', '“redis://certops:hunter2@redis”'])(
    'a secret in quotation marks is refused for them, without being repeated: %s',
    (given) => {
      process.env.REDIS_URL = given;
      const { data } = codeOf(() => loadOptions()) as CertopsError;
      expect(data.found).toContain('quotation mark');
      expect(JSON.stringify(data)).not.toContain('hunter2');
    },
  );

  test('a secret may come from a file, whose last line break is no part of it', () => {
    process.env.SLACK_BOT_TOKEN_FILE = '/run/token';
    expect(loadOptions().slackBotToken).toBe('xoxb-from-a-file');
  });

  test('a file that holds something else is refused without repeating its content', () => {
    process.env.SLACK_BOT_TOKEN_FILE = '/run/wrong';
    const found = codeOf(() => loadOptions());
    expect(found).toMatchObject({ code: 'OptionNotValid', data: { option: 'SLACK_BOT_TOKEN' } });
    expect(JSON.stringify(found)).not.toContain('hunter2');
  });

  test('a secret set both directly and by file is refused: choosing one would be a guess', () => {
    process.env.SLACK_BOT_TOKEN_FILE = '/run/token';
    process.env.SLACK_BOT_TOKEN = 'xoxb-other';
    expect(codeOf(() => loadOptions())).toMatchObject({
      code: 'OptionTwice',
      data: { option: 'SLACK_BOT_TOKEN', file: 'SLACK_BOT_TOKEN_FILE' },
    });
  });

  test('an option that is no secret is not read from a file', () => {
    process.env.CERTOPS_FARM_FILE = '/run/token';
    expect(loadOptions().farmFiles).toBe('farm.yaml');
    delete process.env.CERTOPS_FARM_FILE;
  });

  test('names and variables are unique, and every URL is a secret', () => {
    expect(new Set(OPTIONS.map(({ name }) => name)).size).toBe(OPTIONS.length);
    expect(new Set(OPTIONS.map(({ env }) => env)).size).toBe(OPTIONS.length);
    expect(OPTIONS.filter(({ type }) => type === 'url').every(({ secret }) => secret)).toBe(true);
  });

  test.each([
    ['a / in its password', 'rediss://certops:hunter2/x@redis.corp:6379'],
    ['a / behind a number', 'rediss://certops:12/hunter2@redis.corp:6379'],
    ['a # in its password', 'redis://certops:hunter2#x@redis.corp:6379'],
    ['a ? in its password', 'redis://certops:hunter2?x@redis.corp:6379'],
    ['a % that escapes nothing', 'redis://certops:hunter2%ZZ@redis.corp:6379'],
    ['a port that is no number', 'redis://certops:hunter2@redis.corp:redis'],
    ['another scheme', 'http://certops:hunter2@redis.corp:6379'],
    ['no host', 'redis://certops:hunter2@'],
  ])('a Redis address with %s is refused, saying how to write it and without repeating it', (_what, found) => {
    process.env.REDIS_URL = found;
    const { data } = codeOf(() => loadOptions()) as CertopsError;
    expect(data).toMatchObject({ option: 'REDIS_URL', found: '(secret)', allowed: expect.stringContaining('%2F') });
    expect(JSON.stringify(data)).not.toContain('hunter2');
  });

  test.each([
    'redis://127.0.0.1:6379',
    'redis://:hunter2@[::1]:6379/1',
    'rediss://certops-prod-bot:a%2Fb%23c%40d:e@redis.corp',
    'redis://redis.corp:6379/0?connectionName=certops',
  ])('%s is a valid Redis address', (found) => {
    expect(loadOptions({ redisUrl: found }).redisUrl).toBe(found);
  });

  test.each([
    ['{certops} ~*', '{certops-*}'],
    ['certops', '{}'],
  ])('the Redis key prefixes %s and %s are refused: they would name other keys, or widen a pattern', (...prefixes) => {
    for (const prefix of prefixes)
      expect(codeOf(() => loadOptions({ redisPrefix: prefix }))).toMatchObject({ code: 'OptionNotValid' });
  });

  test('the Redis key prefix is {certops} when none is set', () => {
    expect(loadOptions().redisPrefix).toBe('{certops}');
  });

  test('a process of a rehearsal gets our environment and the variables given to it', () => {
    process.env.SLACK_API_URL = 'https://slack.example';
    const own = environment({ REDIS_URL: 'redis://x' });
    expect(own).toMatchObject({ SLACK_API_URL: 'https://slack.example', REDIS_URL: 'redis://x', PATH: before.PATH });
  });

  test.each([
    'REDIS_URL',
    'REDIS_URL_FILE',
    'CERTOPS_REDIS_PREFIX',
    'CERTOPS_PORT',
    'CERTOPS_FARM',
    'CERTOPS_STATE',
    'CERTOPS_LOG_FILE',
  ])('a process of a rehearsal does not get %s from the shell of a real bot', (name) => {
    process.env[name] = 'of the real bot';
    expect(environment({})).not.toHaveProperty(name);
  });

  test('a tool gets our environment without the secrets', () => {
    process.env.CERTOPS_FARM = 'a.yaml';
    process.env.REDIS_URL = 'redis://user:hunter2@host';
    expect(toolEnvironment()).toMatchObject({ CERTOPS_FARM: 'a.yaml' });
    expect(JSON.stringify(toolEnvironment())).not.toContain('hunter2');
  });

  test('a rehearsal gets the proxy of the bot and of the machine, and a tool does not get the password of the bot’s', () => {
    process.env.CERTOPS_HTTPS_PROXY = 'http://certops:hunter2@proxy.corp:3128';
    process.env.HTTPS_PROXY = 'http://proxy.corp:3128';
    expect(environment({})).toMatchObject({
      CERTOPS_HTTPS_PROXY: 'http://certops:hunter2@proxy.corp:3128',
      HTTPS_PROXY: 'http://proxy.corp:3128',
    });
    expect(JSON.stringify(toolEnvironment())).not.toContain('hunter2');
  });

  test.each([
    ['socks5://certops:hunter2@proxy.corp:1080', 'socks5://(secret)'],
    ['https://certops:hunter2@proxy.corp:3128', 'https://(secret)'],
    ['proxy.corp', '(secret)'],
    ['proxy.corp:99999', '(secret)'],
    ['http://proxy.corp', 'http://(secret)'],
    ['http://proxy.corp:0', 'http://(secret)'],
    ['http://proxy.corp:99999', 'http://(secret)'],
    ['http://certops@proxy.corp:3128', 'http://(secret)'],
    ['http://certops:hunter2@:3128', 'http://(secret)'],
    ['http://certops:hunter2@2@proxy.corp:3128', 'http://(secret)'],
    ['http://certops:hunter%2@proxy.corp:3128', 'http://(secret)'],
    ['http://certops:hunter2@proxy.corp:3128/path', 'http://(secret)'],
    ['http://certops:hunter2@proxy.corp:3128?x', 'http://(secret)'],
  ])(
    'the proxy %s is refused without its password, under the name of the bot’s variable or of the machine’s',
    (given, found) => {
      process.env.CERTOPS_HTTPS_PROXY = given;
      const allowed = expect.stringContaining('http://HOST:PORT');
      const own = codeOf(() => loadOptions());
      expect(own).toMatchObject({ code: 'OptionNotValid', data: { option: 'CERTOPS_HTTPS_PROXY', found, allowed } });
      const machines = codeOf(() => proxyHere({ httpsProxy: null }, { env: { HTTPS_PROXY: given } }));
      expect(machines).toMatchObject({ code: 'OptionNotValid', data: { option: 'HTTPS_PROXY', found, allowed } });
      expect(JSON.stringify([own, machines])).not.toContain('hunter');
    },
  );

  test('an invalid proxy of the machine is no error when options are loaded', () => {
    process.env.HTTPS_PROXY = 'socks5://proxy.corp:1080';
    expect(loadOptions().httpsProxy).toBeNull();
  });
});

describe('the proxy', () => {
  const at = (host: string) => `http://${host}:3128`;
  const hereWith = (env: NodeJS.ProcessEnv, httpsProxy: string | null = null) => {
    const here = proxyHere({ httpsProxy }, { env });
    return here === null ? null : [here.from, here.proxy.host, here.noProxy];
  };

  test('is the bot’s own, else the machine’s, else none', () => {
    const env = { https_proxy: at('small'), HTTPS_PROXY: at('large'), NO_PROXY: '.corp' };
    expect(hereWith(env, at('own'))).toEqual(['CERTOPS_HTTPS_PROXY', 'own', '.corp']);
    expect(hereWith(env)).toEqual(['https_proxy', 'small', '.corp']);
    expect(hereWith({ https_proxy: '', HTTPS_PROXY: at('large'), no_proxy: 'a', NO_PROXY: 'b' })).toEqual([
      'HTTPS_PROXY',
      'large',
      'a',
    ]);
    expect(hereWith({ HTTP_PROXY: at('other'), ALL_PROXY: at('other') })).toBeNull();
    expect(otherProxyHere({ env: { HTTP_PROXY: at('other') } })).toBe('HTTP_PROXY');
  });

  test('may have a user, whose percent-encoded password may hold any character, and the machine’s needs no scheme', () => {
    expect(proxyHere({ httpsProxy: 'http://certops:a%40b%3A%25@[fd00::1]:3128/' }, { env: {} })?.proxy).toEqual({
      host: 'fd00::1',
      port: 3128,
      user: { name: 'certops', password: 'a@b:%' },
    });
    expect(proxyHere({ httpsProxy: at('proxy.corp') }, { env: {} })?.proxy.user).toBeNull();
    for (const text of ['proxy.corp:3128', '10.0.0.9:3128', 'certops:hunter2@proxy.corp:3128'])
      expect(proxyHere({ httpsProxy: null }, { env: { HTTPS_PROXY: text } })?.proxy.port).toBe(3128);
  });
});
