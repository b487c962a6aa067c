import { jest } from '@jest/globals';
import { parseRunnerConfig, type RunnerConfig, writeRunnerConfig } from '../../src/config/runner-config.ts';
import type { CertopsError } from '../../src/domain/errors.ts';
import { SAYINGS } from '../../src/roots/sayings/index.ts';

const FILE = 'C:\\ProgramData\\certops\\runner.json';
const KEY = `ed25519:${'A'.repeat(43)}`;
const CONFIG = {
  farm: 'prod',
  host: 'sqlw01',
  botKeys: [KEY],
  hostKeys: { sqlw01: [KEY], sqlm01: [KEY] },
  masterHost: 'sqlm01',
};

function thrown(work: () => unknown): CertopsError {
  try {
    work();
  } catch (error) {
    return error as CertopsError;
  }
  throw new Error('nothing was thrown');
}

describe('the configuration of a runner', () => {
  test('is read, with the defaults of a usual Windows', () => {
    const config = parseRunnerConfig(JSON.stringify(CONFIG));
    expect(config.overrides).toEqual({ systemRoot: 'C:\\Windows', root: null, connect: {} });
    expect(config.allowedCertificates).toEqual([]);
  });

  test.each([
    ['in lower case, as certutil prints it', '01d207b300ca662f479beb884efe6ce328f77d53'],
    ['as the certificate window shows it', '\u200e01 d2 07 b3 00 ca 66 2f 47 9b eb 88 4e fe 6c e3 28 f7 7d 53'],
  ])('takes a thumbprint that was pasted %s', (_what, pasted) => {
    const config = parseRunnerConfig(JSON.stringify({ ...CONFIG, allowedCertificates: [pasted] }));
    expect(config.allowedCertificates).toEqual(['01D207B300CA662F479BEB884EFE6CE328F77D53']);
  });

  test('takes the address of a name in whatever case its endpoint is written', () => {
    const overrides = { addresses: { 'SQLM01.corp.example': '10.0.0.5' } };
    const config = parseRunnerConfig(JSON.stringify({ ...CONFIG, overrides }));
    expect(config.overrides.addresses).toEqual({ 'sqlm01.corp.example': '10.0.0.5' });
  });

  test('refuses two addresses for one name, in whatever case it is written', () => {
    const overrides = { addresses: { 'SQLM01.corp.example': '10.0.0.5', 'sqlm01.corp.example': '10.0.0.6' } };
    expect(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, overrides }))).toThrow(
      expect.objectContaining({
        code: 'RunnerConfigNotValid',
        data: expect.objectContaining({ found: '"sqlm01.corp.example" a second time', allowed: 'each name once' }),
      }),
    );
  });

  test('is unchanged after being written and read again', () => {
    const config: RunnerConfig = parseRunnerConfig(JSON.stringify(CONFIG));
    expect(parseRunnerConfig(writeRunnerConfig(config))).toEqual(config);
  });

  test.each([
    ['no bot key', { botKeys: [] }, 'botKeys'],
    ['a malformed bot key', { botKeys: ['ed25519:short'] }, 'botKeys[0]'],
    ['a host that is no queue name', { host: 'a b' }, 'host'],
    ['a thumbprint of 39 digits', { allowedCertificates: ['A'.repeat(39)] }, 'allowedCertificates[0]'],
    ['the service of another product', { overrides: { masterService: 'MSSQLSERVER' } }, 'overrides.masterService'],
    ['a sqlcmd on a share', { overrides: { sqlcmdFolder: '\\\\server\\tools' } }, 'overrides.sqlcmdFolder'],
    [
      'a trust that is neither true nor false',
      { overrides: { trustSqlServerCertificate: 'yes' } },
      'overrides.trustSqlServerCertificate',
    ],
    ['an unknown key', { overrides: { exec: 'calc.exe' } }, 'overrides.exec'],
    ['a peer with a malformed key', { hostKeys: { sqlm01: ['x'] } }, 'hostKeys.sqlm01[0]'],
  ])('with %s is refused, naming the place', (_what, change, where) => {
    expect(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, ...change }))).toThrow(
      expect.objectContaining({ code: 'RunnerConfigNotValid', data: expect.objectContaining({ where }) }),
    );
  });

  test.each([
    ['root', { root: 'C:\\Users\\somebody' }],
    ['connect', { connect: { 'sqlm01:8391': '127.0.0.1:1' } }],
  ])('with %s, which is for rehearsals, is refused on Windows only', (what, overrides) => {
    const text = JSON.stringify({ ...CONFIG, overrides });
    expect(() => parseRunnerConfig(text, FILE, 'win32')).toThrow(
      expect.objectContaining({
        code: 'RunnerConfigNotValid',
        data: expect.objectContaining({ where: `overrides.${what}` }),
      }),
    );
    expect(parseRunnerConfig(text, FILE, 'linux').overrides).toMatchObject(overrides);
  });

  test('is accepted on Windows as runner init writes it', () => {
    const written = writeRunnerConfig(parseRunnerConfig(JSON.stringify(CONFIG), FILE, 'win32'));
    expect(parseRunnerConfig(written, FILE, 'win32').overrides).toEqual({
      systemRoot: 'C:\\Windows',
      root: null,
      connect: {},
    });
  });

  test('is refused when it is not JSON', () => {
    expect(() => parseRunnerConfig('farm: prod')).toThrow(expect.objectContaining({ code: 'RunnerConfigNotValid' }));
  });

  test.each([
    ['a missing comma', '{\n  "farm": "prod"\n  "host": "sqlw01"\n}', 3, 3],
    ['a folder with single backslashes', '{\r\n  "sqlcmdFolder": "C:\\Program"\r\n}', 2, 23],
    ['a comma too many in a list', '{\n  "botKeys": [\n    "sqlw01",\n  ]\n}', 4, 3],
    ['a comment above it', '// sqlw01\n{"farm": "prod"}', 1, 1],
    ['a comment beside a value', '{\n  "farm": "prod", # sqlw01\n  "host": "sqlw01"\n}', 2, 19],
    ['its end missing', '{\n  "farm": "prod", "botKeys": [\n', 3, 1],
    ['a word in place of a value', '{\n  "farm": prod, "host": "sqlw01"\n}', 2, 11],
  ])('with %s is refused, naming line and column and repeating nothing of the text', (_what, text, line, column) => {
    const error = thrown(() => parseRunnerConfig(text));
    expect(error).toMatchObject({ code: 'RunnerConfigNotValid', data: { line, column } });
    expect(JSON.stringify(error.data)).not.toMatch(/sqlw01|Program/u);
    expect(SAYINGS.RunnerConfigNotValid?.say(error.data)).toContain(`line ${line}, column ${column}`);
  });

  test.each([
    ['', 1, 1],
    ['\r\n  \r\n', 3, 1],
  ])('that is empty is refused with that word, not with what to correct in it: %j', (text, line, column) => {
    const { data } = thrown(() => parseRunnerConfig(text, FILE));
    expect(data).toMatchObject({ file: FILE, line, column, found: 'nothing' });
    expect(SAYINGS.RunnerConfigNotValid?.say(data)).toMatch(/runner\.json is empty: .*runner\.json of a copy/u);
  });

  test('is refused without a place where Node tells what is wrong in words of its own', () => {
    const parse = jest.spyOn(JSON, 'parse').mockImplementation(() => {
      throw new SyntaxError('other words');
    });
    const { data } = thrown(() => parseRunnerConfig('{"farm": }', FILE));
    parse.mockRestore();
    expect(data).toEqual({ file: FILE, where: '', allowed: 'JSON' });
  });

  test('with a comment is refused, and its reader told that there may be none', () => {
    const { data } = thrown(() => parseRunnerConfig('{\n  // the farm\n  "farm": "prod"\n}', FILE));
    expect(SAYINGS.RunnerConfigNotValid?.say(data)).toMatch(/at line 2, column 3: .*a comment, which JSON has not/u);
  });

  test.each([
    ['in a name', JSON.stringify(CONFIG).replace('"farm"', '"f\ufffd"'), 2],
    ['in a value', JSON.stringify(CONFIG).replace('"prod"', '"pr\ufffdd"'), 9],
  ])(
    'that is not UTF-8 %s is refused for its encoding, not for a name that seems to be missing',
    (_where, text, column) => {
      const { data } = thrown(() => parseRunnerConfig(text, FILE));
      expect(data).toMatchObject({ line: 1, column, found: 'an encoding other than UTF-8' });
    },
  );

  const OTHER = `ed25519:${'B'.repeat(43)}`;

  test.each([
    ['the farm', '{"farm": "test",\n', '"farm" a second time', 2, 2],
    ['the keys of the bots', `{"botKeys": ["${OTHER}"],\n`, '"botKeys" a second time', 2, 32],
    ['a name that is written in another way', '{"f\\u0061rm": "test",\n', '"farm" a second time', 2, 2],
    ['the keys of a machine', null, '"sqlm01" a second time', 1, 240],
  ])('that gives %s twice is refused, as nobody knows which of them is meant', (_what, before, found, line, column) => {
    const once = JSON.stringify(CONFIG);
    const text =
      before === null ? once.replace('"sqlm01":', `"sqlm01":["${OTHER}"],"sqlm01":`) : before + once.replace('{', ' ');
    const { code, data } = thrown(() => parseRunnerConfig(text, FILE));
    expect({ code, data }).toMatchObject({
      code: 'RunnerConfigNotValid',
      data: { file: FILE, line, column, found, allowed: 'each name once' },
    });
    const said = SAYINGS.RunnerConfigNotValid?.say(data);
    expect(said).toContain(FILE);
    expect(said).toContain(`line ${line}, column ${column}`);
    expect(said).toContain(found);
  });

  test('tells line and column of a value that is not allowed', () => {
    const text = writeRunnerConfig(parseRunnerConfig(JSON.stringify(CONFIG))).replace('"sqlw01"', '"SQL W01"');
    expect(thrown(() => parseRunnerConfig(text, FILE)).data).toMatchObject({ where: 'host', line: 3, column: 11 });
  });

  test('is read however it is indented', () => {
    expect(parseRunnerConfig(JSON.stringify(CONFIG, null, '\t').replaceAll('\n', '\r\n')).host).toBe('sqlw01');
  });

  const NAME = 'lower-case letters, digits, dot, dash and underscore, at most 63 characters';

  test.each([
    ['host', { host: 'SQL W01' }, '"SQL W01"', NAME],
    ['overrides.exec', { overrides: { exec: 'calc.exe' } }, '"exec"', /^masterService, .*workerFolder.*, connect$/u],
    [
      'overrides.masterFolders',
      { overrides: { masterFolders: 'C:\\x' } },
      '"masterFolders"',
      /^did you mean masterFolder\?/u,
    ],
    ['hostKeys.SQL W01', { hostKeys: { 'SQL W01': [KEY] } }, '"SQL W01"', NAME],
    ['masterHost', { masterHost: undefined }, 'nothing', NAME],
    ['farm', { farm: undefined }, 'nothing', 'text'],
    ['allowedCertificates[0]', { allowedCertificates: ['ab'] }, '"ab"', /^40 hexadecimal digits$/u],
    ['overrides.settleMs', { overrides: { settleMs: 90_000 } }, '90000', 'at most 60000'],
  ])('is refused with what was found at %s and what is allowed', (where, change, found, allowed) => {
    const { data } = thrown(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, ...change })));
    expect(data).toMatchObject({
      where,
      found,
      allowed: typeof allowed === 'string' ? allowed : expect.stringMatching(allowed),
    });
    expect(SAYINGS.RunnerConfigNotValid?.say(data)).toContain(found);
  });

  test.each([
    ['a list', ['rediss://x:geheim@r']],
    ['text', 'rediss://x:geheim@r'],
  ])('that is %s is refused without being repeated, as it may hold the Redis address', (found, whole) => {
    const { data } = thrown(() => parseRunnerConfig(JSON.stringify(whole)));
    expect(data).toMatchObject({ where: '', found, allowed: 'a map of names to values' });
  });

  test('is refused without repeating the Redis address, which holds a password', () => {
    const { data } = thrown(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, redisUrl: ['rediss://x:geheim@r'] })));
    expect(JSON.stringify(data)).not.toContain('geheim');
  });

  test.each([
    'geheim.corp:6379',
    '“rediss://x:geheim@r:6379”',
    'rediss://x:geheim/2@r:6379',
    'rediss://x:geheim%2@r:6379',
    'redis://x:geheim@r:redis',
  ])('with a Redis address that cannot be read is refused, saying how to write it: %s', (redisUrl) => {
    const { data } = thrown(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, redisUrl })));
    expect(data).toMatchObject({
      where: 'redisUrl',
      found: 'another one',
      allowed: expect.stringContaining('/ # ? % in a password written as'),
    });
  });

  test('is not refused with the advice to run init again, which makes another key and refuses a folder that holds one', () => {
    expect(SAYINGS.RunnerConfigNotValid?.say({ where: 'host', found: '"a b"', allowed: 'a name' })).not.toContain(
      'init',
    );
  });
});
