import { followStages, keeps } from '../../plan/plan-phases.ts';
import type { RotationState } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { waitsOf } from '../drain.ts';
import { forthWork, waitWork } from '../stages.ts';

/** Workers about which people are asked whether to switch although packages run there. */
export const heldUp = (rotation: RotationState): readonly HostName[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan)).flatMap((wait) =>
    wait.worker !== null && waitWork(rotation, wait) === 'unknown' ? [wait.worker] : [],
  );

/**
 * What is left of a wave without the workers whose packages run and those that people left out: who has switched, and
 * who has yet to begin; empty if nothing. Not for a master that switches: it cuts off those left out as well, and their
 * packages would be run a second time beside the first.
 */
export function withoutHeldUp(rotation: RotationState): {
  readonly done: readonly HostName[];
  readonly toGo: readonly HostName[];
} {
  const { plan, leftOut } = rotation;
  const held = heldUp(rotation);
  if (plan === null || !keeps(plan) || held.length === 0) return { done: [], toGo: [] };
  const others = followStages(plan).flatMap(({ name, hosts }) =>
    hosts
      .filter((host) => !held.includes(host) && leftOut[host] === undefined)
      .map((host) => ({ host, work: forthWork(rotation, host, name) })),
  );
  const [done = [], toGo = []] = (['good', 'none'] as const).map((is) =>
    others.flatMap(({ host, work }) => (work === is ? [host] : [])),
  );
  return { done, toGo };
}

/** Who has not begun yet in waves that still go forward. */
export function yetToBegin(rotation: RotationState): readonly HostName[] {
  const { plan, leftOut, turned } = rotation;
  if (plan === null || !keeps(plan) || turned !== null) return [];
  return followStages(plan).flatMap(({ name, hosts }) =>
    hosts.filter((host) => leftOut[host] === undefined && forthWork(rotation, host, name) === 'none'),
  );
}
