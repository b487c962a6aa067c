import type { Pen } from '../../../pen.ts';
import type { Lines, Names } from '../../line.ts';
import { days, list } from '../grammar.ts';

/** The findings about an existing certificate, one line each. */
export const existingWords = {
  'plan.existing': () => 'The certificate, point by point',
  'existing.there': (d: { subject: string; store: string; host: string }) =>
    `${d.subject}: in ${d.store} of ${d.host}, with its private key`,
  'existing.key': (d: { account: string }) => `Its key can be read by ${d.account}`,
  'existing.key-granted': (d: { account: string }) =>
    `Its key cannot be read by ${d.account} yet: granted as the first step, and taken back if all is put back`,
  'existing.in-my': () =>
    'It lies in My: Microsoft describes Root alone, so whether the service takes it from there shows at its restart. If it does not, all is put back',
  'existing.names': (d: { names: Names }) =>
    `Its names cover the endpoint of the farm and of every worker: ${list(d.names, 'and', 5)}`,
  'existing.dates': (d: { at: string; days: number }, pen: Pen) => `It ends ${endsIn(d, pen)}`,
  'existing.ends-sooner': (d: { at: string; days: number; old: string }, pen: Pen) =>
    `It ends ${endsIn(d, pen)}: sooner than the one in use (${pen.date(d.old)})`,
  'existing.strong': (d: { keyBits: number; hash: string }) => `RSA ${d.keyBits}, ${d.hash}`,
  'existing.usages': () => 'It is made for TLS servers',
  'existing.may-sign': () =>
    'It may sign others: whoever has its key is an authority for every worker that trusts it. The administrators allowed it by its thumbprint',
  'existing.may-not-sign': () => 'It may not sign others',
  'existing.self-signed': () => 'Nobody else issued it: workers trust the certificate itself',
  'existing.chain': (d: { names: Names }) =>
    `Issued by ${list(d.names, 'and', 4)}: workers trust ${d.names.at(-1) ?? ''}, the root of its chain`,
  'existing.used': (d: { hosts: Names }) =>
    `Scale Out used it before, by the runner's own journal on ${list(d.hosts, 'and', 5)}`,
  'existing.kept': (d: { port: number }) =>
    `The settings name it already: port ${d.port} is bound to it again, and no certificate or setting changes`,
  'existing.weak': (d: { keyBits: number; hash: string }) =>
    `It is weaker than what is made today: key of ${d.keyBits} bits, signed with ${d.hash}`,
  'existing.before': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 5)}: the earlier certificate is there with its key, readable by the service and trusted by the master`,
  'existing.before-ends': (d: { hosts: Names; at: string; days: number }, pen: Pen) =>
    `${list(d.hosts, 'and', 5)}: the earlier certificate ends ${endsIn(d, pen)}`,
  'existing.allowed': (d: { hosts: Names }) =>
    `Allowed by its thumbprint in the runner's own configuration on ${list(d.hosts, 'and', 5)}`,
} satisfies Lines;

/** The last day is counted as a whole one, although only minutes may be left of it. */
const endsIn = (d: { at: string; days: number }, pen: Pen): string =>
  d.days <= 1 ? `${pen.dateTime(d.at)}, within a day` : `${pen.date(d.at)}, in ${days(d.days)}`;
