import { parseRunnerConfig, type RunnerConfig, writeRunnerConfig } from '../../src/config/runner-config.ts';

const KEY = `ed25519:${'A'.repeat(43)}`;
const CONFIG = {
  farm: 'prod',
  host: 'sqlw01',
  botKeys: [KEY],
  hostKeys: { sqlw01: [KEY], sqlm01: [KEY] },
  masterHost: 'sqlm01',
};

describe('the configuration of a runner', () => {
  test('is read, with Windows as it usually is', () => {
    const config = parseRunnerConfig(JSON.stringify(CONFIG));
    expect(config.overrides).toEqual({ systemRoot: 'C:\\Windows', root: null, connect: {} });
    expect(config.allowedCertificates).toEqual([]);
  });

  test('is the same again when it is written and read', () => {
    const config: RunnerConfig = parseRunnerConfig(JSON.stringify(CONFIG));
    expect(parseRunnerConfig(writeRunnerConfig(config))).toEqual(config);
  });

  test.each([
    ['no bot key', { botKeys: [] }, 'botKeys'],
    ['a malformed bot key', { botKeys: ['ed25519:short'] }, 'botKeys[0]'],
    ['a host that is no queue name', { host: 'a b' }, 'host'],
    ['a thumbprint in lower case', { allowedCertificates: ['a'.repeat(40)] }, 'allowedCertificates[0]'],
    ['a service of somebody else', { overrides: { masterService: 'MSSQLSERVER' } }, 'overrides.masterService'],
    ['a sqlcmd on a share', { overrides: { sqlcmdFolder: '\\\\server\\tools' } }, 'overrides.sqlcmdFolder'],
    [
      'trust that is no yes or no',
      { overrides: { trustSqlServerCertificate: 'yes' } },
      'overrides.trustSqlServerCertificate',
    ],
    ['a key nobody knows', { overrides: { exec: 'calc.exe' } }, 'overrides'],
    ['a peer with a malformed key', { hostKeys: { sqlm01: ['x'] } }, 'hostKeys.sqlm01[0]'],
  ])('%s is refused, with the place', (_what, change, where) => {
    expect(() => parseRunnerConfig(JSON.stringify({ ...CONFIG, ...change }))).toThrow(
      expect.objectContaining({ code: 'RunnerConfigNotValid', data: expect.objectContaining({ where }) }),
    );
  });

  test('what is no JSON is refused', () => {
    expect(() => parseRunnerConfig('farm: prod')).toThrow(expect.objectContaining({ code: 'RunnerConfigNotValid' }));
  });
});
