import type { HostName } from '../values.ts';
import { isMakingBinding } from './own-binding.ts';
import type { PhaseHead, PhaseName, Plan, StageHead } from './plan.ts';
import { WORKER_PUBLISH } from './scope.ts';

/*
 * What a plan's phases and stages mean, whatever has become of them: how far each stage is stands in `next/stages.ts`.
 */

/** The phase in which the master stops trusting what somebody else has the key of. */
export const CONTAIN = 'contain';

/** The stage in which packages that run are waited for, by the master's runner, which alone can see them. */
export const DRAIN = 'drain';

/** undefined: the plan has none of that name. */
export const phaseOf = ({ header }: Plan, name: PhaseName): PhaseHead | undefined =>
  header.phases.find((phase) => phase.name === name);

/** Whether no machine waits for another: one that fails stops the wave, and the others keep what they proved. */
export const keeps = (plan: Plan): boolean => phaseOf(plan, 'cutover')?.onFailure === 'stop-keep';

/** Whether what somebody else has the key of is trusted no more, first of all. */
export const contains = (plan: Plan): boolean => phaseOf(plan, CONTAIN) !== undefined;

/**
 * Whether a stage keeps nobody waiting, however it ends: a file that tells who trusts by hand is no reason to leave
 * those cut off whose old certificate is trusted no more. The last look names it.
 */
export const isAside = (plan: Plan, stage: string): boolean => stage === WORKER_PUBLISH && contains(plan);

/** Removals for good: nothing of them is undone, and whatever failed is named and left. */
export const retires = (plan: Plan): boolean => phaseOf(plan, 'retire') !== undefined;

/** What a stop leaves as it is: keys that are removed, machines that are contained; null: it puts all back. */
export const staysSo = (plan: Plan): 'removed' | 'contained' | null =>
  retires(plan) ? 'removed' : contains(plan) ? 'contained' : null;

/** The stage in which the master switches: the first of the cutover. None where the master does not. */
export const switchStage = (plan: Plan): StageHead | undefined =>
  keeps(plan) ? undefined : phaseOf(plan, 'cutover')?.stages[0];

/** The stages in which workers follow, or go by themselves. */
export const followStages = (plan: Plan): readonly StageHead[] =>
  (phaseOf(plan, 'cutover')?.stages ?? []).filter(({ name }) => name !== DRAIN).slice(keeps(plan) ? 0 : 1);

/** Whether the master's port had no binding: everybody was cut off before, and is again after an undo. */
export const makesBinding = ({ slices }: Pick<Plan, 'slices'>): boolean =>
  slices.some(({ stages }) => Object.values(stages).some(({ steps }) => steps.some(isMakingBinding)));

/** Whether it began where nothing was bound, and the certificate that the settings name, or its key, was gone. */
export const beganWithoutOld = ({ header }: Pick<Plan, 'header'>): boolean => header.old?.notAfter === null;

/**
 * The certificate that the master of a rotation which goes back is to be bound to again, or, where nothing was bound,
 * that its settings are to name: its service does not start without it. null: the master does not switch.
 */
export const wayBackTo = ({ plan, turned }: { readonly plan: Plan | null; readonly turned: object | null }) =>
  plan === null || turned === null || switchStage(plan) === undefined ? null : (plan.header.old?.thumbprint ?? null);

/** Whether those who follow hold their orders before anybody is cut off. */
export const isArmed = (plan: Plan): boolean => phaseOf(plan, 'cutover')?.armed === true;

/** null: no machine of the plan is a master. */
export const masterOf = (plan: Plan): HostName | null =>
  plan.slices.find(({ roles }) => roles.includes('master'))?.host ?? null;
