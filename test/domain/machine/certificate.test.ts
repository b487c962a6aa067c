import fc from 'fast-check';
import { canonicalName, readCertificate } from '../../../src/domain/machine/certificate.ts';
import { readDer } from '../../../src/domain/machine/der.ts';
import { namesCover, parseEndpoint } from '../../../src/domain/machine/endpoint.ts';
import { host, make } from '../../app/runner/world.ts';
import { profileOf } from '../../fixtures/profile.ts';

const NOW = Date.parse('2026-11-24T12:00:00.000Z');
const profile = profileOf(host('sqlm01'));
const read = (twist: Parameters<typeof make>[2]) => readCertificate(make(profile, NOW, twist).der);

describe('reading a certificate', () => {
  test('gives its facts from its own bytes', () => {
    const made = make(profile, NOW, { names: ['sqlm01', 'SSIS.example.com', '10.0.0.5', '2001:db8::5'] });
    expect(readCertificate(made.der)).toEqual({
      thumbprint: made.thumbprint,
      selfSigned: true,
      version: 3,
      cn: 'sqlm01',
      commonNames: ['sqlm01'],
      ca: false,
      keyUsage: { digitalSignature: true, keyEncipherment: true, certSign: false, crlSign: false },
      names: ['sqlm01', 'ssis.example.com', '10.0.0.5', '2001:db8::5'],
      serverNames: ['sqlm01', 'ssis.example.com', '10.0.0.5', '2001:db8::5'],
      otherNames: 0,
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1'],
      otherFields: [],
      notBefore: NOW - 86_400_000,
      notAfter: NOW + 365 * 86_400_000,
      keyType: 'rsa',
      keyBits: 2048,
      signature: '1.2.840.113549.1.1.11',
    });
  });

  test.each<[string, Parameters<typeof make>[2], readonly string[]]>([
    [
      'its common names, all of them, where it has no others',
      { bare: true, cn: ['SQLM01', '10.0.0.5'] },
      ['SQLM01', '10.0.0.5'],
    ],
    ['its common name beside mere addresses', { names: ['10.0.0.5'] }, ['sqlm01', '10.0.0.5']],
    ['its DNS names alone', { cn: ['sqlm01', 'sqlm02'], names: ['sqlm03'] }, ['sqlm03']],
    ['its DNS names, if its subject is empty', { cn: [], names: ['sqlm03'] }, ['sqlm03']],
  ])('knows a server by %s', (_what, twist, names) => {
    expect(read(twist)?.serverNames).toEqual(names);
  });

  test('finds each common name, whatever stands between them, and takes no part of one for one', () => {
    const hex = (text: string): string => Buffer.from(text).toString('hex');
    const altered = (cn: string | readonly string[], from: string, to: string) => {
      const der = Buffer.from(make(profile, NOW, { bare: true, cn }).der, 'base64').toString('hex');
      return readCertificate(Buffer.from(der.replaceAll(from, to), 'hex').toString('base64'))?.serverNames;
    };
    const [is, of] = ['300d06035504031306', '300f06035504031308'];
    const two = `310f${is}${hex('sqlw01')}3111${of}${hex('intranet')}`;
    const inOnePart = `3122${is}${hex('sqlw01')}30110603550403130a${hex('intranet02')}`;
    expect(altered(['sqlw01', 'intranet'], two, inOnePart)).toEqual(['sqlw01', 'intranet02']);
    const line = altered('sqlw01---intranet', `1311${hex('sqlw01---intranet')}`, `0c11${hex('sqlw01\u2028intranet')}`);
    expect(line).toEqual(['sqlw01\u2028intranet']);
  });

  test('sees a CA, and a key that may sign', () => {
    expect(read({ ca: true })?.ca).toBe(true);
    expect(read({ certSign: true })?.keyUsage?.certSign).toBe(true);
  });

  test('gives null for bytes that are no certificate, and never takes a changed one for the original', () => {
    const bytes = Buffer.from(make(profile, NOW).der, 'base64');
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 400 }),
        (junk) => readCertificate(Buffer.from(junk).toString('base64')) === null,
      ),
    );
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(bytes);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        const found = readCertificate(changed.toString('base64'));
        return found === null || !found.selfSigned || found.thumbprint !== make(profile, NOW).thumbprint;
      }),
      { numRuns: 50 },
    );
    expect(readDer(Buffer.concat([bytes, Buffer.from([0])]))).toBeNull();
  });
});

test.each([
  ['SQLM01', 'sqlm01'],
  ['10.0.0.5', '10.0.0.5'],
  ['2001:DB8:0:0:0:0:0:5', '2001:db8::5'],
  ['no:address', 'no:address'],
])('%s is compared as %s', (name, canonical) => {
  expect(canonicalName(name)).toBe(canonical);
});

test.each([
  [['sqlm01'], 'SQLM01', true],
  [['*.example.com'], 'sqlm01.example.com', true],
  [['*.example.com'], 'a.sqlm01.example.com', false],
  [['*.example.com'], 'example.com', false],
  [['sqlm01'], 'sqlm01.example.com', false],
  [['*.com'], 'localhost', false],
  [['2001:db8::5'], '2001:0DB8:0:0::5', true],
  [['2001:0db8:0::5'], '2001:db8::5', true],
  [['2001:db8::6'], '2001:db8::5', false],
])('the names %j cover %s: %s', (names, name, covered) => {
  expect(namesCover(names, name)).toBe(covered);
});

test.each([
  ['https://sqlm01:8391', { host: 'sqlm01', port: 8391 }],
  ['https://SQLM01.example.com:8391/', { host: 'sqlm01.example.com', port: 8391 }],
  ['HTTPS://SQLM01:8391', { host: 'sqlm01', port: 8391 }],
  ['https://[2001:DB8::5]:8391', { host: '2001:db8::5', port: 8391 }],
  ['https://[2001:db8::5]:8391', { host: '2001:db8::5', port: 8391 }],
  ['http://sqlm01:8391', null],
  ['https://sqlm01', null],
  ['https://sqlm01:0', null],
  ['https://sqlm01:70000', null],
  ['https://user@sqlm01:8391', null],
  ['https://sqlm01:8391/path', null],
])('the endpoint %s is read as %j', (text, endpoint) => {
  expect(parseEndpoint(text)).toEqual(endpoint);
});
