import type { Farm, FarmHost } from '../farm/farm.ts';
import { type HostName, type Refusal, refuse } from '../values.ts';
import type { PlannedStep, PlanSlice } from './plan.ts';
import type { Wish } from './wish.ts';

/** The stages in which each worker makes its own certificate, and trusts it. */
export const WORKER_CREATE = 'worker-create';
export const WORKER_TRUST = 'worker-trust';
/** The stage in which masters are told to trust them, one step per certificate. */
export const MASTER_TRUST = 'master-trust';

/** The stage that refreshes the workers' .cer files, before they switch. */
export const WORKER_PUBLISH = 'worker-publish';

/** The name steps use for the certificate of one worker. */
export const workerRef = (host: HostName): string => `new.${host}`;

/** The worker whose certificate a step makes, trusts or writes; null: the master's, or none. */
export function workerOfStep({ params }: PlannedStep): HostName | null {
  const { ref, thumbprint } = params as { readonly ref?: unknown; readonly thumbprint?: { readonly ref?: unknown } };
  const name = ref ?? thumbprint?.ref;
  const prefix = workerRef('' as HostName);
  return typeof name === 'string' && name.startsWith(prefix) ? (name.slice(prefix.length) as HostName) : null;
}

/** Whether a wish is about workers, each with its own certificate or the one it pins: other workers need not answer. */
const ofWorkers = ({ kind }: Wish): boolean => kind === 'rotate-worker' || kind === 'reconnect';

/** The workers a wish is about, in the order of the farm file. */
export const workersIn = (farm: Farm, wish: Wish): readonly FarmHost[] =>
  farm.hosts.filter(
    ({ name, roles }) => roles.includes('worker') && (wish.workers.length === 0 || wish.workers.includes(name)),
  );

/** The machines a wish looks at and changes: all, or the named workers plus every master, which must trust them. */
export function hostsIn(farm: Farm, wish: Wish): readonly FarmHost[] {
  if (!ofWorkers(wish)) return farm.hosts;
  const workers = workersIn(farm, wish);
  return farm.hosts.filter((host) => host.roles.includes('master') || workers.includes(host));
}

/**
 * Machines that were added to or removed from the farm file, or changed roles, since a plan with these slices was made.
 */
export function changedSince(farm: Farm, wish: Wish, slices: readonly Planned[]): readonly HostName[] {
  const now: readonly Planned[] = hostsIn(farm, wish).map(({ name, roles }) => ({ host: name, roles }));
  const isIn = (all: readonly Planned[], { host, roles }: Planned): boolean =>
    all.some((one) => one.host === host && [...one.roles].sort().join() === [...roles].sort().join());
  const came = now.filter((one) => !isIn(slices, one));
  const gone = slices.filter((one) => !isIn(now, one));
  return [...new Set([...came, ...gone].map(({ host }) => host))];
}

type Planned = Pick<PlanSlice, 'host' | 'roles'>;

/** Why these workers cannot be asked about: one is not in the farm file or no worker, or there are none. */
export function refuseScope(farm: Farm, wish: Wish): Refusal | null {
  if (!ofWorkers(wish)) return null;
  const known = new Map(farm.hosts.map((host) => [host.name, host]));
  const workers = farm.hosts.filter(({ roles }) => roles.includes('worker')).map(({ name }) => name);
  for (const name of wish.workers) {
    const host = known.get(name);
    if (host === undefined) return refuse('unknown-worker', { said: name, farm: farm.name, names: workers });
    if (!host.roles.includes('worker')) return refuse('not-a-worker', { host: name, farm: farm.name, names: workers });
  }
  return workers.length === 0 ? refuse('no-workers', { farm: farm.name }) : null;
}
