import { clipMiddle } from '../../literal.ts';
import type { Line, Lines } from '../line.ts';
import { inBrief } from './errors.ts';
import { count, list, serviceState, short } from './grammar.ts';
import { whole } from './measure.ts';
import { proof } from './proof.ts';

type Role = 'master' | 'worker';
type Names = readonly string[];

const SETTINGS: { readonly [role in Role]: string } = { master: 'MasterSettings', worker: 'WorkerSettings' };
const SERVICES: { readonly [role in Role]: string } = { master: 'Scale Out Master', worker: 'Scale Out Worker' };

const becomes = (old: string | null | undefined, next: string | null | undefined): string => {
  if (old === null || old === undefined) return short(next);
  return old === next ? `stays ${short(next)}` : `${short(old)} → ${short(next)}`;
};

/** An account by its name; a SID where nobody knows it. */
const account = (name: string): string => (name.startsWith('S-1-') ? clipMiddle(name, 16) : name);

/**
 * One line of *Every change* each: `<id>.title` names the place, `<id>` what happens there. A thumbprint of null is
 * the certificate that is made after approval.
 */
const stepWords = {
  'step.create-certificate.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.create-certificate': ((d) =>
    `new certificate for ${list(d.names, 'and', 5)} with its private key, which ${d.exportable ? 'can' : 'cannot'} be exported; readable by ${
      d.readers.length === 0 ? 'the system' : list(d.readers.map(account), 'and', 3)
    }`) as Line<{ names: Names; exportable: boolean; readers: Names }>,
  'step.grant-key.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.grant-key': ((d) => `private key of ${short(d.thumbprint)} readable by ${account(d.reader)} too`) as Line<{
    thumbprint: string;
    reader: string;
  }>,
  'step.trust-certificate.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.trust-certificate': ((d) =>
    d.thumbprint === null ? 'new certificate, public part' : `${short(d.thumbprint)}, public part`) as Line<{
    thumbprint: string | null;
  }>,
  'step.distrust-certificate.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.distrust-certificate': ((d) =>
    `${short(d.thumbprint)} of ${d.host} taken out, its bytes kept in the journal; it has no way back`) as Line<{
    thumbprint: string;
    host: string;
  }>,
  'step.trust-workers.title': ((d) => `${d.store} store`) as Line<{ store: string }>,
  'step.trust-workers': ((d) =>
    `new ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 5)}, public part`) as Line<{
    hosts: Names;
  }>,
  'step.rehearse-binding.title': () => 'Rehearsal',
  'step.rehearse-binding': ((d) => `${short(d.thumbprint)} bound to ${d.binding}, an address nobody uses`) as Line<{
    binding: string;
    thumbprint: string | null;
  }>,
  'check.rehearsal-presents.title': () => 'Rehearsal',
  'check.rehearsal-presents': () => 'TLS there shows it',
  'step.end-rehearsal.title': () => 'Rehearsal',
  'step.end-rehearsal': () => 'taken away again',
  'step.publish-cer.title': () => '.cer file',
  'step.publish-cer': ((d) =>
    `SSISScaleOut${d.role === 'master' ? 'Master' : 'Worker'}.cer ${becomes(d.old, d.thumbprint)}, for ${d.role === 'master' ? 'workers set up later' : 'whoever installs it on a master by hand'}`) as Line<{
    role: Role;
    old: string | null;
    thumbprint: string | null;
  }>,
  'step.bind-port.title': ((d) => (d.bindings.length === 0 ? `Port ${d.port}` : list(d.bindings, 'and', 4))) as Line<{
    port: number;
    bindings: Names;
  }>,
  'step.bind-port': ((d) =>
    d.appId == null
      ? `${d.old.length === 0 ? 'nothing' : list(d.old.map(short))} → ${short(d.thumbprint)}; application id and every flag kept`
      : `no binding today; one is made → ${short(d.thumbprint)}, application id ${d.appId}, and an undo takes it away`) as Line<{
    old: Names;
    thumbprint: string | null;
    appId?: string | null;
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
  'step.leave-service': ((d) => `${SERVICES[d.role]} is ${serviceState(d.state)} and stays so`) as Line<{
    role: Role;
    state: string;
  }>,
  'step.remove-key.title': () => 'Private key',
  'step.remove-key': ((d) => `of ${short(d.thumbprint)}, removed for good`) as Line<{ thumbprint: string }>,
  'step.remove-certificate.title': ((d) => `${list(d.stores)} ${d.stores.length === 1 ? 'store' : 'stores'}`) as Line<{
    stores: Names;
  }>,
  'step.remove-certificate': ((d) => `${short(d.thumbprint)} removed`) as Line<{ thumbprint: string }>,
  'check.presents.title': () => 'Proof',
  'check.presents': ((d) => `TLS on every address of port ${d.port} shows the new one`) as Line<{ port: number }>,
  'check.service-runs.title': () => 'Proof',
  'check.service-runs': () => 'service runs',
  'check.packages-end.title': () => 'Packages',
  'check.packages-end': ((d) =>
    `none runs ${d.each ? 'on a worker right before its restart' : 'any more'}: waited for, up to ${whole(d.ms)}`) as Line<{
    ms: number;
    each: boolean;
  }>,
  'check.worker-connected.title': () => 'Proof',
  'check.worker-connected': () => 'connected, by TLS from it and by its log or its TCP connection',
} satisfies Lines;

/** What a machine is doing, by the kind of its step or check. */
const DOING: { readonly [kind: string]: string } = {
  'create-certificate': 'makes the certificate',
  'grant-key': 'lets its service read the key',
  'trust-certificate': 'trusts the new certificate',
  'distrust-certificate': 'trusts a worker no more',
  'rehearse-binding': 'tries the new binding',
  'end-rehearsal': 'ends the rehearsal',
  'publish-cer': 'refreshes its .cer file',
  'bind-port': 'binds the port',
  'write-setting': 'writes its settings',
  'restart-service': 'its service is restarting',
  'remove-key': 'removes an old private key',
  'remove-certificate': 'removes an old certificate',
  presents: 'shows what it presents',
  'worker-connected': 'its service is starting',
  'service-runs': 'its service is starting',
  'packages-end': 'waits for packages to end',
};

const DOING_BACK: { readonly [kind: string]: string } = {
  ...DOING,
  'create-certificate': 'removes the new certificate',
  'grant-key': 'takes reading the key back',
  'trust-certificate': 'removes the new certificate',
  'publish-cer': 'puts its .cer file back',
  'bind-port': 'puts its bindings back',
  'write-setting': 'writes its old settings',
};

const rowWords = {
  'row.waiting': () => 'waits',
  'row.next': () => 'follows',
  'row.arming': () => 'gets ready to follow',
  'row.armed': () => 'armed, follows the master',
  'row.doing': ((d) => {
    const words = d.back === true ? DOING_BACK : DOING;
    return (Object.hasOwn(words, d.kind) ? words[d.kind] : null) ?? (d.back === true ? 'puts back' : 'at work');
  }) as Line<{ kind: string; back?: boolean }>,
  'row.prepared': ((d) => (d.thumbprint === '' ? 'prepared' : `has ${short(d.thumbprint)} ready`)) as Line<{
    thumbprint: string;
  }>,
  'row.trusts': ((d) =>
    `trusts ${d.thumbprint === '' ? 'the new one' : short(d.thumbprint)} beside the old one`) as Line<{
    thumbprint: string;
  }>,
  'row.trusts-workers': ((d) => `trusts ${count(d.count, 'new certificate')}`) as Line<{ count: number }>,
  'row.presents': ((d) => `presents ${short(d.thumbprint)}`) as Line<{ thumbprint: string }>,
  'row.connected': () => 'connected again',
  'row.put-back': () => 'put back',
  'row.retired': () => 'old certificates are gone',
  'row.holds-none': () => 'holds none of them',
  'row.left': () => 'left behind',
  'row.failed': ((d) => (d.code ? `failed: ${inBrief(d.code)}` : 'failed')) as Line<{ code?: string }>,
  'row.refused': ((d) => (d.code ? `refused the order: ${inBrief(d.code)}` : 'refused the order')) as Line<{
    code?: string;
  }>,
  'row.unknown': ((d) => {
    if (d.known !== undefined && d.known.length > 0) return `known: ${list(d.known)}; the rest is unknown`;
    return d.code && d.code !== 'StateUnknown' ? `unknown: ${inBrief(d.code)}` : 'unknown';
  }) as Line<{ known?: Names; code?: string }>,
  'row.silent': ((d, pen) => {
    if (d.since !== undefined) return `silent since ${pen.dateTime(d.since)}`;
    return d.seconds === undefined ? 'silent' : `silent for ${d.seconds} s`;
  }) as Line<{ since?: string; seconds?: number }>,
  'row.drains': () => 'waits for packages to end',
  'row.packages-run': () => 'packages still run',
  'row.unseen': () => 'not known whether it is connected',
} satisfies Lines;

const STAGES_BACK: { readonly [stage: string]: string } = {
  create: 'remove the new certificate',
  grant: 'take reading the key back',
  trust: 'remove the new certificate',
  rehearse: 'end the rehearsal',
  'rehearse-end': 'end the rehearsal',
  publish: 'put the .cer file back',
  master: 'old bindings, old settings, restart',
  workers: 'old settings, restart',
  'worker-create': 'remove the new certificate and its key',
  'worker-trust': 'remove the new certificate',
  'master-trust': 'remove the new certificates',
  'worker-publish': 'put the .cer file back',
  'worker-switch': 'old settings, restart',
};

/** Lines of *Every step*: `progress.<stage>`. */
const progressWords = {
  'progress.contain': () => 'trust the compromised key no more, restart',
  'progress.create': () => 'make the certificate',
  'progress.grant': () => 'let the service read the key',
  'progress.trust': () => 'trust it',
  'progress.rehearse': () => 'try the new binding',
  'progress.rehearse-end': () => 'end the rehearsal',
  'progress.publish': () => 'refresh the .cer file',
  'progress.drain': () => 'wait for packages to end',
  'progress.master': () => 'bind the port, write settings, restart, prove',
  'progress.workers': () => 'write settings, restart, prove',
  'progress.retire': () => 'remove old keys and certificates',
  'progress.worker-create': ((d) => (d.count === 1 ? 'make the certificate' : 'make a certificate each')) as Line<{
    count: number;
  }>,
  'progress.worker-trust': () => 'trust its own',
  'progress.master-trust': ((d) => `trust ${count(d.steps, 'new certificate')}`) as Line<{ steps: number }>,
  'progress.worker-publish': () => 'refresh its .cer file',
  'progress.worker-switch': () => 'write settings, restart, prove',
  'progress.reconnect': () => 'trust, pin, restart, prove',
  'progress.final-look': ((d) =>
    `final look from ${d.count === 1 ? 'the machine' : `all ${d.count} machines`}`) as Line<{ count: number }>,
  'progress.back': ((d) =>
    (Object.hasOwn(STAGES_BACK, d.stage) ? STAGES_BACK[d.stage] : null) ?? `put back ${d.stage}`) as Line<{
    stage: string;
  }>,
} satisfies Lines;

/** What holds the work while a rotation runs. */
const waitingWords = {
  'waiting.queue': () => 'Redis is away, so work waits. What was decided is recorded; it goes on by itself.',
  'waiting.silent': ((d, pen) =>
    `Nothing heard from ${list(d.hosts, 'and', 4)} since ${pen.dateTime(d.since)}.`) as Line<{
    hosts: Names;
    since: string;
  }>,
  'waiting.packages': ((d, pen) =>
    `Waits for packages to end${d.heldUp.length === 0 ? '' : `, before the restart of ${list(d.heldUp, 'and', 4)}`}, until ${pen.time(d.until)}; then a person is asked.`) as Line<{
    until: string;
    heldUp: Names;
  }>,
  'waiting.order': ((d) => `${d.host} has not taken its order yet; it is sent again by itself.`) as Line<{
    host: string;
  }>,
} satisfies Lines;

export const steps = {
  ...stepWords,
  ...rowWords,
  ...progressWords,
  ...waitingWords,
  ...proof,
};
