import type { Plan, StageHead } from '../plan.ts';
import type { OrderState, RotationState } from '../rotation.ts';
import type { HostName } from '../values.ts';
import { followStages, forthWork, isArmed, latestOrder, type Work } from './stages.ts';

export interface ArmedHost {
  readonly host: HostName;
  readonly stage: string;
  readonly work: Work;
}

export const worksOf = (rotation: RotationState, stages: readonly StageHead[]): readonly ArmedHost[] =>
  stages.flatMap(({ name: stage, hosts }) =>
    hosts.map((host) => ({ host, stage, work: forthWork(rotation, host, stage) })),
  );

/** The newest apply order of each host that follows. */
export const followers = (rotation: RotationState): readonly OrderState[] =>
  (rotation.plan === null ? [] : followStages(rotation.plan)).flatMap((stage) =>
    stage.hosts.flatMap((host) => latestOrder(rotation, host, stage.name, 'apply') ?? []),
  );

/** Whether the order that cuts everybody off is out. */
export const isOrdered = (rotation: RotationState, lead: StageHead): boolean =>
  lead.hosts.some((host) => latestOrder(rotation, host, lead.name, 'apply') !== undefined);

/**
 * A host that cannot be armed. Before the lead begins nobody is cut off, and going back costs nothing: whatever may be
 * left behind later, here it turns the rotation.
 */
export function unarmedHost(rotation: RotationState, plan: Plan, lead: StageHead): ArmedHost | undefined {
  if (!isArmed(plan) || isOrdered(rotation, lead)) return undefined;
  return worksOf(rotation, followStages(plan)).find(({ work }) => ['failed', 'unknown', 'silent'].includes(work));
}
