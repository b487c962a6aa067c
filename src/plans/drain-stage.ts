import { packageTeller } from '../domain/machine/package-teller.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import type { HostName } from '../domain/values.ts';
import { type PlanRequest, type StageWork, work } from './draft.ts';

/**
 * The last stage before an outage: the master's runner waits until no package runs. None where the farm waits for none,
 * and where packages could not be seen when the plan was made: its card says so instead.
 */
export function drainStage(request: PlanRequest, masterHost: HostName): readonly StageWork[] {
  const { limitMs } = request.farm.drain;
  if (!waits(request, masterHost)) return [];
  return [work(masterHost, DRAIN, [], [['packages-end', { limitMs, workers: [] }, 'none', null]])];
}

/**
 * The same for workers that go by themselves: a check each, for before a worker goes only its own packages are waited
 * for. Of a cluster's nodes one waits, the one that tells what runs.
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
