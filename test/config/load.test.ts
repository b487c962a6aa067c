import { environment, loadOptions, toolEnvironment } from '../../src/config/load.ts';
import { LEVELS, OPTIONS } from '../../src/config/options.ts';

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
    for (const { env } of OPTIONS) delete process.env[env];
  });
  afterEach(() => {
    for (const { env } of OPTIONS) delete process.env[env];
    Object.assign(process.env, before);
  });

  test('have their defaults when nobody says anything', () => {
    expect(loadOptions()).toMatchObject({ redisUrl: null, farmFile: 'farm.yaml', logLevel: 'info', consolePort: null });
  });

  test('come from the environment, and a flag goes before it', () => {
    process.env.CERTOPS_FARM = 'env.yaml';
    expect(loadOptions().farmFile).toBe('env.yaml');
    expect(loadOptions({ farmFile: 'flag.yaml' }).farmFile).toBe('flag.yaml');
  });

  test.each([
    ['CERTOPS_CONSOLE_PORT', '99999', 'a port, 0 to 65535'],
    ['CERTOPS_CONSOLE_PORT', '80a', 'a port, 0 to 65535'],
    ['CERTOPS_LOG_LEVEL', 'loud', LEVELS.join(', ')],
  ])('%s=%s is refused with what is allowed', (env, found, allowed) => {
    process.env[env] = found;
    expect(codeOf(() => loadOptions())).toMatchObject({
      code: 'OptionNotValid',
      data: { option: env, found, allowed },
    });
  });

  test('a secret that is refused is not repeated', () => {
    process.env.REDIS_URL = 'http://user:hunter2@host';
    expect(JSON.stringify(codeOf(() => loadOptions()))).not.toContain('hunter2');
  });

  test('names and variables are there once each, and everything with a password in it is a secret', () => {
    expect(new Set(OPTIONS.map(({ name }) => name)).size).toBe(OPTIONS.length);
    expect(new Set(OPTIONS.map(({ env }) => env)).size).toBe(OPTIONS.length);
    expect(OPTIONS.filter(({ type }) => type === 'url').every(({ secret }) => secret)).toBe(true);
  });

  test('a child gets our environment and what it is told beside', () => {
    process.env.CERTOPS_FARM = 'a.yaml';
    expect(environment({ REDIS_URL: 'redis://x' })).toMatchObject({ CERTOPS_FARM: 'a.yaml', REDIS_URL: 'redis://x' });
  });

  test('a tool gets ours without the secrets', () => {
    process.env.CERTOPS_FARM = 'a.yaml';
    process.env.REDIS_URL = 'redis://user:hunter2@host';
    expect(toolEnvironment()).toMatchObject({ CERTOPS_FARM: 'a.yaml' });
    expect(JSON.stringify(toolEnvironment())).not.toContain('hunter2');
  });
});
