import type { Line, Lines } from '../line.ts';
import { brief, count, list, serviceState, short } from './grammar.ts';
import { whole } from './measure.ts';

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
    `${d.host}: its ${d.role} service is ${serviceState(d.state)}. It is changed, and not started.`) as Line<{
    host: string;
    role: string;
    state: string;
  }>,
  'warning.key-readable-by-many': ((d) =>
    `${d.host}: everybody may read the present private key (${list(d.readers)}), and so the new one.`) as Line<{
    host: string;
    readers: Names;
  }>,
  'warning.key-readers-not-given': ((d) =>
    `${d.host}: ${list(d.readers, 'and', 5)} may read the present private key and cannot be let in to the new one: Windows does not tell of which domain. Grant it by hand afterwards where it is needed.`) as Line<{
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
  'warning.program-open': ((d) =>
    `${d.host}: ${list(d.others, 'and', 5)} may replace the program of its runner (${d.place}), and with it take the machine. Keep it where only administrators write.`) as Line<{
    host: string;
    place: string;
    others: Names;
  }>,
  'warning.folder-open': ((d) =>
    `${d.host}: its runner will not start again while ${list(d.others, 'and', 5)} may write into ${d.folder} (Explorer's Continue lets in whoever presses it): take them out of its access list.`) as Line<{
    host: string;
    folder: string;
    others: Names;
  }>,
  'warning.folder-not-read': ((d) =>
    `${d.host}: who may write into ${d.folder} cannot be seen; where others may, its runner will not start again.`) as Line<{
    host: string;
    folder: string;
  }>,
  'warning.program-not-read': ((d) =>
    `${d.host}: who may replace the program of its runner cannot be seen (${list(d.places, 'and', 3)}).`) as Line<{
    host: string;
    places: Names;
  }>,
  'warning.nothing-bound': ((d) =>
    `${d.host}: port ${d.port} has no binding today, so no worker can connect. One is made at ${d.key}, application id ${d.appId}, with the client's certificate asked for and all else at its default.`) as Line<{
    host: string;
    port: number;
    key: string;
    appId: string;
  }>,
  'warning.no-rehearsal': ((d) =>
    `${d.host}: the new binding cannot be rehearsed here; its first try is the outage.`) as Line<{ host: string }>,
  'warning.address-silent': ((d) =>
    `${d.host}: ${list(d.at, 'and', 3)} ${d.at.length === 1 ? 'is bound and answers' : 'are bound and answer'} nobody today, so the proof does without, unless somebody answers there by then.`) as Line<{
    host: string;
    at: Names;
  }>,
  'warning.outside-not-seen': ((d) =>
    `${d.host}: SSISDB is not seen, so nobody can know whether workers use this master that the farm file does not name; those would be cut off.`) as Line<{
    host: string;
  }>,
  'warning.left-outside': ((d) =>
    `${list(d.hosts, 'and', 5)}: no ${d.hosts.length === 1 ? 'worker' : 'workers'} of the farm file, so ${d.hosts.length === 1 ? 'it stays' : 'they stay'} on the old certificate and cut off from the switch on.`) as Line<{
    hosts: Names;
  }>,
  'warning.own-certificate-missing': ((d) =>
    `${d.host}: its own certificate is in no store, so the master lets it in only after /ssis rotate-worker ${d.host}; ask for that once this is done.`) as Line<{
    host: string;
  }>,
  'warning.own-certificate-untrusted': ((d) =>
    `${d.host}: its own certificate is not trusted by ${d.master}, which lets it in only after /ssis rotate-worker ${d.host}; ask for that once this is done.`) as Line<{
    host: string;
    master: string;
  }>,
  'warning.own-certificate-refused': ((d) =>
    `${d.host}: it pins and trusts the right certificate and is refused all the same: perhaps the master does not trust its own certificate. Then /ssis rotate-worker ${d.host} makes one that is trusted.`) as Line<{
    host: string;
  }>,
  'warning.pins-not-told': ((d) =>
    `${list(d.hosts, 'and', 5)}: which keys of other runners ${d.hosts.length === 1 ? 'this runner pins' : 'these runners pin'} is not known, for ${d.hosts.length === 1 ? 'it is' : 'they are'} of an older version. If one is missing, that is refused only after the approval, and what was prepared is put back.`) as Line<{
    hosts: Names;
  }>,
  'warning.window-short': ((d, pen) =>
    `The change window closes on ${pen.dateTime(d.until)}, and packages may be waited for ${whole(d.waitMs)}: what follows that wait may begin after it has closed.`) as Line<{
    until: string;
    waitMs: number;
  }>,
  'warning.nothing-published': ((d) =>
    `${d.host}: there is no SSISScaleOutMaster.cer that can be read and refreshed for new workers.`) as Line<{
    host: string;
  }>,
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

/** How we know: each line of it has a sign of its own. */
const proofWords = {
  'proof.presents': ((d) =>
    `TLS from ${d.count === 1 ? '1 machine' : `${d.count} machines`} shows ${short(d.thumbprint)} on ${d.target}.`) as Line<{
    count: number;
    thumbprint: string;
    target: string;
  }>,
  'proof.workers': ((d) => {
    const words = d.count === 1 ? ITS_WITNESSES : WITNESSES;
    const how = d.witnesses.map((one) => (Object.hasOwn(words, one) ? words[one] : one) ?? one);
    const by = how.length === 0 ? '' : `, by ${list(how)}`;
    const rest = d.connected === d.count ? '; services run, settings were read back' : '';
    // A farm may have none, or have left all of them behind.
    if (d.count === 0) return `No worker had to connect${rest}.`;
    return `${d.connected} of ${count(d.count, 'worker')} connected${by}${rest}.`;
  }) as Line<{ connected: number; count: number; witnesses: Names }>,
  'proof.ssisdb-late': ((d) =>
    `SSISDB has not noted ${list(d.hosts, 'and', 4)} as online since the restart, in three heartbeats.`) as Line<{
    hosts: Names;
  }>,
  'proof.ssisdb-thumbprint': ((d) => `SSISDB names ${short(d.thumbprint)} as the master's certificate.`) as Line<{
    thumbprint: string;
  }>,
  'proof.ssisdb-other': ((d) => `SSISDB still names ${brief(d.found)} as the master's certificate.`) as Line<{
    found: unknown;
  }>,
  'proof.against': ((d) => `${d.host}: ${d.fact} is ${brief(d.found)}, wanted ${brief(d.wanted)}.`) as Line<{
    host: string;
    fact: string;
    found: unknown;
    wanted: unknown;
  }>,
  'proof.left-as-it-is': ((d) => `${d.host} was left as it is: how it stands was not proved.`) as Line<{
    host: string;
  }>,
  'proof.kept': ((d) =>
    `${list(d.hosts, 'and', 6)}: ${d.of === null ? 'new certificate' : `certificate of before ${d.of}`} in use, accepted by ${d.master}.`) as Line<{
    hosts: Names;
    master: string;
    of: string | null;
  }>,
  'proof.back-on-old': ((d) => `${list(d.hosts, 'and', 6)}: put back to ${theOld(d.of)}.`) as Line<{
    hosts: Names;
    of: string | null;
  }>,
  'proof.never-began': ((d) =>
    `${list(d.hosts, 'and', 6)}: never began, and ${d.hosts.length === 1 ? 'runs' : 'run'} on ${theOld(d.of)}.`) as Line<{
    hosts: Names;
    of: string | null;
  }>,
  'proof.in-line': ((d) =>
    `${list(d.hosts, 'and', 6)}: ${d.hosts.length === 1 ? 'pins and trusts' : 'pin and trust'} ${short(d.thumbprint)}, which ${d.master} presents.`) as Line<{
    hosts: Names;
    thumbprint: string;
    master: string;
  }>,
  'proof.not-connecting': ((d) =>
    `${list(d.hosts, 'and', 6)}: not connected, and not asked to be: ${d.hosts.length === 1 ? 'its service is' : 'their services are'} off, or ${d.hosts.length === 1 ? 'its' : 'their'} own certificate is missing or not trusted by the master.`) as Line<{
    hosts: Names;
  }>,
  'proof.unbound': ((d) => `${d.host}: port ${d.port} has no binding, as before.`) as Line<{
    host: string;
    port: number;
  }>,
  'proof.cut-off-as-before': ((d) => `${list(d.hosts, 'and', 6)}: put back, and cut off as before.`) as Line<{
    hosts: Names;
  }>,
  'proof.not-begun': ((d) =>
    `${list(d.hosts, 'and', 6)}: never began, and ${d.hosts.length === 1 ? 'is' : 'are'} cut off as before.`) as Line<{
    hosts: Names;
  }>,
  'proof.removed': ((d) =>
    `The new certificate, used by nothing, is removed from ${d.count === 1 ? '1 machine' : `${d.count} machines`}.`) as Line<{
    count: number;
  }>,
  'proof.retired': ((d) => {
    if (d.hosts.length === 0)
      return `${short(d.thumbprint)} is still on all ${count(d.count, 'machine')} that hold it.`;
    const key = d.keyOn.length === 0 ? '' : `, with its private key on ${list(d.keyOn, 'and', 4)}`;
    const rest = d.hosts.length === d.count ? '' : ` (${d.hosts.length} of ${d.count})`;
    return `${short(d.thumbprint)} is gone from ${list(d.hosts, 'and', 4)}${rest}${key}: a fresh look found neither.`;
  }) as Line<{ thumbprint: string; hosts: Names; keyOn: Names; count: number }>,
  'proof.trust-stays': ((d) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'goes' : 'go'} on trusting ${short(d.thumbprint)}: settings there named the master's certificate before this, and rest on that.`) as Line<{
    hosts: Names;
    thumbprint: string;
  }>,
  'proof.left-over': ((d) => `Still on ${d.host}: the new certificate. Nothing uses it; remove it by hand.`) as Line<{
    host: string;
  }>,
} satisfies Lines;

const named = (hosts: Names): string => (hosts.length > 20 ? 'and their names' : hosts.join(' '));

const nextWords = {
  'next.old-stays': ((d, pen) =>
    `The old certificate is still there, ${d.ended ? 'but it has ended: nobody goes back to it' : 'so there is a way back'}.${d.at === null ? '' : ` From ${pen.date(d.at)} on this channel is asked whether to remove it.`}`) as Line<{
    at: string | null;
    ended: boolean;
  }>,
  'next.master-unproved': ((d) =>
    `On ${d.host}, by hand: bind one certificate that lies there with its private key, write its thumbprint to SSLCertThumbprint, and restart the master service. Then reconnect the workers that do not follow it.`) as Line<{
    host: string;
  }>,
  'next.left-behind': ((d) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'is' : 'are'} cut off and ${d.hosts.length === 1 ? 'runs' : 'run'} no package. Once put right: /ssis reconnect ${named(d.hosts)}.`) as Line<{
    hosts: Names;
  }>,
  'next.left-outside': ((d) => {
    const [are, them, services] = d.hosts.length === 1 ? ['is', 'it', 'service'] : ['are', 'them', 'services'];
    if (d.isBack)
      return `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind as asked. Whoever was moved to the newer certificate meanwhile is cut off: by hand there, trust the certificate that is in use again in Root, write its thumbprint to MasterHttpsCertThumbprint, and restart the worker service.`;
    return `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'was' : 'were'} left behind as asked, and ${are} cut off: by hand on ${them}, trust the new certificate in Root, write MasterHttpsCertThumbprint, and restart the worker ${services}.`;
  }) as Line<{ hosts: Names; isBack: boolean }>,
  'next.left-unproved': ((d) =>
    `Put right what is in the way on ${list(d.hosts, 'and', 4)}, then /ssis certs ${d.farm} tells how ${d.hosts.length === 1 ? 'it stands' : 'they stand'}.`) as Line<{
    hosts: Names;
    farm: string;
  }>,
  'next.start-service': ((d) =>
    `Start the worker service on ${list(d.hosts, 'and', 4)}: ${d.hosts.length === 1 ? 'it connects' : 'they connect'} then.`) as Line<{
    hosts: Names;
  }>,
  'next.rotate-own': ((d) =>
    `Then ask for ${d.hosts.length === 1 ? 'its' : 'their'} own ${d.hosts.length === 1 ? 'certificate' : 'certificates'}, without which the master lets nobody in: /ssis rotate-worker ${named(d.hosts)}.`) as Line<{
    hosts: Names;
  }>,
  'next.reconnect-rest': ((d) =>
    `Put right what went wrong, then ask for the others: /ssis reconnect ${named(d.hosts)}.`) as Line<{
    hosts: Names;
  }>,
  'next.ask-rest': ((d) =>
    `Put right what went wrong, then ask for the others: /ssis ${d.of === null ? `rotate-worker ${d.hosts.length > 20 ? 'all' : d.hosts.join(' ')}` : `rollback ${d.of}`}.`) as Line<{
    hosts: Names;
    of: string | null;
  }>,
  'next.retire-again': ((d) =>
    `${list(d.hosts, 'and', 4)} ${d.hosts.length === 1 ? 'holds' : 'hold'} some of it still. Nothing uses it: put right what went wrong, and ask again.`) as Line<{
    hosts: Names;
  }>,
  'next.ask-again': () => 'Put right what went wrong, then ask again.',
} satisfies Lines;

/** `of`: the rotation that is rolled back, which put to use what is called old elsewhere. */
const theOld = (of: string | null): string => (of === null ? 'the old certificate' : `the certificate from ${of}`);

/** What stands before, beside and after a rotation: warnings, evidence, what is next. */
export const proof = { ...warningWords, ...proofWords, ...nextWords };
