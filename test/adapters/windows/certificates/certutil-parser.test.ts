import { readFileSync } from 'node:fs';
import iconv from 'iconv-lite';
import { distinct, parseStore, type StoreEntry, saysNotFound } from '../../../../adapters/windows/parse/certutil.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/windows-output/certutil/${name}.txt`, import.meta.url), 'utf8');

/** An error that shows this of the output. */
const showing = (words: string) =>
  expect.objectContaining({ code: 'CertutilUnreadable', data: { output: expect.stringContaining(words) } });

/** The test of a certificate that may only sign, so nothing can be encrypted to it. */
const CARD_FAILED =
  'AES256+RSAES_OAEP(RSA:CNG) test FAILED: Cannot find object or property. 0x80092004 (-2146885628 CRYPT_E_NOT_FOUND)';

const FOUND = `No key provider information
  Provider = Microsoft RSA SChannel Cryptographic Provider
  Simple container name: tq-ContosoWebServer-4e81d7c2-06b5-4fa9-83d0-9c1b5a72ef64
  Unique container name: 95709a4fd5e6106f93e304c58897099a_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96
  ERROR: missing key association property: CERT_KEY_IDENTIFIER_PROP_ID
`;

const none = { privateKey: 'no', container: null, keyFile: null, provider: null };

test('a legacy provider may be listed the way CNG is: the name shaped like a key file is the file', () => {
  expect(parseStore(fixture('en-store-my-azure-legacy-name'))).toEqual([
    {
      thumbprint: 'E7CC21E72B8357BD5A0990DB7DED3421F3F8B9BB',
      selfIssued: true,
      privateKey: 'yes',
      container: '{3D5A91C7-4E20-4B6F-9A83-D1705C2E8F46}',
      keyFile: '2a3fec517399df96d50183b3c3aabf97_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
      provider: 'Microsoft Enhanced Cryptographic Provider v1.0',
    },
    {
      thumbprint: '9EDB6E9C7B19D0C0707F281C0FC8732F44D952A7',
      selfIssued: false,
      privateKey: 'yes',
      container: 'Contoso Issuing CA 1',
      keyFile: 'e37636e45e287ac3b83d40dd3bda729c_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test.each([
  ['CN=Contoso Root', 'CN=Contoso Root', true],
  ['CN=Contoso Root', 'CN=Contoso Issuing', false],
  // A console code page without the letters of a name shows all names of that length alike.
  ['CN=???? Root', 'CN=???? Root', null],
  ['O=Contoso, CN=??', 'O=Contoso, CN=??', null],
  ['CN=?', 'CN=?', null],
  ['CN=? Root', 'CN=Contoso Issuing', false],
  // without names there is nothing to compare
  ['', '', null],
  ['', 'CN=Contoso Root', null],
  ['CN=Contoso Root', '', null],
])('an issuer %s and a subject %s tell whether it is self-signed: %s', (issuer, subject, told) => {
  const said = fixture('en-store-enterprise-root-nokey')
    .replace(/(Issuer: ).*/u, `$1${issuer}`)
    .replace(/(Subject: ).*/u, `$1${subject}`);
  expect(parseStore(said)).toMatchObject([{ selfIssued: told }]);
});

test('a legacy provider names the key file first, and CNG names it last', () => {
  expect(parseStore(fixture('en-store-csp-and-cng'))).toEqual([
    {
      thumbprint: 'A50337AB015D5612B7DC4C1E759D201E74CC2A93',
      selfIssued: false,
      privateKey: 'yes',
      container: 'te-User-c7bcc4bd-0498-4411-af44-da2257f54387',
      keyFile: 'a890fd7fbbfc072f8fe045e680c501cf_5834bfa9-1c4a-44a8-a128-c2267f712336',
      provider: 'Microsoft Enhanced Cryptographic Provider v1.0',
    },
    {
      thumbprint: '37378A1B06DCEF1B4D4753F7D21E4F20B18FBFEC',
      selfIssued: false,
      privateKey: 'yes',
      container: '31685cae-af6f-48fb-ac37-845c69b4c097',
      keyFile: 'bf4097e20d4480b8d6ebc139c9360f02_5834bfa9-1c4a-44a8-a128-c2267f712336',
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test('no provider line means a certificate without a key', () => {
  expect(parseStore(fixture('en-store-enterprise-root-nokey'))).toEqual([
    { thumbprint: 'B805E6AB548F6E7C57D3989F61DE7FE6A51031D1', selfIssued: true, ...none },
  ]);
});

test('an entry is read without its dates, in whatever format the user has them', () => {
  expect(parseStore(fixture('en-store-my-cng-ddmm-dates'))).toEqual([
    {
      thumbprint: '19F647A3F4E60EABC126D73EF1EF6E9F84224997',
      selfIssued: true,
      privateKey: 'yes',
      container: 'myDemoCA',
      keyFile: 'f7717552e9ac0bf2063dc0c18c29c08c_92adcd87-1855-4c11-89be-680e114a784c',
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test('an archived certificate is listed with its key, whose file CNG names first here, or as unreadable without access', () => {
  const guid = '3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96';
  const archived = { thumbprint: '71B0D5E92F4C8A3605E17D94BA2C6F830D5E9A42', selfIssued: true };
  expect(parseStore(fixture('en-store-my-archived-and-usable'))).toEqual([
    {
      ...archived,
      privateKey: 'yes',
      container: 'Contoso-DC01-CA',
      keyFile: `984dad8320742ac305f901c074c85034_${guid}`,
      provider: 'Microsoft Software Key Storage Provider',
    },
    {
      thumbprint: 'C4E07A1935BD68F2409AD3517E86BC0F9218D76A',
      selfIssued: false,
      privateKey: 'yes',
      container: 'te-DomainController-5b0a3f62-8c71-4de9-9a44-1e7c2d90b8f3',
      keyFile: `893ba82663bbfed965305f3e9c48be90_${guid}`,
      provider: 'Microsoft RSA SChannel Cryptographic Provider',
    },
  ]);
  // the same machine, asked by somebody who may not open the key
  expect(parseStore(fixture('en-store-my-archived-no-access'))).toEqual([
    {
      ...archived,
      privateKey: 'unreadable',
      container: 'Contoso-DC01-CA',
      keyFile: null,
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test('a key in another vendor’s HSM has one name, and can be used', () => {
  expect(parseStore(fixture('en-store-my-hsm'))).toMatchObject([
    {
      thumbprint: '2E95C7D0418FA36B7E20D19C5483BF60A7D1E8C3',
      privateKey: 'yes',
      container: 'ContosoCA-1f7d26ac-0b35-4e98-8d41-6a09c3e5b712',
      keyFile: null,
      provider: 'Securosys Primus HSM Key Storage Provider',
    },
  ]);
});

test('the tests that newer tools run on a key, and run again with CNG, do not change its names', () => {
  const named = {
    thumbprint: '0A7C41D3E95F28B6307ED1C9584A2B6F90E3D715',
    selfIssued: false,
    container: 'tq-ContosoWebServer-4e81d7c2-06b5-4fa9-83d0-9c1b5a72ef64',
    keyFile: '95709a4fd5e6106f93e304c58897099a_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
    provider: 'Microsoft RSA SChannel Cryptographic Provider',
  };
  const text = fixture('en-store-my-force-ncrypt');
  expect(parseStore(text)).toEqual([{ ...named, privateKey: 'yes' }]);
  // as seen for a PFX: indented below that heading
  const indented = text.replace(/(force NCrypt =+\n).*/u, `$1  Provider = ${named.provider}`);
  expect(parseStore(indented)).toEqual([{ ...named, privateKey: 'yes' }]);
  // and for one that names no key, although the tool finds it
  const found = indented.replace(/^ {2}Key Container[\s\S]*?Provider = .*\n/mu, FOUND);
  expect(parseStore(found)).toMatchObject([{ thumbprint: named.thumbprint, ...none }]);
});

test('a key in another vendor’s HSM that newer tools have tested can be used', () => {
  expect(parseStore(fixture('en-repairstore-my-hsm'))).toMatchObject([
    { privateKey: 'yes', container: 'ContosoCA', keyFile: null, provider: 'Securosys Primus HSM Key Storage Provider' },
  ]);
});

test('German labels are read, including those of dates', () => {
  expect(parseStore(fixture('de-store-my-cng'))).toEqual([
    {
      thumbprint: '9D13F7B2605EC84A91E3D0578C42AB6F1E70C5D8',
      selfIssued: false,
      privateKey: 'yes',
      container: 'web-job-1-5c2e7f10',
      keyFile: '1b234aeac94f46abb95cb5b544821202_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test('Portuguese labels are read, as is a container name with a colon and spaces', () => {
  expect(parseStore(fixture('pt-BR-store-my'))).toEqual([
    { thumbprint: 'C1E47B90D25F38A6147BE0C93D582AF6017E94CB', selfIssued: true, ...none },
    {
      thumbprint: '7D20B9E4C85F31A60E9D47C2B81F63A5904E72DC',
      selfIssued: false,
      privateKey: 'yes',
      container: 'adele vance:00000000000 2022-11-11 18:00:19',
      keyFile: 'f2e71e8c370871e4ecf29023e092069b_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
      provider: 'Microsoft Enhanced Cryptographic Provider v1.0',
    },
    {
      thumbprint: '3F81C06D9B2E47A5D01C8F3BE47290A6D5137E9C',
      selfIssued: true,
      privateKey: 'yes',
      container: 'cebb9cfb-4109-4ec6-852e-4afe0fed4a81',
      keyFile: '5d41a37d774459c06848c304b482b66e_3f6c1a52-7d0e-4b18-9c2a-51e0d48b7a96',
      provider: 'Microsoft Software Key Storage Provider',
    },
  ]);
});

test.each([
  ['it-dump-nested', 'Certificato 0'],
  ['zh-TW-dump-nested', '\u6191\u8b49 0'],
])('output that is not a store listing is an error that shows where: %s', (name, shown) => {
  expect(() => parseStore(fixture(name))).toThrow(showing(shown));
});

test('a missing stored keyset is an unreadable key, not a certificate without one', () => {
  expect(parseStore(fixture('en-store-my-missing-keyset'))).toMatchObject([
    {
      thumbprint: '779A97B1D8E492B5BAFEBC02338845FFDFF76AD2',
      privateKey: 'unreadable',
      keyFile: '46f11b4056ad38609b08d1dea6880023_7989b711-2e3f-4107-9aae-fb8df2e3b958',
      container: null,
    },
    {
      thumbprint: '2F02901DCFF083ED3DBB6CB0A15BBFEE6002B1A8',
      privateKey: 'unreadable',
      keyFile: null,
      container: 'Certificate-LTD-CA',
    },
  ]);
});

test('a key that the tool finds on the machine, but that no certificate names, is not the certificate’s', () => {
  expect(parseStore(fixture('en-store-key-found-not-named'))).toEqual([
    { thumbprint: '5137A597DE2C3085EC5816C7F11EDC18CFCDBAF8', selfIssued: false, ...none },
    { thumbprint: '47D27C80B9642882318F41FCA5A8FDA2C24675AC', selfIssued: true, ...none },
  ]);
  const german = fixture('en-store-key-found-not-named')
    .replaceAll('Provider =', 'Anbieter =')
    .replaceAll('Simple container name:', 'Einfacher Containername:')
    .replaceAll('Unique container name:', 'Eindeutiger Containername:')
    .replaceAll('ERROR: missing key association property:', 'FEHLER: Schl\u00fcsselzuordnungseigenschaft fehlt:');
  expect(parseStore(german)).toEqual(parseStore(fixture('en-store-key-found-not-named')));
});

test('the file of a key imported as not exportable is named where that of any CNG key is', () => {
  const said = fixture('en-importpfx-noexport-vsm');
  expect(parseStore(said)).toEqual([]);
  const line = said.split(/\r?\n/u).find((one) => one.startsWith('  Unique container name: ')) ?? '';
  const entry = fixture('en-store-my-cng-ddmm-dates').replace(/^ +Unique container name: .*$/mu, line);
  expect(parseStore(entry)).toMatchObject([
    { privateKey: 'yes', keyFile: 'cad91794ddf50456b13c563fdc9fe9aa_64e6b472-74a5-4eb6-a106-b43815e2d97d' },
  ]);
});

test('hashes in pairs and French labels are read', () => {
  expect(parseStore(fixture('fr-store-root-2008-spaced-hash'))).toEqual([
    { thumbprint: 'CDD4EEAE6000AC7F40C3802C171E30148030C072', selfIssued: true, ...none },
    { thumbprint: 'BE36A4562FB2EE05DBB3D32323ADF445084ED656', selfIssued: true, ...none },
  ]);
});

test.each(['  简单容器名称：te-User', '  名称:te-User', '  Nom simple : te-User'])(
  'any colon that a language puts after the name of a container is read: %j',
  (line) => {
    const text = fixture('zh-CN-store-root').trimEnd().split(/\r?\n/u);
    const hash = text.findIndex((one) => /(?:[0-9a-f]{2} ?){20}$/iu.test(one));
    const block = [
      ...text.slice(0, hash + 1),
      '  密钥容器 = 1c0e4fa2d3b14d1b_11111111-2222-3333-4444-555555555555',
      line,
      '  提供程序 = P',
    ];
    expect(parseStore(block.join('\r\n'))[0]).toMatchObject({ privateKey: 'yes' });
  },
);

test('Chinese labels, ISO dates and a stray line are read', () => {
  expect(parseStore(fixture('zh-CN-store-root'))).toEqual([
    { thumbprint: 'D70CD039051F77C30673B8209FC15EFA650ED52C', selfIssued: true, ...none },
  ]);
});

test.each([
  'en-addstore-root',
  'ko-addstore-root',
  'zh-TW-addstore-there-already',
  'en-delstore-absent-exit0',
  'en-delstore-my',
])('%s lists no certificate', (name) => {
  expect(parseStore(fixture(name))).toEqual([]);
});

test.each([
  [17, fixture('en-store-absent-exit17'), true],
  [-2146893807, '', true],
  [2148073489, '', true],
  [-2146885628, '', true],
  [4, 'Root "Racine"\nCertUtil: -store ÉCHEC de la commande : 0x80092004 (-2146885628 CRYPT_E_NOT_FOUND)', true],
  [2, 'CertUtil: -store command FAILED: 0x80070002 (WIN32: 2 ERROR_FILE_NOT_FOUND)', false],
  [0, fixture('en-delstore-absent-exit0'), false],
  [5, 'CertUtil: -store command FAILED: 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)', false],
  [17, 'something else', false],
  // listed, and something else failed
  [
    -2147024864,
    `${fixture('en-store-my-force-ncrypt')}\n${CARD_FAILED}\nCertUtil: -store command FAILED: 0x80070020`,
    false,
  ],
  [-2146885628, `${fixture('en-store-my-hsm')}\nCertUtil: -store command FAILED: 0x80092004`, false],
])('exit code %d with its text means that nothing was found, or a failure', (code, text, expected) => {
  expect(saysNotFound(code, text)).toBe(expected);
});

test('a block without a hash is an error that shows it, never an absent certificate', () => {
  const cut = fixture('en-store-enterprise-root-nokey').split('Cert Hash')[0] ?? '';
  expect(() => parseStore(cut)).toThrow(showing('Issuer: CN=CVI Root CA, DC=corp, DC=cvilab, DC=local'));
});

/**
 * Real output, garbled as a reader with the wrong code page sees it: `\u00a0` is 0xA0 in the pages of Windows, 0xFF in
 * those of DOS.
 */
const GARBLED: readonly (readonly [written: string, read: string])[] = [
  ['win1252', 'cp850'],
  ['win1252', 'cp437'],
  ['cp850', 'win1252'],
  ['win1252', 'utf8'],
  ['cp936', 'cp437'],
  ['utf8', 'cp936'],
  ['utf8', 'cp932'],
];

const FRENCH = fixture('fr-store-root-2008-spaced-hash').replaceAll(' :', '\u00a0:');
const FRENCH_KEY = `My "Personnel"
================ Certificat 0 ================
Numéro de série\u00a0: 1a2b3c4d5e
Émetteur: CN=Contoso Test CA
 NotBefore\u00a0: 01/01/2026 01:00
 NotAfter\u00a0: 01/01/2027 01:00
Objet: CN=sqlm01.contoso.com
Il ne s’agit pas d’un certificat racine
Hach. cert. (sha1)\u00a0: aabbccddeeff00112233445566778899aabbccdd
  Conteneur de clé\u00a0= certops-1
  Nom de conteneur unique\u00a0: a11a37ef57bb64c3f31f8f99421d1550_e64079bf-f1d8-450e-ba59-2f4d921306df
  Fournisseur = Microsoft Software Key Storage Provider
Test de chiffrement réussi
CertUtil: -store La commande s’est terminée correctement.
`;

test.each([['win1252', 'win1252'] as const, ...GARBLED])(
  'labels written in %s and read as %s do not get in the way of values',
  (written, read) => {
    const garbled = (text: string): string => iconv.decode(iconv.encode(text, written), read);
    expect(parseStore(garbled(FRENCH_KEY))).toEqual([
      {
        thumbprint: 'AABBCCDDEEFF00112233445566778899AABBCCDD',
        selfIssued: false,
        privateKey: 'yes',
        container: 'certops-1',
        keyFile: 'a11a37ef57bb64c3f31f8f99421d1550_e64079bf-f1d8-450e-ba59-2f4d921306df',
        provider: 'Microsoft Software Key Storage Provider',
      },
    ]);
    expect(parseStore(garbled(FRENCH))).toEqual(parseStore(fixture('fr-store-root-2008-spaced-hash')));
    expect(parseStore(garbled(fixture('zh-CN-store-root')))).toEqual(parseStore(fixture('zh-CN-store-root')));
  },
);

test.each([
  ['10-Aug-21 14:14', '10-Aug-26 14:22'],
  ['\u200f10/08/2021 02:14 \u0645', '\u200f10/08/2026 02:22 \u0645'],
  ['2021. 08. 10. 14:14', '2026. 08. 10. 14:22'],
  ['2021-08-10 오후 2:14', '2026-08-10 오후 2:22'],
  ['10.8.2021 14.14', '10.8.2026 14.22'],
  ['10/08/2564 14:14', '10/08/2569 14:22'],
  ['٠٨/١٢/١٤٣٩ ٠٨:٠٧ م', '٠٨/١٢/١٤٤٠ ٠٨:٠٧ م'],
  ['平成 29/12/08 20:07', '令和 8/12/08 20:07'],
  ['\u200f08/\u200f12/\u200f2017 20:07', '\u200f08/\u200f12/\u200f2018 20:07'],
  ['12/8/2017 8:07\u202fPM', '12/8/2018 8:07\u202fPM'],
  ['8-Dec-17 20.07', '8-Dec-18 20.07'],
])('whether a certificate is self-issued is read without relying on dates such as %s', (from, to) => {
  const text = fixture('en-store-my-cng-ddmm-dates').replace('10.08.2021 14:14', from).replace('10.08.2026 14:22', to);
  expect(parseStore(text)).toMatchObject([{ selfIssued: true }]);
});

test('whether a certificate is self-issued is read where labels end in a wide colon, and unknown where they end in none', () => {
  const wide = (end: string) =>
    fixture('en-store-my-cng-ddmm-dates').replace(/^(\s*(?:Issuer|Subject|NotBefore|NotAfter)):/gmu, `$1${end}`);
  expect(parseStore(wide('\uff1a'))).toMatchObject([{ selfIssued: true }]);
  expect(parseStore(wide(' '))).toMatchObject([{ selfIssued: null }]);
});

test('a revocation list in a store is not a certificate', () => {
  const list = `================ CRL 0 ================
Issuer: OU=VeriSign Commercial Software Publishers CA, O=VeriSign, Inc., L=Internet
 ThisUpdate: 3/24/2001 12:00 AM
 NextUpdate: 1/7/2004 11:59 PM
CRL Entries: 2
CRL Hash(sha1): a377d1b1c0538833035211f4083d00fecc414dab
`;
  const text = fixture('en-store-enterprise-root-nokey');
  expect(parseStore(text.replace(/(?==+ Certificate 0)/u, list))).toEqual(parseStore(text));
  expect(parseStore(`${text}\n${list.replace('(sha1)', '')}`)).toEqual(parseStore(text));
});

test.each([
  ['Sperrliste', 'Aussteller', 'Diese Aktualisierung', 'Sperrlistenhash(sha1)'],
  // the label of the hash as a Russian Windows writes it
  ['Список отзыва (CRL)', 'Издатель', 'ThisUpdate', 'Хеш(sha1) списка отзыва сертификатов (CRL)'],
])('nor is one in a language that calls it %j', (what, issuer, update, hash) => {
  const list = `================ ${what} 0 ================
${issuer}: CN=Contoso Root CA, DC=contoso, DC=com
 ${update}: 24.03.2026 12:00
 NextUpdate: 07.01.2027 23:59
CRL: 2
${hash}: a377d1b1c0538833035211f4083d00fecc414dab
`;
  const text = fixture('en-store-enterprise-root-nokey');
  expect(parseStore(text.replace(/(?==+ Certificate 0)/u, list))).toEqual(parseStore(text));
});

test('what is said of a key under a heading of its own belongs to its certificate', () => {
  const tested = `AES256+RSAES_OAEP(RSA:AT_KEYEXCHANGE) test passed
Encryption test passed
================ Begin force NCrypt ================
Microsoft RSA SChannel Cryptographic Provider: KeySpec=1
Signature test passed (CNG)
----------------  End force NCrypt  ----------------
`;
  const text = fixture('en-store-csp-and-cng');
  expect(parseStore(text.replaceAll('Encryption test passed', tested.trimEnd()))).toEqual(parseStore(text));
});

test('a key without the line that older tools leave out is not reported as unreadable', () => {
  const plain = FRENCH_KEY.replace(/^.*conteneur unique.*\n/mu, '');
  expect(parseStore(plain)).toMatchObject([{ privateKey: 'untold', container: 'certops-1', keyFile: null }]);
});

const HARDWARE = 'Microsoft Base Smart Card Crypto Provider';
const withKey = (...lines: readonly string[]): string =>
  FRENCH_KEY.replace(/^ {2}Conteneur[\s\S]*$/mu, `${lines.join('\n')}\nCertUtil: -store OK.\n`);

test.each([
  ['English', ['Signature test passed'], 'yes'],
  ['English, of a smart card', ['Private key is NOT exportable', 'Encryption test passed'], 'yes'],
  ['another language that tells of both', ['La clé privée ne peut pas être exportée', 'Test réussi'], 'yes'],
  // as seen on a Spanish Windows
  ['another language that tells of one thing', ['Falta el conjunto de claves almacenado'], 'untold'],
  ['one thing, with the prompt of a console behind it', ['Jeu de clés stocké manquant', 'C:\\Windows>'], 'untold'],
  ['a test that failed', ['Private key is NOT exportable', 'Encryption test FAILED'], 'untold'],
  ['one that may only sign', ['X: KeySpec=0', CARD_FAILED, 'Signature test passed'], 'yes'],
  ['one that fails in every way', ['X: KeySpec=0', CARD_FAILED, 'Encryption test FAILED'], 'untold'],
  [
    'an error after another thing',
    ['Schlüssel NICHT exportierbar', 'Zugriff verweigert 0x80070005 (WIN32: 5)'],
    'untold',
  ],
  ['one thing in another language, and with what', ['X: KeySpec=0', 'Jeu de clés stocké manquant'], 'untold'],
  ['nothing', [], 'untold'],
  ['one that is missing', ['Missing stored keyset'], 'unreadable'],
])('a key without a second name is there if what is said of its test says so: %s', (_what, said, privateKey) => {
  const [entry] = parseStore(withKey('  Key Container = x', `  Provider = ${HARDWARE}`, ...said));
  expect(entry).toMatchObject({ privateKey, container: 'x', keyFile: null, provider: HARDWARE });
});

test.each([
  ['Signature test FAILED', [], 'unreadable'],
  ['Signature test FAILED: Access is denied. 0x80070005 (WIN32: 5)', [], 'unreadable'],
  // tried in two ways
  ['Signature test FAILED', ['Signature test passed (CNG)'], 'yes'],
  ['Encryption test FAILED', [], 'yes'],
])('a key that was opened is no key to sign with where it says so: %s %j', (failed, more, privateKey) => {
  const text = fixture('en-store-csp-and-cng').replaceAll('Encryption test passed', [failed, ...more].join('\n'));
  const same = parseStore(fixture('en-store-csp-and-cng')).map((entry) => ({ ...entry, privateKey }));
  expect(parseStore(text)).toEqual(same);
});

test('a hash of another kind below the one that counts says nothing about a key that is missing', () => {
  const closed = withKey(
    '  Schlüsselcontainer = x',
    `  Anbieter = ${HARDWARE}`,
    'Fehlender gespeicherter Schlüsselsatz',
  );
  const other = 'Zertifikathash(sha256): 3d81f0a7c2569e4b70d1c83e5f94a26b08e7d51c3d81f0a7c2569e4b70d1c83e';
  for (const hash of [other, other.replace(/(?<=[0-9a-f]{2})(?=(?:[0-9a-f]{2})+$)/gu, ' ')]) {
    expect(parseStore(closed.replace('  Schlüssel', `${hash}\n  Schlüssel`))).toEqual(parseStore(closed));
    expect(parseStore(closed)).toMatchObject([{ privateKey: 'untold' }]);
  }
});

test('a key on a card that is told below its provider is named, and not one that was only found', () => {
  const said = ['  Key Container = x', '  Unique container name: y', `  Provider = ${HARDWARE}`, '  Reader: Contoso 0'];
  expect(parseStore(withKey(...said, 'Signature test passed'))).toMatchObject([
    { privateKey: 'yes', container: 'x', keyFile: null, provider: HARDWARE },
  ]);
});

test('of a key that was only found nothing more need be said than its names', () => {
  const names = ['  Simple container name: x', '  Unique container name: y'];
  expect(parseStore(withKey('No key provider information', `  Provider = ${HARDWARE}`, ...names))).toMatchObject([
    none,
  ]);
});

test('an error about a key, told below its provider, is not a container name', () => {
  const wrong = '  ERROR: missing key association property: CERT_KEY_IDENTIFIER_PROP_ID';
  const file = 'a11a37ef57bb64c3f31f8f99421d1550_e64079bf-f1d8-450e-ba59-2f4d921306df';
  for (const container of ['x', file]) {
    const said = [`  Key Container = ${container}`, `  Provider = ${HARDWARE}`];
    const closed = withKey(...said, 'Missing stored keyset');
    expect(parseStore(withKey(...said, wrong, 'Missing stored keyset'))).toEqual(parseStore(closed));
  }
});

test.each(['', '(null)'])('a container shown as "%s" has no name, and is not taken for a provider', (shown) => {
  const [entry] = parseStore(
    withKey(`  Key Container = ${shown}`, `  Provider = ${HARDWARE}`, 'Missing stored keyset'),
  );
  expect(entry).toMatchObject({ privateKey: 'unreadable', container: null, provider: HARDWARE });
});

const CNG = [
  '  Key Container = certops-1',
  '  Unique container name: a11a37ef57bb64c3f31f8f99421d1550_e64079bf-f1d8-450e-ba59-2f4d921306df',
  '  Provider = Microsoft Software Key Storage Provider',
];

test.each([
  ['ERROR: Certificate public key does NOT match stored keyset'],
  [
    'ERROR: Certificate public key does NOT match stored keyset',
    '  Container Public Key:',
    '  0000  30 82 01 0a 02 82 01 01  00 dd 61 3c 7a 60 5e df   0.........a<z`=:',
  ],
  ['FEHLER: Der \u00f6ffentliche Schl\u00fcssel passt NICHT zum gespeicherten Schl\u00fcsselsatz'],
  ['ERREUR\u00a0: la cl\u00e9 publique du certificat NE correspond PAS au jeu de cl\u00e9s stock\u00e9'],
  [
    '\u041e\u0428\u0418\u0411\u041a\u0410: \u043e\u0442\u043a\u0440\u044b\u0442\u044b\u0439 \u043a\u043b\u044e\u0447 \u041d\u0415 \u0441\u043e\u043e\u0442\u0432\u0435\u0442\u0441\u0442\u0432\u0443\u0435\u0442',
  ],
  ['\u9519\u8bef: \u8bc1\u4e66\u516c\u94a5\u4e0e\u5b58\u50a8\u7684\u5bc6\u94a5\u96c6\u4e0d\u5339\u914d'],
  [
    '\u30a8\u30e9\u30fc\uff1a\u8a3c\u660e\u66f8\u306e\u516c\u958b\u30ad\u30fc\u304c\u4e00\u81f4\u3057\u307e\u305b\u3093',
  ],
])(
  'a stored key that does not match its certificate is not named as its own, so nobody may remove it: %s',
  (...said) => {
    expect(parseStore(withKey(...CNG, ...said))).toMatchObject([
      { privateKey: 'unreadable', container: null, keyFile: null, provider: 'Microsoft Software Key Storage Provider' },
    ]);
  },
);

test('a key of another certificate is recognised where older tools write only one of its names', () => {
  const said = [
    '  Key Container = x',
    `  Provider = ${HARDWARE}`,
    'ERROR: Certificate public key does NOT match stored keyset',
  ];
  expect(parseStore(withKey(...said))).toMatchObject([{ privateKey: 'unreadable', container: null }]);
});

test.each(['Encryption test passed', 'Private key is NOT plain text exportable', 'Test: OK', 'CertUtil: x'])(
  'what is said of a matching key is not an error: %j',
  (said) => {
    expect(parseStore(withKey(...CNG, said))).toMatchObject([{ privateKey: 'yes', container: 'certops-1' }]);
  },
);

test('a name that looks like a hash line does not hide its certificate, and is not taken for another', () => {
  const other = '00112233445566778899AABBCCDDEEFF00112233';
  for (const name of ['CN=a(sha1): b', `CN=Hash(sha1): ${other}`]) {
    const text = fixture('en-store-my-cng-ddmm-dates');
    const named = text
      .replace(/^((?:Issuer|Subject): ).*$/gmu, `$1${name}`)
      .replace(/^( +Key Container = ).*$/mu, `$1${name}`)
      .replace(/^( +Unique container name: ).*$/mu, `$1x(sha1): ${other}`);
    expect(named).toContain(`Subject: ${name}`);
    expect(parseStore(named)).toMatchObject([
      { thumbprint: '19F647A3F4E60EABC126D73EF1EF6E9F84224997', selfIssued: true, privateKey: 'yes', container: name },
    ]);
  }
});

test('two certificates without a readable heading between them are an error, never one certificate', () => {
  for (const name of ['en-store-csp-and-cng', 'fr-store-root-2008-spaced-hash', 'en-store-key-found-not-named']) {
    const text = fixture(name);
    const [, second = ''] = text.match(/^=+ .*\d+ =+$/gmu) ?? [];
    expect(second).not.toBe('');
    for (const heading of ['', '---------------- Certificate ----------------'])
      expect(() => parseStore(text.replace(second, heading))).toThrow(showing('Certificat'));
    // a direction mark that the code page lacks
    expect(parseStore(text.replace(second, `?${second}?`))).toEqual(parseStore(text));
  }
});

test('a first certificate whose heading cannot be read is an error beside others, never left out', () => {
  for (const name of ['en-store-csp-and-cng', 'fr-store-root-2008-spaced-hash', 'en-store-key-found-not-named']) {
    const text = fixture(name);
    const [first = ''] = text.match(/^=+ .*\d+ =+$/gmu) ?? [];
    for (const heading of ['', first.slice(20), first.replace(/\d+/u, 'one')])
      expect(() => parseStore(text.replace(first, heading))).toThrow(showing('sha1'));
  }
});

const stored = (thumbprint: string, container: string | null): StoreEntry => ({
  thumbprint: thumbprint as StoreEntry['thumbprint'],
  selfIssued: true,
  privateKey: container === null ? 'no' : 'yes',
  container,
  keyFile: null,
  provider: null,
});

test('a certificate that several sources of a store list counts once, with its key, and with both if it has two', () => {
  const listed = [stored('A', null), stored('B', null), stored('A', 'a'), stored('B', null), stored('A', null)];
  expect(distinct(listed)).toEqual([stored('B', null), stored('A', 'a')]);
  expect(distinct([stored('C', 'c'), stored('C', null), stored('C', 'd'), stored('B', null)])).toEqual([
    stored('C', 'c'),
    stored('C', 'd'),
    stored('B', null),
  ]);
});

test.each([
  ['windows-output', 'de-store-my-cng.txt'],
  ['windows-output', 'en-store-my-azure-legacy-name.txt'],
  ['windows-output', 'en-store-my-missing-keyset.txt'],
  ['made', 'ja.txt'],
  ['made', 'ru.txt'],
])('a certificate with a key never passes for one without where %s/%s breaks off', (folder, file) => {
  const text = readFileSync(`test/fixtures/${folder}/certutil/${file}`, 'utf8');
  expect(parseStore(text).map(({ privateKey }) => privateKey)).not.toContain('no');
  const keyless = [...text].flatMap((_letter, at) => {
    try {
      return parseStore(text.slice(0, at)).some(({ privateKey }) => privateKey === 'no')
        ? [text.slice(at - 30, at)]
        : [];
    } catch {
      return [];
    }
  });
  expect(keyless).toEqual([]);
});

test.each([
  'de-store-my-cng',
  'en-store-my-azure-legacy-name',
  'en-store-my-missing-keyset',
  'en-store-key-found-not-named',
  'en-store-csp-and-cng',
])('no name of a key is half believed where %s breaks off', (name) => {
  const text = fixture(name);
  const whole = parseStore(text);
  for (let at = 0; at < text.length; at += 1) {
    let entries: ReturnType<typeof parseStore>;
    try {
      entries = parseStore(text.slice(0, at));
    } catch {
      continue;
    }
    for (const [index, { thumbprint, container, keyFile }] of entries.entries())
      expect({ at, thumbprint, container, keyFile }).toEqual({
        at,
        thumbprint: whole[index]?.thumbprint,
        container: whole[index]?.container,
        keyFile: whole[index]?.keyFile,
      });
  }
});

test('a key whose provider has no line is read all the same if its test is told below its names', () => {
  const [entry] = parseStore(fixture('de-store-my-cng').replace(/^ +(?:Anbieter|Provider) = .*\r?\n/mu, ''));
  const [whole] = parseStore(fixture('de-store-my-cng'));
  expect(entry).toEqual({ ...whole, provider: null });
});
