import { parseService, parseServiceConfig, parseServices } from '../../../adapters/windows/parse/sc.ts';
import { errorNumberIn } from '../../../adapters/windows/parse/text.ts';
import { neverThrowsForeign, recorded } from './fixtures.ts';

describe('services as sc lists them', () => {
  test.each([
    ['en-query-running.txt', 'argo', 'running', 0],
    ['ru-query-running.txt', 'test', 'running', 0],
    ['zh-CN-query-running-samss.txt', 'SamSs', 'running', 0],
    ['ko-query-running.txt', 'redis', 'running', 0],
    ['pt-BR-query-running.txt', 'WireGuardTunnel$contoso', 'running', 0],
    ['pt-BR-query-interactive.txt', 'cvpnd', 'running', 0],
    ['en-start-pending-pid.txt', 'windscribeservice', 'start-pending', 1716],
    ['ru-queryex-start-pending.txt', 'contoso', 'start-pending', 19504],
    ['es-stop-pending.txt', 'RemoteRegistry', 'stop-pending', 0],
    ['it-query-never-started.txt', 'contoso.agent', 'stopped', 0],
    ['en-stop-pending-not-stoppable-then-1053.txt', 'WindscribeService', 'stop-pending', 0],
  ])('%s', (file, name, state, pid) => {
    expect(parseService(recorded(`sc/${file}`), name)).toMatchObject({ state, pid });
  });

  test.each([
    ['状态：4  RUNNING', '类型：10  WIN32_OWN_PROCESS', '服务名称：argo'],
    ['STATE              ： 4  RUNNING', 'TYPE               ： 10  WIN32_OWN_PROCESS', 'SERVICE_NAME： argo'],
  ])('a label may end in a wide colon: %s', (state, type, name) => {
    const text = [name, `        ${type}`, `        ${state}`, '        PID\uff1a4712', ''].join('\r\n');
    expect(parseService(text, 'argo')).toMatchObject({ state: 'running', pid: 4712 });
    const config = recorded('sc/ru-qc.txt').replaceAll(' : ', '\uff1a');
    expect(parseServiceConfig(config)).toEqual({ start: 'auto', account: 'LocalSystem' });
  });

  test('an echo of "running" and a later stop are two states', () => {
    const states = parseServices(recorded('sc/en-stop-echo-still-running-then-stopped.txt'));
    expect(states.map((one) => [one.name, one.state])).toEqual([
      ['WinDefend', 'running'],
      ['WinDefend', 'stopped'],
    ]);
  });

  test('the number of a state counts, whatever its word', () => {
    const text = recorded('sc/en-query-running.txt').replace('4  RUNNING', '1  ARRÊTÉ');
    expect(parseService(text, 'argo').state).toBe('stopped');
  });

  test('a display name may be empty, and a heading above is not a name', () => {
    const text = [
      'Abhängige Dienste:',
      '',
      'SERVICE_NAME: A',
      'DISPLAY_NAME: ',
      '        TYPE               : 20  WIN32_SHARE_PROCESS',
      '        STATE              : 4  RUNNING',
      '        WIN32_EXIT_CODE    : 0  (0x0)',
      '        SERVICE_EXIT_CODE  : 0  (0x0)',
    ].join('\r\n');
    expect(parseServices(text).map(({ name }) => name)).toEqual(['A']);
    const named = text.replace('DISPLAY_NAME: ', 'DISPLAY_NAME: The A');
    expect(parseServices(named).map(({ name }) => name)).toEqual(['A']);
  });

  test('dependents come with their display names, which are not their names', () => {
    const text = [
      'Enum: entriesRead = 2',
      ...['A', 'B'].flatMap((name) => [
        '',
        `SERVICE_NAME: ${name}`,
        `DISPLAY_NAME: The ${name}: service > of Contoso\\SSIS`,
        '        TYPE               : 20  WIN32_SHARE_PROCESS',
        '        STATE              : 1  STOPPED',
        '        WIN32_EXIT_CODE    : 1077  (0x435)',
        '        SERVICE_EXIT_CODE  : 3  (0x3)',
        '        CHECKPOINT         : 0x0',
        '        WAIT_HINT          : 0x0',
      ]),
    ].join('\r\n');
    expect(parseServices(text)).toEqual(
      ['A', 'B'].map((name) => ({ name, state: 'stopped', pid: 0, exitCode: 1077, ownExitCode: 3 })),
    );
  });

  test.each([
    ['1066  (0x42a)', '-2146233088  (0x80131500)', 1066, 0x80131500],
    ['-1073741819  (0xc0000005)', '7  (0x7)', 0xc0000005, 7],
  ])('how a service ended is read from the numbers in brackets: %s, %s', (exit, own, exitCode, ownExitCode) => {
    const text = [
      'SERVICE_NAME: A',
      '        TYPE               : 10  WIN32_OWN_PROCESS',
      '        STATE              : 1  STOPPED',
      `        WIN32_EXIT_CODE    : ${exit}`,
      `        SERVICE_EXIT_CODE  : ${own}`,
      '        PID                : 0',
    ].join('\r\n');
    expect(parseService(text, 'A')).toMatchObject({ pid: 0, exitCode, ownExitCode });
  });

  test.each([
    'de-1060.txt',
    'es-1060.txt',
    'ko-1060.txt',
    'en-1056.txt',
    'zh-TW-1056.txt',
    'zh-CN-1051.txt',
    'en-qc-shared-process.txt',
  ])('no state is read from %s', (file) => {
    expect(parseServices(recorded(`sc/${file}`))).toEqual([]);
    expect(() => parseService(recorded(`sc/${file}`), 'x')).toThrow('ToolOutputNotUnderstood');
  });

  test('a warning right above the name is not a name', () => {
    const text = recorded('sc/en-query-running.txt');
    const warned = `WARNING: settings of an older version\n${text.slice(text.indexOf('SERVICE_NAME'))}`;
    expect(parseService(warned, 'argo')).toMatchObject({ name: 'argo', state: 'running' });
    expect(() => parseService(warned, 'other')).toThrow('ToolOutputNotUnderstood');
    const shown = warned.replace(/^SERVICE_NAME.*$/mu, '$&\nDISPLAY_NAME: Argo: the service');
    expect(parseServices(shown).map(({ name }) => name)).toEqual(['argo']);
  });

  test('the error number is the one that sc itself gives, whatever stands above it', () => {
    const text = recorded('sc/de-1060.txt');
    expect(errorNumberIn(`Policies loaded: 12\n${text}`)).toBe(1060);
  });

  test('the state of another service is not the answer', () => {
    expect(() => parseService(recorded('sc/en-query-running.txt'), 'other')).toThrow('ToolOutputNotUnderstood');
  });

  test('garbage gives an answer or our own error', () => {
    neverThrowsForeign(parseServices);
    neverThrowsForeign(parseServiceConfig);
  });
});

describe('the configuration of a service', () => {
  const text = recorded('sc/en-qc-shared-process.txt');
  test('has a start type and an account', () => {
    expect(parseServiceConfig(text)).toEqual({ start: 'auto', account: 'LocalSystem' });
  });
  test.each(['ru-qc.txt', 'es-qc.txt', 'fr-qc.txt', 'de-qc-several-dependencies.txt'])('is read from %s', (file) => {
    expect(parseServiceConfig(recorded(`sc/${file}`))).toEqual({ start: 'auto', account: 'LocalSystem' });
  });
  test.each([
    ['4   DISABLED', 'NT Service\\SSISScaleOutMaster160', 'disabled'],
    ['3   DEMAND_START', '.\\ssis svc', 'manual'],
    ['2   AUTO_START  (DELAYED)', 'CONTOSO\\gmsa$', 'auto'],
  ])('%s for %s', (start, account, kind) => {
    const changed = text.replace('2   AUTO_START', start).replace('LocalSystem', account).replaceAll('\n', '\r\n');
    expect(parseServiceConfig(changed)).toEqual({ start: kind, account });
  });
  test('has its account on its own line, whatever follows', () => {
    const more = `${text.trimEnd()}\nexit code: 0\n`;
    expect(parseServiceConfig(more)).toEqual({ start: 'auto', account: 'LocalSystem' });
  });
  test.each(['en-qc-shared-process.txt', 'de-qc-several-dependencies.txt', 'ru-qc.txt'])(
    'is not read from %s if a line of it is lost or the rest is cut off: no other line is its account',
    (file) => {
      const lines = recorded(`sc/${file}`).trimEnd().split('\n');
      const accounts = lines.flatMap((_line, at) => {
        const left = [lines.filter((_one, other) => other !== at), lines.slice(0, at)];
        return left.flatMap((some) => {
          try {
            return parseServiceConfig(some.join('\n')).account;
          } catch {
            return [];
          }
        });
      });
      expect([...new Set(accounts)]).toEqual(['LocalSystem']);
    },
  );
  test('is an error where it is missing', () => {
    expect(() => parseServiceConfig(recorded('sc/de-1060.txt'))).toThrow('ToolOutputNotUnderstood');
  });
});
