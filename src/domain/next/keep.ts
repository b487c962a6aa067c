import type { StageHead } from '../plan/plan.ts';
import { contains, DRAIN, followStages, isAside, phaseOf } from '../plan/plan-phases.ts';
import { workerOfStep } from '../plan/scope.ts';
import type { Planned, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import { advance, applyLimitMs } from './advance.ts';
import { back, heldBack, stopsFor } from './back.ts';
import { causeOf } from './cause/cause.ts';
import { failure } from './cause/failure.ts';
import { end, endWhy } from './end.ts';
import { fallenHosts, isOwnStage, partLeft } from './fallen.ts';
import type { Action, Assessment, Cause, Moment, Round } from './moment.ts';
import { leftBehind, prove } from './proof/prove.ts';
import { backWork, containedHosts, forthWork, isKept, isUnderWay, latestOrder, withdrawn } from './stages.ts';
import { notTaken } from './takes-none.ts';
import { advanceWave } from './waves.ts';

/**
 * Rotations in which no machine waits for another: the canary, then waves. One that fails is put back and no further
 * one starts; those proved keep the new certificate, and what was prepared for the others is undone.
 */
export function assessKeep(rotation: Planned, moment: Moment): Assessment {
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

function onward(rotation: Planned, moment: Moment): Round {
  for (const planned of stagesOf(rotation)) {
    const stage = standing(rotation, planned);
    const doubtful = isAside(rotation.plan, stage.name) ? [] : doubts(rotation, stage);
    // Nobody follows a machine in an unknown state; what is under way is waited for.
    if (doubtful.length > 0) return { actions: [], attention: isBusy(rotation, stage) ? [] : doubtful };
    const isWave = followStages(rotation.plan).includes(planned);
    const { actions, done, attention } = isWave ? advanceWave(rotation, moment, stage) : advance(rotation, stage);
    if (!done) return { actions: actions.map((one) => inPart(rotation, one)), attention };
  }
  return finish(rotation, moment, null);
}

/**
 * A stage without the workers that have dropped out: those already cut off wait for none of them. Also without those
 * that people left out of the wave: then the first of the others is the canary.
 */
function standing(rotation: Planned, stage: StageHead): StageHead {
  const { plan, leftOut } = rotation;
  const isWave = followStages(plan).some(({ name }) => name === stage.name);
  const isTheirs = isOwnStage(plan, stage.name) || isAside(plan, stage.name) || isWave;
  const out = [...(isTheirs ? fallenHosts(rotation) : []), ...(isWave ? Object.keys(leftOut) : [])];
  return out.length === 0 ? stage : { ...stage, hosts: stage.hosts.filter((host) => !out.includes(host)) };
}

/** A master is not told about certificates that were never made. */
function inPart(rotation: Planned, action: Action): Action {
  if (action.do !== 'order' || action.kind !== 'apply' || action.only !== undefined) return action;
  const only = partLeft(rotation, action.host, action.stage ?? '');
  return only === undefined ? action : { ...action, only };
}

/**
 * All stages in order, except a DRAIN in the cutover: there the wave waits for packages, worker by worker. Some older
 * plans have one wait for all in another phase.
 */
const stagesOf = ({ plan }: Planned): readonly StageHead[] =>
  plan.header.phases.flatMap(({ name, stages }) =>
    stages.filter((stage) => name !== 'cutover' || stage.name !== DRAIN),
  );

/**
 * The wave has stopped: what is under way ends, then the others' new certificates are removed, then all is looked at.
 */
function settle(rotation: Planned, moment: Moment, cause: Cause): Round {
  const stages = settling(rotation);
  const stops = rotation.stop === null ? [] : stopsFor(rotation, moment);
  if (stops.length > 0) return { actions: stops, attention: [] };
  if (stages.some((stage) => isBusy(rotation, stage))) return { actions: [], attention: [] };
  // Nobody waits any more for packages on machines that stay as they are.
  const waits = stopsFor(rotation, moment);
  if (waits.length > 0 || rotation.orders.some((order) => order.stage === DRAIN && isUnderWay(order)))
    return { actions: waits, attention: [] };
  const unsettled = stages.flatMap((stage) => doubts(rotation, stage));
  if (unsettled.length > 0) return { actions: [], attention: unsettled };
  const taken = takeBack(rotation, moment);
  if (taken.waiting || taken.actions.length > 0) return { actions: taken.actions, attention: [] };
  return taken.attention.length > 0 ? taken : finish(rotation, moment, cause);
}

/** Stages in which something may be under way or unknown, so that the end has to wait for it. */
function settling({ plan }: Planned): readonly StageHead[] {
  return contains(plan) ? plan.header.phases.flatMap(({ stages }) => stages) : followStages(plan);
}

interface Taking extends Round {
  readonly waiting: boolean;
}

/** Prepare is undone for the machines that did not switch, the last stage first. */
function takeBack(rotation: Planned, moment: Moment): Taking {
  const stages = [...(phaseOf(rotation.plan, 'prepare')?.stages ?? [])].reverse();
  const attention: Cause[] = [];
  for (const stage of stages) {
    const found = stage.hosts.map((host) => takeBackOne(rotation, moment, stage, host));
    const actions = found.flatMap(({ action }) => action ?? []);
    const waiting = found.some((one) => one.waiting);
    if (waiting || actions.length > 0) return { actions, attention: [], waiting };
    for (const { doubt, held } of found) {
      if (doubt !== undefined) attention.push(doubt);
      // Once per machine, however many stages are to be undone there.
      else if (held !== undefined && attention.every(({ host }) => host !== held.host)) attention.push(held);
    }
  }
  return { actions: [], attention, waiting: false };
}

interface TakenBack {
  readonly action?: Action;
  readonly waiting?: true;
  /** What became of its undo is not known. */
  readonly doubt?: Cause;
  /** Why it cannot be told to undo. */
  readonly held?: Cause;
}

function takeBackOne(rotation: Planned, moment: Moment, stage: StageHead, host: HostName): TakenBack {
  const part = partOf(rotation, stage, host);
  if (part === null) return {};
  const order = latestOrder(rotation, host, stage.name, 'undo');
  const work = backWork(rotation, host, stage.name);
  const why = work === 'none' ? heldBack(rotation, moment, { host, stage: stage.name }) : null;
  const full = order === undefined ? null : notTaken(moment, order);
  if (full !== null) return { held: { host, stage: stage.name, step: null, ...full } };
  if ((order !== undefined && isUnderWay(order)) || why === 'awaited') return { waiting: true };
  if (work === 'unknown' || work === 'silent') return { doubt: failure(rotation, host, stage.name, 'undo') };
  if (why !== null) return { held: why };
  if (work !== 'none') return {};
  const only = part === 'all' ? {} : { only: part };
  return {
    action: { do: 'order', host, kind: 'undo', stage: stage.name, timeLimitMs: applyLimitMs(rotation), ...only },
  };
}

/** What of a stage is to be undone on a machine: all of it, the steps about other machines, or (null) nothing. */
function partOf(rotation: Planned, stage: StageHead, host: HostName): 'all' | readonly string[] | null {
  const apply = latestOrder(rotation, host, stage.name, 'apply');
  if (apply?.status !== 'finished' || apply.outcome === 'put-back') return null;
  const steps = rotation.plan.slices.find((slice) => slice.host === host)?.stages[stage.name]?.steps ?? [];
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

/**
 * Nobody is proved on a new certificate: all is as before, unless the old ones are no longer trusted, or workers were
 * left as they are, who may be on either.
 */
function withoutNew(
  rotation: RotationState,
  left: readonly HostName[],
): 'contained' | 'left-behind' | 'stopped' | 'put-back' {
  if (containedHosts(rotation).length > 0) return 'contained';
  if (left.length > 0) return 'left-behind';
  return rotation.turned?.code === 'StopAsked' ? 'stopped' : 'put-back';
}

/** Workers whose order to switch was sent: all others are on what they had. */
const toldToSwitch = (rotation: Planned): readonly HostName[] =>
  followStages(rotation.plan).flatMap(({ name, hosts }) =>
    hosts.filter((host) => latestOrder(rotation, host, name, 'apply') !== undefined),
  );

/** Machines left as they are were not looked at: nobody proved that all is as it should be. */
const wholly = (left: readonly string[]): 'proved' | 'left-behind' => (left.length === 0 ? 'proved' : 'left-behind');

/** A fresh look from every machine, each judged by what it should be on; then the end. */
function finish(rotation: Planned, moment: Moment, cause: Cause | null): Round {
  const left = leftBehind(rotation);
  const { actions, doubts: unproved, settled } = prove(rotation, moment, 'forth', left);
  if (!settled || unproved.length > 0) return { actions, attention: settled ? unproved : [] };
  const hosts = followStages(rotation.plan).flatMap((stage) => stage.hosts);
  const kept = hosts.filter((host) => !left.includes(host) && !withdrawn(rotation).includes(host));
  const outcome =
    cause === null
      ? wholly(left)
      : kept.length > 0
        ? 'partly'
        : withoutNew(
            rotation,
            toldToSwitch(rotation).filter((host) => left.includes(host)),
          );
  const why = cause === null ? {} : endWhy(cause);
  return { actions: [end(rotation, outcome, { ...why, kept, left: [...left] })], attention: [] };
}
