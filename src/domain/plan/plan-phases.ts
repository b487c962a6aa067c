import type { HostName } from '../values.ts';
import { isMakingBinding } from './own-binding.ts';
import type { PhaseHead, PhaseName, Plan, StageHead } from './plan.ts';
import { WORKER_PUBLISH } from './scope.ts';

/* What a plan's phases and stages mean, whatever becomes of them; `next/stages.ts` says how far each stage is. */

/** The phase in which the master stops trusting compromised certificates. */
export const CONTAIN = 'contain';

/** The stage that waits for running packages, on the master's runner, which alone can see them. */
export const DRAIN = 'drain';

/** undefined: the plan has no phase of that name. */
export const phaseOf = ({ header }: Plan, name: PhaseName): PhaseHead | undefined =>
  header.phases.find((phase) => phase.name === name);

/** Whether no machine waits for another: one that fails stops the wave, and the others keep what they proved. */
export const keeps = (plan: Plan): boolean => phaseOf(plan, 'cutover')?.onFailure === 'stop-keep';

/** Whether the first thing it does is to stop trusting compromised certificates. */
export const contains = (plan: Plan): boolean => phaseOf(plan, CONTAIN) !== undefined;

/**
 * Whether a stage holds up nobody, however it ends: a .cer file for people who set up trust by hand is no reason to
 * keep those waiting who are cut off because their old certificate is no longer trusted. The final look names it.
 */
export const isAside = (plan: Plan, stage: string): boolean => stage === WORKER_PUBLISH && contains(plan);

/** Final removals: nothing is undone, and whatever failed is named and left. */
export const retires = (plan: Plan): boolean => phaseOf(plan, 'retire') !== undefined;

/** What a stop leaves as it is: removed keys, contained machines; null: it puts all back. */
export const staysSo = (plan: Plan): 'removed' | 'contained' | null =>
  retires(plan) ? 'removed' : contains(plan) ? 'contained' : null;

/** The stage in which the master switches: the first of the cutover. None if the master does not switch. */
export const switchStage = (plan: Plan): StageHead | undefined =>
  keeps(plan) ? undefined : phaseOf(plan, 'cutover')?.stages[0];

/** The stages in which workers follow, or switch by themselves. */
export const followStages = (plan: Plan): readonly StageHead[] =>
  (phaseOf(plan, 'cutover')?.stages ?? []).filter(({ name }) => name !== DRAIN).slice(keeps(plan) ? 0 : 1);

/** Whether the master's port had no binding: everybody was cut off before, and is again after an undo. */
export const makesBinding = ({ slices }: Pick<Plan, 'slices'>): boolean =>
  slices.some(({ stages }) => Object.values(stages).some(({ steps }) => steps.some(isMakingBinding)));

/** Whether nothing was bound at the start, and the certificate named in the settings, or its key, was gone. */
export const beganWithoutOld = ({ header }: Pick<Plan, 'header'>): boolean => header.old?.notAfter === null;

/**
 * If the rotation goes back: the certificate the master is to be bound to again or, if nothing was bound, the one its
 * settings are to name, without which its service does not start. null: it does not go back, or the master does not
 * switch.
 */
export const wayBackTo = ({ plan, turned }: { readonly plan: Plan | null; readonly turned: object | null }) =>
  plan === null || turned === null || switchStage(plan) === undefined ? null : (plan.header.old?.thumbprint ?? null);

/** Whether followers hold their orders before anybody is cut off. */
export const isArmed = (plan: Plan): boolean => phaseOf(plan, 'cutover')?.armed === true;

/** null: no machine of the plan is a master. */
export const masterOf = (plan: Plan): HostName | null =>
  plan.slices.find(({ roles }) => roles.includes('master'))?.host ?? null;
