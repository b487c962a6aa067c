import fc from 'fast-check';
import { applyEdit, editSetting, readSetting } from '../../../../adapters/windows/settings/edit.ts';
import type { Thumbprint } from '../../../../src/domain/values.ts';

const KEY = 'SSLCertThumbprint';
const OLD = '3BD91B0C2F4E5A6978812233445566778899A498' as Thumbprint;
const NEW = 'F00DFACE0123456789ABCDEF0123456789ABCDEF' as Thumbprint;

/** The whole file after the edit. */
function replaceSetting(file: Buffer, key: string, from: string, to: string): Buffer {
  const edit = editSetting(file, key, from, to);
  return edit === null ? file : applyEdit(file, edit);
}

type Form = (value: string, before: string, after: string) => string;
const forms: { readonly [name: string]: Form } = {
  json: (value, before, after) =>
    `{\r\n  "Note": ${JSON.stringify(before)},\r\n  "${KEY}": "${value}", // ${KEY}\r\n  "Other": [{ "Text": ${JSON.stringify(after)} }]\r\n}\r\n`,
  'xml element': (value, before, after) =>
    `<?xml version="1.0"?>\n<!-- <${KEY}>x</${KEY}> -->\n<Settings>\n  <Note>${xml(before)}</Note>\n  <${KEY}>\n    ${value}\n  </${KEY}>\n  <Other>${xml(after)}</Other>\n</Settings>`,
  'xml key and value': (value, before, after) =>
    `<configuration><appSettings><add key="A" value="${xml(before)}"/><add key='${KEY}'\n value="${value}" /><add key="Z" value="${xml(after)}"/></appSettings></configuration>`,
  'xml name and value': (value, before, after) =>
    `<s><!-- ${KEY} --><add name="A" value="${xml(before)}"/><add value="${value}" name="${KEY}" /><add name="Z" value="${xml(after)}"/></s>`,
  'xml setting': (value, before, after) =>
    `<s><setting name="A"><value>${xml(before)}</value></setting>\r\n  <setting name="${KEY}" serializeAs="String">\r\n    <value>${value}</value>\r\n  </setting><Z>${xml(after)}</Z></s>`,
  'xml with a prefix': (value, before, after) =>
    `<a:s xmlns:a="urn:x"><a:A>${xml(before)}</a:A><a:${KEY}>${value}</a:${KEY}><a:Z>${xml(after)}</a:Z></a:s>`,
  'xml element with a value': (value, before, after) =>
    `<s><A value="${xml(before)}"/><${KEY} value='${value}'/><Z>${xml(after)}</Z></s>`,
  'xml attribute': (value, before, after) =>
    `<Settings Note="${xml(before)}"\r\n  ${KEY}="${value}" Other='${xml(after).replaceAll("'", '&apos;')}' />`,
};
const xml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const encodings: { readonly [name: string]: (text: string) => Buffer } = {
  'UTF-8': (text) => Buffer.from(text),
  'UTF-8 with a mark': (text) => Buffer.from(`\ufeff${text}`),
  'UTF-16LE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE with a mark': (text) => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-16LE': (text) => Buffer.from(text, 'utf16le'),
  'UTF-16BE': (text) => Buffer.from(text, 'utf16le').swap16(),
  '8-bit': (text) => Buffer.from(text.replace(/[^\0-\xff]/gu, '?'), 'latin1'),
};
const everywhere = Object.keys(forms).flatMap((form) => Object.keys(encodings).map((encoding) => [form, encoding]));

describe.each(everywhere)('%s in %s', (form, encoding) => {
  const write = (value: string, before = 'Größe', after = '尾'): Buffer =>
    (encodings[encoding] as (text: string) => Buffer)((forms[form] as Form)(value, before, after));

  test('the value is read, including hidden characters', () => {
    expect(readSetting(write(OLD), KEY)).toBe(OLD);
    if (encoding !== '8-bit') expect(readSetting(write(`\u200e${OLD}`), KEY)).toBe(`\u200e${OLD}`);
  });

  test('only the characters of the value change, and putting it back gives the same bytes', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), fc.boolean(), (before, after, lower) => {
        const old = lower ? OLD.toLowerCase() : OLD;
        const file = write(old, before, after);
        const edit = editSetting(file, KEY, old, NEW);
        if (edit === null) throw new Error('nothing to change');
        const changed = replaceSetting(file, KEY, old, NEW);
        expect(edit.bytes.length).toBe(edit.length);
        expect(changed.length).toBe(file.length);
        expect(changed.subarray(0, edit.offset).equals(file.subarray(0, edit.offset))).toBe(true);
        const end = edit.offset + edit.length;
        expect(changed.subarray(end).equals(file.subarray(end))).toBe(true);
        expect(readSetting(changed, KEY)).toBe(NEW);
        expect(replaceSetting(changed, KEY, NEW, old).equals(file)).toBe(true);
      }),
      { numRuns: 40 },
    );
  });

  test('hidden characters go with the old value, and nothing else does', () => {
    if (encoding === '8-bit') return;
    const changed = replaceSetting(write(`\u200e${OLD}\u200f`), KEY, `\u200e${OLD}\u200f`, NEW);
    expect(changed.equals(write(NEW))).toBe(true);
  });

  test('a value in pairs, as the certificate window shows it, is replaced as a whole', () => {
    const pairs = OLD.replace(/..(?!$)/gu, '$& ');
    expect(readSetting(write(pairs), KEY)).toBe(pairs);
    expect(replaceSetting(write(pairs), KEY, pairs, NEW).equals(write(NEW))).toBe(true);
  });
});

test.each([
  ['SettingMissing', '{ "Other": "x" }'],
  ['SettingMissing', `{ /* "${KEY}": "${OLD}" */ }`],
  ['SettingMissing', `<a><!-- <${KEY}>${OLD}</${KEY}> --></a>`],
  ['SettingMissing', '<a><SSLCertThumbprints>x</SSLCertThumbprints></a>'],
  ['SettingsFileNotUnderstood', `{ "name": "${KEY}", "value": "${OLD}" }`],
  ['SettingsFileNotUnderstood', `{ "All": ["${KEY}", "${OLD}"] }`],
  ['SettingsFileNotUnderstood', `<a><item of="${KEY}">${OLD}</item></a>`],
  ['SettingsFileNotUnderstood', `<a><item of="${KEY}" value="${OLD}"/></a>`],
  ['SettingsFileNotUnderstood', `<a><setting name="${KEY}"><former>${OLD}</former></setting></a>`],
  ['SettingsFileNotUnderstood', `<a><setting name="${KEY}"><b/><value>${OLD}</value></setting></a>`],
  ['SettingNotAThumbprint', `<a><${KEY}/></a>`],
  ['SettingTwice', `<a><add name="${KEY}" value="${OLD}"/><b:${KEY}>${OLD}</b:${KEY}></a>`],
  ['SettingTwice', `<a><${KEY} value="${OLD}">${OLD}</${KEY}></a>`],
  ['SettingTwice', `{ "${KEY}": "${OLD}", "${KEY}": "${OLD}" }`],
  ['SettingTwice', `{ "a": { "sslcertthumbprint": "${OLD}" }, "${KEY}": "${OLD}" }`],
  ['SettingTwice', `<a ${KEY}="${OLD}"><${KEY}>${OLD}</${KEY}></a>`],
  ['SettingNotAThumbprint', `{ "${KEY}": "" }`],
  ['SettingNotAThumbprint', `{ "${KEY}": null }`],
  ['SettingNotAThumbprint', `{ "${KEY}": 1234567890123456789012345678901234567890 }`],
  ['SettingNotAThumbprint', `{ "${KEY}": "${OLD}0" }`],
  ['SettingNotAThumbprint', `{ "${KEY}": { "value": "${OLD}" } }`],
  ['SettingNotAThumbprint', `<a><${KEY}><value>${OLD}</value></${KEY}></a>`],
  ['SettingNotAThumbprint', `<a><${KEY}><![CDATA[${OLD}]]></${KEY}></a>`],
  ['SettingMoved', `{ "${KEY}": "${NEW.replace('F', '0')}" }`],
  ['SettingsFileNotUnderstood', `{ "${KEY}": "${OLD}"`],
  ['SettingsFileNotUnderstood', `<a><${KEY}>${OLD}</${KEY}> a < b </a>`],
  ['SettingsFileNotUnderstood', `${KEY} = ${OLD}`],
  ['SettingsFileNotUnderstood', ''],
])('%s: %s', (code, text) => {
  const thrown = (): unknown => {
    try {
      return replaceSetting(Buffer.from(text), KEY, OLD, NEW);
    } catch (error) {
      return error;
    }
  };
  expect(thrown()).toMatchObject({ code });
});

test.each([
  ['a letter too many', `${NEW}0`],
  ['a letter too few', NEW.slice(1)],
  ['a hidden character before it', `\u200e${NEW}`],
  ['more of the file after it', `${NEW}", "Url": "x`],
  ['nothing', ''],
])('a thumbprint with %s is never written', (_what, to) => {
  expect(() => editSetting(Buffer.from(`{"${KEY}":"${OLD}"}`), KEY, OLD, to)).toThrow('SettingNotAThumbprint');
});

test.each([
  ['blank lines', '\r\n \r\n'],
  ['a comment', '// of set-up\r\n'],
])('a JSON file that begins with %s is edited like any other', (_what, start) => {
  const file = (value: string) => Buffer.from(`${start}{ "${KEY}": "${value}" }`);
  expect(replaceSetting(file(OLD), KEY, OLD, NEW)).toEqual(file(NEW));
});

test('a file far too large for settings is not read', () => {
  const file = (bytes: number) => Buffer.from(`{"${KEY}":"${OLD}"}`.padEnd(bytes));
  expect(readSetting(file(128 * 1024), KEY)).toBe(OLD);
  expect(() => readSetting(file(128 * 1024 + 1), KEY)).toThrow('SettingsFileNotUnderstood');
});

test.each([
  ['lists', 60_000, '[', ']'],
  ['lists', 1000, '[', ']'],
  ['objects', 10_000, '{"a":', '}'],
  ['lists that nobody closes', 100_000, '[', ''],
  ['objects that nobody closes', 20_000, '{"a":', ''],
])('%s nested %i deep are refused as no settings', (_what, deep, open, close) => {
  const file = Buffer.from(`{"${KEY}":"${OLD}","b":${open.repeat(deep)}1${close.repeat(deep)}}`);
  const refused = { code: 'SettingsFileNotUnderstood' };
  expect(thrownBy(() => readSetting(file, KEY))).toMatchObject(refused);
  expect(thrownBy(() => editSetting(file, KEY, OLD, NEW))).toMatchObject(refused);
});

test('settings that are nested oddly, but not too deep, are read', () => {
  const file = Buffer.from(`${'{"a":['.repeat(20)}{"${KEY}":"${OLD}"}${']}'.repeat(20)}`);
  expect(readSetting(file, KEY)).toBe(OLD);
});

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

test('a value that is already there needs no edit', () => {
  expect(editSetting(Buffer.from(`{"${KEY}":"${NEW}"}`), KEY, OLD, NEW)).toBeNull();
});

test.each([
  [`<a><${KEY}/></a>`, KEY, ''],
  [`<a><${KEY}></${KEY}></a>`, KEY, ''],
  [`<a><${KEY} value="${OLD}"></${KEY}></a>`, KEY, OLD],
  [`<a><add key="${KEY}" value="${OLD}"></add></a>`, KEY, OLD],
  [`<a><${KEY}><value>${OLD}</value></${KEY}></a>`, KEY, `<value>${OLD}</value>`],
  ['{ "PortNumber": 8391 }', 'PortNumber', '8391'],
  ['{ "PortNumber": 8391, }', 'PortNumber', '8391'],
  ['{ "MasterEndpoint": "https:\\/\\/sqlm01:8391" }', 'MasterEndpoint', 'https://sqlm01:8391'],
  ['<a MasterEndpoint="https://h:8391/?a=1&amp;b=2"/>', 'masterendpoint', 'https://h:8391/?a=1&b=2'],
  [`{ "${KEY}": "\\u200e${OLD}" }`, KEY, `\u200e${OLD}`],
  [`<a><${KEY}>&#x200E;${OLD}</${KEY}></a>`, KEY, `\u200e${OLD}`],
])('%s: %s is %s', (text, key, value) => {
  expect(readSetting(Buffer.from(text), key)).toBe(value);
});
