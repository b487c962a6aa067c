import { parseNetstat } from '../../../adapters/windows/parse/netstat.ts';
import { binary, dword, exportedText, guidOf, parseRegistry, text } from '../../../adapters/windows/parse/registry.ts';
import { parseElevated } from '../../../adapters/windows/parse/whoami.ts';
import { neverThrowsForeign } from './fixtures.ts';

const OUTPUT = [
  '',
  'HKEY_LOCAL_MACHINE\\SYSTEM\\X\\0.0.0.0:8391',
  '    AppId    REG_BINARY    CD244121 5BD00943 9AF99CAA44B2B74A'.replaceAll(' 5', '5').replaceAll(' 9', '9'),
  '    SslCertStoreName    REG_SZ    MY',
  '    Default Flags    REG_DWORD    0x1fff',
  '    (Standard)    REG_SZ    (Wert nicht festgelegt)',
  '    Empty    REG_SZ    ',
  '    Nothing    REG_SZ',
  '    ImagePath    REG_EXPAND_SZ    "C:\\Program Files\\a    b.exe" -x',
  '',
  'HKEY_LOCAL_MACHINE\\SYSTEM\\X\\[::]:8391',
  '  odd',
].join('\r\n');

describe('what reg query prints', () => {
  const [first, second] = parseRegistry(OUTPUT);
  test('is read as keys with their values by name, in any case', () => {
    expect(first?.path).toBe('HKEY_LOCAL_MACHINE\\SYSTEM\\X\\0.0.0.0:8391');
    if (first === undefined) return;
    expect(guidOf(binary(first, 'appid', 16) ?? '')).toBe('{214124cd-d05b-4309-9af9-9caa44b2b74a}');
    expect(dword(first, 'Default Flags', 0)).toBe(0x1fff);
    expect(dword(first, 'absent', 7)).toBe(7);
    expect(dword(first, 'AppId', 7)).toBeNull();
    expect([
      text(first, 'sslcertstorename'),
      text(first, 'Empty'),
      text(first, 'Nothing'),
      text(first, 'absent'),
    ]).toEqual(['MY', '', '', '']);
    expect(text(first, 'imagepath')).toBe('"C:\\Program Files\\a    b.exe" -x');
    expect(first.values.size).toBe(6);
  });
  test.each([
    [
      'the name of a key',
      '    Source    REG_SZ    HKEY_LOCAL_MACHINE\\SYSTEM\\Y',
      'source',
      'HKEY_LOCAL_MACHINE\\SYSTEM\\Y',
    ],
    ['what a value looks like', '    Text    REG_SZ    a    REG_SZ    b', 'text', 'a    REG_SZ    b'],
    ['a name that ends in brackets', '    Path (old)    REG_SZ    C:\\a', 'path (old)', 'C:\\a'],
    ['a name that begins in brackets', '    (old) path    REG_SZ    C:\\a', '(old) path', 'C:\\a'],
  ])('is one value where there is %s in it', (_what, line, name, data) => {
    expect(parseRegistry(`HKEY_LOCAL_MACHINE\\SYSTEM\\X\r\n${line}\r\n`)).toEqual([
      { path: 'HKEY_LOCAL_MACHINE\\SYSTEM\\X', values: new Map([[name, { type: 'REG_SZ', data }]]), unread: [] },
    ]);
  });
  test('keeps a line that is not a value as unread', () => expect(second?.unread).toEqual(['  odd']));
  test.each(['ERROR: no', '    AppId    REG_DWORD    0x0', `rvices\\HTTP\r\n${OUTPUT}`, `  odd\r\n${OUTPUT}`])(
    'is an error if it begins with something else: %j',
    (output) => {
      expect(() => parseRegistry(output)).toThrow('ToolOutputNotUnderstood');
    },
  );
  test('is read without a warning above it', () => {
    expect(parseRegistry(`WARNING: audited (12)\r\n${OUTPUT}`)).toEqual(parseRegistry(OUTPUT));
  });
  test('garbage gives an answer or our own error', () => neverThrowsForeign(parseRegistry));
});

describe('whoami /groups', () => {
  test.each([
    ['Mandatory Label\\High Mandatory Level    Label   S-1-16-12288', true],
    ['Verbindliche Beschriftung\\Systemverbindlichkeitsstufe  Bezeichnung  S-1-16-16384', true],
    ['Étiquette obligatoire\\Niveau obligatoire moyen  Nom  S-1-16-8192', false],
    ['Étiquette obligatoire\\Niveau obligatoire système Nom               S-1-16-16384', true],
    ['Mandatory Label\\高强制级别                    标签            S-1-16-12288', true],
    ['Etiqueta obligatoria\\Nivel obligatorio medio alto                  Etiqueta       S-1-16-8448', false],
  ])('%s: %s', (line, elevated) => {
    expect(parseElevated(`BUILTIN\\Users   Alias   S-1-5-32-545\r\n${line}\r\n`)).toBe(elevated);
  });
  test('without a label is an error', () => expect(() => parseElevated('S-1-5-32-545')).toThrow('NotUnderstood'));
  test('garbage gives an answer or our own error', () => neverThrowsForeign(parseElevated));
});

describe('netstat', () => {
  const lines = [
    '',
    'Aktive Verbindungen',
    '',
    '  Proto  Lokale Adresse         Remoteadresse          Status           PID',
    '  TCP    0.0.0.0:135            0.0.0.0:0              ABHÖREN         932',
    '  TCP    10.0.0.7:50112         10.0.0.5:8391          HERGESTELLT     4711',
    '  TCP    10.0.0.7:50113         10.0.0.5:8391          CLOSE WAIT      4712',
    '  TCP    10.0.0.7:50114         10.0.0.5:8391          4713',
    '  TCP    [fe80::1%4]:50115      [fe80::2%4]:8391       СОЗДАНО         4714',
    '  UDP    0.0.0.0:123            *:*                                    1044',
    '  UDP    [::]:123               *:*                                    1044',
  ];
  test('gives addresses and process IDs, without listeners', () => {
    expect(parseNetstat(lines.join('\r\n'))?.connections.map((one) => [one.remote, one.remotePort, one.pid])).toEqual([
      ['10.0.0.5:8391', 8391, 4711],
      ['10.0.0.5:8391', 8391, 4712],
      ['10.0.0.5:8391', 8391, 4713],
      ['[fe80::2%4]:8391', 8391, 4714],
    ]);
  });
  test.each([
    ['nothing', []],
    ['its heading alone', lines.slice(0, 4)],
    ['other columns', ['Proto,Local,Remote,PID', 'TCP,10.0.0.7:50112,10.0.0.5:8391,4711']],
  ])('%s is not understood, which is never "no connection"', (_what, said) => {
    expect(parseNetstat(said.join('\r\n'))).toBeNull();
  });
  test('a machine that only listens has no connection', () => {
    expect(parseNetstat(lines.toSpliced(5, 4).join('\r\n'))).toEqual({ connections: [], isWhole: true });
  });
  test.each([
    ['before the first row of UDP', lines.slice(0, 9)],
    ['within a row', [...lines.slice(0, 8), '  TCP    10.0.0.7:50114         10.0.0.5:8391          47']],
  ])('what broke off %s tells of those that it lists, and is not whole', (_where, said) => {
    const found = parseNetstat(said.join('\r\n'));
    expect(found?.isWhole).toBe(false);
    expect(found?.connections.slice(0, 2).map(({ pid }) => pid)).toEqual([4711, 4712]);
  });
  test('garbage gives an answer or our own error', () => neverThrowsForeign(parseNetstat));
});

const EXPORTED = [
  '\ufeffWindows Registry Editor Version 5.00',
  '',
  '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\X]',
  '"Start"=dword:00000002',
  '"ImagePath"=hex(2):22,00,43,00,3a,00,5c,00,78,00,2e,00,65,00,78,00,65,00,22,00,\\',
  '  00,00',
  '"DisplayName"="The \\"X\\" service"',
  '"ObjectName"="CORP\\\\Łukasz-svc"',
  '',
  '[HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\X\\Parameters]',
  '"ServiceName"="below"',
  '',
].join('\r\n');

test.each([
  ['ObjectName', 'CORP\\Łukasz-svc'],
  ['displayname', 'The "X" service'],
  ['Start', null],
  ['ImagePath', '"C:\\x.exe"'],
  ['ServiceName', null],
])('a text value of an exported key is read exactly, and nothing else is: %s', (name, value) => {
  expect(exportedText(EXPORTED, 'HKEY_LOCAL_MACHINE\\system\\CurrentControlSet\\Services\\x', name)).toBe(value);
  expect(exportedText(EXPORTED, 'HKEY_LOCAL_MACHINE\\SYSTEM', name)).toBeNull();
});
