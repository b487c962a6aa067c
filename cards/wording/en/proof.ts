import type { Line, Lines } from '../line.ts';
import { todoOf } from './errors.ts';
import { brief, count, list } from './grammar.ts';

type Names = readonly string[];

/** Things to know before approving. */
const warningWords = {
  'warning.root-crowded': ((d) =>
    `${d.host}: ${d.count} certificates in Root; beyond about ${d.limit ?? 200} workers may be refused (403).`) as Line<{
    host: string;
    count: number;
    limit?: number;
  }>,
  'warning.root-not-self-signed': ((d) =>
    `${d.host}: ${count(d.count, 'certificate')} in Root ${d.count === 1 ? 'is' : 'are'} not self-signed; workers may be refused (403).`) as Line<{
    host: string;
    count: number;
  }>,
  'warning.password-account': ((d) =>
    `${d.host}: its ${d.role} runs as ${d.account}, an account with a password. If that has changed since, it does not come back.`) as Line<{
    host: string;
    role: string;
    account: string;
  }>,
  'warning.service-not-running': ((d) =>
    `${d.host}: its ${d.role} service is ${d.state}. It is changed, and not started.`) as Line<{
    host: string;
    role: string;
    state: string;
  }>,
  'warning.key-readable-by-many': ((d) =>
    `${d.host}: everybody may read the present private key (${list(d.readers)}), and so the new one.`) as Line<{
    host: string;
    readers: Names;
  }>,
  'warning.worker-not-connected': ((d) =>
    `${d.host} is not connected now${d.line === null ? '' : `: ${d.line}`}.`) as Line<{
    host: string;
    line: string | null;
  }>,
  'warning.setting-hidden-characters': ((d) =>
    `${d.host}: ${d.key} holds hidden characters today; they are written away.`) as Line<{ host: string; key: string }>,
  'warning.log-unreadable': ((d) =>
    `${d.host}: the log of its service cannot be read, so one witness is missing.`) as Line<{ host: string }>,
  'warning.no-rehearsal': ((d) =>
    `${d.host}: the new binding cannot be rehearsed here; its first try is the outage.`) as Line<{ host: string }>,
  'warning.nothing-published': ((d) =>
    `${d.host}: there is no SSISScaleOutMaster.cer to refresh for new workers.`) as Line<{ host: string }>,
} satisfies Lines;

type Against = { readonly fact: string; readonly found: unknown; readonly wanted: unknown };

/** How we know: each line of it has a sign of its own. */
const evidenceWords = {
  'evidence.tls': ((d) =>
    d.machines === d.of
      ? `TLS from ${d.of === 1 ? 'the machine' : `all ${d.of} machines`} shows ${d.thumbprint} on ${d.target}.`
      : `A fresh look at ${d.machines} of ${d.of} machines agrees with ${d.thumbprint} on ${d.target}.`) as Line<{
    machines: number;
    of: number;
    thumbprint: string;
    target: string;
  }>,
  'evidence.tls-again': ((d) =>
    d.machines === d.of
      ? `${d.target} presents ${d.thumbprint} again: TLS from ${d.of === 1 ? 'the machine' : `all ${d.of} machines`}.`
      : `A fresh look at ${d.machines} of ${d.of} machines agrees with ${d.thumbprint} on ${d.target}.`) as Line<{
    machines: number;
    of: number;
    thumbprint: string;
    target: string;
  }>,
  'evidence.workers': ((d) => {
    const how = d.witnesses.map((one) => WITNESSES[one] ?? one);
    const by = how.length === 0 ? '' : `, by ${list(how)}`;
    const rest = d.connected === d.of ? '; services run, settings were read back' : '';
    return `${d.connected} of ${count(d.of, 'worker')} connected${by}${rest}.`;
  }) as Line<{ connected: number; of: number; witnesses: Names }>,
  'evidence.against': ((d) =>
    `${d.host}: ${list(
      d.facts.map(({ fact, found, wanted }) => `${fact} is ${brief(found)}, wanted ${brief(wanted)}`),
      'and',
      3,
    )}.`) as Line<{ host: string; facts: readonly Against[] }>,
  'evidence.removed': ((d) =>
    `The new certificate, used by nothing, is removed from ${d.machines === 1 ? '1 machine' : `${d.machines} machines`}.`) as Line<{
    machines: number;
  }>,
  'evidence.not-removed': ((d) =>
    `The new certificate is still on ${list(d.hosts, 'and', 4)}. Nothing uses it; remove it by hand.`) as Line<{
    hosts: Names;
  }>,
} satisfies Lines;

const WITNESSES: { readonly [witness: string]: string } = {
  log: 'their own logs',
  tcp: 'their TCP connections',
  handshake: 'TLS from their machines',
};

const nextWords = {
  'next.old-still-there': () => 'The old certificate is still there, so there is a way back. Nothing uses it any more.',
  'next.left': ((d) =>
    `${list(d.hosts, 'and', 4)} still ${d.hosts.length === 1 ? 'pins' : 'pin'} the old certificate and ${d.hosts.length === 1 ? 'runs' : 'run'} no package: trust the new one in Root there, write its thumbprint to MasterHttpsCertThumbprint, restart the worker.`) as Line<{
    hosts: Names;
  }>,
  'next.still-ends': ((d, pen) =>
    `The certificate still ends on ${pen.date(d.notAfter)}: ${pen.bold(`${count(d.days, 'day')} left`)}.`) as Line<{
    notAfter: string;
    days: number;
  }>,
  'next.look-at': ((d, pen) => todoOf(d.code, d.host, pen.time(d.at))) as Line<{
    host: string;
    code: string;
    at: string;
  }>,
} satisfies Lines;

/** What stands before, beside and after a rotation: warnings, evidence, what is next. */
export const proof = { ...warningWords, ...evidenceWords, ...nextWords };
