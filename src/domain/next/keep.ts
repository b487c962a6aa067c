import type { StageHead } from '../plan.ts';
import type { RotationState } from '../rotation.ts';
import { workerOfStep } from '../scope.ts';
import type { HostName } from '../values.ts';
import { advance, applyLimitMs } from './advance.ts';
import { back } from './back.ts';
import { causeOf, failure } from './cause.ts';
import { DRAIN, drainLimitMs } from './drain.ts';
import type { Action, Assessment, Cause, Moment } from './moment.ts';
import { leftBehind, prove } from './prove.ts';
import { backWork, followStages, forthWork, isKept, isUnderWay, latestOrder, phaseOf, withdrawn } from './stages.ts';

interface Round {
  readonly actions: readonly Action[];
  readonly attention: readonly Cause[];
}

/**
 * Rotations in which no machine waits for another: the canary, then waves. One that fails is put back and no further one
 * begins; those that proved theirs keep it, and what was prepared for the others is taken back.
 */
export function assessKeep(rotation: RotationState, moment: Moment): Assessment {
  const cause = causeOf(rotation, moment);
  if (cause === null) return { direction: 'forth', cause, ...onward(rotation, moment) };
  if (rotation.turned === null) {
    const entry = { type: 'turned', id: rotation.id, cause } as const;
    const direction = isKept({ ...rotation, turned: cause }) ? 'forth' : 'back';
    return { direction, cause, actions: [{ do: 'entry', entry }], attention: [] };
  }
  if (isKept(rotation)) return { direction: 'forth', cause, ...settle(rotation, moment, cause) };
  return { direction: 'back', cause, ...back(rotation, moment, cause) };
}

function onward(rotation: RotationState, moment: Moment): Round {
  const stages = rotation.plan?.header.phases.flatMap((phase) => phase.stages) ?? [];
  for (const stage of stages) {
    const doubtful = doubts(rotation, stage);
    // Nobody follows a machine whose state is not known; what is under way is waited for.
    if (doubtful.length > 0) return { actions: [], attention: isBusy(rotation, stage) ? [] : doubtful };
    const drained = drainedAgain(rotation, stage);
    if (drained !== null) return { actions: drained, attention: [] };
    const { actions, done, attention } = advance(rotation, stage);
    if (!done) return { actions, attention };
  }
  return finish(rotation, moment, null);
}

/** New packages keep arriving: before each further wave they are waited for again. null: they have been, or nobody waits. */
function drainedAgain(rotation: RotationState, stage: StageHead): readonly Action[] | null {
  const { plan, orders } = rotation;
  const [host] = plan?.header.phases.flatMap(({ stages }) => stages).find(({ name }) => name === DRAIN)?.hosts ?? [];
  if (plan === null || host === undefined || !followStages(plan).includes(stage)) return null;
  if (!stage.hosts.some((one) => forthWork(rotation, one, stage.name) === 'none')) return null;
  const lastOf = (name: string): number => orders.findLastIndex((one) => one.kind === 'apply' && one.stage === name);
  if (lastOf(stage.name) < lastOf(DRAIN)) return null;
  if (isBusy(rotation, stage)) return [];
  return [
    { do: 'order', host, kind: 'apply', stage: DRAIN, timeLimitMs: drainLimitMs(rotation) ?? applyLimitMs(rotation) },
  ];
}

/** The wave has stopped: what is under way ends, then the others' new certificates go, then all is looked at. */
function settle(rotation: RotationState, moment: Moment, cause: Cause): Round {
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  if (stages.some((stage) => isBusy(rotation, stage))) return { actions: [], attention: [] };
  const unsettled = stages.flatMap((stage) => doubts(rotation, stage));
  if (unsettled.length > 0) return { actions: [], attention: unsettled };
  const taken = takeBack(rotation);
  if (taken.waiting || taken.actions.length > 0) return { actions: taken.actions, attention: [] };
  return taken.attention.length > 0 ? taken : finish(rotation, moment, cause);
}

interface Taking extends Round {
  readonly waiting: boolean;
}

/** Prepare is undone for the machines that did not switch, the last stage first. */
function takeBack(rotation: RotationState): Taking {
  const plan = rotation.plan;
  const stages = [...((plan === null ? undefined : phaseOf(plan, 'prepare'))?.stages ?? [])].reverse();
  const actions: Action[] = [];
  const attention: Cause[] = [];
  for (const stage of stages) {
    let waiting = false;
    for (const host of stage.hosts) {
      const part = partOf(rotation, stage, host);
      if (part === null) continue;
      const order = latestOrder(rotation, host, stage.name, 'undo');
      const work = backWork(rotation, host, stage.name);
      if (order !== undefined && isUnderWay(order)) waiting = true;
      else if (work === 'unknown' || work === 'silent') attention.push(failure(rotation, host, stage.name, 'undo'));
      else if (work === 'none')
        actions.push({
          do: 'order',
          host,
          kind: 'undo',
          stage: stage.name,
          timeLimitMs: applyLimitMs(rotation),
          ...(part === 'all' ? {} : { only: part }),
        });
    }
    if (waiting || actions.length > 0) return { actions, attention: [], waiting };
  }
  return { actions, attention, waiting: false };
}

/** What of a stage is to be taken back on a machine: all of it, the steps that are about others, or (null) nothing. */
function partOf(rotation: RotationState, stage: StageHead, host: HostName): 'all' | readonly string[] | null {
  const apply = latestOrder(rotation, host, stage.name, 'apply');
  if (apply?.status !== 'finished' || apply.outcome === 'put-back') return null;
  const steps = rotation.plan?.slices.find((slice) => slice.host === host)?.stages[stage.name]?.steps ?? [];
  const gone: readonly (string | null)[] = withdrawn(rotation);
  const about = steps.filter((step) => gone.includes(workerOfStep(step)));
  const left = about.filter(({ id }) => {
    const state = rotation.steps[host]?.[id];
    return state?.changed === true && state.state !== 'undone';
  });
  if (left.length === 0) return null;
  return about.length === steps.length ? 'all' : left.map(({ id }) => id);
}

const isBusy = (rotation: RotationState, stage: StageHead): boolean =>
  stage.hosts.some((host) => forthWork(rotation, host, stage.name) === 'under-way');

const doubts = (rotation: RotationState, stage: StageHead): readonly Cause[] =>
  stage.hosts
    .filter((host) => ['unknown', 'silent'].includes(forthWork(rotation, host, stage.name)))
    .map((host) => failure(rotation, host, stage.name));

/** A fresh look from every machine, each against what it should be on; then the end. */
function finish(rotation: RotationState, moment: Moment, cause: Cause | null): Round {
  const left = leftBehind(rotation);
  const { actions, doubts: unproved, settled } = prove(rotation, moment, 'forth', left);
  if (!settled || unproved.length > 0) return { actions, attention: settled ? unproved : [] };
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  const hosts = stages.flatMap((stage) => stage.hosts);
  const kept = hosts.filter((host) => !left.includes(host) && !withdrawn(rotation).includes(host));
  const outcome = cause === null ? 'proved' : kept.length > 0 ? 'partly' : 'put-back';
  const why =
    cause === null
      ? {}
      : { host: cause.host, stage: cause.stage, step: cause.step, code: cause.code, found: cause.data };
  return {
    actions: [
      { do: 'entry', entry: { type: 'closed', id: rotation.id, outcome, data: { ...why, kept, left: [...left] } } },
    ],
    attention: [],
  };
}
