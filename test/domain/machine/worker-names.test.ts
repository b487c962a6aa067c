import { hostNamed } from '../../../src/domain/machine/worker-names.ts';
import type { HostName } from '../../../src/domain/values.ts';

const hosts = ['sqlw01', 'sqlw01.dr.corp', 'sqlw02'] as readonly string[] as readonly HostName[];

test.each([
  ['sqlw01', 'sqlw01'],
  ['SQLW01.DR.CORP', 'sqlw01.dr.corp'],
  ['sqlw02.corp', 'sqlw02'],
  ['sqlw01.corp', 'sqlw01'],
  ['sqlw01.dr.corp.example', null],
  ['sqlw03', null],
  ['sqlw0', null],
])('%s names, among machines of which one is called like another plus a domain: %s', (name, host) => {
  expect(hostNamed(name, hosts)).toBe(host);
  expect(hostNamed(name, [...hosts].reverse())).toBe(host);
});
