import os from 'node:os';
import path from 'node:path';
import { makeCertificate } from '../../../../adapters/windows/certificates/maker.ts';
import { readEntry, readRootSummary, readWhole } from '../../../../adapters/windows/certificates/read.ts';
import { readStored } from '../../../../adapters/windows/certificates/stored.ts';
import { listOf } from '../../../../adapters/windows/certificates/traces.ts';
import { createPaths } from '../../../../adapters/windows/paths.ts';
import type { ToolResult, Tools } from '../../../../adapters/windows/tools.ts';
import type { StoreName, Thumbprint } from '../../../../src/domain/values.ts';
import { profileOf } from '../../../fixtures/profile.ts';
import { fakeContext } from '../fake-context.ts';

const root = path.join(os.tmpdir(), `certops-read-${process.pid}`);

/** A host whose tools always say the same. */
const hostThatSays = (said: (tool: string, args: readonly string[]) => string) => {
  const tools: Tools = {
    async run(tool, args) {
      const text = said(tool, args.map(String));
      return { tool, code: 0, text, bytes: Buffer.from(text), args: [] } satisfies ToolResult;
    },
  };
  return fakeContext(tools, { paths: createPaths(root), root });
};

const THUMBPRINT = '19F647A3F4E60EABC126D73EF1EF6E9F84224997' as Thumbprint;
const block = (number: number, key: string): string => `================ Certificate ${number} ================
Serial Number: 3aa8
Issuer: CN=sqlm01
 NotBefore: 10.08.2021 14:14
 NotAfter: 10.08.2026 14:22
Subject: CN=sqlm01
Cert Hash(sha1): ${THUMBPRINT.toLowerCase()}
${key}
`;
const KEY = `  Key Container = certops-1
  Unique container name: f7717552e9ac0bf2063dc0c18c29c08c_92adcd87-1855-4c11-89be-680e114a784c
  Provider = Microsoft Software Key Storage Provider`;
const NO_KEY = 'No key provider information';
const END = 'CertUtil: -store command completed successfully.';
const FOUND = `${NO_KEY}
  Provider = Microsoft Software Key Storage Provider
  Simple container name: certops-1
  Unique container name: f7717552e9ac0bf2063dc0c18c29c08c_92adcd87-1855-4c11-89be-680e114a784c
  ERROR: missing key association property: CERT_KEY_IDENTIFIER_PROP_ID
Signature test passed`;

test.each([
  ['its own and the one of Group Policy', [KEY, NO_KEY], 'yes'],
  ['the other way round', [NO_KEY, KEY], 'yes'],
  ['two of others', [NO_KEY, NO_KEY], 'no'],
  ['that of Group Policy, for which the tool finds the key of the other', [KEY, FOUND], 'yes'],
  ['two of others that name no key, though the machine has it', [FOUND, FOUND], 'no'],
])('a certificate that a store lists twice is one: %s', async (_what, keys, privateKey) => {
  const text = `Root\n${keys.map((key, number) => block(number, key)).join('\n')}`;
  expect(
    await readEntry(
      hostThatSays(() => text),
      'Root',
      THUMBPRINT,
    ),
  ).toMatchObject({
    thumbprint: THUMBPRINT,
    privateKey,
  });
});

test('a certificate that a store lists several times is counted once, in one place', async () => {
  const text = `Root\n${block(0, NO_KEY)}\n${block(1, KEY)}\n${block(2, NO_KEY)}\n${END}`;
  expect(await readRootSummary(hostThatSays(() => text))).toEqual({ count: 1, notSelfSigned: 0 });
  expect(
    await listOf(
      hostThatSays(() => text),
      'Root',
    ),
  ).toMatchObject([{ store: 'Root', privateKey: 'yes' }]);
});

test('a list that broke off behind a certificate does not show that others are nowhere', async () => {
  const other = block(1, NO_KEY).replace('19f647', '29f647');
  const whole = `My "Personal"\n${block(0, KEY)}\n${other}\n${END}\n`;
  const list = (text: string) =>
    listOf(
      hostThatSays(() => text),
      'My',
    );
  expect(await list(whole)).toHaveLength(2);
  for (const text of [whole.replace(END, ''), whole.slice(0, whole.lastIndexOf('===', whole.indexOf('Certificate 1')))])
    await expect(list(text)).rejects.toMatchObject({ code: 'StoreNotReadable' });
});

describe('an answer about one certificate that broke off', () => {
  const newer = block(0, `Certificate hash(sha256): ${'ab'.repeat(32)}\n${KEY}`);
  const another = block(0, `${KEY}\nERROR: Certificate public key does NOT match stored keyset`);
  const asked = (...texts: readonly string[]) => {
    const left = [...texts];
    return readEntry(
      hostThatSays(() => (left.length > 1 ? left.shift() : left[0]) ?? ''),
      'Root',
      THUMBPRINT,
    );
  };
  test.each([
    ['shows no certificate without a key', newer, newer.indexOf(KEY), 'yes'],
    ['shows no key as usable that is another one’s', another, another.indexOf('ERROR'), 'unreadable'],
  ])('%s: it is asked for again', async (_what, said, cut, privateKey) => {
    const text = `Root\n${said}\n${END}\n`;
    const short = text.slice(0, text.indexOf(said) + cut);
    expect(await asked(short, text)).toMatchObject({ thumbprint: THUMBPRINT, privateKey });
    await expect(asked(short, `${short} `, short)).rejects.toMatchObject({ code: 'ToolOutputNotUnderstood' });
  });
});

describe('a list without a certificate', () => {
  const list = (store: StoreName, text: string) =>
    listOf(
      hostThatSays(() => text),
      store,
    );
  const unlisted = block(0, NO_KEY).replace(/^=+ .* =+$/mu, '== First ==');

  test.each([
    ['en', END],
    ['es', 'CertUtil: -store comando completado correctamente.'],
    ['zh-CN', 'CertUtil: -store 命令成功完成。'],
    ['it', 'CertUtil: - Esecuzione comando store riuscita.'],
  ])('is an empty store if it is complete: %s', async (_language, end) => {
    expect(await list('My', `My "Personal"\r\n${end}\r\n`)).toEqual([]);
  });

  test.each<[what: string, store: StoreName, text: string]>([
    ['one that broke off', 'My', 'My "Personal"\r\n'],
    ['nothing at all', 'My', ''],
    ['one whose heading has another form', 'My', `My\n${unlisted}\n${END}`],
    ['of roots, which every machine has', 'Root', `Root\n${END}`],
    ['one whose first heading was lost', 'My', `${unlisted}\n${block(1, NO_KEY).replace(/19f647/u, '29f647')}\n${END}`],
    ['one that broke off below a hash', 'Root', block(0, '')],
  ])('is not an empty store: %s', async (_what, store, text) => {
    await expect(list(store, text)).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:StoreNotReadable|CertutilUnreadable)$/u),
    });
  });
});

test('one certificate with two keys is an error', async () => {
  const text = `Root\n${block(0, KEY)}\n${block(1, KEY.replace('f7717552', 'a7717552'))}`;
  await expect(
    readEntry(
      hostThatSays(() => text),
      'Root',
      THUMBPRINT,
    ),
  ).rejects.toMatchObject({
    code: 'StoreNotReadable',
  });
});

const property = (id: number, value: Buffer): Buffer => {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(id, 0);
  head.writeUInt32LE(1, 4);
  head.writeUInt32LE(value.length, 8);
  return Buffer.concat([head, value]);
};
const stored = (place: string, thumbprint: string, der: Buffer): string => {
  const blob = Buffer.concat([property(11, Buffer.from('certops prod-1\0', 'utf16le')), property(32, der)]);
  const data = blob.toString('hex').toUpperCase();
  return `\r\nHKEY_LOCAL_MACHINE\\${place}\\Certificates\\${thumbprint}\r\n    Blob    REG_BINARY    ${data}\r\n\r\n`;
};
const { made } = await makeCertificate(profileOf('sqlm01', { lifetimeDays: 1 }), Date.now());

test('the bytes of a certificate listed twice come from the registry, as certutil would save both in another format', async () => {
  const policy = 'SOFTWARE\\Policies\\Microsoft\\SystemCertificates\\Root';
  const asked: string[] = [];
  const text = `Root\n${block(0, NO_KEY)}\n${block(1, KEY)}`.replaceAll(THUMBPRINT.toLowerCase(), made.thumbprint);
  const context = hostThatSays((tool, args) => {
    if (tool === 'certutil') return text;
    asked.push(String(args[1]));
    const isThere = args[1] === `HKLM\\${policy}\\Certificates\\${made.thumbprint}`;
    return isThere ? stored(policy, made.thumbprint, Buffer.from(made.der, 'base64')) : '';
  });
  expect(await readWhole(context, 'Root', made.thumbprint)).toMatchObject({
    der: made.der,
    facts: { thumbprint: made.thumbprint, privateKey: 'yes', subject: 'CN=sqlm01' },
  });
  expect(asked.every((key) => key.endsWith(made.thumbprint))).toBe(true);
});

test('a root that OpenSSL cannot read is counted, and is no error', async () => {
  const odd = block(1, NO_KEY).replaceAll('CN=sqlm01', '').replace('Subject:', 'Subject: ').replace('19f647', '29f647');
  const text = `Root\n${block(0, NO_KEY)}\n${odd}\n${END}`;
  expect(await readRootSummary(hostThatSays((tool) => (tool === 'certutil' ? text : '')))).toEqual({
    count: 2,
    notSelfSigned: 0,
  });
});

test('a stored certificate that OpenSSL cannot read does not hide the others', async () => {
  const own = 'SOFTWARE\\Microsoft\\SystemCertificates\\ROOT';
  const context = hostThatSays((_tool, args) =>
    String(args[1]).includes('ROOT')
      ? stored(own, THUMBPRINT, Buffer.from('3003020100', 'hex')) +
        stored(own, made.thumbprint, Buffer.from(made.der, 'base64'))
      : '',
  );
  expect(await readStored(context)).toMatchObject([
    { thumbprint: made.thumbprint, store: 'Root', friendlyName: 'certops prod-1' },
  ]);
});
