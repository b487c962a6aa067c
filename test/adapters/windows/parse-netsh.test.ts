import iconv from 'iconv-lite';
import { parseSslBindings, parseSslParameters } from '../../../adapters/windows/parse/netsh.ts';
import { errorNumberIn, errorNumberSaid } from '../../../adapters/windows/parse/text.ts';
import { neverThrowsForeign, recorded } from './fixtures.ts';

/** An error that shows this of the output, whole lines of it. */
const showing = (lines: string) =>
  expect.objectContaining({
    code: 'ToolOutputNotUnderstood',
    data: expect.objectContaining({ tool: 'netsh', output: expect.stringContaining(lines) }),
  });

const first = (file: string) => parseSslBindings(recorded(`netsh/${file}`)).bindings[0];

describe('bindings as netsh shows them', () => {
  test('two names on two ports, the second cut off after its store', () => {
    const { bindings, unread, empty } = parseSslBindings(recorded('netsh/en-show-hostnameport-adfs.txt'));
    expect(bindings.map((one) => [one.key, one.kind, one.port, one.store, one.appId])).toEqual([
      ['sts.margiestravel.com:443', 'hostnameport', 443, 'my', '{5d89a20c-beab-4389-9447-324788eb944a}'],
      ['sts.margiestravel.com:49443', 'hostnameport', 49443, 'my', '{5d89a20c-beab-4389-9447-324788eb944a}'],
    ]);
    expect(bindings[0]?.thumbprint).toBe('2D125F4D735DEF823178E8F17E6579D04FB97B7A');
    expect({ unread, empty }).toEqual({ unread: [], empty: null });
  });

  test('one certificate on all addresses of IPv4 and IPv6, with empty values', () => {
    const one = {
      kind: 'ipport',
      port: 443,
      thumbprint: '5C07D1E94AB83F62107E9B25D8C4613FA0E7921D',
      appId: '{ba195980-cd49-458b-9e23-c84ee0adcd75}',
      store: 'MY',
      extended: {},
    };
    expect(parseSslBindings(recorded('netsh/en-show-2008-version-6.txt'))).toEqual({
      bindings: [
        { key: '0.0.0.0:443', ...one },
        { key: '[::]:443', ...one },
      ],
      unread: [],
      empty: null,
    });
  });

  test('a warning above the list is not a truncated binding', () => {
    const text = recorded('netsh/en-show-ipport-null-store-noblank.txt').trimStart();
    expect(parseSslBindings(`WARNING: the proxy is 10.0.0.1:8080\r\n${text}`)).toEqual(parseSslBindings(text));
    expect(() => parseSslBindings(`    IP:port : 10.0.0.1:8080\r\n${text}`)).toThrow('ToolOutputNotUnderstood');
  });

  test('no blank line after the dashes, and no store', () => {
    expect(first('en-show-ipport-null-store-noblank.txt')).toEqual({
      key: '0.0.0.0:443',
      kind: 'ipport',
      port: 443,
      thumbprint: '5226DC6C54559761CD471B86EB51C096252C90F2',
      appId: '{4dc3e181-e14b-4a21-b022-59fc669b0914}',
      store: '',
      extended: {},
    });
  });

  test('no indent on the first line, and extended properties that are not a binding of their own', () => {
    const { bindings } = parseSslBindings(recorded('netsh/en-win10-before-readd.txt'));
    expect(bindings).toHaveLength(1);
    expect(bindings[0]).toMatchObject({
      key: '0.0.0.0:44307',
      thumbprint: '61D34F532DA121BBAB64723C4871E72C92F03735',
      store: 'MY',
      extended: { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
    });
  });

  test('as many flags as Windows Server 2025 has, some of them set', () => {
    expect(parseSslBindings(recorded('netsh/en-2025-every-flag.txt'))).toEqual({
      bindings: [
        {
          key: '0.0.0.0:21443',
          kind: 'ipport',
          port: 21443,
          thumbprint: '3D81F0A7C2569E4B70D1C83E5F94A26B08E7D51C',
          appId: '{7b1e20c4-95d3-4f68-8a07-c2d4e6190b35}',
          store: 'My',
          extended: { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
        },
      ],
      unread: [],
      empty: null,
    });
  });

  test('properties without a value are not part of a binding', () => {
    expect(parseSslBindings(recorded('netsh/en-show-empty-properties.txt'))).toEqual({
      bindings: [
        {
          key: '0.0.0.0:7048',
          kind: 'ipport',
          port: 7048,
          thumbprint: '8B21D7C4E0953FA6127C8D40BE5F39A06D17E2C8',
          appId: '{5e02b7d9-14c8-4a3f-9b60-d8f1c27e4a05}',
          store: '',
          extended: { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
        },
      ],
      unread: [],
      empty: null,
    });
  });

  test('the beginning of a German list is an error, and is read once what it lacks follows', () => {
    const beginning = recorded('netsh/de-show-beginning.txt');
    expect(() => parseSslBindings(beginning)).toThrow('ToolOutputNotUnderstood');
    const rest = ['    Anwendungs-ID                : {7b1e20c4-95d3-4f68-8a07-c2d4e6190b35}', '    X : Root', ''];
    expect(parseSslBindings(`${beginning}${rest.join('\n')}`).bindings).toMatchObject([
      { key: '0.0.0.0:8091', thumbprint: '6C90D2E7B1543AF8091E6D7C28B5F43A0E19C7D6', store: 'Root' },
    ]);
  });

  test.each([
    [' ', '\n'],
    ['\u00a0', '\r\n'],
    ['\u202f', '\r\n'],
  ])('French words, a prompt with a key in it, and %j before colons', (blank, lineEnd) => {
    const text = recorded('netsh/fr-show-ipport-443.txt').replaceAll(' :', `${blank}:`).replaceAll('\n', lineEnd);
    const { bindings } = parseSslBindings(text);
    expect(bindings).toHaveLength(1);
    expect(bindings[0]).toMatchObject({
      key: '192.168.100.10:443',
      kind: 'ipport',
      thumbprint: '9AD3113B038F01ABD70B5D5EC0F4B8E333C756E8',
      store: 'MY',
      extended: { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
    });
  });

  test('an IPv6 address, a hash in spaced pairs, and full-width colons', () => {
    const hash = '61 d3 4f 53 2d a1 21 bb ab 64 72 3c 48 71 e7 2c 92 f0 37 35';
    const text = `IP:端口 ： [::]:8391\n哈希 ： ${hash}\n应用程序 ID ： {214124CD-D05B-4309-9AF9-9CAA44B2B74A}\n存储名称 ： Root`;
    expect(parseSslBindings(text).bindings[0]).toMatchObject({
      key: '[::]:8391',
      kind: 'ipport',
      port: 8391,
      thumbprint: '61D34F532DA121BBAB64723C4871E72C92F03735',
      appId: '{214124cd-d05b-4309-9af9-9caa44b2b74a}',
      store: 'Root',
    });
  });

  test('a central certificate store is reported as not read, with its port', () => {
    const text = `SSL\n-----\n\n Central Certificate Store : 443\n Certificate Hash : (null)\n Application ID : {4dc3e181-e14b-4a21-b022-59fc669b0914}\n Certificate Store Name : (null)\n`;
    expect(parseSslBindings(text)).toMatchObject({ bindings: [], empty: null, unread: [{ port: 443 }] });
  });

  test('an extended property that cannot be given back keeps its value under a name of its own', () => {
    const text = `${recorded('netsh/en-win10-before-readd.txt')} Extended Properties:\n PropertyId : 3\n Something : 7\n`;
    expect(parseSslBindings(text).bindings[0]?.extended).toMatchObject({ 'property3.0': '7' });
  });

  test.each(['Not Set', '(null)'])('an extended property that says %s has nothing to give back', (word) => {
    const lines = ` Extended Properties:\n PropertyId : 2\n Something : ${word}\n Bytes : 65536\n`;
    const text = recorded('netsh/en-win10-before-readd.txt').replace('1048576', word);
    const { extended } = parseSslBindings(`${text}${lines}`).bindings[0] ?? {};
    expect(extended).toEqual({
      maxsettingsperframe: '2796202',
      maxsettingsperminute: '4294967295',
      'property2.1': '65536',
    });
  });

  test.each([' : ', ':'])(
    'extended properties listed empty, as newer Windows does, add nothing and hide nothing: %j',
    (colon) => {
      const empty = [2, 3, 4].map((id) => ` Extended Properties:\n    PropertyId                   : ${id}\n`).join('');
      const text = `${recorded('netsh/en-win10-before-readd.txt')}${empty}`.replace(/ +: /gu, colon);
      const { bindings } = parseSslBindings(text);
      expect(bindings.map(({ extended }) => extended)).toEqual([
        { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' },
      ]);
    },
  );

  test('a small last number right after its colon is not a truncated binding', () => {
    const text = recorded('netsh/en-win10-before-readd.txt').replaceAll('4294967295', '1000').trimEnd();
    expect(text.endsWith(': 1000')).toBe(true);
    for (const colon of [':', '\uff1a']) {
      const { bindings } = parseSslBindings(text.replace(/ +: /gu, colon));
      expect(bindings.map(({ extended }) => extended.maxsettingsperminute)).toEqual(['1000']);
    }
  });

  test('a number in a form that cannot be given back keeps a name that nothing accepts', () => {
    const read = (value: string) =>
      parseSslBindings(recorded('netsh/en-win10-before-readd.txt').replace('1048576', value)).bindings[0]?.extended;
    expect(read('1,048,576')).toMatchObject({ 'property0.0': '1,048,576' });
    expect(read('Nicht festgelegt')).not.toHaveProperty('receivewindow');
    expect(read('Nicht festgelegt')).not.toHaveProperty(['property0.0']);
  });

  test('what an extended property says in words is kept too', () => {
    const lines = ' Extended Properties:\n PropertyId : 2\n Send Buffering : Disabled\n Bytes : 65536\n';
    const text = `${recorded('netsh/en-win10-before-readd.txt')}${lines}`;
    const { extended } = parseSslBindings(text).bindings[0] ?? {};
    expect(extended).toMatchObject({ receivewindow: '1048576', 'property2.0': 'Disabled', 'property2.1': '65536' });
  });

  test.each([
    ['win1252', 'cp850'],
    ['cp850', 'win1252'],
    ['win1252', 'utf8'],
    ['utf8', 'cp936'],
    ['utf8', 'cp932'],
  ])('French words with a space before each colon, written in %s and read as %s', (written, read) => {
    const text = recorded('netsh/fr-show-ipport-443.txt').replaceAll(' :', '\u00a0:').replaceAll('\n', '\r\n');
    expect(parseSslBindings(iconv.decode(iconv.encode(text, written), read))).toEqual(
      parseSslBindings(recorded('netsh/fr-show-ipport-443.txt')),
    );
  });

  test.each([
    ['a heading with nothing below', '\nSSL Certificate bindings:\n-------------------------\n\n', 'none'],
    ['the same in French', '\r\nLiaisons de certificat SSL :\r\n----------------------------\r\n\r\n', 'none'],
    [
      'a sentence under the heading',
      '\r\nSSL Certificate bindings:\r\n-------------------------\r\n\r\nThe system cannot find the file specified.\r\n\r\n',
      'perhaps',
    ],
  ])('%s: empty %#', (_, text, empty) => {
    expect(parseSslBindings(text)).toEqual({ bindings: [], unread: [], empty });
  });

  const whole = recorded('netsh/en-show-ipport-null-store-noblank.txt').split('\n');
  const cutOff = (whole[2] ?? '').trim();
  test.each([
    ['a sentence without its heading', 'Access is denied.\r\n', 'Access is denied.'],
    ['nothing at all', '', ''],
    ['broken off after the hash', whole.slice(0, 4).join('\n'), `${cutOff}\n${whole[3]}`],
    ['broken off after the key', whole.slice(0, 3).join('\n'), cutOff],
    ['without its application id', whole.filter((_, index) => index !== 4).join('\n'), `${cutOff}\n${whole[3]}`],
    ['under a heading, something else', 'Heading:\n-------\nSomething else : 7\n', 'Something else : 7'],
    ['a page of something else', Array(9).fill('words and words').join('\n'), 'words and words\nwords and words'],
  ])('%s: an error that shows it, never "no binding"', (_, text, shown) => {
    expect(() => parseSslBindings(text)).toThrow(showing(shown));
  });

  test('a block whose hash is invalid, or whose store is missing, is not read, and its port is reported', () => {
    const noHash = recorded('netsh/en-win10-before-readd.txt').replace('61d34f', '61d34');
    expect(parseSslBindings(noHash)).toMatchObject({ bindings: [], unread: [{ port: 44307 }] });
    expect(parseSslBindings(whole.slice(0, 5).join('\n'))).toMatchObject({ bindings: [], unread: [{ port: 443 }] });
  });

  test('a binding by name without its hash is an error that shows it even among others, never left out', () => {
    const block = recorded('netsh/en-show-hostnameport-adfs.txt').replaceAll('\n    Hostname', '\n\n    Hostname');
    const lines = block.split('\n');
    const hashes = lines.flatMap((line, at) => (line.includes('Certificate Hash') ? [at] : []));
    expect(hashes).toHaveLength(2);
    for (const hash of hashes) {
      const text = lines.filter((_, at) => at !== hash).join('\n');
      expect(() => parseSslBindings(text)).toThrow(showing(`${lines[hash - 1]?.trim()}\n${lines[hash + 1]}`));
    }
  });

  test('a trust list named by a GUID is a line of its binding, and hides no other binding', () => {
    const block = recorded('netsh/en-win10-before-readd.txt');
    const list = '{4DC3E181-E14B-4A21-B022-59FC669B0914}';
    // A time in seconds is not a port, wherever it is.
    const timed = block.replace(/((?:Freshness Time|URL Retrieval Timeout)\s*: ).*/gu, '$18391');
    const text = timed.replace(/(Ctl Identifier\s*: ).*/u, `$1${list}`);
    expect(text).toContain(list);
    const next = block.slice(block.search(/^ *IP:port/mu)).replace('0.0.0.0:44307', '0.0.0.0:8391');
    const { bindings, unread } = parseSslBindings(`${text}\n${next}`);
    expect(bindings.map(({ key }) => key)).toEqual(['0.0.0.0:44307', '0.0.0.0:8391']);
    expect(unread).toEqual([]);
  });

  test('garbage gives an answer or our own error', () => neverThrowsForeign(parseSslBindings));
});

describe('what this netsh knows', () => {
  test('is read from its usage', () => {
    const names = parseSslParameters(recorded('netsh/en-add-usage-missing-param.txt'));
    expect(names).toEqual(
      expect.arrayContaining(['hostnameport', 'ipport', 'certhash', 'reject', 'enablesessionticket']),
    );
    expect(names).toHaveLength(25);
  });
  test('is read from an older build too, which knows fewer parameters', () => {
    const names = parseSslParameters(recorded('netsh/en-2019-add-help.txt'));
    expect(names).toEqual(expect.arrayContaining(['ccs', 'certhash', 'clientcertnegotiation', 'disabletls13']));
    expect(names).toHaveLength(22);
  });
  test('is an error that shows what is there instead where there is no usage', () => {
    const text = 'The following command was not found: http add sslcert';
    expect(() => parseSslParameters(text)).toThrow(showing(text));
  });
});

test.each([
  ['netsh/en-add-fail-1312-chef.txt', 1312],
  ['netsh/en-add-fail-183.txt', 183],
  ['netsh/en-delete-fail-2.txt', 2],
  ['netsh/es-add-fail-183.txt', 183],
  ['netsh/en-2019-add-help.txt', null],
  ['netsh/en-add-usage-missing-param.txt', null],
  ['netsh/en-update-success.txt', null],
  ['netsh/zh-CN-add-success.txt', null],
  ['sc/de-1060.txt', 1060],
  ['sc/en-1056.txt', 1056],
  ['sc/en-1062.txt', 1062],
  ['sc/es-1060.txt', 1060],
  ['sc/es-stop-pending.txt', null],
  ['sc/it-query-never-started.txt', null],
  ['sc/it-start-not-opened-5.txt', 5],
  ['sc/ko-1060.txt', 1060],
  ['sc/pt-BR-1053.txt', 1053],
  ['sc/ru-1061.txt', 1061],
  ['sc/ru-queryex-start-pending.txt', null],
  ['sc/zh-CN-1060.txt', 1060],
  ['sc/zh-TW-1056.txt', 1056],
  ['sc/en-stop-pending-not-stoppable-then-1053.txt', 1053],
  ['sc/en-query-running.txt', null],
  ['sc/en-qc-shared-process.txt', null],
])('the error number in %s is %s', (file, number) => {
  expect(errorNumberIn(recorded(file))).toBe(number);
});

test.each([
  ['SSL-Zertifikat konnte nicht hinzugefügt werden. Fehler: 183', 183],
  ['添加 SSL 证书失败，错误：1312', 1312],
  ['The parameter is incorrect.', null],
  ['[SC] OpenService FAILED 5:', 5],
  ['[SC] StartService 失败 1058', 1058],
])('the error number in %j is %s', (text, number) => {
  expect(errorNumberIn(text)).toBe(number);
});

test.each([
  ['SSL 証明書を追加できませんでした。エラー 1312\r\n\r\n指定されたログオン セッションは存在しません。', 1312],
  ['Не удалось добавить SSL-сертификат. Ошибка 5 при вызове.', 5],
  ['SSL Certificate add failed, Error: 183\r\nAt 2 places.', 183],
  ['The parameter is incorrect.', null],
  ['Zwei Zahlen, 5 und 1312', null],
  ['0.0.0.0:8391 TLS1.2 0x80070005', null],
  ['The following command was not found: http add sslcert ipport=0.0.0.0:443 5', null],
  ['Words\r\n1312', null],
])('the error number of a sentence with a number anywhere, %j, is %s', (text, number) => {
  expect(errorNumberSaid(text)).toBe(number);
});
