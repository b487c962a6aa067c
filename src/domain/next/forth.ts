import { retires } from '../plan/plan-phases.ts';
import { isHeard, mayStillSpeak } from '../presence/presence.ts';
import type { OrderState, Planned } from '../rotation/rotation.ts';
import { advancePhase } from './advance.ts';
import { followers } from './armed-hosts.ts';
import { forthArmed } from './arming.ts';
import { end } from './end.ts';
import type { Moment, Round } from './moment.ts';
import { leftBehind, prove } from './proof/prove.ts';
import { forthWork, isHeld } from './stages.ts';

/** Forward to the new certificate: stage after stage, each stage's canary before the others. */
export function forth(rotation: Planned, moment: Moment): Round {
  for (const phase of rotation.plan.header.phases) {
    const { actions, done, attention } =
      phase.armed === true ? forthArmed(rotation, moment, phase) : advancePhase(rotation, phase);
    if (!done) return { actions, attention };
  }
  return finish(rotation, moment);
}

/** All stages are through: a final look from every machine, then the end. */
function finish(rotation: Planned, moment: Moment): Round {
  const left = leftToProve(rotation);
  const { actions, doubts, settled } = prove(rotation, moment, 'forth', left);
  // A machine that still holds what was to go is named; a person could decide nothing about it.
  const isFinal = retires(rotation.plan);
  const named = isFinal ? [...left, ...doubts.flatMap(({ host }) => host ?? [])] : left;
  if (!settled || (doubts.length > 0 && !isFinal)) return { actions, attention: settled ? doubts : [] };
  // Followers are told that all is over before it closes; silent ones stay where the master is.
  const speaks = ({ host }: OrderState) => isHeard(moment.presence[host], moment.now) || mayStillSpeak(moment, host);
  if (followers(rotation).some((order) => isHeld(order) && speaks(order))) return { actions: [], attention: [] };
  return { actions: [end(rotation, named.length === 0 ? 'proved' : 'left-behind', { left: named })], attention: [] };
}

/** Machines that end without a proof: they failed, or were left behind. */
export const leftToProve = (rotation: Planned): readonly string[] => [
  ...new Set([...failedHosts(rotation), ...leftBehind(rotation)]),
];

function failedHosts(rotation: Planned): readonly string[] {
  const stages = rotation.plan.header.phases.flatMap((phase) => phase.stages);
  const isFinal = retires(rotation.plan);
  return stages.flatMap((stage) =>
    stage.hosts.filter((host) => {
      const work = forthWork(rotation, host, stage.name);
      return work === 'failed' || work === 'silent' || (work === 'unknown' && isFinal);
    }),
  );
}
