import { sameJson } from '../domain/equal.ts';
import type { Plan, PlannedCheck, PlannedStep, PlanSlice } from '../domain/plan/plan.ts';
import { DRAIN } from '../domain/plan/plan-phases.ts';
import { MASTER_TRUST, WORKER_CREATE, WORKER_PUBLISH, WORKER_TRUST, workerOfStep } from '../domain/plan/scope.ts';
import { isCheckKind, isStepKind } from '../domain/plan/step-params.ts';
import type { HostName, Message, Role } from '../domain/values.ts';
import type { HostChangesView } from '../domain/views/view.ts';
import type { Refs } from '../ports/step.ts';
import { CHECKS, STEPS } from '../steps/index.ts';
import { RECONNECT_STAGE } from './reconnect.ts';
import { RETIRE_STAGE } from './retire.ts';

/** Stages about the worker's service; all others are about the master's. */
const WORKER_STAGES: readonly string[] = [
  'trust',
  'workers',
  WORKER_CREATE,
  WORKER_TRUST,
  WORKER_PUBLISH,
  'worker-switch',
  RECONNECT_STAGE,
];

/**
 * The lines of *Every change*: what each step and check says, in plan order; hosts with the same lines are folded.
 * Pure.
 */
export function changesOf(plan: Plan): readonly HostChangesView[] {
  const groups: { hosts: HostName[]; role: Role; goesFirst: boolean; lines: readonly Message[] }[] = [];
  for (const role of ['master', 'worker'] as const) {
    for (const slice of plan.slices) {
      const lines = linesOf(plan, slice, role);
      if (lines.length === 0) continue;
      const goesFirst = role === 'master' || isCanary(plan, slice.host);
      const like = groups.find(
        (group) => group.role === role && group.goesFirst === goesFirst && sameJson(group.lines, lines),
      );
      if (like === undefined) groups.push({ hosts: [slice.host], role, goesFirst, lines });
      else like.hosts.push(slice.host);
    }
  }
  return groups;
}

/** What one planned step or check says; `null` for a kind that this version does not know. */
export function sayPlanned({ header }: Plan, planned: PlannedStep | PlannedCheck): Message | null {
  const refs = takenIn(header);
  const { kind, params } = planned;
  if ('expected' in planned) {
    return isStepKind(kind) ? STEPS[kind].say(STEPS[kind].parse(params, refs), planned.expected) : null;
  }
  // That a service stays off is what its restart says already.
  if (kind === 'service-runs' && planned.wanted !== 'running') return null;
  return isCheckKind(kind) ? CHECKS[kind].say(CHECKS[kind].parse(params, refs)) : null;
}

/** Certificates whose thumbprint is known before anything is made; the lines do not need their bytes. */
const takenIn = ({ existing = {} }: Plan['header']): Refs =>
  Object.fromEntries(Object.entries(existing).map(([ref, { thumbprint }]) => [ref, { thumbprint, der: '' }]));

/** A retire stage is about a machine, whatever its roles. */
function roleIn(stage: string, { roles }: PlanSlice): Role {
  if (stage === RETIRE_STAGE) return roles.includes('master') ? 'master' : 'worker';
  return WORKER_STAGES.includes(stage) ? 'worker' : 'master';
}

function linesOf(plan: Plan, slice: PlanSlice, role: Role): readonly Message[] {
  const stages = plan.header.phases.flatMap((phase) => phase.stages.map((stage) => stage.name));
  return stages
    .filter((stage) => roleIn(stage, slice) === role)
    .flatMap((stage) => {
      const work = slice.stages[stage];
      if (work === undefined) return [];
      // One line for each of two hundred workers would say the same two hundred times.
      if (stage === MASTER_TRUST) return [trustsWorkers(work.steps)];
      if (stage === DRAIN) return work.checks.slice(0, 1).flatMap((check) => sayPlanned(plan, check) ?? []);
      return [...work.steps, ...work.checks].flatMap((planned) => sayPlanned(plan, planned) ?? []);
    });
}

function trustsWorkers(steps: readonly PlannedStep[]): Message {
  const hosts = steps.flatMap((step) => workerOfStep(step) ?? []);
  return { id: 'step.trust-workers', data: { store: 'Root', hosts } };
}

const isCanary = (plan: Plan, host: HostName): boolean =>
  plan.header.phases.some((phase) => phase.stages.some((stage) => stage.hosts.slice(0, stage.canary).includes(host)));
