import type { Plan } from '../plan/plan.ts';
import { contains, phaseOf } from '../plan/plan-phases.ts';
import { MASTER_TRUST, WORKER_CREATE, WORKER_TRUST, workerOfStep } from '../plan/scope.ts';
import type { Planned } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Work } from './moment.ts';
import { forthWork, latestOrder } from './stages.ts';

/** Stages in which each worker makes its own certificate and trusts it. */
const OWN_STAGES: readonly string[] = [WORKER_CREATE, WORKER_TRUST];

export const BAD: readonly Work[] = ['failed', 'unknown', 'silent'];

/**
 * Whether a prepare stage concerns each worker alone while all are cut off already: nobody waits for one that fails.
 */
export const isOwnStage = (plan: Plan, stage: string): boolean => contains(plan) && OWN_STAGES.includes(stage);

/** The stage in which a worker failed before it could switch; null: none, or its failure stops everybody. */
export function fellIn(rotation: Planned, host: HostName): string | null {
  const stages = phaseOf(rotation.plan, 'prepare')?.stages ?? [];
  const fallen = stages.find(
    ({ name, hosts }) =>
      isOwnStage(rotation.plan, name) && hosts.includes(host) && BAD.includes(forthWork(rotation, host, name)),
  );
  return fallen?.name ?? null;
}

/**
 * Workers that are cut off like the others and go no further: they have no new certificate, or had none yet when the
 * master was told whom to trust.
 */
export function fallenHosts(rotation: Planned): readonly HostName[] {
  const { plan } = rotation;
  if (!contains(plan)) return [];
  const masters = phaseOf(plan, 'prepare')?.stages.find(({ name }) => name === MASTER_TRUST)?.hosts ?? [];
  const untrusted = masters.flatMap((master) => {
    const only = latestOrder(rotation, master, MASTER_TRUST, 'apply')?.only ?? null;
    return only === null ? [] : trustsOf(plan, master).filter(({ id }) => !only.includes(id));
  });
  return plan.header.wish.workers.filter(
    (host) => fellIn(rotation, host) !== null || untrusted.some(({ worker }) => worker === host),
  );
}

/** Which steps of a stage a machine is told to do if workers have dropped out; undefined: all of them. */
export function partLeft(rotation: Planned, host: HostName, stage: string): readonly string[] | undefined {
  const fallen: readonly (string | null)[] = stage === MASTER_TRUST ? fallenHosts(rotation) : [];
  if (fallen.length === 0) return undefined;
  return trustsOf(rotation.plan, host).flatMap(({ id, worker }) => (fallen.includes(worker) ? [] : [id]));
}

const trustsOf = ({ slices }: Plan, master: HostName) =>
  (slices.find(({ host }) => host === master)?.stages[MASTER_TRUST]?.steps ?? []).map((step) => ({
    id: step.id,
    worker: workerOfStep(step),
  }));
