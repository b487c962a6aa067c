import { type Farm, hostsWith } from '../domain/farm/farm.ts';
import { isInLine } from '../domain/inventory/out-of-line.ts';
import { namesCover, parseEndpoint } from '../domain/machine/endpoint.ts';
import type { CertificateFacts, Looks, WorkerLook } from '../domain/machine/host-facts.ts';
import { masterThumbprints } from '../domain/machine/snapshot.ts';
import { hostsIn, workersIn } from '../domain/plan/scope.ts';
import type { Wish } from '../domain/plan/wish.ts';
import { type HostName, parseThumbprint, type Refusal, refuse } from '../domain/values.ts';
import { presentsNothing } from './presents-nothing.ts';
import { isLockedCer, isOfCerFile, isOfKey, notRunning, problemIn, refuseUnlooked } from './problems.ts';
import { refuseMissing } from './rotate-master-refusals.ts';
import { wasConnected } from './was-connected.ts';

export interface SurveyedReconnect {
  readonly master: HostName;
  /** The certificate that the master presents, binds and names in its settings. */
  readonly certificate: CertificateFacts;
  readonly workers: readonly { readonly host: HostName; readonly worker: WorkerLook }[];
  /** Named too, but in line and connected already: nothing is done there. */
  readonly connected: readonly HostName[];
}

/**
 * Checks everything that could prevent workers from being brought in line with their master, before anybody is asked;
 * the Refusal is the first obstacle found.
 */
export function surveyReconnect(farm: Farm, wish: Wish, looks: Looks): SurveyedReconnect | Refusal {
  const unlooked = refuseUnlooked(hostsIn(farm, wish), looks);
  if (unlooked !== null) return unlooked;
  const shown = presentedBy(farm, looks);
  if ('refused' in shown) return shown;
  const { host: master, port, certificate } = shown;
  const judged = workersIn(farm, wish).flatMap(({ name: host }) => {
    const worker = looks[host]?.worker ?? null;
    return worker === null ? [] : [{ host, worker, refusal: refuseWorker(host, worker, certificate, port) }];
  });
  const isConnected = ({ refusal }: (typeof judged)[number]): boolean => refusal?.code === 'AlreadyConnected';
  const workers = judged.filter((one) => !isConnected(one));
  const connected = judged.filter(isConnected).map(({ host }) => host);
  const refusal = (workers.length === 0 ? judged : workers).find((one) => one.refusal !== null)?.refusal ?? null;
  if (refusal !== null) return connected.length > 1 ? withOthers(refusal, connected) : refusal;
  const problem = problemIn(
    workers.map(({ host }) => host),
    looks,
    (one) =>
      PASSABLE.includes(one.code) ||
      one.data.role === 'master' ||
      one.code.startsWith('binding-') ||
      isOfCerFile(one) ||
      isLockedCer(one, 'worker') ||
      isOfKey(one, 'worker'),
  );
  return problem ?? { master, certificate, connected, workers: workers.map(({ host, worker }) => ({ host, worker })) };
}

/** Where no named worker needs it. */
const withOthers = ({ code, data }: Refusal, connected: readonly HostName[]): Refusal =>
  code === 'AlreadyConnected'
    ? refuse(code, { ...data, others: connected.filter((host) => host !== data.host) })
    : refuse(code, data);

/** A worker's own certificate is not part of this, and the card says how it stands; nor is the master's on a onebox. */
const PASSABLE: readonly string[] = [
  'certificate-missing',
  'clustered',
  'private-key-missing',
  'private-key-unreadable',
];

interface Shown {
  readonly host: HostName;
  readonly port: number;
  readonly certificate: CertificateFacts;
}

/** What workers are to trust: given only if the running master's binding, settings and handshake agree. */
function presentedBy(farm: Farm, looks: Looks): Shown | Refusal {
  const masters = hostsWith(farm, 'master').flatMap(({ name: host }) => {
    const look = looks[host];
    return look === undefined || look.master === null ? [] : [{ host, look, master: look.master }];
  });
  const [first] = masters;
  if (first === undefined) return refuse('NoMaster', { farm: farm.name });
  // One node of a cluster runs at a time, and all of them bind and name the same certificate.
  if (masters.length > 1 && masters.some(({ master }) => !master.clustered))
    return refuse('MoreThanOneMaster', { hosts: masters.map(({ host }) => host) });
  const running = masters.find(({ master }) => master.service.state === 'running');
  if (running === undefined) return notRunning('MasterNotRunning', first.host, first.master.service);
  const { host, look, master } = running;
  if (!master.presented.some(({ thumbprint }) => thumbprint !== null)) return presentsNothing(host, master);
  const named = masterThumbprints(look);
  const inUse = named[0]?.thumbprint ?? '';
  if (named.some(({ thumbprint }) => thumbprint !== inUse)) {
    const found = Object.fromEntries(named.map(({ where, thumbprint }) => [where, thumbprint]));
    return refuse('MasterThumbprintsDisagree', { host, found });
  }
  const { certificate, port } = master;
  if (certificate?.thumbprint !== inUse) return refuseMissing(host, master, inUse);
  return { host, port, certificate };
}

function refuseWorker(host: HostName, worker: WorkerLook, certificate: CertificateFacts, port: number): Refusal | null {
  const { thumbprint: presented, names } = certificate;
  const { service, masterEndpoint, masterThumbprint, connection } = worker;
  if (service.start === 'disabled') return refuse('ServiceDisabled', { host, role: 'worker', service: service.name });
  // Whether it has read its settings already, nobody can tell, and what does not run is not restarted.
  if (service.state === 'start-pending') return notRunning('WorkerNotRunning', host, service);
  const endpoint = parseEndpoint(masterEndpoint);
  if (endpoint === null) return refuse('EndpointNotUnderstood', { host, found: masterEndpoint });
  if (endpoint.port !== port) return refuse('EndpointElsewhere', { host, found: masterEndpoint, port });
  if (!namesCover(names, endpoint.host)) return refuse('PresentNotCovering', { host, hosts: [endpoint.host], names });
  const { thumbprint: shown, error } = connection.handshake;
  if (shown !== presented)
    return refuse('MasterNotSeenFrom', { host, found: shown ?? error, wanted: presented, endpoint: masterEndpoint });
  const pinned = parseThumbprint(masterThumbprint);
  if (pinned === null) {
    const data = { host, key: 'MasterHttpsCertThumbprint', found: masterThumbprint, wanted: presented };
    return refuse('SettingNotAThumbprint', data);
  }
  if (isInLine(worker, certificate) !== true) return null;
  if (service.state !== 'running') {
    const { code, data } = notRunning('InLineNotRunning', host, service);
    return refuse(code, { ...data, presented });
  }
  return wasConnected(connection) ? refuse('AlreadyConnected', { host, presented }) : null;
}
