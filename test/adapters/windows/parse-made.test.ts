import fs from 'node:fs';
import { fileURLToPath } from 'node:url';
import iconv from 'iconv-lite';
import { createDecoder } from '../../../adapters/windows/decode.ts';
import { isWhole, parseStore } from '../../../adapters/windows/parse/certutil.ts';
import { namesListed } from '../../../adapters/windows/parse/icacls.ts';
import { parseSslBindings } from '../../../adapters/windows/parse/netsh.ts';
import { parseNetstat } from '../../../adapters/windows/parse/netstat.ts';
import { parseService, parseServiceConfig } from '../../../adapters/windows/parse/sc.ts';

/** The console's code page of each language. */
const PAGES: { readonly [language: string]: string } = {
  ...{ ar: '720', cs: '852', de: '850', en: '437', es: '850', fr: '850', he: '862', hu: '852', it: '850', ja: '932' },
  ...{ ko: '949', pl: '852', pt: '850', ru: '866', sv: '850', tr: '857', zh: '950' },
};

const FOLDER = new URL('../../fixtures/made/', import.meta.url);
const filesOf = (tool: string): readonly string[] =>
  fs
    .readdirSync(fileURLToPath(new URL(tool, FOLDER)))
    .map((name) => `${tool}/${name}`)
    .sort();

/** The file as the tool writes it there, or in UTF-8 where that is the code page of the machine, decoded. */
async function read(file: string, page?: string): Promise<string> {
  const language = /\/([a-z]+)/u.exec(file)?.[1] ?? '';
  const number = page ?? PAGES[language] ?? '';
  const text = fs.readFileSync(new URL(file, FOLDER), 'utf8').replaceAll('\n', '\r\n');
  const bytes = iconv.encode(text, number === '65001' ? 'utf8' : `cp${number}`);
  return createDecoder(async () => `    OEMCP    REG_SZ    ${number}\r\n`)(bytes, 'oem');
}

const HASH = 'A1B2C3D4E5F60718293A4B5C6D7E8F9001020304';
const APP = '{5d89a20c-beab-4389-9447-324788eb944a}';
const EXTENDED = { receivewindow: '1048576', maxsettingsperframe: '2796202', maxsettingsperminute: '4294967295' };
const KEY_FILE = 'a890fd7fbbfc072f8fe045e680c501cf_5834bfa9-1c4a-44a8-a128-c2267f712336';
const CNG = 'Microsoft Software Key Storage Provider';

/** A wide colon cannot be written in one byte: only its own code page has it. */
const PAGES_OF = (file: string): readonly (string | undefined)[] =>
  file.includes('wide') ? [undefined, '65001', '936'] : [undefined, '65001', '437', '850', '1252'];

const LOCALIZED = filesOf('netsh').filter((file) => !file.includes('/en-'));

test.each(LOCALIZED)('two bindings are read from %s, in any code page', async (file) => {
  for (const page of PAGES_OF(file)) {
    const { bindings, unread, empty } = parseSslBindings(await read(file, page));
    const both = { port: 8391, thumbprint: HASH, appId: APP, extended: EXTENDED };
    expect({ bindings, unread, empty }).toEqual({
      bindings: [
        { key: '0.0.0.0:8391', kind: 'ipport', store: 'Root', ...both },
        { key: 'sqlm01.contoso.com:8391', kind: 'hostnameport', store: 'MY', ...both },
      ],
      unread: [],
      empty: null,
    });
  }
});

test('every kind of binding that a new Windows lists is read, except those of a central store', async () => {
  const { bindings, unread } = parseSslBindings(await read('netsh/en-2025-all-kinds.txt'));
  expect(bindings.map(({ key, kind, store, appId, extended }) => [key, kind, store, appId, extended])).toEqual([
    ['0.0.0.0:8391', 'ipport', 'Root', APP, EXTENDED],
    ['[::]:8391', 'ipport', 'Root', APP, EXTENDED],
    ['sqlm01.contoso.com:8391', 'hostnameport', 'Root', APP, EXTENDED],
    ['*.contoso.com:8391', 'hostnameport', 'WebHosting', APP, EXTENDED],
    ['[fe80::1c2d%4]:8391', 'ipport', '', APP, EXTENDED],
  ]);
  expect(unread.map(({ port }) => port)).toEqual([443, 443]);
});

test('an old Windows lists no extended properties, a store name may have a space, and a hash may come in pairs', async () => {
  expect(parseSslBindings(await read('netsh/en-2012r2.txt')).bindings).toMatchObject([
    { key: '0.0.0.0:8391', thumbprint: HASH, extended: {} },
  ]);
  expect(parseSslBindings(await read('netsh/en-store-with-a-blank-hash-in-pairs.txt')).bindings).toMatchObject([
    { key: '10.0.0.5:8391', thumbprint: HASH, store: 'Remote Desktop' },
  ]);
  // alone on the port, it is not something that can be rotated, and not "no binding" either
  expect(parseSslBindings(await read('netsh/en-2025-ccs-on-the-port.txt'))).toMatchObject({
    bindings: [],
    unread: [{ port: 8391 }],
    empty: null,
  });
});

test.each(filesOf('certutil').filter((file) => !file.includes('/en-')))(
  'a certificate and its key are read from %s, in any code page',
  async (file) => {
    for (const page of PAGES_OF(file)) {
      const text = await read(file, page);
      expect([page, isWhole(text), parseStore(text)]).toEqual([
        page,
        true,
        [
          {
            thumbprint: HASH,
            selfIssued: true,
            privateKey: 'yes',
            container: 'certops-1',
            keyFile: KEY_FILE,
            provider: CNG,
          },
        ],
      ]);
    }
  },
);

test('each certificate of a store has the key that is listed with it', async () => {
  const entries = parseStore(await read('certutil/en-2025-several.txt'));
  expect(
    entries.map(({ selfIssued, privateKey, container, keyFile }) => [selfIssued, privateKey, container, keyFile]),
  ).toEqual([
    [true, 'yes', 'certops-1', KEY_FILE],
    [false, 'yes', 'te-Machine-1f2e', KEY_FILE],
    // in a TPM: named like a file, but not one that a provider of Windows keeps
    [false, 'yes', 'tpm-1', null],
    [true, 'no', null, null],
    [true, 'unreadable', null, KEY_FILE],
    // another certificate's
    [true, 'unreadable', null, null],
  ]);
  expect(parseStore(await read('certutil/en-empty.txt'))).toEqual([]);
});

test.each([
  'en-starting',
  'en-paused',
  'en-never-started',
  'es-running',
  'it-running',
  'ja-running',
  'pl-running',
  'tr-running',
])('the state of a service is read from %s', async (name) => {
  const [, state = ''] = /-(.*)$/u.exec(name) ?? [];
  const known: { readonly [state: string]: readonly unknown[] } = {
    starting: ['start-pending', 4711, 0],
    paused: ['paused', 4711, 0],
    'never-started': ['stopped', 0, 1077],
    running: ['running', 4711, 0],
  };
  const found = parseService(await read(`sc/${name}.txt`), 'ssisscaleoutmaster160');
  expect([found.state, found.pid, found.exitCode]).toEqual(known[state]);
});

test.each([1, 2, 5, 7])('a service that ended with code %d is stopped', async (code) => {
  const text = (await read('sc/en-never-started.txt')).replace(/1077 {2}\(0x435\)/u, `${code}  (0x${code})`);
  for (const said of [text, text.replace(/^[ \t]+/gmu, '')]) {
    const { state, pid, exitCode } = parseService(said, 'ssisscaleoutmaster160');
    expect([state, pid, exitCode]).toEqual(['stopped', 0, code]);
  }
});

test.each([
  ['en-qc-gmsa-delayed', 'auto', 'CONTOSO\\gmsa-ssis$'],
  ['de-qc-umlauts-manual', 'manual', 'CONTOSO\\Jörg Müller'],
  ['it-qc-disabled', 'disabled', 'NT Service\\SSISScaleOutMaster160'],
])('how a service starts, and as whom, is read from %s', async (name, start, account) => {
  expect(parseServiceConfig(await read(`sc/${name}.txt`))).toEqual({ start, account });
});

test('connections are read whatever their state is called, without listeners', async () => {
  expect(parseNetstat(await read('netstat/de.txt'))?.connections.map(({ remote, pid }) => [remote, pid])).toEqual([
    ['10.0.0.5:8391', 4711],
    ['10.0.0.5:8391', 4711],
    ['[2001:db8::5]:8391', 4711],
  ]);
});

test('listed names may hold commas and umlauts, or be a SID', async () => {
  expect(namesListed(await read('icacls/de.txt'), 'C:\\ProgramData\\certops')).toEqual([
    'NT-AUTORITÄT\\SYSTEM',
    'VORDEFINIERT\\Administratoren',
    'CONTOSO\\Müller, Jörg',
    'S-1-5-21-1004336348-1177238915-682003330-1105',
    'Jeder',
  ]);
});

test('every file in this folder is read by a test', () => {
  const tests = fs.readFileSync(fileURLToPath(import.meta.url), 'utf8');
  const english = ['netsh', 'certutil', 'sc', 'netstat', 'icacls']
    .flatMap(filesOf)
    .filter((file) => /\/en-|^sc\/|^netstat|^icacls/u.test(file));
  const unread = english.filter((file) => !tests.includes(file.replace('.txt', '').replace('sc/', '')));
  expect(unread).toEqual([]);
});
