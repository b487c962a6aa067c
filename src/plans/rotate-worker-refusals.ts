import { type Farm, hostsWith } from '../domain/farm/farm.ts';
import { isSelfSigned } from '../domain/inventory/named.ts';
import { parseEndpoint } from '../domain/machine/endpoint.ts';
import type { Looks, MasterLook, WorkerLook } from '../domain/machine/host-facts.ts';
import { hostsIn, workersIn } from '../domain/plan/scope.ts';
import type { Wish } from '../domain/plan/wish.ts';
import { type HostName, isRefusal, parseThumbprint, type Refusal, refuse, type Thumbprint } from '../domain/values.ts';
import { presentsNothing } from './presents-nothing.ts';
import { isLockedCer, isOwnGone, notRunning, problemIn, refuseUnlooked } from './problems.ts';
import { refuseSilent } from './rotate-master-refusals.ts';
import { passing } from './rotate-master-stages.ts';

export interface SurveyedWorker {
  readonly host: HostName;
  readonly worker: WorkerLook;
  /** The certificate in its settings, whether or not it is in its store. */
  readonly old: Thumbprint;
}

export interface SurveyedWorkers {
  /** Every machine that must have a worker's certificate in its Root. */
  readonly masters: readonly HostName[];
  /** What the master presents, which does not change. */
  readonly presented: Thumbprint;
  readonly port: number;
  /** Addresses that a check of `presented` passes by. */
  readonly silent: ReturnType<typeof passing>;
  readonly workers: readonly SurveyedWorker[];
}

/**
 * Checks everything that could prevent rotating workers' certificates, before anybody is asked; the Refusal is the
 * first obstacle found.
 */
export function surveyWorkers(farm: Farm, wish: Wish, looks: Looks): SurveyedWorkers | Refusal {
  const unlooked = refuseUnlooked(hostsIn(farm, wish), looks);
  if (unlooked !== null) return unlooked;
  const masters = hostsWith(farm, 'master').flatMap(({ name }) => {
    const master = looks[name]?.master ?? null;
    return master === null ? [] : [{ host: name, master }];
  });
  const running = runningMaster(farm, masters);
  if (isRefusal(running)) return running;
  const presented = presentedBy(masters);
  if (presented === null) return presentsNothing(running.host, running.master);
  const workers: SurveyedWorker[] = [];
  for (const { name: host } of workersIn(farm, wish)) {
    const worker = looks[host]?.worker ?? null;
    if (worker === null) return refuse('RoleNotInstalled', { host, role: 'worker' });
    const old = parseThumbprint(worker.workerThumbprint);
    const wrong = refuseWorker(host, worker, presented, masters[0]?.master.port ?? 0);
    if (wrong !== null) return wrong;
    if (old === null) {
      const found = worker.workerThumbprint;
      return refuse('SettingNotAThumbprint', { host, key: 'WorkerHttpsCertThumbprint', found });
    }
    workers.push({ host, worker, old });
  }
  const problem = problemIn(
    hostsIn(farm, wish).map(({ name }) => name),
    looks,
    ({ code, data }) =>
      PASSABLE.includes(code) ||
      code.startsWith('binding-') ||
      // A master that is restarted, to distrust a stolen certificate, would not find its key again.
      (code === 'private-key-missing' && !wish.compromised) ||
      isLockedCer({ code, data }, 'master') ||
      // A stolen key is not trusted for longer because of a file.
      (wish.compromised && isLockedCer({ code, data }, 'worker')) ||
      // The master's settings do not change, and only a compromised certificate has its service restarted.
      (data.role === 'master' &&
        (code === 'settings-not-writable' || (ABOUT_RESTART.includes(code) && !wish.compromised))),
  );
  const uncontained = wish.compromised ? refuseContain(farm, masters, workers, looks) : null;
  const [first] = masters;
  const silent = first === undefined ? {} : passing(first.master);
  const port = first?.master.port ?? 0;
  return problem ?? uncontained ?? { masters: masters.map(({ host }) => host), presented, port, silent, workers };
}

/**
 * Why a master cannot be made to distrust a worker's certificate: one that the master uses itself is rotated as the
 * master's; one with another issuer stays trusted through that issuer, whatever is removed from Root; a cluster node is
 * not restarted from here. The cluster is checked after the first two: its manual steps remove a certificate from Root.
 */
function refuseContain(
  farm: Farm,
  masters: readonly SurveyedMaster[],
  workers: readonly SurveyedWorker[],
  looks: Looks,
): Refusal | null {
  for (const { host, old: thumbprint } of workers) {
    const own = isSelfSigned(looks, host, thumbprint);
    if (own !== true) return refuse(own === null ? 'StolenNotRead' : 'StolenNotSelfSigned', { host, thumbprint });
  }
  for (const { host, master } of masters) {
    const shared = workers.find(({ old }) => usedBy(master).includes(old));
    if (shared !== undefined)
      return refuse('WorkerSharesMasters', { host: shared.host, master: host, thumbprint: shared.old });
  }
  const clustered = masters.find(({ master }) => master.clustered);
  if (clustered !== undefined)
    return refuse('ContainClustered', {
      host: clustered.host,
      farm: farm.name,
      nodes: masters.map(({ host }) => host),
      workers: workers.map(({ host }) => host),
      stolen: workers.map(({ old }) => old),
    });
  for (const { host, master } of masters) {
    const unprovable = refuseSilent(host, master) ?? refuseApart(host, master);
    if (unprovable !== null) return unprovable;
  }
  return null;
}

const usedBy = ({ sslCertThumbprint, published, bindings, presented }: MasterLook): readonly (Thumbprint | null)[] => [
  parseThumbprint(sslCertThumbprint),
  published,
  ...bindings.map(({ thumbprint }) => parseThumbprint(thumbprint)),
  ...presented.map(({ thumbprint }) => thumbprint),
];

/** The restarted master must present what it did, at each address, and a removed worker certificate is not put back. */
function refuseApart(host: HostName, { presented }: MasterLook): Refusal | null {
  const shown = presented.filter(({ thumbprint }) => thumbprint !== null);
  if (new Set(shown.map(({ thumbprint }) => thumbprint)).size <= 1) return null;
  const found = Object.fromEntries(shown.map(({ target, thumbprint }) => [`handshake ${target}`, thumbprint]));
  return refuse('MasterThumbprintsDisagree', { host, found });
}

/** Problems with the master's own certificate and .cer file, which do not change, and with a cluster. */
const PASSABLE: readonly string[] = ['clustered', 'certificate-missing', 'not-readable', 'private-key-unreadable'];

/** Why a service would not stop, or not start again. */
const ABOUT_RESTART: readonly string[] = ['service-disabled', 'service-has-dependents'];

interface SurveyedMaster {
  readonly host: HostName;
  readonly master: MasterLook;
}

/**
 * The master that runs, of a cluster the node with the group. A clustered master is no obstacle, but each node must
 * trust what the worker shows: if the group moved to a node that does not, the worker would be cut off. Only the farm
 * file knows the nodes.
 */
function runningMaster(farm: Farm, masters: readonly SurveyedMaster[]): SurveyedMaster | Refusal {
  const [first] = masters;
  if (first === undefined) return refuse('NoMaster', { farm: farm.name });
  const clustered = masters.find(({ master }) => master.clustered);
  if (clustered !== undefined && masters.length < 2) return refuse('ClusterNodesUnknown', { host: clustered.host });
  const apart = masters.length > 1 ? masters.find(({ master }) => !master.clustered) : undefined;
  if (apart !== undefined) return refuse('MoreThanOneMaster', { hosts: masters.map(({ host }) => host) });
  const running = masters.find(({ master }) => master.service.state === 'running');
  return running ?? notRunning('MasterNotRunning', first.host, first.master.service);
}

const presentedBy = (masters: readonly SurveyedMaster[]): Thumbprint | null =>
  masters.flatMap(({ master }) => master.presented.flatMap(({ thumbprint }) => thumbprint ?? []))[0] ?? null;

const OF_THE_MACHINE = 'LocalMachine\\';

function refuseWorker(host: HostName, worker: WorkerLook, presented: Thumbprint, port: number): Refusal | null {
  const { service, masterEndpoint, masterThumbprint, workerStore, storeLocation } = worker;
  if (service.start === 'disabled') return refuse('ServiceDisabled', { host, role: 'worker', service: service.name });
  // A service that does not run cannot be proved connected.
  if (service.state !== 'running') return notRunning('WorkerNotRunning', host, service, isOwnGone(worker));
  const endpoint = parseEndpoint(masterEndpoint);
  if (endpoint === null) return refuse('EndpointNotUnderstood', { host, found: masterEndpoint });
  if (endpoint.port !== port) return refuse('EndpointElsewhere', { host, found: masterEndpoint, port });
  if (storeLocation?.startsWith(OF_THE_MACHINE))
    return refuse('WorkerStoreNotServed', { host, store: storeLocation.slice(OF_THE_MACHINE.length) });
  if (storeLocation !== undefined) return refuse('WorkerStoreElsewhere', { host, found: storeLocation });
  if (workerStore !== 'My') return refuse('WorkerStoreNotServed', { host, store: workerStore });
  const pinned = parseThumbprint(masterThumbprint);
  return pinned === presented ? null : refuse('WorkerPinsAnother', { host, pinned, presented });
}
