import { type Farm, hostsWith } from '../domain/farm/farm.ts';
import { isTrustedBy } from '../domain/inventory/named.ts';
import { boundElsewhere } from '../domain/machine/bound-store.ts';
import { namesCover, parseEndpoint } from '../domain/machine/endpoint.ts';
import type { HostLook, Looks, MasterLook, Problem, WorkerLook } from '../domain/machine/host-facts.ts';
import { shownAt, silentAt, silentBeside } from '../domain/machine/presented.ts';
import { masterThumbprints } from '../domain/machine/snapshot.ts';
import { ownBinding } from '../domain/plan/own-binding.ts';
import { isCertificateName } from '../domain/plan/step-params.ts';
import type { Wish } from '../domain/plan/wish.ts';
import { type HostName, parseThumbprint, type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import { presentsNothing } from './presents-nothing.ts';
import { isLockedCer, isOfCerFile, isOfKey, isOwnGone, notRunning, problemIn, refuseUnlooked } from './problems.ts';
import { wasConnected } from './was-connected.ts';

/**
 * A worker's .cer file does not affect a master rotation, nor does the master's if it stays as it is; of a worker's own
 * certificate `refuseOwn` says more. A missing binding is made, and where there is none, nothing needs the old
 * certificate.
 */
const isPassable =
  (master: MasterLook, { use }: Pick<Wish, 'use'>) =>
  (problem: Problem): boolean =>
    problem.code === 'binding-missing' ||
    (problem.code === 'certificate-missing' && problem.data.role === 'worker') ||
    isOfKey(problem, 'worker') ||
    (use !== null && isOfKey(problem, 'master')) ||
    (LOST.includes(problem.code) && lostOld(master)) ||
    isOfCerFile(problem) ||
    isLockedCer(problem, 'worker') ||
    (use !== null && isPublished(use, master) && isLockedCer(problem, 'master'));

/** Whether the .cer file holds this certificate, whole: it is not refreshed then. */
export const isPublished = (
  thumbprint: Thumbprint,
  { published, publishedTorn }: Pick<MasterLook, 'published' | 'publishedTorn'>,
): boolean => thumbprint === published && publishedTorn !== true;

const LOST: readonly string[] = ['certificate-missing', 'private-key-missing'];

export interface Surveyed {
  readonly masterHost: HostName;
  readonly master: MasterLook;
  readonly workers: readonly { readonly host: HostName; readonly worker: WorkerLook }[];
}

/**
 * Checks everything that could prevent a master rotation, before anybody is asked; the Refusal is the first obstacle.
 */
export function surveyFarm(farm: Farm, looks: Looks, wish: Pick<Wish, 'use'>): Surveyed | Refusal {
  const masters = hostsWith(farm, 'master');
  const [first] = masters;
  if (first === undefined) return refuse('NoMaster', { farm: farm.name });
  // Every node is a master in the farm file; a cluster has its own refusal and its own steps.
  const node = masters.find(({ name }) => looks[name]?.master?.clustered === true);
  if (node !== undefined) return refuse('MasterClustered', { host: node.name });
  if (masters.length > 1) return refuse('MoreThanOneMaster', { hosts: masters.map((host) => host.name) });
  const unlooked = refuseUnlooked(farm.hosts, looks);
  if (unlooked !== null) return unlooked;
  const master = looks[first.name]?.master;
  if (master === null || master === undefined) return refuse('RoleNotInstalled', { host: first.name, role: 'master' });
  const workers = hostsWith(farm, 'worker').flatMap(({ name }) => {
    const worker = looks[name]?.worker ?? null;
    return worker === null ? [] : [{ host: name, worker }];
  });
  const surveyed = { masterHost: first.name, master, workers };
  return (
    refuseMaster(farm, surveyed, looks) ??
    refuseWorkers(surveyed, looks[first.name]) ??
    problemIn(
      farm.hosts.map(({ name }) => name),
      looks,
      isPassable(master, wish),
    ) ??
    surveyed
  );
}

/**
 * Nothing is bound, by both readers: no client is served, and a rotation makes a binding. Bindings that cannot be read
 * give no look at all.
 */
export const isUnbound = ({ bindings }: Pick<MasterLook, 'bindings'>): boolean => bindings.length === 0;

/**
 * Nothing is bound, and what the settings name is in no store or has lost its key: no client is served, and the old
 * certificate cannot be bound again. A key that cannot be read is not a lost key.
 */
export const lostOld = (master: Pick<MasterLook, 'bindings' | 'certificate'>): boolean =>
  isUnbound(master) && (master.certificate === null || master.certificate.privateKey === 'no');

/**
 * Whether the certificate in the settings is bound again and nothing else changes: no client that is served today is
 * cut off. A compromised certificate is not bound again.
 */
export const bindsAgain = ({ use, of, compromised }: Wish, { master }: Pick<Surveyed, 'master'>): boolean =>
  isUnbound(master) && use !== null && use === master.certificate?.thumbprint && of === null && !compromised;

function refuseMaster(farm: Farm, { masterHost: host, master }: Surveyed, looks: Looks): Refusal | null {
  const { port, bindings, certificate, service } = master;
  if (service.start === 'disabled') return refuse('ServiceDisabled', { host, role: 'master', service: service.name });
  if (service.state !== 'running') return notRunning('MasterNotRunning', host, service, lostOld(master));
  // An older runner takes no order that makes a binding, and gives no list of addresses either.
  if (isUnbound(master) && master.listens === undefined) return refuse('RunnerMakesNoBinding', { host });
  if (port !== farm.endpoint.port) return refuse('PortDiffers', { host, found: port, wanted: farm.endpoint.port });
  if (!isCertificateName(farm.endpoint.host) || farm.endpoint.host.length > 64) {
    return refuse('NameNotValid', { name: farm.endpoint.host });
  }
  const badName = farm.certificate.extraNames.find((name) => !isCertificateName(name));
  if (badName !== undefined) return refuse('NameNotValid', { name: badName });
  const taken = parseThumbprint(master.sslCertThumbprint);
  const written = isUnbound(master) && taken !== null ? [ownBinding(port, taken, 'Root')] : bindings;
  for (const binding of written) {
    const unknown = Object.keys(binding.parameters).find((name) => !master.netshParameters.includes(name));
    if (unknown !== undefined) {
      return refuse('BindingFlagNotReturnable', { host, binding: binding.key, parameter: unknown });
    }
  }
  if (taken === null) {
    return refuse('SettingNotAThumbprint', { host, key: 'SSLCertThumbprint', found: master.sslCertThumbprint });
  }
  const look = looks[host];
  const shown = look === undefined ? [] : masterThumbprints(look);
  if (new Set(shown.map(({ thumbprint }) => thumbprint)).size !== 1) {
    return refuse('MasterThumbprintsDisagree', {
      host,
      found: Object.fromEntries(shown.map(({ where, thumbprint }) => [where, thumbprint])),
    });
  }
  // Bound, but in no store: an undo could not bind it again. It also answers no client, and this refusal says why.
  const inUse = shown[0]?.thumbprint ?? '';
  if (certificate?.thumbprint !== inUse && !lostOld(master)) return refuseMissing(host, master, inUse);
  return isUnbound(master) ? null : refuseSilent(host, master);
}

/**
 * An address that answers nobody now cannot prove a change either. One that is silent under every name is skipped, if
 * the runner can do that; one that is silent under one name only is a broken binding, and an undo would break it again.
 */
export function refuseSilent(host: HostName, master: MasterLook): Refusal | null {
  if (!master.presented.some(({ thumbprint }) => thumbprint !== null)) return presentsNothing(host, master);
  const beside = silentBeside(master).map(({ target, servername }) =>
    servername === null ? shownAt(target) : `${shownAt(target)} ${servername}`,
  );
  const at = master.passesSilent === true ? beside : [...silentAt(master).map(shownAt), ...beside];
  return at.length === 0 ? null : refuse('MasterSilentAt', { host, at });
}

/** If a binding names a store that is not read, the certificate is not called missing. */
export function refuseMissing(host: HostName, master: Pick<MasterLook, 'bindings'>, thumbprint: string): Refusal {
  const bound = boundElsewhere(master, thumbprint);
  return bound === null
    ? refuse('MasterCertificateMissing', { host, thumbprint })
    : refuse('MasterStoreNotServed', { host, thumbprint, store: bound.store, binding: bound.key });
}

function refuseWorkers({ masterHost, master, workers }: Surveyed, ofMaster: HostLook | undefined): Refusal | null {
  // By now, whatever is bound is what the settings name.
  const presented = parseThumbprint(master.sslCertThumbprint);
  for (const { host, worker } of workers) {
    const { service, masterEndpoint, masterThumbprint, connection } = worker;
    if (service.start === 'disabled') return refuse('ServiceDisabled', { host, role: 'worker', service: service.name });
    // Whether it has read its settings already, nobody can tell, and what does not run is not restarted.
    if (service.state === 'start-pending') return withoutIt(notRunning('WorkerNotRunning', host, service));
    const endpoint = parseEndpoint(masterEndpoint);
    if (endpoint === null || !isCertificateName(endpoint.host)) {
      return refuse('EndpointNotUnderstood', { host, found: masterEndpoint });
    }
    if (endpoint.port !== master.port) {
      return refuse('EndpointElsewhere', { host, found: masterEndpoint, port: master.port });
    }
    const pinned = parseThumbprint(masterThumbprint);
    if (pinned === null) {
      const data = { host, key: 'MasterHttpsCertThumbprint', found: masterThumbprint, wanted: presented };
      return refuse('SettingNotAThumbprint', data);
    }
    // While nothing is bound, no worker can be reconnected first.
    const code = isUnbound(master) ? 'WorkerPinsUnnamed' : 'WorkerPinsAnother';
    if (pinned !== presented) return refuse(code, { host, pinned, presented });
    // Its runner follows what it sees there: it would not switch, and all would be put back at the limit.
    const { thumbprint: shown, error } = connection.handshake;
    if (!isUnbound(master) && shown !== presented)
      return withoutIt(
        refuse('MasterNotSeenFrom', { host, found: shown ?? error, wanted: presented, endpoint: masterEndpoint }),
      );
    const own = refuseOwn(host, worker, masterHost, ofMaster);
    if (own !== null) return own;
  }
  return null;
}

/**
 * Without its own certificate it would not start again, whether the rotation goes on or back; with one that its master
 * does not trust it would be refused after the switch as it is today, and all would be put back at the limit.
 */
function refuseOwn(host: HostName, worker: WorkerLook, master: HostName, ofMaster: HostLook | undefined) {
  const { service, workerThumbprint, workerStore: store, certificate: own } = worker;
  const thumbprint = parseThumbprint(workerThumbprint);
  if (service.state !== 'running') return null;
  if (thumbprint !== null && isOwnGone(worker)) {
    const key = own === null ? {} : { key: true };
    return withoutIt(refuse('OwnCertificateMissing', { host, thumbprint, store, ...key }));
  }
  if (own === null || wasConnected(worker.connection) || isTrustedBy(ofMaster, own) !== false) return null;
  return withoutIt(refuse('OwnCertificateNotTrusted', { host, master, thumbprint: own.thumbprint }));
}

/** A rotation that cannot wait for this worker can be asked without it. */
const withoutIt = ({ code, data }: Refusal): Refusal => refuse(code, { ...data, around: true });

/** Hosts in the workers' endpoints that these names do not cover. */
export const uncovered = (names: readonly string[], { workers }: Surveyed): readonly string[] =>
  workers.flatMap(({ worker }) => {
    const host = parseEndpoint(worker.masterEndpoint)?.host;
    return host === undefined || namesCover(names, host) ? [] : [host];
  });
