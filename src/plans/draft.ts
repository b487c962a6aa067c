import { policyDigest } from '../domain/approval/approval.ts';
import { peopleOf, policyFor } from '../domain/approval/people.ts';
import type { Farm } from '../domain/farm/farm.ts';
import type { Looks } from '../domain/machine/host-facts.ts';
import { readLook } from '../domain/machine/snapshot.ts';
import {
  type Plan,
  type PlanHeader,
  type PlannedCheck,
  type PlannedStep,
  type PlanSlice,
  type StageHead,
  writePlan,
} from '../domain/plan/plan.ts';
import { hostsIn } from '../domain/plan/scope.ts';
import type { CheckKind, StepKind } from '../domain/plan/step-params.ts';
import type { Wish } from '../domain/plan/wish.ts';
import type { HostName, Instant, Json, RotationId, Thumbprint } from '../domain/values.ts';
import type { HostReader } from '../ports/windows-host.ts';
import { stepOf } from '../steps/index.ts';

/** What a plan is made from. */
export interface PlanRequest {
  readonly farm: Farm;
  readonly looks: Looks;
  readonly id: RotationId;
  readonly wish: Wish;
  readonly by: { readonly id: string; readonly name: string };
  readonly reason: string;
  readonly at: Instant;
  /** Certificates whose keys are in the wrong hands, as the farm's journal knows. Left out: none. */
  readonly compromised?: readonly Thumbprint[];
  /** For a rollback: the certificate each worker had before. Left out: no rollback of workers is asked for. */
  readonly before?: { readonly [host: string]: Thumbprint } | undefined;
  /** For a rollback: machines from which a request has removed the master's earlier certificate. Left out: none. */
  readonly removed?: readonly HostName[];
  /** For a removal: what earlier requests were to remove. Left out: nothing. */
  readonly goes?: readonly Thumbprint[];
  /**
   * Id of the key that signed the report on which a reconnect takes what the master presents. Left out: there is none.
   */
  readonly word?: string | undefined;
}

/** What one host does in one stage. */
export interface StageWork {
  readonly stage: string;
  readonly host: HostName;
  readonly steps: readonly DraftStep[];
  readonly checks: readonly PlannedCheck[];
}

type DraftStep = Omit<PlannedStep, 'expected'>;

export interface DraftSlice {
  readonly host: HostName;
  readonly roles: PlanSlice['roles'];
  readonly stages: {
    readonly [stage: string]: { readonly steps: readonly DraftStep[]; readonly checks: readonly PlannedCheck[] };
  };
}

/** A plan before its steps have looked at the machines. */
export interface Draft {
  readonly header: PlanHeader;
  readonly slices: readonly DraftSlice[];
}

/** The header of a plan of any kind; what differs by kind is given. */
export function headerOf(
  { farm, id, wish, at, by, reason }: PlanRequest,
  own: Pick<PlanHeader, 'old' | 'profiles' | 'existing' | 'phases'>,
): PlanHeader {
  const { quorum, approvers } = policyFor(farm, wish);
  return {
    v: 1,
    id,
    farm: farm.name,
    kind: wish.kind,
    wish,
    at,
    by,
    reason,
    endpoint: farm.endpoint,
    approval: {
      quorum,
      approvers: peopleOf(farm, approvers),
      lapsesAfterMs: farm.approval.lapsesAfterMs,
    },
    policyDigest: policyDigest(farm, wish),
    gap: farm.gap,
    ...own,
  };
}

/** One line for each host that the wish is about, in the order of the farm file. */
export const slicesOf = ({ farm, wish }: PlanRequest, work: readonly StageWork[]): readonly DraftSlice[] =>
  hostsIn(farm, wish).map(({ name, roles }) => ({
    host: name,
    roles,
    stages: Object.fromEntries(
      work.filter(({ host }) => host === name).map(({ stage, steps, checks }) => [stage, { steps, checks }]),
    ),
  }));

/** `about`: the worker or the certificate, where one host does the same for several in one stage. */
export type StepDraft = readonly [kind: StepKind, params: Json, about?: string];
export type CheckDraft = readonly [kind: CheckKind, params: Json, wanted: Json, wantedAfterUndo: Json, about?: string];

/** Ids are unique in the whole plan: host, stage, kind, and what it is about. */
export function work(
  host: HostName,
  stage: string,
  steps: readonly StepDraft[],
  checks: readonly CheckDraft[] = [],
): StageWork {
  const id = (kind: string, about?: string) => [host, stage, kind, ...(about === undefined ? [] : [about])].join('/');
  return {
    stage,
    host,
    steps: steps.map(([kind, params, about]) => ({ id: id(kind, about), kind, host, params })),
    checks: checks.map(([kind, params, wanted, wantedAfterUndo, about]) => {
      return { id: id(kind, about), kind, host, params, wanted, wantedAfterUndo };
    }),
  };
}

/** A stage's head; empty if no host has anything to do in it. */
export function stageHead(farm: Farm, work: readonly StageWork[], name: string, canary = 0): readonly StageHead[] {
  const hosts = work.filter(({ stage }) => stage === name).map(({ host }) => host);
  return hosts.length === 0 ? [] : [{ name, hosts, concurrency: farm.gap.concurrency, canary }];
}

/** The plan: the draft with the facts that its steps see in the looks. Async only because `observe` is. */
export async function planFrom(draft: Draft, looks: Looks): Promise<Plan> {
  const slices = await Promise.all(
    draft.slices.map(async (slice): Promise<PlanSlice> => {
      const look = looks[slice.host];
      const reader: HostReader | null = look === undefined ? null : readLook(look);
      const stages = await Promise.all(
        Object.entries(slice.stages).map(async ([name, { steps, checks }]) => {
          const planned = await Promise.all(steps.map((step) => withExpected(step, reader)));
          return [name, { steps: planned, checks }] as const;
        }),
      );
      return { ...slice, stages: Object.fromEntries(stages) };
    }),
  );
  return writePlan(draft.header, slices);
}

async function withExpected(step: DraftStep, reader: HostReader | null): Promise<PlannedStep> {
  const definition = stepOf(step);
  if (reader === null) return { ...step, expected: {} };
  const params = definition.parse(step.params, {});
  return { ...step, expected: definition.assumed?.(params) ?? (await definition.observe(reader, params, null)) };
}
