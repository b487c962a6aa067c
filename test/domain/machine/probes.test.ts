import type { SslBinding } from '../../../src/domain/machine/host-facts.ts';
import { askedName, probesOf } from '../../../src/domain/machine/probes.ts';

const probes = (...keys: readonly string[]) =>
  probesOf(
    keys.map((key) => ({ key, kind: /^[\d[]/u.test(key) ? 'ipport' : 'hostnameport' }) as SslBinding),
    8391,
    'sqlm01',
  ).map(({ host, port, servername }) => `${host}:${port} ${servername}`);

test.each([
  ['all addresses, on the loopback', ['0.0.0.0:8391'], ['127.0.0.1:8391 null', '127.0.0.1:8391 sqlm01']],
  ['all of IPv6', ['[::]:8391'], ['::1:8391 null', '::1:8391 sqlm01']],
  ['one address', ['10.0.0.5:8391'], ['10.0.0.5:8391 null', '10.0.0.5:8391 sqlm01']],
  // What DNS says of the name may be a load balancer, or nothing.
  ['a name, on this machine and with that name alone', ['ssis.contoso.com:8391'], ['127.0.0.1:8391 ssis.contoso.com']],
  ['a name with an asterisk, by one below it', ['*.contoso.com:8391'], ['127.0.0.1:8391 certops.contoso.com']],
])('each binding is probed: %s', (_what, keys, asked) => {
  expect(probes(...keys)).toEqual(asked);
});

test('nothing is probed twice', () => {
  expect(probes('0.0.0.0:8391', 'sqlm01:8391', '127.0.0.1:8391')).toEqual([
    '127.0.0.1:8391 null',
    '127.0.0.1:8391 sqlm01',
  ]);
});

test.each([
  [['sqlm01.corp', 'sqlm01'], 'sqlm01.corp'],
  [['SQL_M01', '10.0.0.4'], 'SQL_M01'],
  [['10.0.0.4', 'fd00::5', 'sqlm01'], 'sqlm01'],
  [['*.corp', 'sqlm01.corp'], 'sqlm01.corp'],
  [['SSIS Scale Out Master', 'sqlm01'], 'sqlm01'],
  [['Größe', 'серверы'], 'here'],
  [['a\nb', '-x', 'x.', ''], 'here'],
  [[], 'here'],
])('of the names %j the server is asked for %s', (names, asked) => {
  expect(askedName(names, 'here')).toBe(asked);
});
