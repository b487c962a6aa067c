import { CONTAIN, DRAIN, isAside, keeps, phaseOf, switchStage } from '../../plan/plan-phases.ts';
import { isPlanned, type Planned, type RotationState } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { asksAboutPackages, hasBegun, waitsOf } from '../drain.ts';
import { BAD, isOwnStage } from '../fallen.ts';
import type { Cause, Moment } from '../moment.ts';
import { forthWork, mayHaveSwitched, tellingOrder, waitWork } from '../stages.ts';
import { asKnownSince, cutoverCause } from './cutover-cause.ts';
import { cause, failure, failureOf } from './failure.ts';
import { waveCause } from './wave-cause.ts';

/** Why the rotation goes back, by the failure rule of its phases; null: it goes forward. Once turned, it stays so. */
export function causeOf(rotation: RotationState, moment: Moment): Cause | null {
  if (!isPlanned(rotation)) return null;
  if (rotation.turned !== null) return asKnownSince(rotation, rotation.turned);
  return (
    stopCause(rotation) ??
    leftCause(rotation) ??
    resolvedCause(rotation) ??
    containCause(rotation) ??
    prepareCause(rotation) ??
    (keeps(rotation.plan) ? waveCause(rotation) : cutoverCause(rotation, moment))
  );
}

const stopCause = (rotation: RotationState): Cause | null =>
  rotation.stop === null ? null : cause('StopAsked', { by: rotation.stop.by.name, ...saidWith(rotation.stop.reason) });

const saidWith = (reason: string): { readonly reason?: string } => (reason === '' ? {} : { reason });

/** Its master was left as it is when it may already have switched: nothing goes on without it. */
function leftCause(rotation: Planned): Cause | null {
  const lead = switchStage(rotation.plan);
  const host = lead?.hosts.find((one) => rotation.resolved[one]?.choice === 'leave-behind');
  return host === undefined || !mayHaveSwitched(rotation) ? null : cause('LeftAsItIs', {}, host);
}

function resolvedCause(rotation: RotationState): Cause | null {
  const host = Object.keys(rotation.resolved).find((one) => rotation.resolved[one]?.choice === 'put-all-back');
  return host === undefined ? null : cause('PutBackDecided', {}, host as HostName);
}

/** The master could not be told whom to stop trusting. */
function containCause(rotation: Planned): Cause | null {
  const [stage] = phaseOf(rotation.plan, CONTAIN)?.stages ?? [];
  const host = stage?.hosts.find((one) => BAD.includes(forthWork(rotation, one, CONTAIN)));
  return host === undefined ? null : failure(rotation, host, CONTAIN);
}

/**
 * Prepare: any failure undoes the phase, while nobody is cut off. So does a failed wait for packages before the
 * cutover.
 */
function prepareCause(rotation: Planned): Cause | null {
  const { plan } = rotation;
  const stages = phaseOf(plan, 'prepare')?.stages ?? [];
  const isAlone = (name: string): boolean => name === DRAIN || isAside(plan, name) || isOwnStage(plan, name);
  for (const stage of stages.filter(({ name }) => !isAlone(name)))
    for (const host of stage.hosts)
      if (BAD.includes(forthWork(rotation, host, stage.name))) return failure(rotation, host, stage.name);
  return hasBegun(rotation) ? null : (openWaits(rotation).find((why) => !asksAboutPackages(why)) ?? null);
}

/** Waits for packages that did not end well and that nobody has decided about. */
export const openWaits = (rotation: RotationState): readonly Cause[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan))
    .filter((wait) => BAD.includes(waitWork(rotation, wait)))
    .map((wait) => failureOf(wait.host, DRAIN, tellingOrder(rotation, wait)));
