import { drainTeller } from '../domain/plan/drain-teller.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import type { HostName } from '../domain/values.ts';
import { type PlanRequest, type StageWork, work } from './draft.ts';

/**
 * The last stage before an outage: the master's runner waits until no package runs. Left out if the farm does not wait,
 * or if packages could not be seen when the plan was made: the card says so instead.
 */
export function drainStage({ farm, wish, looks }: PlanRequest): readonly StageWork[] {
  const teller = drainTeller(farm, wish, looks);
  const { limitMs } = farm.drain;
  return teller === null ? [] : [work(teller, DRAIN, [], [['packages-end', { limitMs, workers: [] }, 'none', null]])];
}

/**
 * The same for workers that switch one by one: one check each, because before a worker switches, only its own packages
 * are waited for. In a cluster, only the node that can tell what runs waits.
 */
export function workerDrains({ farm, wish, looks }: PlanRequest, workers: readonly HostName[]): readonly StageWork[] {
  const teller = drainTeller(farm, wish, looks);
  const { limitMs } = farm.drain;
  if (teller === null) return [];
  return [
    work(
      teller,
      DRAIN,
      [],
      workers.map((worker) => ['packages-end', { limitMs, workers: [worker] }, 'none', null, worker]),
    ),
  ];
}
