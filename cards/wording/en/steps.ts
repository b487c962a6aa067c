import { inTable } from '../../../src/domain/in-table.ts';
import { clipMiddle } from '../../literal.ts';
import type { Pen } from '../../pen.ts';
import type { Lines, Names } from '../line.ts';
import { inBrief } from './errors.ts';
import { all, count, list, serviceState, short } from './grammar.ts';
import { whole } from './measure.ts';
import { proof } from './proof.ts';
import { tillItTakes, whyRefused } from './redis.ts';
import { makeWritable, saysOfItself, whyUnwritable } from './unwritable.ts';

type Role = 'master' | 'worker';

const SETTINGS: { readonly [role in Role]: string } = { master: 'MasterSettings', worker: 'WorkerSettings' };
const SERVICES: { readonly [role in Role]: string } = { master: 'Scale Out Master', worker: 'Scale Out Worker' };

const becomes = (old: string | null | undefined, next: string | null | undefined): string => {
  if (old === null || old === undefined) return short(next);
  return old === next ? `stays ${short(next)}` : `${short(old)} → ${short(next)}`;
};

/** An account by its name; by its SID where nobody knows the name. */
const account = (name: string): string => (name.startsWith('S-1-') ? clipMiddle(name, 16) : name);

/**
 * One line each of *Every change*: `<id>.title` names the place, `<id>` what happens there. A thumbprint of null is the
 * certificate that is made after approval.
 */
const stepWords = {
  'step.create-certificate.title': (d: { store: string }) => `${d.store} store`,
  'step.create-certificate': (d: { names: Names; exportable: boolean; readers: Names }) =>
    `new certificate for ${list(d.names, 'and', 5)} with its private key, which ${d.exportable ? 'can' : 'cannot'} be exported; readable by ${
      d.readers.length === 0 ? 'the system' : list(d.readers.map(account), 'and', 3)
    }`,
  'step.grant-key.title': (d: { store: string }) => `${d.store} store`,
  'step.grant-key': (d: { thumbprint: string; reader: string }) =>
    `private key of ${short(d.thumbprint)} readable by ${account(d.reader)} too`,
  'step.trust-certificate.title': (d: { store: string }) => `${d.store} store`,
  'step.trust-certificate': (d: { thumbprint: string | null }) =>
    d.thumbprint === null ? 'new certificate, public part' : `${short(d.thumbprint)}, public part`,
  'step.distrust-certificate.title': (d: { store: string }) => `${d.store} store`,
  'step.distrust-certificate': (d: { thumbprint: string; host: string }) =>
    `${short(d.thumbprint)} of ${d.host} taken out, its bytes kept in the journal; it has no way back`,
  'step.trust-workers.title': (d: { store: string }) => `${d.store} store`,
  'step.trust-workers': (d: { hosts: Names }) =>
    `new ${d.hosts.length === 1 ? 'certificate' : 'certificates'} of ${list(d.hosts, 'and', 5)}, public part`,
  'step.rehearse-binding.title': () => 'Rehearsal',
  'step.rehearse-binding': (d: { binding: string; thumbprint: string | null }) =>
    `${short(d.thumbprint)} bound to ${d.binding}, an address nobody uses`,
  'check.rehearsal-presents.title': () => 'Rehearsal',
  'check.rehearsal-presents': () => 'TLS there shows it',
  'step.end-rehearsal.title': () => 'Rehearsal',
  'step.end-rehearsal': () => 'taken away again',
  'step.publish-cer.title': () => '.cer file',
  'step.publish-cer': (d: { role: Role; old: string | null; thumbprint: string | null }) =>
    `SSISScaleOut${d.role === 'master' ? 'Master' : 'Worker'}.cer ${becomes(d.old, d.thumbprint)}, for ${d.role === 'master' ? 'workers set up later' : 'whoever installs it on a master by hand'}`,
  'step.bind-port.title': (d: { port: number; bindings: Names }) =>
    d.bindings.length === 0 ? `Port ${d.port}` : list(d.bindings, 'and', 4),
  'step.bind-port': (d: { old: Names; thumbprint: string | null; appId?: string | null }) =>
    d.appId == null
      ? `${d.old.length === 0 ? 'nothing' : list(d.old.map(short))} → ${short(d.thumbprint)}; application id and every flag kept`
      : `no binding today; one is made → ${short(d.thumbprint)}, application id ${d.appId}, and an undo takes it away`,
  'step.write-setting.title': (d: { role: Role }) => SETTINGS[d.role],
  'step.write-setting': (d: { key: string; old: string | null; thumbprint: string | null }) =>
    `${d.key} ${becomes(d.old, d.thumbprint)}`,
  'step.restart-service.title': () => 'Service',
  'step.restart-service': (d: { role: Role }) => `${SERVICES[d.role]} restarts`,
  'step.leave-service.title': () => 'Service',
  'step.leave-service': (d: { role: Role; state: string }) =>
    `${SERVICES[d.role]} is ${serviceState(d.state)} and stays so`,
  'step.remove-key.title': () => 'Private key',
  'step.remove-key': (d: { thumbprint: string }) => `of ${short(d.thumbprint)}, removed for good`,
  'step.remove-certificate.title': (d: { stores: Names }) =>
    `${list(d.stores)} ${d.stores.length === 1 ? 'store' : 'stores'}`,
  'step.remove-certificate': (d: { thumbprint: string }) => `${short(d.thumbprint)} removed`,
  'check.presents.title': () => 'Proof',
  'check.presents': (d: { port: number }) => `TLS on every address of port ${d.port} shows it`,
  'check.service-runs.title': () => 'Proof',
  'check.service-runs': () => 'service runs',
  'check.packages-end.title': () => 'Packages',
  'check.packages-end': (d: { ms: number; each: boolean }) =>
    `none runs ${d.each ? 'on a worker right before its restart' : 'any more'}: waited for, up to ${whole(d.ms)}`,
  'check.worker-connected.title': () => 'Proof',
  'check.worker-connected': () => 'connected, by TLS from it and by its log or its TCP connection',
} satisfies Lines;

/** What a machine is doing, by the kind of its step or check. */
const DOING: { readonly [kind: string]: string } = {
  'create-certificate': 'makes the certificate',
  'grant-key': 'lets its service read the key',
  'trust-certificate': 'trusts the certificate',
  'distrust-certificate': 'trusts a worker no more',
  'rehearse-binding': 'tries the binding',
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
  'trust-certificate': 'takes trust in the certificate back',
  'publish-cer': 'puts its .cer file back',
  'bind-port': 'puts its bindings back',
  'write-setting': 'writes its previous settings',
};

const rowWords = {
  'row.waiting': () => 'waits',
  'row.next': () => 'follows',
  'row.arming': () => 'gets ready to follow',
  'row.armed': () => 'armed, follows the master',
  'row.doing': (d: { kind: string; back?: boolean }) => {
    const words = d.back === true ? DOING_BACK : DOING;
    return inTable(words, d.kind) ?? (d.back === true ? 'puts back' : 'at work');
  },
  'row.prepared': (d: { thumbprint: string }) =>
    d.thumbprint === '' ? 'prepared' : `has ${short(d.thumbprint)} ready`,
  'row.trusts': (d: { thumbprint: string; issued?: boolean }) =>
    `trusts ${d.issued === true ? 'the root above ' : ''}${d.thumbprint === '' ? 'it' : short(d.thumbprint)} beside the previous one`,
  'row.trusts-workers': (d: { count: number }) => `trusts ${count(d.count, 'new certificate')}`,
  'row.presents': (d: { thumbprint: string }) => `presents ${short(d.thumbprint)}`,
  'row.connected-already': () => 'was connected already',
  'row.connected': () => 'connected again',
  'row.off': () => 'done; not expected to connect',
  'row.put-back': () => 'put back',
  'row.retired': () => 'old certificates are gone',
  'row.holds-none': () => 'holds none of them',
  'row.unchanged': () => 'nothing is changed here',
  'row.left': () => 'left behind',
  'row.failed': (d: { code?: string; full?: boolean }) => (d.code ? `failed: ${inBrief(d.code, d.full)}` : 'failed'),
  'row.refused': (d: { code?: string }) => (d.code ? `refused the order: ${inBrief(d.code)}` : 'refused the order'),
  'row.unknown': (d: { known?: Names; code?: string }) => {
    if (d.known !== undefined && d.known.length > 0) return `known: ${list(d.known)}; the rest is unknown`;
    return d.code && d.code !== 'StateUnknown' ? `unknown: ${inBrief(d.code)}` : 'unknown';
  },
  'row.silent': (d: { since?: string; seconds?: number }, pen: Pen) => {
    if (d.since !== undefined) return `silent since ${pen.dateTime(d.since)}`;
    return d.seconds === undefined ? 'silent' : `silent for ${d.seconds} s`;
  },
  'row.overdue': (d: { since: string }, pen: Pen) => `answers, no progress since ${pen.dateTime(d.since)}`,
  'row.unread': () => 'speaks, and is not understood: update the bot',
  'row.unwritten': (d: { outcome: string }) => `says that ${saysOfItself(d)}, and cannot write it down`,
  'row.drains': () => 'waits for packages to end',
  'row.packages-run': () => 'packages still run',
  'row.unseen': () => 'not known whether it is connected',
} satisfies Lines;

const STAGES_BACK: { readonly [stage: string]: string } = {
  create: 'remove the new certificate',
  grant: 'take reading the key back',
  trust: 'take trust in the certificate back',
  rehearse: 'end the rehearsal',
  publish: 'put the .cer file back',
  master: 'previous bindings and settings, restart',
  workers: 'previous settings, restart',
  'worker-create': 'remove the new certificate and its key',
  'worker-trust': 'take trust in it back',
  'master-trust': 'take trust in the new certificates back',
  'worker-publish': 'put the .cer file back',
  'worker-switch': 'previous settings, restart',
};

/** Lines of *Every step*: `progress.<stage>`. */
const progressWords = {
  'progress.contain': () => 'trust the compromised key no more, restart',
  'progress.create': () => 'make the certificate',
  'progress.grant': () => 'let the service read the key',
  'progress.trust': () => 'trust it',
  'progress.rehearse': () => 'try the binding',
  'progress.rehearse-end': () => 'end the rehearsal',
  'progress.publish': () => 'refresh the .cer file',
  'progress.drain': () => 'wait for packages to end',
  'progress.master': () => 'bind the port, write settings, restart, prove',
  'progress.workers': () => 'write settings, restart, prove',
  'progress.retire': () => 'remove old keys and certificates',
  'progress.worker-create': (d: { count: number }) =>
    d.count === 1 ? 'make the certificate' : 'make a certificate each',
  'progress.worker-trust': () => 'trust its own',
  'progress.master-trust': (d: { steps: number }) => `trust ${count(d.steps, 'new certificate')}`,
  'progress.worker-publish': () => 'refresh its .cer file',
  'progress.worker-switch': () => 'write settings, restart, prove',
  'progress.reconnect': () => 'trust, pin, restart, prove',
  'progress.final-look': (d: { count: number }) =>
    `final look from ${d.count === 1 ? 'the machine' : all(d.count, 'machine')}`,
  'progress.back': (d: { stage: string }) => inTable(STAGES_BACK, d.stage) ?? `put back ${d.stage}`,
} satisfies Lines;

/** What holds up the work while a rotation runs. */
const waitingWords = {
  'waiting.queue': (d: { refuses: string | null }) =>
    `${d.refuses === null ? 'Redis is away, so work waits.' : `Redis takes nothing, for ${whyRefused(d.refuses)}, so work waits. ${tillItTakes(d.refuses)}`} What was decided is recorded; it goes on by itself.`,
  'waiting.silent': (d: { hosts: Names; since: string }, pen: Pen) =>
    `Nothing heard from ${list(d.hosts, 'and', 4)} since ${pen.dateTime(d.since)}.`,
  'waiting.overdue': (d: { hosts: Names; since: string }, pen: Pen) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'answers, but has' : 'answer, but have'} reported no progress since ${pen.dateTime(d.since)}: a tool or a service may hang there.`,
  'waiting.unread': (d: { hosts: Names }) =>
    `What ${list(d.hosts, 'and', 4)} says is not understood here, for its runner is of another version: update the bot, and it goes on.`,
  'waiting.packages': (d: { until: string; heldUp: Names; refusing?: Names }, pen: Pen) => {
    const { refusing = [] } = d;
    const off =
      refusing.length === 0
        ? ''
        : ` ${list(refusing, 'and', 4)} ${refusing.length === 1 ? 'is paused, and refuses' : 'are paused, and refuse'} what comes after that: ${pen.bold('node runner.mjs resume')} there ends that.`;
    return `Waits until SSISDB shows that no package runs${d.heldUp.length === 0 ? '' : `, before the restart of ${list(d.heldUp, 'and', 4)}`}, at most until ${pen.time(d.until)}; then a person is asked.${off}`;
  },
  'waiting.put-back': (d: { hosts: Names; until: string; again: boolean; stuck?: Names; down?: Names }, pen: Pen) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} still being put back. Unless more is heard of that by ${pen.time(d.until)}, ${d.again ? 'it is tried once more before ' : ''}a person is asked.${meanwhile(d)}`,
  'waiting.unwritable': (d: { hosts: Names; reason: string; begun: boolean }) =>
    `${list(d.hosts, 'and', 4)} cannot write ${d.hosts.length === 1 ? 'its journal' : 'their journals'}${whyUnwritable(d)}, so ${d.begun ? 'what was begun there goes back as far as it can, and ' : ''}nothing is begun there. ${makeWritable(d)}: it is noticed within seconds.`,
  'waiting.orders-refused': (d: { hosts: Names }) =>
    `Redis hands ${list(d.hosts, 'and', 4)} no orders, because ${d.hosts.length === 1 ? 'its user lacks' : 'their users lack'} a right: give ${d.hosts.length === 1 ? 'it those' : 'each those'} that certops redis acl prints for that machine. It is noticed within half a minute.`,
  'waiting.orders-not-writable': (d: { hosts: Names }) =>
    `Redis does not let the bot write the orders of ${list(d.hosts, 'and', 4)}, because its user lacks a right: give it those that certops redis acl prints. They are sent again by themselves.`,
  'waiting.paused': (d: { hosts: Names }, pen: Pen) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is paused, so it does not follow its master' : 'are paused, so they do not follow their master'}: ${pen.bold('node runner.mjs resume')} there ends that.`,
  'waiting.order': (d: { host: string }) =>
    `${d.host} has not answered its order yet; the order is sent again by itself.`,
} satisfies Lines;

export const steps = {
  ...stepWords,
  ...rowWords,
  ...progressWords,
  ...waitingWords,
  ...proof,
};

/** What helps on the machines meanwhile. */
function meanwhile({ stuck = [], down = [] }: { readonly stuck?: Names; readonly down?: Names }): string {
  const end =
    stuck.length === 0
      ? ''
      : ` The service on ${list(stuck, 'and', 4)} may hang: once its process is ended there, the runner goes on.`;
  return down.length === 0
    ? end
    : `${end} Why the service on ${list(down, 'and', 4)} does not start, the System log there says; once it runs, the runner goes on.`;
}
