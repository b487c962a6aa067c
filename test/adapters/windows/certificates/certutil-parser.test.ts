import { readFileSync } from 'node:fs';
import { parseStore, saysNotFound } from '../../../../adapters/windows/parse/certutil.ts';

const fixture = (name: string): string =>
  readFileSync(new URL(`../../../fixtures/windows-output/certutil/${name}.txt`, import.meta.url), 'utf8');

const none = { privateKey: 'no', container: null, keyFile: null, provider: null };

test('a legacy provider names the file first and CNG names it last', () => {
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

test('dates are not needed to read an entry, in whatever form the user has them', () => {
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

test('a missing stored keyset is a key that may not be read, not a certificate without one', () => {
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

test('hashes in pairs and French labels are read', () => {
  expect(parseStore(fixture('fr-store-root-2008-spaced-hash'))).toEqual([
    { thumbprint: 'CDD4EEAE6000AC7F40C3802C171E30148030C072', selfIssued: true, ...none },
    { thumbprint: 'BE36A4562FB2EE05DBB3D32323ADF445084ED656', selfIssued: true, ...none },
  ]);
});

test('Chinese labels, ISO dates and a stray line are read', () => {
  expect(parseStore(fixture('zh-CN-store-root'))).toEqual([
    { thumbprint: 'D70CD039051F77C30673B8209FC15EFA650ED52C', selfIssued: true, ...none },
  ]);
});

test.each(['en-addstore-root', 'ko-addstore-root', 'en-delstore-absent-exit0', 'en-delstore-my'])(
  '%s lists no certificate',
  (name) => {
    expect(parseStore(fixture(name))).toEqual([]);
  },
);

test.each([
  [17, fixture('en-store-absent-exit17'), true],
  [-2146893807, '', true],
  [2148073489, '', true],
  [0, fixture('en-delstore-absent-exit0'), false],
  [5, 'CertUtil: -store command FAILED: 0x80070005 (WIN32: 5 ERROR_ACCESS_DENIED)', false],
  [17, 'something else', false],
])('exit code %d is an answer, or a failure', (code, text, expected) => {
  expect(saysNotFound(code, text)).toBe(expected);
});

test('a block without a hash is an error that shows it, never an absent certificate', () => {
  const cut = fixture('en-store-enterprise-root-nokey').split('Cert Hash')[0] ?? '';
  expect(() => parseStore(cut)).toThrow('CertutilUnreadable');
});
