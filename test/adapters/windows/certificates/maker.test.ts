import { createPrivateKey, X509Certificate } from 'node:crypto';
import { inspect } from 'node:util';
import forge from 'node-forge';
import { factsOf, validityOf } from '../../../../adapters/windows/certificates/der.ts';
import { makeCertificate } from '../../../../adapters/windows/certificates/maker.ts';
import { makePfx, oneTimePassword } from '../../../../adapters/windows/certificates/pfx.ts';
import { forgetSecret, openSecret } from '../../../../adapters/windows/certificates/secret.ts';
import { readCertificate } from '../../../../src/domain/machine/certificate.ts';
import { profileOf } from '../../../fixtures/profile.ts';

const profile = profileOf('sqlm01', {
  cn: 'sqlm01.example.test',
  names: ['sqlm01.example.test', 'sqlm01', '10.0.0.5', 'fd00::5'],
  friendlyName: 'certops prod-17 für Müller',
});
const now = Date.parse('2026-11-24T15:00:00.123Z');
const made = await makeCertificate(profile, now);
const der = Buffer.from(made.made.der, 'base64');

test('a certificate is made as the profile says, and its key may not sign certificates', () => {
  expect(factsOf(der)).toEqual({
    thumbprint: made.made.thumbprint,
    subject: 'CN=sqlm01.example.test',
    selfSigned: true,
    ca: false,
    certSign: false,
    names: ['sqlm01.example.test', 'sqlm01', '10.0.0.5', 'fd00::5'],
    notBefore: '2026-11-23T15:00:00.000Z',
    notAfter: '2027-11-24T15:00:00.000Z',
    keyBits: 2048,
    hash: 'SHA-256',
    extendedKeyUsage: ['serverAuth'],
  });
});

test('an address is in the names twice: as an address, and as text for .NET', () => {
  const text = new X509Certificate(der).subjectAltName;
  expect(text).toContain('IP Address:10.0.0.5');
  expect(text).toContain('DNS:10.0.0.5');
  expect(text).toContain('DNS:fd00::5');
});

test('constraints and usage are critical, the version is 3, and the serial number has 16 bytes and is positive', () => {
  const certificate = forge.pki.certificateFromAsn1(forge.asn1.fromDer(der.toString('latin1')));
  expect(certificate.version).toBe(2);
  expect(certificate.serialNumber).toMatch(/^[4-7][0-9a-f]{31}$/u);
  expect(certificate.getExtension('basicConstraints')).toMatchObject({ critical: true, cA: false });
  expect(certificate.getExtension('keyUsage')).toMatchObject({
    critical: true,
    digitalSignature: true,
    keyEncipherment: true,
    keyCertSign: false,
    dataEncipherment: false,
  });
});

test('the PFX opens only with its password, and names the certificate but not the key: Windows would name the container so', () => {
  const password = oneTimePassword();
  const bytes = makePfx(openSecret(made.secret), password, profile.friendlyName);
  const open = (word: string) => forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(bytes.toString('latin1')), true, word);
  const [certBag, keyBag] = [forge.pki.oids.certBag as string, forge.pki.oids.pkcs8ShroudedKeyBag as string];
  const held = open(password);
  const [certificate, ...others] = held.getBags({ bagType: certBag })[certBag] ?? [];
  const [key, ...otherKeys] = held.getBags({ bagType: keyBag })[keyBag] ?? [];
  expect([others, otherKeys]).toEqual([[], []]);
  const inPfx = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate?.cert as forge.pki.Certificate)).getBytes();
  expect(Buffer.from(inPfx, 'latin1').equals(der)).toBe(true);
  const pem = forge.pki.privateKeyToPem(key?.key as forge.pki.rsa.PrivateKey);
  expect(new X509Certificate(der).checkPrivateKey(createPrivateKey(pem))).toBe(true);
  expect(certificate?.attributes.friendlyName).toEqual([profile.friendlyName]);
  expect(key?.attributes).toEqual({ localKeyId: certificate?.attributes.localKeyId });
  expect(() => open(`${password}x`)).toThrow();
});

test('a secret reveals nothing, however it is printed, and can be forgotten', () => {
  for (const seen of [inspect(made.secret, { depth: 9, showHidden: true }), JSON.stringify(made), `${made.secret}`])
    expect(seen).not.toContain('PRIVATE');
  forgetSecret(made.secret);
  expect(() => openSecret(made.secret)).toThrow('SecretUnknown');
});

test.each(['Größe & <Co> "q"; %x% | y', '分布式主机', "O'Brien", 'a'.repeat(64)])(
  'a common name with any text goes through unharmed: %s',
  async (cn) => {
    const other = await makeCertificate({ ...profile, cn }, now);
    const password = oneTimePassword();
    const pfx = makePfx(openSecret(other.secret), password, cn).toString('latin1');
    const certBag = forge.pki.oids.certBag as string;
    const bag = forge.pkcs12.pkcs12FromAsn1(forge.asn1.fromDer(pfx), password).getBags({ bagType: certBag })[
      certBag
    ]?.[0];
    const inPfx = forge.asn1.toDer(forge.pki.certificateToAsn1(bag?.cert as forge.pki.Certificate)).getBytes();
    expect(Buffer.from(inPfx, 'latin1').toString('base64')).toBe(other.made.der);
    // forge gives the bytes as they are
    expect(Buffer.from(bag?.cert?.subject.getField('CN').value, 'latin1').toString('utf8')).toBe(cn);
  },
);

test.each([
  ['CommonNameRefused', { cn: '' }],
  ['CommonNameRefused', { cn: 'a'.repeat(65) }],
  ['CommonNameRefused', { cn: 'two\nlines' }],
  ['CertificateNameRefused', { names: ['a b'] }],
  ['CertificateNameRefused', { names: ['x;DNS:y'] }],
  ['CertificateNamesMissing', { names: [] }],
  ['ProfileRefused', { keyBits: 1024 }],
  ['ProfileRefused', { keyBits: 9216 }],
  ['ProfileRefused', { keyBits: 2049 }],
  ['ProfileRefused', { lifetimeDays: 0 }],
  ['ProfileRefused', { lifetimeDays: 3651 }],
  ['ProfileRefused', { lifetimeDays: 1.5 }],
  ['ProfileRefused', { usages: ['clientAuth'] as const }],
])('%s: %j', async (code, change) => {
  await expect(makeCertificate({ ...profile, ...change }, now)).rejects.toMatchObject({ code });
});

test('a name outside ASCII becomes its A-label', async () => {
  const other = await makeCertificate({ ...profile, names: ['bücher.example'] }, now);
  expect(factsOf(Buffer.from(other.made.der, 'base64')).names).toEqual(['xn--bcher-kva.example']);
});

/** A certificate with an empty subject, as an authority makes it whose template takes only the names. */
function withoutSubject(notAfter = new Date(now + 86_400_000)): Buffer {
  const keys = forge.pki.rsa.generateKeyPair(1024);
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = keys.publicKey;
  certificate.serialNumber = '4711';
  certificate.validity.notBefore = new Date(now);
  certificate.validity.notAfter = notAfter;
  certificate.setSubject([]);
  certificate.setIssuer([{ name: 'commonName', value: 'Contoso Issuing CA' }]);
  certificate.setExtensions([{ name: 'subjectAltName', critical: true, altNames: [{ type: 2, value: 'sqlm01' }] }]);
  certificate.sign(keys.privateKey, forge.md.sha256.create());
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(certificate)).getBytes(), 'latin1');
}

test('a certificate without a subject is read by its names', () => {
  const bare = withoutSubject();
  expect(factsOf(bare)).toMatchObject({ subject: '', names: ['sqlm01'], selfSigned: false, keyBits: 1024 });
  expect(readCertificate(bare.toString('base64'))).toMatchObject({ cn: '', names: ['sqlm01'], selfSigned: false });
});

test.each(['0000', '0049', '0099', '0999', '9999'])(
  'a certificate that ends in the year %s ends then, not in one that is like it',
  (year) => {
    const bytes = withoutSubject(new Date('2060-02-28T12:00:00Z'));
    bytes.write(year, bytes.indexOf('20600228120000Z'), 'latin1');
    const end = `${year}-02-28T12:00:00.000Z`;
    expect(factsOf(bytes).notAfter).toBe(end);
    expect(validityOf(new X509Certificate(bytes)).to).toBe(Date.parse(end));
  },
);

test('a key of an unknown kind does not hide the rest of its certificate', () => {
  const rsa = Buffer.from('06092a864886f70d010101', 'hex');
  const odd = Buffer.from(der);
  odd[odd.indexOf(rsa) + rsa.length - 1] = 0x63;
  expect(factsOf(odd)).toMatchObject({ subject: 'CN=sqlm01.example.test', keyBits: null });
});

test('a certificate signed as some authorities do is told by the name of that, not by a number', () => {
  const [usual, other] = ['06092a864886f70d01010b', '06092a864886f70d01010a'];
  const signed = Buffer.from(der.toString('hex').replaceAll(usual, other), 'hex');
  expect(factsOf(signed).hash).toBe('RSA-PSS');
});

test('bytes that are not a certificate are refused, not read as an empty one', () => {
  expect(() => factsOf(Buffer.from('hello'))).toThrow('CertificateUnreadable');
});

/** A certificate with these alternative names, as node-forge writes them, and this type of text for its subject. */
function derWith(altNames: readonly object[], cn = 'sqlm01.corp', type = forge.asn1.Type.PRINTABLESTRING): Buffer {
  const keys = forge.pki.rsa.generateKeyPair(1024);
  const made = forge.pki.createCertificate();
  made.publicKey = keys.publicKey;
  made.serialNumber = '01';
  made.validity.notAfter = new Date(Date.now() + 1e9);
  const name = [{ name: 'commonName', value: cn, valueTagClass: type as unknown as forge.asn1.Class }];
  made.setSubject(name);
  made.setIssuer(name);
  if (altNames.length > 0) made.setExtensions([{ name: 'subjectAltName', altNames }]);
  made.sign(keys.privateKey, forge.md.sha256.create());
  return Buffer.from(forge.asn1.toDer(forge.pki.certificateToAsn1(made)).getBytes(), 'latin1');
}

test.each([
  [[], ['sqlm01.corp']],
  [[{ type: 1, value: 'a@b.c' }], ['sqlm01.corp']],
  [[{ type: 7, ip: '10.0.0.5' }], ['sqlm01.corp', '10.0.0.5']],
  [[{ type: 2, value: 'x.y' }], ['x.y']],
])('the subject’s name counts unless there is a DNS name too, as in Windows: %j', (altNames, names) => {
  expect(factsOf(derWith(altNames)).names).toEqual(names);
});

test.each(['Scale Out, "prod" + \\', '#1; <x>', ' a '])(
  'a name is read without what escapes its characters: %s',
  (cn) => {
    const bytes = derWith([], cn, forge.asn1.Type.UTF8);
    expect(readCertificate(bytes.toString('base64'))).toMatchObject({ cn, serverNames: [cn] });
  },
);

// As Windows may write one that has a character which PrintableString lacks: CERT_RDN_UNICODE_STRING in wincrypt.h.
test.each(['SQL_M01', 'sqlm01', 'серверы', '漢字ж'])('a name in two bytes a character is read as it is: %s', (cn) => {
  const bytes = derWith([], cn, forge.asn1.Type.BMPSTRING);
  expect(factsOf(bytes)).toMatchObject({ subject: `CN=${cn}`, names: [cn], selfSigned: true });
  expect(readCertificate(bytes.toString('base64'))).toMatchObject({ cn, serverNames: [cn] });
});
