import type { PhaseHead, StageHead } from '../plan/plan.ts';
import { DRAIN, isAside, retires, switchStage } from '../plan/plan-phases.ts';
import type { Planned } from '../rotation/rotation.ts';
import { failure } from './cause/failure.ts';
import { drainLimitMs } from './drain.ts';
import type { Action, Round } from './moment.ts';
import { forthWork } from './stages.ts';

const PREPARE_LIMIT_MS = 120_000;
const STEP_LIMIT_MS = 5_000;

/**
 * Time one host has for a stage: in the cutover at least twice the gap limit, since after a 1053 the service may still
 * come up.
 */
export function applyLimitMs({ plan }: Planned): number {
  const works = plan.slices.flatMap(({ stages }) => Object.values(stages));
  // A master may be told to trust hundreds of workers at once.
  const steps = Math.max(0, ...works.map((work) => work.steps.length));
  return Math.max(PREPARE_LIMIT_MS, 2 * plan.header.gap.limitMs, steps * STEP_LIMIT_MS);
}

/** Waiting for packages takes as long as was approved. */
const limitOf = (rotation: Planned, stage: StageHead): number =>
  (stage.name === DRAIN ? drainLimitMs(rotation) : null) ?? applyLimitMs(rotation);

export interface Progress extends Round {
  readonly done: boolean;
}

/** Stage after stage. */
export function advancePhase(rotation: Planned, phase: PhaseHead): Progress {
  for (const stage of phase.stages) {
    const progress = advance(rotation, stage);
    if (!progress.done) return progress;
  }
  return { actions: [], attention: [], done: true };
}

/** One stage: its canary first, then all others, with limited concurrency. */
export function advance(rotation: Planned, stage: StageHead): Progress {
  const works = stage.hosts.map((host) => ({ host, work: forthWork(rotation, host, stage.name) }));
  const first = works.slice(0, stage.canary);
  const canaryProved = first.every((one) => one.work === 'good' || one.work === 'left');
  const eligible = canaryProved ? works : first;
  const busy = works.filter((one) => one.work === 'under-way' || one.work === 'armed').length;
  const actions = eligible
    .filter((one) => one.work === 'none')
    .slice(0, Math.max(0, stage.concurrency - busy))
    .map(
      ({ host }): Action => ({
        do: 'order',
        host,
        kind: 'apply',
        stage: stage.name,
        timeLimitMs: limitOf(rotation, stage),
      }),
    );
  // Failures that did not turn the rotation back are within `leaveBehind`: named, and left. Nobody follows a silent
  // master.
  const { plan } = rotation;
  const isSwitch = stage.name === switchStage(plan)?.name;
  const passes = isSwitch ? ['good', 'left', 'failed'] : ['good', 'left', 'failed', 'silent'];
  // What was removed there, a later look shows; nobody is cut off by it, and there is nothing to put back.
  if (retires(plan) || isAside(plan, stage.name)) passes.push('unknown');
  const done = works.every((one) => passes.includes(one.work));
  const settled = busy === 0 && actions.length === 0;
  const unknown = works.filter((one) => one.work === 'unknown' || one.work === 'silent');
  const holds = settled && !done ? unknown : [];
  return { actions, done, attention: holds.map((one) => failure(rotation, one.host, stage.name)) };
}
