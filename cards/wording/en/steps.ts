import type { Line, Lines } from '../line.ts';
import { todoOf } from './errors.ts';
import { brief, count, list, short } from './grammar.ts';

type Role = 'master' | 'worker';
type Names = readonly string[];

const SETTINGS: { readonly [role in Role]: string } = { master: 'MasterSettings', worker: 'WorkerSettings' };
const SERVICES: { readonly [role in Role]: string } = { master: 'Scale Out Master', worker: 'Scale Out Worker' };

const becomes = (old: string | null | undefined, next: string | null | undefined): string =>
  old === null || old === undefined ? short(next) : `${short(old)} → ${short(next)}`;

/**
 * One line of *Every change* each: `<id>.title` names the place, `<id>` what happens there. A thumbprint of null is
 * the certificate that is made after approval.
 */
const stepWords = {
  'step.create-certificate.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.create-certificate': ((d) =>
    `new certificate for ${list(d.names, 'and', 5)} with its private key, which ${d.exportable ? 'can' : 'cannot'} be exported; readable by ${
      d.readers.length === 0 ? 'the system' : list(d.readers, 'and', 3)
    }`) as Line<{ names: Names; exportable: boolean; readers: Names }>,
  'step.trust-certificate.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.trust-certificate': ((d) =>
    d.thumbprint === null ? 'new certificate, public part' : `${short(d.thumbprint)}, public part`) as Line<{
    thumbprint: string | null;
  }>,
  'step.rehearse-binding.title': ((d) => d.binding) as Line<{ binding: string }>,
  'step.rehearse-binding': ((d) => `${short(d.thumbprint)} bound to try it, where nobody is sent`) as Line<{
    thumbprint: string | null;
  }>,
  'step.end-rehearsal.title': ((d) => d.binding) as Line<{ binding: string }>,
  'step.end-rehearsal': () => 'taken away again',
  'step.publish-cer.title': ((d) =>
    d.role === 'master' ? 'SSISScaleOutMaster.cer' : 'SSISScaleOutWorker.cer') as Line<{ role: Role }>,
  'step.publish-cer': ((d) => `${becomes(d.old, d.thumbprint)}, for workers that are set up later`) as Line<{
    old: string | null;
    thumbprint: string | null;
  }>,
  'step.bind-port.title': ((d) => (d.bindings.length === 0 ? `Port ${d.port}` : list(d.bindings, 'and', 4))) as Line<{
    port: number;
    bindings: Names;
  }>,
  'step.bind-port': ((d) =>
    `${d.old.length === 0 ? 'nothing' : list(d.old.map(short))} → ${short(d.thumbprint)}; application id and every flag kept`) as Line<{
    old: Names;
    thumbprint: string | null;
  }>,
  'step.write-setting.title': ((d) => SETTINGS[d.role]) as Line<{ role: Role }>,
  'step.write-setting': ((d) => `${d.key} ${becomes(d.old, d.thumbprint)}`) as Line<{
    key: string;
    old: string | null;
    thumbprint: string | null;
  }>,
  'step.restart-service.title': () => 'Service',
  'step.restart-service': ((d) => `${SERVICES[d.role]} restarts`) as Line<{ role: Role }>,
  'step.leave-service.title': () => 'Service',
  'step.leave-service': ((d) => `${SERVICES[d.role]} is ${d.state} and stays so`) as Line<{
    role: Role;
    state: string;
  }>,
  'check.presents.title': () => 'Proof',
  'check.presents': ((d) => `TLS on every address of port ${d.port} shows the new certificate`) as Line<{
    port: number;
  }>,
  'check.rehearsal-presents.title': () => 'Proof',
  'check.rehearsal-presents': () => 'TLS at the rehearsal address shows the new certificate',
  'check.worker-connected.title': () => 'Proof',
  'check.worker-connected': () => 'connected: TLS from here, and its log or its own TCP connection',
  'check.service-runs.title': () => 'Proof',
  'check.service-runs': ((d) => `${SERVICES[d.role]} runs`) as Line<{ role: Role }>,
} satisfies Lines;

/** What a machine is doing, by the kind of its step or check. */
const DOING: { readonly [kind: string]: string } = {
  'create-certificate': 'makes the certificate',
  'trust-certificate': 'trusts the new certificate',
  'rehearse-binding': 'tries the new binding',
  'end-rehearsal': 'ends the rehearsal',
  'publish-cer': 'refreshes its .cer file',
  'bind-port': 'binds the port',
  'write-setting': 'writes its settings',
  'restart-service': 'its service is restarting',
  presents: 'shows what it presents',
  'worker-connected': 'its service is starting',
  'service-runs': 'its service is starting',
};

const DOING_BACK: { readonly [kind: string]: string } = {
  ...DOING,
  'create-certificate': 'removes the new certificate',
  'trust-certificate': 'removes the new certificate',
  'publish-cer': 'puts its .cer file back',
  'bind-port': 'binds the old certificate',
  'write-setting': 'writes its old settings',
};

const rowWords = {
  'row.waiting': () => 'waits',
  'row.next': () => 'follows',
  'row.doing': ((d) =>
    (d.back === true ? DOING_BACK : DOING)[d.kind] ?? (d.back === true ? 'puts back' : 'at work')) as Line<{
    kind: string;
    back?: boolean;
  }>,
  'row.made': ((d) => `made ${short(d.thumbprint)}`) as Line<{ thumbprint: string }>,
  'row.prepared': ((d) => (d.thumbprint === '' ? 'prepared' : `has ${short(d.thumbprint)} ready`)) as Line<{
    thumbprint: string;
  }>,
  'row.trusts': ((d) =>
    `trusts ${d.thumbprint === '' ? 'the new one' : short(d.thumbprint)} beside the old one`) as Line<{
    thumbprint: string;
  }>,
  'row.presents': ((d) => `presents ${short(d.thumbprint)}`) as Line<{ thumbprint: string }>,
  'row.connected': () => 'connected with it',
  'row.connected-again': () => 'connected again',
  'row.starting': () => 'its service is starting',
  'row.restarting': () => 'its service is restarting',
  'row.put-back': () => 'put back',
  'row.left': () => 'left behind',
  'row.failed': ((d) => (d.code ? `failed: ${d.code}` : 'failed')) as Line<{ code?: string }>,
  'row.refused': ((d) => (d.code ? `refused the order: ${d.code}` : 'refused the order')) as Line<{ code?: string }>,
  'row.unknown': ((d) => {
    if (d.known !== undefined && d.known.length > 0) return `known: ${list(d.known)}; the rest is not known`;
    return d.code ? `not known: ${d.code}` : 'not known';
  }) as Line<{ known?: Names; code?: string }>,
  'row.silent': ((d, pen) => {
    if (d.since !== undefined) return `silent since ${pen.time(d.since)}`;
    return d.seconds === undefined ? 'silent' : `silent for ${d.seconds} s`;
  }) as Line<{ since?: string; seconds?: number }>,
  'row.not-looked': () => 'not looked at yet',
} satisfies Lines;

const STAGES: { readonly [stage: string]: string } = {
  create: 'makes the certificate',
  trust: 'trust it',
  rehearse: 'tries the new binding',
  'rehearse-end': 'ends the rehearsal',
  publish: 'refreshes its .cer file',
  master: 'port bound, settings written, restarted',
  workers: 'settings written, restarted, proved',
};

const STAGES_BACK: { readonly [stage: string]: string } = {
  create: 'new certificate removed',
  trust: 'new certificate removed',
  rehearse: 'rehearsal ended',
  'rehearse-end': 'rehearsal ended',
  publish: '.cer file as before',
  master: 'old certificate bound, old settings, restarted',
  workers: 'old settings, restarted',
};

/** Lines of *Every step*: `progress.<stage>`. */
const progressWords: Lines = {
  ...Object.fromEntries(Object.entries(STAGES).map(([stage, words]) => [`progress.${stage}`, () => words])),
  'progress.final-look': ((d) =>
    `final look from ${d.count === 1 ? 'the machine' : `all ${d.count} machines`}`) as Line<{ count: number }>,
  'progress.back': ((d) => STAGES_BACK[d.stage] ?? `put back: ${d.stage}`) as Line<{ stage: string }>,
};

/** What holds the work while a rotation runs. */
const waitingWords = {
  'waiting.queue-away': () => 'Redis is away, so work waits. What was decided is recorded; it goes on by itself.',
  'waiting.silent': ((d, pen) => `Nothing heard from ${d.host} since ${pen.time(d.since)}.`) as Line<{
    host: string;
    since: string;
  }>,
  'waiting.order': ((d) => `${d.host} has not taken its order yet; it is sent again by itself.`) as Line<{
    host: string;
  }>,
} satisfies Lines;

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
  'next.look-at': ((d, pen) => `${todoOf(d.code, d.host)} It was ${pen.time(d.at)}.`) as Line<{
    host: string;
    code: string;
    at: string;
  }>,
} satisfies Lines;

export const steps = {
  ...stepWords,
  ...rowWords,
  ...progressWords,
  ...waitingWords,
  ...warningWords,
  ...evidenceWords,
  ...nextWords,
};
