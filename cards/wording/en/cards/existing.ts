import type { Line, Lines } from '../../line.ts';
import { days, list } from '../grammar.ts';

type Names = readonly string[];

/** What was looked at of a certificate that exists, a line each. */
export const existingWords = {
  'plan.existing': () => 'The certificate, one thing after the other',
  'existing.there': ((d) => `${d.subject}: in ${d.store} of ${d.host}, with its private key`) as Line<{
    subject: string;
    store: string;
    host: string;
  }>,
  'existing.key': ((d) => `Its key can be read by ${d.account}`) as Line<{ account: string }>,
  'existing.key-granted': ((d) =>
    `Its key cannot be read by ${d.account} yet: granted as the first step, and taken back if all is put back`) as Line<{
    account: string;
  }>,
  'existing.in-my': () =>
    'It lies in My: Microsoft describes Root alone, so whether the service takes it from there shows at its restart. If it does not, all is put back',
  'existing.names': ((d) =>
    `Its names cover the endpoint of the farm and of every worker: ${list(d.names, 'and', 5)}`) as Line<{
    names: Names;
  }>,
  'existing.dates': ((d, pen) => `It ends ${pen.date(d.at)}, in ${days(d.days)}`) as Line<{ at: string; days: number }>,
  'existing.ends-sooner': ((d, pen) =>
    `It ends ${pen.date(d.at)}, in ${days(d.days)}: sooner than the one in use (${pen.date(d.old)})`) as Line<{
    at: string;
    days: number;
    old: string;
  }>,
  'existing.strong': ((d) => `RSA ${d.keyBits}, ${d.hash}`) as Line<{ keyBits: number; hash: string }>,
  'existing.usages': () => 'It is made for TLS servers',
  'existing.may-sign': () =>
    'It may sign others: whoever has its key is an authority for every worker that trusts it. The administrators allowed it by its thumbprint',
  'existing.may-not-sign': () => 'It may not sign others',
  'existing.self-signed': () => 'Nobody else issued it: workers trust the certificate itself',
  'existing.chain': ((d) =>
    `Issued by ${list(d.names, 'and', 4)}: workers trust ${d.names.at(-1) ?? ''}, the root of its chain`) as Line<{
    names: Names;
  }>,
  'existing.used': ((d) =>
    `Scale Out used it before, by the runner's own journal on ${list(d.hosts, 'and', 5)}`) as Line<{ hosts: Names }>,
  'existing.kept': ((d) =>
    `The settings name it already: port ${d.port} is bound to it again, and no certificate or setting changes`) as Line<{
    port: number;
  }>,
  'existing.weak': ((d) =>
    `It is weaker than what is made today: key of ${d.keyBits} bits, signed with ${d.hash}`) as Line<{
    keyBits: number;
    hash: string;
  }>,
  'existing.before': ((d) =>
    `${list(d.hosts, 'and', 5)}: the certificate of before is there with its key, readable by the service and trusted by the master`) as Line<{
    hosts: Names;
  }>,
  'existing.before-ends': ((d, pen) =>
    `${d.host}: the certificate of before ends ${pen.date(d.at)}, in ${days(d.days)}`) as Line<{
    host: string;
    at: string;
    days: number;
  }>,
  'existing.allowed': ((d) =>
    `Allowed by its thumbprint in the runner's own configuration on ${list(d.hosts, 'and', 5)}`) as Line<{
    hosts: Names;
  }>,
} satisfies Lines;
