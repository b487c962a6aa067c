import { notReturnable, parametersOf } from '../../../adapters/windows/bindings/flags.ts';
import { parseRegistry } from '../../../adapters/windows/parse/registry.ts';
import type { Thumbprint } from '../../../src/domain/values.ts';

const keyWith = (...values: readonly string[]) => {
  const [key] = parseRegistry(['HKEY_LOCAL_MACHINE\\A', ...values.map((value) => `    ${value}`)].join('\n'));
  if (key === undefined) throw new Error('no key');
  return key;
};

test.each([
  ['DefaultSslCertCheckMode    REG_DWORD    0x0', {}],
  ['DefaultSslCertCheckMode    REG_DWORD    0x1', { verifyclientcertrevocation: 'disable' }],
  ['DefaultSslCertCheckMode    REG_DWORD    0x4', {}],
  [
    'DefaultSslCertCheckMode    REG_DWORD    0x10002',
    { usagecheck: 'disable', verifyrevocationwithcachedclientcertonly: 'enable' },
  ],
  ['DefaultSslCertCheckMode    REG_DWORD    0x80000000', { 'DefaultSslCertCheckMode 0x80000000': 'set' }],
  ['DefaultFlags    REG_DWORD    0x3', { dsmapperusage: 'enable', clientcertnegotiation: 'enable' }],
  ['DefaultFlags    REG_DWORD    0x2004', { 'DefaultFlags 0x2000': 'set', 'DefaultFlags 0x4': 'set' }],
  ['DefaultSslRevocationFreshnessTime    REG_DWORD    0x0', {}],
  ['DefaultSslRevocationFreshnessTime    REG_DWORD    0x3c', { revocationfreshnesstime: '60' }],
  ['DefaultSslRevocationUrlRetrievalTimeout    REG_DWORD    0x3e8', { urlretrievaltimeout: '1000' }],
  ['DefaultSslCtlIdentifier    REG_SZ    (null)', {}],
  ['DefaultSslCtlIdentifier    REG_SZ    list', { sslctlidentifier: 'list' }],
  ['DefaultSslCtlStoreName    REG_SZ    Root', { sslctlstorename: 'Root' }],
  ['AppId    REG_BINARY    81E1C34D', {}],
  // what nobody knows is nothing as long as it is zero or empty
  ['Newer    REG_DWORD    0x0', {}],
  ['Newer    REG_BINARY    0000', {}],
  ['Newer    REG_BINARY    00 00', {}],
  ['Newer    REG_SZ', {}],
  ['Newer    REG_DWORD    0x1', { 'Value newer': 'set' }],
  ['Newer    REG_DWORD    0x01', { 'Value newer': 'set' }],
  ['Newer    REG_BINARY    0001', { 'Value newer': 'set' }],
  ['Newer    REG_SZ    a', { 'Value newer': 'set' }],
])('%s has to be given again as %j', (value, parameters) => {
  expect(parametersOf(keyWith(value))).toEqual(parameters);
});

test.each([
  'DefaultFlags    REG_SZ    0x1',
  'DefaultSslCertCheckMode    REG_BINARY    01',
  'DefaultSslRevocationFreshnessTime    REG_SZ    60',
  'DefaultSslCtlStoreName    REG_DWORD    0x1',
])('a value of another type is not understood: %s', (value) => {
  expect(() => parametersOf(keyWith(value))).toThrow('ToolOutputNotUnderstood');
});

test('what cannot be given again is named', () => {
  const binding = {
    key: '0.0.0.0:8391',
    kind: 'ipport',
    thumbprint: 'a1b2c3d4e5f60718293a4b5c6d7e8f9001020304' as Thumbprint,
    appId: '{5d89a20c-beab-4389-9447-324788eb944a}',
    store: 'Root',
    parameters: { dsmapperusage: 'enable', 'Value newer': 'set' },
    extended: { receivewindow: '1', 'property9.0': '1' },
  } as const;
  expect(notReturnable(binding)).toEqual(['Value newer', 'property9.0']);
  expect(notReturnable({ ...binding, parameters: {}, extended: { maxsettingsperframe: '1' } })).toEqual([]);
});
