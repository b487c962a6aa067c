import { isWhole, isWholeAndEmpty, parseStore, saysNotFound } from '../../../adapters/windows/parse/certutil.ts';
import { namesListed } from '../../../adapters/windows/parse/icacls.ts';
import { parseSslBindings } from '../../../adapters/windows/parse/netsh.ts';
import { parseNetstat } from '../../../adapters/windows/parse/netstat.ts';
import { binary, dword, exportedText, parseRegistry, text } from '../../../adapters/windows/parse/registry.ts';
import { parseService, parseServices } from '../../../adapters/windows/parse/sc.ts';
import { cut, errorNumberIn, errorNumberSaid } from '../../../adapters/windows/parse/text.ts';
import { namedSids } from '../../../adapters/windows/parse/whoami.ts';

const HASH = 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304';
const APP = '{5d89a20c-beab-4389-9447-324788eb944a}';
const HEADING = 'SSL Certificate bindings:\n-------------------------\n\n';

interface Shown {
  readonly key?: string;
  readonly hash?: string;
}
const shown = ({ key = '0.0.0.0:8391', hash = HASH }: Shown): string =>
  [`IP:port : ${key}`, `Certificate Hash : ${hash}`, `Application ID : ${APP}`, 'Certificate Store Name : Root']
    .map((line) => `    ${line}\n`)
    .join('');
const netsh = (...all: readonly Shown[]) => parseSslBindings(HEADING + all.map(shown).join('\n'));

describe('netsh', () => {
  test.each([
    ['0.0.0.0:1', 'ipport', 1],
    ['0.0.0.0:65535', 'ipport', 65_535],
    ['[::]:8391', 'ipport', 8391],
    // a name that begins like an address
    ['10.0.0.5.contoso.com:8391', 'hostnameport', 8391],
  ])('binds %s', (key, kind, port) => {
    expect(netsh({ key })).toMatchObject({ bindings: [{ key, kind, port, store: 'Root' }], unread: [], empty: null });
  });

  test.each([
    ['with port 0', { key: '0.0.0.0:0' }],
    ['with a port beyond the last', { key: '0.0.0.0:65536' }],
    ['whose key is no key', { key: 'something else' }],
    ['whose key is no key, without a hash', { key: 'something else', hash: '(null)' }],
  ])('does not pass over a binding %s beside another one', (_what, odd) => {
    for (const all of [[odd, {}], [{}, odd], [odd]]) {
      const { bindings, unread, empty } = netsh(...all);
      expect(bindings.map(({ key }) => key)).toEqual(all.length === 1 ? [] : ['0.0.0.0:8391']);
      expect(unread.map(({ port }) => port)).toEqual([null]);
      expect(empty).toBeNull();
    }
  });

  test.each([
    ['after the hash, below what is no key', `    IP:port : odd\n    Certificate Hash : ${HASH}\n`],
    ['after an address', '    IP:port : 0.0.0.0:8391\n'],
    ['after a host name', '    Hostname:port : sqlm01.contoso.com:8391\n'],
    ['after a host name and a hash', `    Hostname:port : sqlm01:8391\n    Certificate Hash : ${HASH}\n`],
  ])('does not take a list that breaks off %s for a shorter one', (_what, rest) => {
    for (const above of [shown({}), '']) {
      expect(() => parseSslBindings(`${HEADING}${above}\n${rest}`)).toThrow('ToolOutputNotUnderstood');
    }
  });

  test('a trust list that is named like a host and its port is a line of its binding', () => {
    const list = '    Ctl Identifier : server:443\n    Ctl Store Name : x\n';
    const { bindings, unread } = parseSslBindings(`${HEADING}${shown({})}${list}\n${shown({ key: '[::]:8391' })}`);
    expect([bindings.map(({ key }) => key), unread]).toEqual([['0.0.0.0:8391', '[::]:8391'], []]);
  });

  test.each([
    ['nothing', '', 'none'],
    ['a sentence', 'There are none.\n', 'perhaps'],
    ['a sentence on two lines', 'There are\nnone.\n', 'perhaps'],
  ])('lists %s', (_what, below, empty) => {
    expect(parseSslBindings(`${HEADING}${below}`)).toEqual({ bindings: [], unread: [], empty });
  });

  test.each([
    ['three lines', `${HEADING}a\nb\nc\n`],
    ['what looks like a value', `${HEADING}Error: no\n`],
    ['what looks like a value below a sentence', `${HEADING}There are none.\nError: no\n`],
    ['what looks like a value behind a wide colon', `${HEADING}错误：无\n`],
    ['a sentence without a heading', 'There are none.\n'],
  ])('is not understood with %s', (_what, said) => {
    expect(() => parseSslBindings(said)).toThrow('ToolOutputNotUnderstood');
  });
});

describe('certutil', () => {
  test.each([
    ['its own last line', 'my "Personal"\nCertUtil: -store command completed successfully.', true],
    ['its own last line only', 'CertUtil: -store OK', true],
    ['its name within a line', 'no such file: CertUtil', false],
    ['no last line', 'my "Personal"', false],
    ['a hash', `Cert Hash(sha1): ${HASH}\nCertUtil: -store OK`, false],
    ['nothing', '', false],
  ])('a listing without a heading and with %s is whole and empty: %#', (_what, said, expected) => {
    expect(isWholeAndEmpty(said)).toBe(expected);
  });

  test.each([0x8009_2004, 0x8009_0011])('only a failure says that nothing was found: %d', (number) => {
    const said = `CertUtil: -store: 0x${number.toString(16)}`;
    expect([0, 1, number].map((code) => saysNotFound(code, said))).toEqual([false, true, true]);
  });

  const block = (...key: readonly string[]): string =>
    [
      '================ Certificate 0 ================',
      'Serial Number: 11',
      'Issuer: CN=a',
      ' NotBefore: 1/1/2026',
      ' NotAfter: 1/1/2027',
      'Subject: CN=a',
      `Cert Hash(sha1): ${HASH}`,
      ...key,
    ].join('\n');

  test('what the tool says of a key above the last certificate does not end a listing', () => {
    const listed = [block('CertUtil: Keyset does not exist'), block('No key')].join('\n');
    expect(isWhole(listed)).toBe(false);
    expect(isWhole(`${listed}\nCertUtil: -store OK`)).toBe(true);
  });

  test('a key without a provider is one if something is said of it, and else was cut off', () => {
    expect(parseStore(block('  Key Container = certops-1', 'Missing stored keyset'))).toMatchObject([
      { privateKey: 'unreadable', container: 'certops-1', keyFile: null, provider: null },
    ]);
    expect(() => parseStore(block('  Key Container = certops-1'))).toThrow('CertutilUnreadable');
  });
});

describe('icacls', () => {
  const PLACE = 'C:\\a';
  const SYSTEM = 'NT AUTHORITY\\SYSTEM';
  test.each([
    ['one, then the summary', `${PLACE} ${SYSTEM}:(F)\nDone`, [SYSTEM]],
    ['one, then an empty line', `${PLACE} ${SYSTEM}:(F)\n\n`, [SYSTEM]],
    ['two, and another place below', `${PLACE} ${SYSTEM}:(F)\n     a:(R)\n\n${PLACE} b:(R)\n\n`, [SYSTEM, 'a']],
    ['one, and breaks off', `${PLACE} ${SYSTEM}:(F)`, null],
    ['one, and breaks off behind its line', `${PLACE} ${SYSTEM}:(F)\n`, null],
    ['two, and breaks off behind a line', `${PLACE} ${SYSTEM}:(F)\n     a:(R)\n`, null],
    ['two, and breaks off', `${PLACE} ${SYSTEM}:(F)\n     a:(R)`, null],
    ['one, and what is none', `${PLACE} ${SYSTEM}:(F)\n     more\n\n`, null],
    ['only what is none', `${PLACE} more\n\n`, null],
    ['another place', `C:\\ab ${SYSTEM}:(F)\n\n`, null],
  ])('names %s', (_what, said, names) => {
    expect(namesListed(said, PLACE)).toEqual(names);
  });
});

describe('reg', () => {
  const PATH = 'HKEY_LOCAL_MACHINE\\A';
  const exported = (...lines: readonly string[]): string => ['Windows Registry Editor', '', ...lines, ''].join('\r\n');

  test.each([
    ['its own value', exported(`[${PATH}]`, '"Name"="a\\\\b"'), 'a\\b'],
    ['its own value in another case', exported(`[${PATH.toLowerCase()}]`, '"NAME"="a"'), 'a'],
    ['a later value', exported(`[${PATH}]`, '"Other"="b"', '"Name"="a"'), 'a'],
    ['no value of the key below it', exported(`[${PATH}]`, '"Other"="b"', '', `[${PATH}\\B]`, '"Name"="a"'), null],
    [
      'no value of the second key below it',
      exported(`[${PATH}]`, '', `[${PATH}\\B]`, '"Name"="a"', '', `[${PATH}\\C]`, '"Name"="b"'),
      null,
    ],
    ['no value of the key above it', exported('[HKEY_LOCAL_MACHINE]', '"Name"="a"', '', `[${PATH}]`), null],
    ['a text with variables', exported(`[${PATH}]`, '"Name"=hex(2):25,00,61,00,25,00,00,00'), '%a%'],
    ['such a text on two lines', exported(`[${PATH}]`, '"Name"=hex(2):25,00,\\\r\n  61,00,25,00,00,00'), '%a%'],
    ['such a text on two plain lines', exported(`[${PATH}]`, '"Name"=hex(2):25,00,\\\n  61,00,25,00'), '%a%'],
    ['no number', exported(`[${PATH}]`, '"Name"=dword:00000001'), null],
  ])('of an exported key reads %s', (_what, said, found) => {
    expect(exportedText(said, PATH, 'name')).toBe(found);
  });

  const keyWith = (type: string, data: string) => {
    const [key] = parseRegistry(`${PATH}\n    Value    ${type}    ${data}\n`);
    if (key === undefined) throw new Error('no key');
    return key;
  };

  test.each([
    ['REG_DWORD', '0x0', 0],
    ['REG_DWORD', '0xFFFFFFFF', 0xffff_ffff],
    ['REG_DWORD', '0X1a', 26],
    ['REG_DWORD', '10x1', null],
    ['REG_DWORD', '0x1 x', null],
    ['REG_DWORD', '0x123456789', null],
    ['REG_DWORD', '', null],
    ['REG_SZ', '0x1', null],
    ['REG_QWORD', '0x1', null],
  ])('a number of type %s with %s', (type, data, found) => {
    expect(dword(keyWith(type, data), 'value', 7)).toBe(found);
    expect(dword(keyWith(type, data), 'absent', 7)).toBe(7);
  });

  test.each([
    ['REG_BINARY', '0AFF', '0aff'],
    ['REG_BINARY', '0A FF', '0aff'],
    ['REG_BINARY', '0A,FF', '0aff'],
    ['REG_BINARY', '0A', null],
    ['REG_BINARY', '0AFF00', null],
    ['REG_BINARY', 'x0AF', null],
    ['REG_BINARY', '0AFx', null],
    ['REG_BINARY', '', null],
    ['REG_SZ', '0AFF', null],
  ])('two bytes of type %s with %s', (type, data, found) => {
    expect(binary(keyWith(type, data), 'VALUE', 2)).toBe(found);
    expect(binary(keyWith(type, data), 'absent', 2)).toBeNull();
  });

  test.each([
    ['REG_SZ', ' a ', 'a'],
    ['REG_EXPAND_SZ', '%a%', '%a%'],
    ['REG_MULTI_SZ', 'a', null],
  ])('a text of type %s with "%s"', (type, data, found) => {
    expect(text(keyWith(type, data), 'VALUE')).toBe(found);
    expect(text(keyWith(type, data), 'absent')).toBe('');
  });
});

describe('sc', () => {
  const block = (name: string, state = '4  RUNNING', ...more: readonly string[]): string =>
    [`SERVICE_NAME: ${name}`, '        TYPE  : 10  WIN32_OWN_PROCESS', `        STATE : ${state}`, ...more].join('\n');

  test('a service that is told twice is not understood, nor is one that is not told', () => {
    expect(parseService(block('A'), 'a')).toMatchObject({ name: 'A', state: 'running', pid: 0 });
    expect(parseService(`${block('B')}\n${block('A', '1  STOPPED')}`, 'a')).toMatchObject({ state: 'stopped' });
    for (const said of [`${block('A')}\n${block('A', '1  STOPPED')}`, block('B'), ''])
      expect(() => parseService(said, 'A')).toThrow('ToolOutputNotUnderstood');
  });

  test('each service has its own exit codes and process', () => {
    const codes = (code: number) => [
      `        WIN32_EXIT_CODE : ${code}  (0x${code.toString(16)})`,
      `        SERVICE_EXIT_CODE : ${code + 1}  (0x${(code + 1).toString(16)})`,
    ];
    const said = [
      block('A', '4  RUNNING', ...codes(0), '        PID : 11'),
      block('B', '1  STOPPED', ...codes(1066)),
      block('C', '4  RUNNING', ...codes(20), '        PID : 13'),
      block('D'),
    ].join('\n\n');
    expect(
      parseServices(said).map(({ name, pid, exitCode, ownExitCode }) => [name, pid, exitCode, ownExitCode]),
    ).toEqual([
      ['A', 11, 0, 1],
      ['B', 0, 1066, 1067],
      ['C', 13, 20, 21],
      ['D', 0, 0, 0],
    ]);
  });
});

test('netstat: an output without any connection is not understood, one with listeners only has none', () => {
  const listener = '  TCP    0.0.0.0:135    0.0.0.0:0    LISTENING    1234';
  expect(parseNetstat('Active Connections\n')).toBeNull();
  const behind = '\n  UDP    0.0.0.0:123    *:*    1044';
  expect(parseNetstat(`${listener}${behind}`)).toEqual({ connections: [], isWhole: true });
  const row = '  TCP    10.0.0.6:50000    10.0.0.5:8391    ESTABLISHED    4711';
  expect(parseNetstat(`${listener}\n${row}${behind}`)?.connections).toEqual([
    { local: '10.0.0.6:50000', remote: '10.0.0.5:8391', remotePort: 8391, pid: 4711 },
  ]);
});

describe('the error number', () => {
  test.each([
    ['Error: 183', 183, 183],
    ['Error: 99999', 99_999, 99_999],
    ['Error: 100000', null, null],
    ['[SC] StartService FAILED 1056:', 1056, 1056],
    ['Other: 7\n[SC] StartService FAILED 1056:', 1056, 1056],
    ['The request failed, error 183 it says.', null, 183],
    ['Error 99999 it says', null, 99_999],
    ['Error 100000 it says', null, null],
    ['Error 1 of 2', null, null],
    ['\n\nError 183 it says', null, 183],
    ['Nothing.\nError 183 it says', null, null],
    ['netsh http add sslcert ipport=0.0.0.0:443', null, null],
    ['add a=1 443', null, null],
    ['netsh a=1 says: 5\nError: 183', 183, 183],
    ['  State: 4\nError: 183', 183, 183],
    ['  Error 183 it says', null, null],
    ['Error 183 it says ', null, 183],
    ['', null, null],
  ])('in %j', (said, atEnd, anywhere) => {
    expect([errorNumberIn(said), errorNumberSaid(said)]).toEqual([atEnd, anywhere]);
  });
});

test.each([
  ['"NT AUTHORITY\\SYSTEM","S-1-5-18"', [['NT AUTHORITY\\SYSTEM', 'S-1-5-18']]],
  ['"BUILTIN\\Users","Alias","S-1-5-32-545","Enabled group"', [['BUILTIN\\Users', 'S-1-5-32-545']]],
  [
    '"a","S-1-5-18"\n\n"b","S-1-12-1-22"',
    [
      ['a', 'S-1-5-18'],
      ['b', 'S-1-12-1-22'],
    ],
  ],
  ['"S-1-5-18"', []],
  ['"a","x S-1-5-18"', []],
  ['"a","S-1-5-18 x"', []],
  ['"a","S-1-5-"', []],
  ['"a","S-1-5-18" x', []],
  ['a,S-1-5-18', []],
  ['ERROR: no', []],
])('whoami names %j', (said, named) => {
  expect(namedSids(said).map(({ name, sid }) => [name, sid])).toEqual(named);
});

test('a long output is cut with characters that every console code page has', () => {
  expect(cut('x'.repeat(700))).toBe(`${'x'.repeat(600)}... (700 characters)`);
});
