import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseStore } from '../../../adapters/windows/parse/certutil.ts';
import { namesListed } from '../../../adapters/windows/parse/icacls.ts';
import { parseSslBindings } from '../../../adapters/windows/parse/netsh.ts';
import { parseRegistry } from '../../../adapters/windows/parse/registry.ts';
import { parseServiceConfig, parseServices } from '../../../adapters/windows/parse/sc.ts';
import { errorNumberIn, errorNumberSaid, withoutLostMarks } from '../../../adapters/windows/parse/text.ts';
import { recorded } from './fixtures.ts';

/** Words of several languages and scripts, with characters that labels may hold and that must not look like values. */
const LABELS = [
  '証明書の ID',
  'Schlüssel (alt)',
  'l’application',
  '哈希',
  'Nº 7',
  'a/b',
  'شهادة',
  '\u200fשם',
  'URL-адрес',
];
const foreign = (line: string): string => LABELS[line.length % LABELS.length] ?? '';

/** Replaces the labels of `    Label   : value` with other words; a recorded command and a heading stay. */
const inOtherWords = (text: string): string =>
  text.replace(/^( *)([^\n:=\\>]*[^\s:=\\>])( *)([:=])( .*)$/gmu, (line, indent, label, blanks, sign, value) => {
    if (line.startsWith('==')) return line;
    const kept = /\(sha1\)/u.exec(label)?.[0] ?? '';
    return `${indent}${foreign(line)}${kept}${kept === '' ? blanks : ''}${sign}${value}`;
  });

const SHAPES: readonly (readonly [what: string, shape: (text: string) => string])[] = [
  ['with Windows line ends', (text) => text.replaceAll('\n', '\r\n')],
  ['with line ends converted twice', (text) => text.replaceAll('\n', '\r\r\n')],
  ['with an empty line after each', (text) => text.replaceAll('\n', '\r\n\r\n')],
  ['without any empty line', (text) => text.replace(/\n+/gu, '\n')],
  ['behind a byte order mark', (text) => `\ufeff${text}`],
  ['with spaces at the ends of lines', (text) => text.replaceAll('\n', '  \n')],
  ['with non-breaking spaces before colons', (text) => text.replace(/ ?: /gu, '\u00a0: ')],
  ['with narrow non-breaking spaces before colons', (text) => text.replace(/ ?: /gu, '\u202f: ')],
  ['with direction marks before values', (text) => text.replace(/([:=]) (\S)/gu, '$1 \u200f$2')],
  ['with a question mark for a direction mark before values', (text) => text.replace(/([:=]) (\S)/gu, '$1 ?$2')],
  ['with question marks on both sides of values', (text) => text.replace(/([:=]) (\S.*)$/gmu, '$1 ?$2??')],
  ['with the prompt after it', (text) => `${text.trimEnd()}\n\nC:\\Windows\\system32>`],
  ['with another prompt after it', (text) => `${text.trimEnd()}\nPS C:\\Users\\a> \n`],
  ['with the command before it', (text) => `C:\\Windows\\system32>tool.exe a b=0.0.0.0:443\n${text}`],
  ['with tabs for leading spaces', (text) => text.replace(/^ {4,8}/gmu, '\t')],
  ['with every line indented', (text) => text.replace(/^/gmu, '    ')],
  ['with zeros at the ends of lines', (text) => text.replaceAll('\n', '\0\n')],
  ['with values between direction marks', (text) => text.replace(/([:=]) (\S+)$/gmu, '$1 \u202b$2\u202c')],
];

const FOLDER = new URL('../../fixtures/windows-output/', import.meta.url);
const filesOf = (tool: string): readonly string[] =>
  fs.readdirSync(fileURLToPath(new URL(tool, FOLDER))).map((name) => `${tool}/${name}`);

const MADE = new URL('../../fixtures/made/', import.meta.url);
const madeSc = fs
  .readdirSync(fileURLToPath(new URL('sc', MADE)))
  .map((name): [file: string, text: string] => [name, fs.readFileSync(new URL(`sc/${name}`, MADE), 'utf8')]);
const WIDTHS = Array.from({ length: 81 }, (_, at) => 60 + at);
const brokenAt = (width: number, text: string): string => text.replace(new RegExp(`(.{${width}})(?=.)`, 'gu'), '$1\n');

const LISTED = 'C:\\Program Files (x86)\\PCProtect\\SecurityService.exe';
const READERS: readonly (readonly [tool: string, read: (text: string) => unknown])[] = [
  ['netsh', parseSslBindings],
  ['certutil', parseStore],
  ['sc', parseServices],
  ['icacls', (text) => namesListed(text, LISTED)],
];

/** What a reader makes of the text; an error counts by its code, since the text that it shows may differ. */
const madeOf = (read: (text: string) => unknown, text: string): unknown => {
  try {
    return read(text);
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
};

describe.each(READERS)('what %s said is read the same', (tool, read) => {
  test.each(SHAPES)('%s', (_what, shape) => {
    for (const file of filesOf(tool)) {
      expect([file, madeOf(read, shape(recorded(file)))]).toEqual([file, madeOf(read, recorded(file))]);
    }
  });

  test('in other words', () => {
    for (const file of filesOf(tool)) {
      expect([file, madeOf(read, inOtherWords(recorded(file)))]).toEqual([file, madeOf(read, recorded(file))]);
    }
  });
});

test('a list that is indented below a prompt is read the same, and what is indented below other words is never empty', () => {
  const indented = (above: string, text: string): string => `${above}\n${text.replace(/^/gmu, '    ')}`;
  for (const [tool, read] of READERS.filter(([tool]) => tool === 'netsh' || tool === 'certutil'))
    for (const file of filesOf(tool)) {
      const made = madeOf(read, recorded(file));
      expect([file, madeOf(read, indented('C:\\Windows\\system32>tool.exe a', recorded(file)))]).toEqual([file, made]);
      if (tool !== 'certutil') continue;
      const below = madeOf(read, indented('It said:', recorded(file)));
      expect([file, [JSON.stringify(made), JSON.stringify('CertutilUnreadable')]]).toEqual([
        file,
        expect.arrayContaining([JSON.stringify(below)]),
      ]);
    }
});

describe('where the spaces before each line were lost on the way', () => {
  const lost = (text: string): string => text.replace(/^[ \t]+/gmu, '');

  test('a certificate keeps its key, and never becomes one without', () => {
    const keysOf = (text: string) => parseStore(text).map(({ selfIssued: _, ...key }) => key);
    for (const file of filesOf('certutil')) {
      expect([file, madeOf(keysOf, lost(recorded(file)))]).toEqual([file, madeOf(keysOf, recorded(file))]);
    }
  });

  test('a service keeps its account', () => {
    for (const file of filesOf('sc')) {
      expect([file, madeOf(parseServiceConfig, lost(recorded(file)))]).toEqual([
        file,
        madeOf(parseServiceConfig, recorded(file)),
      ]);
    }
  });
});

test.each([78, 80, 85])(
  'certutil in a console that breaks lines at %s: a key keeps its file and its container',
  (width) => {
    const broken = (text: string): string => brokenAt(width, text);
    const keysOf = (text: string) => parseStore(text).map(({ selfIssued: _, ...key }) => key);
    const files = filesOf('certutil').filter((file) => /csp-and-cng|ddmm|force-ncrypt|archived-and-usable/u.test(file));
    expect(files).toHaveLength(4);
    for (const file of files) {
      expect(broken(recorded(file))).not.toBe(recorded(file));
      expect([file, madeOf(keysOf, broken(recorded(file)))]).toEqual([file, madeOf(keysOf, recorded(file))]);
    }
  },
);

test('a key keeps them, too, where each letter of a label takes two cells', () => {
  const text = recorded('certutil/en-store-my-archived-and-usable.txt')
    .replaceAll('Key Container', '密钥容器')
    .replaceAll('Simple container name', '简单容器名称');
  // each of these letters takes two cells: itself and a filler
  const broken = brokenAt(66, text.replace(/[\u4e00-\u9fff]/gu, '$&\0')).replaceAll('\0', '');
  expect(broken).toMatch(/^ {2}密钥容器 = \S+\n\S+\n {2}简单容器名称: \S+\n\S+$/mu);
  const keysOf = (of: string) => parseStore(of).map(({ container, keyFile }) => [container, keyFile]);
  expect(keysOf(broken)).toEqual(keysOf(text));
});

describe('what is said of a key above its provider', () => {
  const text = recorded('certutil/en-store-my-cng-ddmm-dates.txt');
  const provider = /^ +Provider = .*$/mu;
  const saying = (verdict: string, of = text): string => of.replace(provider, `${verdict}\n$&`);
  const own = parseStore(text)[0];

  test.each(['ERROR: Certificate public key does NOT match stored keyset', 'FEHLER: Der Schlüssel passt nicht'])(
    'is not part of the key’s name: %s',
    (verdict) => {
      expect(parseStore(saying(verdict))).toMatchObject([{ privateKey: 'unreadable', container: null, keyFile: null }]);
    },
  );

  test.each(['Missing stored keyset', 'Signature test passed', 'CertUtil: x', '加密测试通过'])(
    'does not change the key’s names: %s',
    (verdict) => {
      for (const base of [text, text.replace(/^ +Unique.*\n/mu, '')])
        for (const long of [base, base.replace('= myDemoCA', `= ${'c'.repeat(140)}`)]) {
          const [entry] = parseStore(saying(verdict, long));
          expect(entry).toMatchObject({ container: parseStore(long)[0]?.container, provider: own?.provider });
          expect(entry?.keyFile).toBe(parseStore(long)[0]?.keyFile);
        }
    },
  );

  test('leaves a missing key missing', () => {
    const missing = recorded('certutil/en-store-my-archived-no-access.txt').replace(/^Missing.*\n/mu, '');
    expect(parseStore(saying('Missing stored keyset', missing))).toMatchObject([
      { privateKey: 'unreadable', container: 'Contoso-DC01-CA' },
    ]);
  });

  test('does not lengthen a name that no console has broken', () => {
    const twice = text.replace(/^( +Key Container = .*)$/mu, '$1\nArchived');
    expect(parseStore(twice)).toMatchObject([{ container: 'myDemoCA', keyFile: own?.keyFile }]);
  });
});

describe('sc in a console that breaks lines at 60 to 140', () => {
  const all = [...filesOf('sc').map((file): [string, string] => [file, recorded(file)]), ...madeSc];

  test('a service keeps its start type and account', () => {
    const readable = all.filter(([file]) => file.includes('-qc-') || file.endsWith('-qc.txt'));
    expect(readable).toHaveLength(8);
    for (const [file, text] of readable)
      for (const width of WIDTHS)
        expect([file, width, madeOf(parseServiceConfig, brokenAt(width, text))]).toEqual([
          file,
          width,
          parseServiceConfig(text),
        ]);
  });

  test('a service keeps its state and process', () => {
    const readable = all.filter(([, text]) => /\bPID\b/u.test(text));
    expect(readable).toHaveLength(8);
    for (const [file, text] of readable)
      for (const width of WIDTHS)
        expect([file, width, madeOf(parseServices, brokenAt(width, text))]).toEqual([file, width, parseServices(text)]);
  });

  test('no long account is read in half, and no second line of a name is taken for an account', () => {
    const text = recorded('sc/en-qc-shared-process.txt');
    const of = (account: string, shown = 'System Explorer Service'): string =>
      text.replace('System Explorer Service', shown).replace('LocalSystem', account);
    const account = 'NT SERVICE\\ScaleOutMasterWithANameThatNoLineOfAConsoleHoldsAsItIsLongerThanMostOthersAre';
    for (const width of WIDTHS) {
      expect([width, parseServiceConfig(brokenAt(width, of(account))).account]).toEqual([width, account]);
      const shown = `Integration ${'x'.repeat(width - 40)} Services: the master`;
      expect(parseServiceConfig(brokenAt(width, of('LocalSystem', shown))).account).toBe('LocalSystem');
      expect(parseServiceConfig(`${brokenAt(width, of(account)).trimEnd()}\nexit code: 0\n`).account).toBe(account);
    }
    // it is the longest of the lines, and what is below it is not a name
    const short = of('CONTOSO\\user').replace(/^.*BINARY_PATH_NAME.*$/mu, '        BINARY_PATH_NAME   : C:\\a.exe');
    const long = short.replace('CONTOSO\\user', `CONTOSO\\${'u'.repeat(20)}`);
    expect(parseServiceConfig(`${long.trimEnd()}\nexit code: 0\n`).account).toBe(`CONTOSO\\${'u'.repeat(20)}`);
  });

  test('nothing is taken for an account when lines are missing and something follows', () => {
    const few = recorded('sc/en-qc-shared-process.txt')
      .replace(/^ +(?:TAG|DEPENDENCIES|SERVICE_START_NAME).*\n?/gmu, '')
      .replace(/^ +/gmu, '');
    expect(() => parseServiceConfig(`${few}exit: 0\n`)).toThrow('ToolOutputNotUnderstood');
  });
});

describe('a listing without its heading', () => {
  const headless = (text: string): string => text.slice(text.search(/^ {4}/mu));
  const paused = new Map(madeSc).get('en-paused.txt') ?? '';
  const binding = fs.readFileSync(new URL('netsh/en-2012r2.txt', MADE), 'utf8');

  test('has values, but no error number', () => {
    expect(headless(paused)).toMatch(/^ +TYPE/u);
    expect(headless(paused)).toContain(': 4711');
    expect(errorNumberIn(headless(paused))).toBeNull();
    expect(headless(binding)).toMatch(/^ +IP:port .*: 0\.0\.0\.0:8391\n/u);
    expect(errorNumberSaid(headless(binding))).toBeNull();
  });

  test('is never taken for no service, in whatever words its state is told', () => {
    const named = recorded('sc/ru-query-running.txt').replace('RUNNING', 'РАБОТАЕТ');
    expect(parseServices(named)).toMatchObject([{ state: 'running' }]);
    for (const text of [paused, recorded('sc/de-qc-several-dependencies.txt'), named]) {
      expect(() => parseServices(headless(text))).toThrow('ToolOutputNotUnderstood');
    }
  });
});

test('icacls on a real machine names everybody as they are called there', () => {
  const [echoed] = recorded('icacls/en-list-inherited.txt').split('\n');
  expect(echoed).toBe(`icacls "${LISTED}"`);
  expect(namesListed(recorded('icacls/en-list-inherited.txt'), LISTED)).toEqual([
    'BUILTIN\\Users',
    'Everyone',
    'NT AUTHORITY\\SYSTEM',
    'BUILTIN\\Administrators',
    'APPLICATION PACKAGE AUTHORITY\\ALL APPLICATION PACKAGES',
    'APPLICATION PACKAGE AUTHORITY\\ALL RESTRICTED APPLICATION PACKAGES',
  ]);
});

test.each([
  ['ja-list-and-absent', 'config.json', ['NT AUTHORITY\\SYSTEM', 'BUILTIN\\Administrators', 'CONTOSO01\\user']],
  // a missing file has nobody, and that is no answer
  ['ja-list-and-absent', 'history.json', null],
  [
    'en-list-unresolved-sid',
    'C:\\Users\\user\\AppData\\Local\\Programs\\contoso',
    ['S-1-15-2-999-999-999', 'NT AUTHORITY\\SYSTEM', 'BUILTIN\\Administrators', 'CONTOSO01\\user'],
  ],
  ['ru-list', 'screen', ['Все', 'NT AUTHORITY\\СИСТЕМА', 'BUILTIN\\Администраторы', 'CONTOSO\\user']],
  [
    'fr-list',
    'C:\\Program Files\\Ext2Fsd\\Ext2Srv.exe',
    [
      'AUTORITE NT\\Système',
      'BUILTIN\\Administrateurs',
      'BUILTIN\\Utilisateurs',
      'AUTORITÉ DE PACKAGE D’APPLICATION\\TOUS LES PACKAGES D’APPLICATION',
      'AUTORITÉ DE PACKAGE D’APPLICATION\\TOUS LES PACKAGES D’APPLICATION RESTREINTS',
    ],
  ],
  ['de-denied', 'C:\\ProgramData\\Contoso\\certs', null],
  ['ko-grant', 'key.pem', null],
  ['tr-grant', 'C:\\Windows\\System32\\Utilman.exe', null],
] as const)('what icacls said on other machines, in %s of %s, is a list of names or none', (file, place, names) => {
  expect(namesListed(recorded(`icacls/${file}.txt`), place)).toEqual(names);
});

test('every recording in this folder is read by a test', () => {
  const folder = fileURLToPath(new URL('../../', import.meta.url));
  const tests = fs
    .readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => fs.readFileSync(path.join(folder, name), 'utf8'))
    .join('\n');
  const named = ['netsh', 'certutil', 'sc', 'icacls']
    .flatMap(filesOf)
    .filter((file) => !tests.includes(path.basename(file, '.txt')));
  expect(named).toEqual([]);
});

const KEYS = `
HKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\HTTP\\Parameters\\SslBindingInfo\\0.0.0.0:8391
    AppId    REG_BINARY    81E1C34D4BE1214AB02259FC669B0914
    SslCertStoreName    REG_SZ    Root
    DefaultFlags    REG_DWORD    0x0
`;

test.each(SHAPES)('what the registry holds is read the same, %s', (_what, shape) => {
  const read = (text: string) => parseRegistry(text).map((key) => ({ ...key, values: [...key.values] }));
  expect(read(shape(KEYS))).toEqual(read(KEYS));
});

test.each(SHAPES)('how a service is configured is read the same, %s', (_what, shape) => {
  const text = recorded('sc/en-qc-shared-process.txt');
  expect(parseServiceConfig(shape(text))).toEqual({ start: 'auto', account: 'LocalSystem' });
});

test('a line of a hundred thousand blanks takes no time, nor do as many carriage returns', () => {
  const begun = performance.now();
  expect(withoutLostMarks(`${' '.repeat(100_000)}x: ?y`).trimStart()).toBe('x: y');
  expect(errorNumberIn(`${'\r'.repeat(100_000)}Error: 5`)).toBe(5);
  expect(performance.now() - begun).toBeLessThan(5000);
});
