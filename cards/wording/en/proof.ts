import { inTable } from '../../../src/domain/in-table.ts';
import type { Pen } from '../../pen.ts';
import { type ErrorData, isDiskFull, isUnanswered, quotedLine } from '../fault-words.ts';
import type { Lines, Names } from '../line.ts';
import { allBefore, before } from './cards/put-back.ts';
import { inBrief, wayOn } from './faults/index.ts';
import { all, brief, buildOf, capital, count, list, masterOf, serviceState, short } from './grammar.ts';
import { whole } from './measure.ts';
import { factOf, seenAs } from './names.ts';
import { cameBackOn, type Returns, returning } from './returning.ts';

/** Things to know before approving. */
const warningWords = {
  'warning.root-crowded': (d: { host: string; count: number; limit?: number }) =>
    `${d.host}: ${d.count} certificates in Root; with more than about ${d.limit ?? 200}, workers may be refused (403).`,
  'warning.root-not-self-signed': (d: { host: string; count: number }) =>
    `${d.host}: ${count(d.count, 'certificate')} in Root ${d.count === 1 ? 'is' : 'are'} not self-signed; workers may be refused (403) once the master restarts. Move ${d.count === 1 ? 'it' : 'them'} to LocalMachine\\CA first.`,
  'warning.password-account': (d: { host: string; role: string; account: string }) =>
    `${d.host}: its ${d.role} runs as ${d.account}, an account with a password. If that was changed since the service last started, it does not start again.`,
  'warning.service-not-running': (d: { host: string; role: string; state: string }) =>
    `${d.host}: its ${d.role} service is ${serviceState(d.state)}. Its settings are changed; it is not started.`,
  'warning.key-readable-by-many': (d: { host: string; readers: Names }) =>
    `${d.host}: everybody may read the present private key (${list(d.readers)}), and so the new one.`,
  'warning.key-readers-not-given': (d: { host: string; readers: Names }) =>
    `${d.host}: ${list(d.readers, 'and', 5)} may read the present private key and cannot be let in to the new one: Windows does not say which domain they are from. Grant it by hand afterwards where it is needed.`,
  'warning.worker-not-connected': (d: { host: string; line: string | null }) =>
    `${d.host} is not connected now${d.line === null ? '' : `: ${d.line.replace(/\.+$/u, '')}`}.`,
  'warning.master-ends': (
    d: { host: string; at: string; ended: boolean; farm: string; clustered: boolean },
    pen: Pen,
  ) =>
    `${d.host}: ${pen.bold(`the certificate that it presents ${d.ended ? 'ended' : 'ends'} on ${pen.dateTime(d.at)}`)}. A worker that is restarted after that is refused, and a person is asked. Give the master a new one first${d.clustered ? '' : `: /ssis rotate-master in ${d.farm}`}.`,
  'warning.setting-hidden-characters': (d: { host: string; key: string }) =>
    `${d.host}: ${d.key} holds hidden characters today; they are written away.`,
  'warning.log-unreadable': (d: { host: string }) =>
    `${d.host}: the log of its service cannot be read, so one witness is missing.`,
  'warning.program-open': (d: { host: string; place: string; others: Names }) =>
    `${d.host}: ${list(d.others, 'and', 5)} may replace the program of its runner (${d.place}), and with it take the machine. Keep it where only administrators write.`,
  'warning.folder-open': (d: { host: string; folder: string; others: Names }) =>
    `${d.host}: its runner will not start again while ${list(d.others, 'and', 5)} may write into ${d.folder} (Explorer's Continue lets in whoever presses it): take them out of its access list.`,
  'warning.folder-not-read': (d: { host: string; folder: string }) =>
    `${d.host}: who may write into ${d.folder} cannot be seen; where others may, its runner will not start again.`,
  'warning.program-not-read': (d: { host: string; places: Names }) =>
    `${d.host}: who may replace the program of its runner cannot be seen (${list(d.places, 'and', 3)}).`,
  'warning.nothing-bound': (d: { host: string; port: number; key: string; appId: string }) =>
    `${d.host}: port ${d.port} has no binding today, so no worker can connect. One is made at ${d.key}, application id ${d.appId}, with the client's certificate asked for and all else at its default.`,
  'warning.old-gone': (d: { host: string }) =>
    `${d.host}: the certificate that its settings name, or its private key, is gone. Once they name the new one nothing is put back there: the master stays on it, and a person is asked about whoever is not proved.`,
  'warning.no-rehearsal': (d: { host: string }) =>
    `${d.host}: the new binding cannot be rehearsed here; its first try is the outage.`,
  'warning.address-silent': (d: { host: string; at: Names }) =>
    `${d.host}: ${list(d.at, 'and', 3)} ${d.at.length === 1 ? 'is bound and answers' : 'are bound and answer'} nobody today, so the proof does without, unless somebody answers there by then.`,
  'warning.outside-not-seen': (d: { host: string }) =>
    `${d.host}: SSISDB is not seen, so nobody can know whether workers use this master that the farm file does not name; those would be cut off.`,
  'warning.left-outside': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 5)}: no ${d.hosts.length === 1 ? 'worker' : 'workers'} of the farm file, so ${d.hosts.length === 1 ? 'it stays on the old certificate, and is cut off from the switch on if it still runs' : 'they stay on the old certificate, and are cut off from the switch on if they still run'}.`,
  'warning.gone-since': (d: { hosts: Names; of: string }) =>
    `${list(d.hosts, 'and', 5)}: no ${d.hosts.length === 1 ? 'worker' : 'workers'} of the farm file any more, so ${d.hosts.length === 1 ? 'it stays' : 'they stay'} on what ${d.of} gave ${d.hosts.length === 1 ? 'it' : 'them'}. One that was only renamed gets another certificate under its new name: /ssis rotate-worker and that name.`,
  'warning.left-unseen': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 5)}: neither in the farm file nor seen by SSISDB within a week, so perhaps the name is wrong. A worker of that name would stay on the old certificate and be cut off.`,
  'warning.own-certificate-missing': (d: { host: string }) =>
    `${d.host}: its own certificate is in no store, so the master lets it in only after /ssis rotate-worker ${d.host}; ask for that once this is done.`,
  'warning.own-certificate-untrusted': (d: { host: string; master: string }) =>
    `${d.host}: its own certificate is not trusted by ${masterOf([d.host], d.master)}, which lets it in only after /ssis rotate-worker ${d.host}; ask for that once this is done.`,
  'warning.own-certificate-falls': (d: { host: string; master: string }) =>
    `${d.host}: connected still, but its own certificate is not trusted by ${masterOf([d.host], d.master)}, which may not let it in again after the switch; then all is put back. First /ssis rotate-worker ${d.host} gives it one that is trusted.`,
  'warning.own-certificate-refused': (d: { host: string }) =>
    `${d.host}: it pins and trusts the right certificate and is refused all the same: perhaps the master does not trust its own certificate. Then /ssis rotate-worker ${d.host} makes one that is trusted.`,
  'warning.connected-already': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 5)}: in line and connected already, so nothing is done there.`,
  'warning.pins-not-told': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 5)}: which keys of other runners ${d.hosts.length === 1 ? 'this runner pins' : 'these runners pin'} is not known, for ${d.hosts.length === 1 ? 'it is' : 'they are'} of an older version. If one is missing, that is refused only after the approval, and what was prepared is put back.`,
  'warning.other-build': (d: { hosts: Names; version: string; bot: string }) =>
    `${list(d.hosts, 'and', 5)}: ${d.hosts.length === 1 ? 'its runner is' : 'their runners are'} of version ${buildOf(d.version)}, and the bot of ${d.bot}. What a runner does not understand it refuses after the approval, and what was prepared is put back: give them one build first.`,
  'warning.window-short': (d: { until: string; waitMs: number }, pen: Pen) =>
    `The change window closes on ${pen.dateTime(d.until)}, and packages may be waited for ${whole(d.waitMs)}: what follows that wait may begin after it has closed.`,
  'warning.slow': (d: { hosts: Names; ms: number; limitMs: number }) =>
    `${list(d.hosts, 'and', 5)}: a look took ${d.hosts.length === 1 ? '' : 'up to '}${whole(d.ms)}. If the outage is as slow, ${whole(d.limitMs)} may be too short for it: raise gap.limit in the farm file, or find out what slows ${d.hosts.length === 1 ? 'this machine' : 'these machines'} down.`,
  'warning.nothing-published': (d: { host: string }) =>
    `${d.host}: there is no SSISScaleOutMaster.cer that can be read and refreshed for new workers.`,
} satisfies Lines;

const WITNESSES: { readonly [witness: string]: string } = {
  log: 'their own logs',
  tcp: 'their TCP connections',
  handshake: 'TLS from their machines',
  ssisdb: 'SSISDB, which saw them online since',
};
const ITS_WITNESSES: { readonly [witness: string]: string } = {
  log: 'its own log',
  tcp: 'its TCP connection',
  handshake: 'TLS from its machine',
  ssisdb: 'SSISDB, which saw it online since',
};

/** How we know: each line gets a sign of its own. */
const proofWords = {
  'proof.presents': (d: { count: number; thumbprint: string; target: string }) =>
    `TLS from ${d.count === 1 ? '1 machine' : `${d.count} machines`} shows ${short(d.thumbprint)} on ${d.target}.`,
  'proof.workers': (d: {
    connected: number;
    count: number;
    witnesses: Names;
    unproved?: true;
    /** More is known about others since, so this is the state at the end. */
    ended?: true;
  }) => {
    const words = d.count === 1 ? ITS_WITNESSES : WITNESSES;
    const how = d.witnesses.map((one) => inTable(words, one) ?? one);
    const by = how.length === 0 ? '' : `, by ${list(how)}`;
    const rest = d.connected === d.count && d.unproved !== true ? '; services run, settings were read back' : '';
    // A farm may have none, or have left all of them behind.
    if (d.count === 0) return `No worker had to connect${rest}.`;
    return `${d.connected} of ${count(d.count, 'worker')} connected${d.ended === true ? ' when it ended' : ''}${by}${rest}.`;
  },
  'proof.rejoined': (
    d: {
      hosts: Names;
      thumbprint: string;
      at: string;
      /** The rotation changed nothing, or went back. */
      asItWas?: boolean;
    },
    pen: Pen,
  ) =>
    d.hosts.length === 1
      ? `${d.hosts[0]} was left ${d.asItWas ? 'as it was' : 'behind, and has followed since'}: on ${pen.dateTime(d.at)} it was seen connected, on ${short(d.thumbprint)}, which its master presents.`
      : `${list(d.hosts, 'and', 6)} were left ${d.asItWas ? 'as they were' : 'behind, and have followed since'}: by ${pen.dateTime(d.at)} all were seen connected, on ${short(d.thumbprint)}, which their master presents.`,
  'proof.ssisdb-late': (d: { hosts: Names }) =>
    `SSISDB has not noted ${list(d.hosts, 'and', 4)} as online since the restart, in three heartbeats.`,
  'proof.ssisdb-thumbprint': (d: { thumbprint: string }) =>
    `SSISDB names ${short(d.thumbprint)} as the master's certificate.`,
  'proof.ssisdb-other': (d: { found: unknown }) => `SSISDB still names ${brief(d.found)} as the master's certificate.`,
  'proof.against': (d: { host: string; fact: string; found: unknown; wanted: unknown }) => {
    const line = quotedLine(d);
    if (d.fact === 'stores' && d.found === null) return `${d.host}: what its stores hold could not be read.`;
    if (line !== null) return `${d.host} is not connected. Its log says: ${line}`;
    if (isUnanswered(d.found) && d.fact.startsWith('TLS '))
      return `${d.host}: ${d.fact.slice(4)} does not answer (${d.found}), wanted ${brief(seenAs(d.wanted))}.`;
    return `${d.host}: ${factOf(d.fact)} is ${brief(seenAs(d.found))}, wanted ${brief(seenAs(d.wanted))}.`;
  },
  'proof.left-as-it-is': (d: { host: string }) => `${d.host} was left as it is: how it stands was not proved.`,
  'proof.kept': (d: { hosts: Names; master: string; of: string | null }) =>
    `${list(d.hosts, 'and', 6)}: ${d.of === null ? 'new certificate' : `certificate from before ${d.of}`} in use, accepted by ${masterOf(d.hosts, d.master)}.`,
  'proof.back-on-old': (d: { hosts: Names; of: string | null }) =>
    `${list(d.hosts, 'and', 6)}: put back to ${before(d.of)}.`,
  'proof.never-began': (d: { hosts: Names; of: string | null }) =>
    `${list(d.hosts, 'and', 6)}: never began, and ${d.hosts.length === 1 ? 'runs' : 'run'} on ${before(d.of)}.`,
  'proof.in-line': (d: { hosts: Names; thumbprint: string; master: string }) =>
    `${list(d.hosts, 'and', 6)}: ${d.hosts.length === 1 ? 'pins and trusts' : 'pin and trust'} ${short(d.thumbprint)}, which ${masterOf(d.hosts, d.master)} presents.`,
  'proof.not-connecting': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 6)}: not connected, and not asked to be: ${d.hosts.length === 1 ? 'its service is' : 'their services are'} off, or ${d.hosts.length === 1 ? 'its' : 'their'} own certificate is missing or not trusted by the master.`,
  'proof.unbound': (d: { host: string; port: number }) => `${d.host}: port ${d.port} has no binding, as before.`,
  'proof.cut-off-as-before': (d: { hosts: Names }) => `${list(d.hosts, 'and', 6)}: put back, and cut off as before.`,
  'proof.not-begun': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 6)}: never began, and ${d.hosts.length === 1 ? 'is' : 'are'} cut off as before.`,
  'proof.connected-already': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 6)}: connected already when this was planned, so nothing was done there.`,
  'proof.removed': (d: { count: number; several?: boolean; taken?: boolean }) => {
    const certificates = d.several === true ? 'certificates' : 'certificate';
    return d.taken === true
      ? `Trust in the ${certificates}, used by nothing, is taken back on ${count(d.count, 'machine')}.`
      : `The new ${certificates}, used by nothing, ${d.several === true ? 'are' : 'is'} removed from ${count(d.count, 'machine')}.`;
  },
  'proof.retired': (d: {
    thumbprint: string;
    hosts: Names;
    keyOn: Names;
    count: number;
    /** Left out: none. */
    keyGone?: Names;
  }) => {
    const { keyGone = [] } = d;
    const gone = keyGone.length === 0 ? '' : ` On ${list(keyGone, 'and', 4)} the private key is gone already.`;
    if (d.hosts.length === 0)
      return `${short(d.thumbprint)} is still on ${d.count === 1 ? 'the machine that holds it' : `${all(d.count, 'machine')} that hold it`}.${gone}`;
    const key = d.keyOn.length === 0 ? '' : `, with its private key on ${list(d.keyOn, 'and', 4)}`;
    const rest = d.hosts.length === d.count ? '' : ` (${d.hosts.length} of ${d.count})`;
    const looked = d.keyOn.length === 0 ? 'a fresh look did not find it any more' : 'a fresh look found neither';
    return `${short(d.thumbprint)} is gone from ${list(d.hosts, 'and', 4)}${rest}${key}: ${looked}.${gone}`;
  },
  'proof.trust-stays': (d: { hosts: Names; thumbprint: string }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'goes' : 'go'} on trusting ${short(d.thumbprint)}: settings there named the master's certificate before this, and rest on that.`,
  'proof.left-over': (d: {
    host: string;
    thumbprints: Names;
    /** Whether anything there uses it. */
    unknown: boolean;
    /** The last look does not show whether it is still there. */
    unseen?: boolean;
  }) => {
    const isOne = d.thumbprints.length < 2;
    const what = `the new ${isOne ? 'certificate' : 'certificates'} ${list(d.thumbprints.map(short), 'and', 4)}`.trim();
    if (d.unseen === true)
      return `Perhaps still on ${d.host}: ${what}. Nothing uses ${isOne ? 'it' : 'them'}, but the last look does not show whether ${isOne ? 'it is' : 'they are'} there; remove by hand what is.`;
    return d.unknown
      ? `Perhaps still on ${d.host}: ${what}. Whether anything uses ${isOne ? 'it' : 'them'} there is not known: once ${d.host} answers, /ssis certs ${d.host} tells.`
      : `Still on ${d.host}: ${what}. Nothing uses ${isOne ? 'it' : 'them'}; remove ${isOne ? 'it' : 'them'} by hand.`;
  },
} satisfies Lines;

const under = ({ ticket }: { ticket?: string }): string => (ticket === undefined ? '' : ` ticket ${ticket}`);
const named = (hosts: Names): string => (hosts.length > 20 ? 'and their names' : hosts.join(' '));

const nextWords = {
  'next.old-stays': (d: { at: string | null; ended: boolean; of: string | null; several: boolean }, pen: Pen) => {
    // of several workers, each has its own
    const [there, ended, them] = d.several
      ? [`${capital(allBefore(d.of))} are`, 'they have ended: nobody goes back to them', 'them']
      : [`${capital(before(d.of))} is`, 'it has ended: nobody goes back to it', 'it'];
    const asked = d.at === null ? '' : ` This channel is asked whether to remove ${them}, from ${pen.date(d.at)} on.`;
    return `${there} still there, ${d.ended ? `but ${ended}` : 'so there is a way back'}.${asked}`;
  },
  'next.master-unproved': (d: { host: string }) =>
    `On ${d.host}, by hand: bind one certificate that lies there with its private key, write its thumbprint to SSLCertThumbprint, and restart the master service. Then reconnect the workers that do not follow it.`,
  'next.master-silent': (d: Returns & { hosts: Names }) =>
    `${returning(d)} Once it serves again, or a machine that is set up anew under its name, reconnect whoever does not follow it: /ssis reconnect ${named(d.hosts)}.`,
  'next.undone-by-hand': (d: { hosts: Names; sure: boolean }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} put back by hand since it ended${d.sure ? '' : ', and not all of that is proved'}: what stands here was so then. /ssis certs shows what is in use now.`,
  'next.changed-since': (d: { by: string }) =>
    `${d.by} has changed this since: what stands here was so when this ended. /ssis show ${d.by} shows it.`,
  'next.pins-new': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} named the new certificate when it ended. Whoever names it still is cut off: /ssis reconnect ${named(d.hosts)}.`,
  'next.master-back': (d: { host: string; hosts: Names; on: 'old' | 'new' | 'unknown' }) =>
    `${d.host} has come back since, ${cameBackOn(d.on)}. Reconnect whoever does not follow it: /ssis reconnect ${named(d.hosts)}.`,
  'next.not-proved': (d: { hosts: Names }) => `Not proved on the new certificate: ${list(d.hosts, 'and', 4)}.`,
  'next.left-behind': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off and ${d.hosts.length === 1 ? 'runs' : 'run'} no package. Once put right: /ssis reconnect ${named(d.hosts)}.`,
  'next.left-outside': (d: { hosts: Names; isBack: boolean }) => {
    const left = `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind as asked.`;
    return d.isBack
      ? `${left} Whoever was moved to the newer certificate meanwhile is cut off: by hand there, trust the certificate that is in use again in Root, write its thumbprint to MasterHttpsCertThumbprint, and restart the worker service.`
      : `${left} A worker that still runs under ${d.hosts.length === 1 ? 'that name' : 'such a name'} is cut off: by hand there, trust the new certificate in Root, write MasterHttpsCertThumbprint, and restart the worker service.`;
  },
  'next.left-unseen': (d: { hosts: Names }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind as asked. ${d.hosts.length === 1 ? 'It was' : 'They were'} not in the farm file, and SSISDB had not seen ${d.hosts.length === 1 ? 'it' : 'them'} within a week. A worker that runs there all the same is cut off: by hand there, trust the new certificate in Root, write MasterHttpsCertThumbprint, and restart the worker service.`,
  'next.left-unproved': (d: { hosts: Names; farm: string }) =>
    `Put right what is in the way on ${list(d.hosts, 'and', 4)}, then /ssis certs ${d.farm} tells how ${d.hosts.length === 1 ? 'it stands' : 'they stand'}.`,
  'next.start-service': (d: { hosts: Names }) =>
    `Start the worker service on ${list(d.hosts, 'and', 4)}: ${d.hosts.length === 1 ? 'it connects' : 'they connect'} then.`,
  'next.rotate-own': (d: { hosts: Names }) =>
    `Then ask for ${d.hosts.length === 1 ? 'its' : 'their'} own ${d.hosts.length === 1 ? 'certificate' : 'certificates'}, without which the master lets nobody in: /ssis rotate-worker ${named(d.hosts)}.`,
  'next.rest-ends': (d: { hosts: Names; at: string; days: number }, pen: Pen) => {
    const left = `on ${pen.date(d.at)}: ${pen.bold(d.days === 0 ? 'it has ended' : `${count(d.days, 'day')} left`)}.`;
    return d.hosts.length === 1
      ? `${list(d.hosts)} still uses its old certificate, which ends ${left}`
      : `${list(d.hosts, 'and', 4)} still use their old certificates, of which the first ends ${left}`;
  },
  'next.reconnect-rest': (d: { hosts: Names; ticket?: string }) =>
    `To go on, ask: /ssis reconnect ${named(d.hosts)}${under(d)}.`,
  'next.ask-rest': (d: { hosts: Names; of: string | null; ticket?: string }) =>
    `To go on, ask: /ssis ${d.of === null ? `rotate-worker ${d.hosts.length > 20 ? 'all' : d.hosts.join(' ')}` : `rollback ${d.of}`}${under(d)}.`,
  'next.retire-again': (d: { hosts: Names; failed: boolean }) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'holds' : 'hold'} some of it still. ${d.failed ? 'Do what follows, and ask again for what is left then' : 'Nothing uses it: ask again to remove it'}.`,
  'next.retire-stays': (d: { farm: string; thumbprints: Names }) =>
    `Not removed, for it may not go yet: ${list(d.thumbprints.map(short), 'and', 3)}. Whoever has its key is still believed; /ssis certs ${d.farm} shows where it is.`,
  'next.failed-too': (d: { hosts: Names; most: number }) =>
    `${d.hosts.length === 0 ? '' : `${list(d.hosts, 'and', 4)} failed, too: look there as well. `}At most ${count(d.most, 'worker')} may be left behind.`,
  'next.failed-also': ({ host, code, data = {} }: { host: string; code: string; data?: ErrorData }) =>
    `${host} failed, too: ${inBrief(code, isDiskFull(data))}. ${wayOn(code, data)}`.trim(),
  'next.ask-again': () => 'Put right what went wrong, then ask again.',
} satisfies Lines;

/** Words before, beside and after a rotation: warnings, evidence, what is next. */
export const proof = { ...warningWords, ...proofWords, ...nextWords };
