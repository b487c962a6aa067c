import { DRAIN } from '../domain/next/drain.ts';
import type { HostName } from '../domain/values.ts';
import { type PlanRequest, type StageWork, work } from './draft.ts';

/**
 * The last stage before an outage: the master's runner waits until no package runs, or none on these workers. None where the farm waits for none,
 * and where packages could not be seen when the plan was made: its card says so instead.
 */
export function drainStage(
  { farm, looks }: PlanRequest,
  masterHost: HostName,
  workers: readonly HostName[] = [],
): readonly StageWork[] {
  const { limitMs } = farm.drain;
  if (limitMs === 0 || looks[masterHost]?.ssisdb?.running.seen == null) return [];
  return [work(masterHost, DRAIN, [], [['packages-end', { limitMs, workers }, 'none', null]])];
}
