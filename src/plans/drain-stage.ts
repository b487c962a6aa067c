import { packageTeller } from '../domain/machine/package-teller.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import type { HostName } from '../domain/values.ts';
import { type PlanRequest, type StageWork, work } from './draft.ts';

/**
 * The last stage before an outage: the master's runner waits until no package runs. Left out if the farm does not wait,
 * or if packages could not be seen when the plan was made: the card says so instead.
 */
export function drainStage(request: PlanRequest, masterHost: HostName): readonly StageWork[] {
  const { limitMs } = request.farm.drain;
  if (!waits(request, masterHost)) return [];
  return [work(masterHost, DRAIN, [], [['packages-end', { limitMs, workers: [] }, 'none', null]])];
}

/**
 * The same for workers that switch one by one: one check each, because before a worker switches, only its own packages
 * are waited for. In a cluster, only the node that can tell what runs waits.
 */
export function workerDrains(
  request: PlanRequest,
  masters: readonly HostName[],
  workers: readonly HostName[],
): readonly StageWork[] {
  const { limitMs } = request.farm.drain;
  const teller = packageTeller(request.looks, masters);
  if (teller === null || !waits(request, teller)) return [];
  return [
    work(
      teller,
      DRAIN,
      [],
      workers.map((worker) => ['packages-end', { limitMs, workers: [worker] }, 'none', null, worker]),
    ),
  ];
}

const waits = ({ farm, looks }: PlanRequest, masterHost: HostName): boolean =>
  farm.drain.limitMs > 0 && looks[masterHost]?.ssisdb?.running.seen != null;
