import type { Order } from '../../../src/domain/letters/protocol.ts';
import {
  type Plan,
  type PlanHeader,
  type PlannedCheck,
  type PlannedStep,
  type PlanSlice,
  writePlan,
} from '../../../src/domain/plan/plan.ts';
import type { Json, Thumbprint } from '../../../src/domain/values.ts';
import type { Rig } from './rig.ts';

export const OTHER = 'CD'.repeat(20) as Thumbprint;

export type Change = (value: { [name: string]: Json }) => void;

type Loose = { host: string; stages: { [stage: string]: { steps: PlannedStep[]; checks: PlannedCheck[] } } };

/** A plan that a bot with a valid key made up: everything is signed and hashed as it should be. */
export function forged(
  plan: Plan,
  name: string,
  stage: string,
  how: { step?: Change; check?: Change; header?: Change },
): Plan {
  const copy = JSON.parse(JSON.stringify(plan)) as { header: PlanHeader; slices: Loose[] };
  how.header?.(copy.header as unknown as { [name: string]: Json });
  for (const slice of copy.slices) {
    if (slice.host !== name) continue;
    const work = slice.stages[stage];
    // A stage of checks alone: its steps would be refused first.
    if (how.check !== undefined) work?.steps.splice(0);
    for (const step of work?.steps ?? []) how.step?.(step as unknown as { [name: string]: Json });
    for (const check of work?.checks ?? []) how.check?.(check as unknown as { [name: string]: Json });
  }
  return writePlan(copy.header, copy.slices as unknown as PlanSlice[]);
}

export const params =
  (change: Change): Change =>
  (step) =>
    change(step.params as { [name: string]: Json });
export const ofKind =
  (kind: string, change: Change): Change =>
  (step) => {
    if (step.kind === kind) params(change)(step);
  };

export async function refusal(
  rig: Rig,
  plan: Plan,
  name: string,
  stage: string,
  how: Partial<Order> = {},
): Promise<string> {
  const before = rig.machines.get(name)?.performed.length ?? 0;
  const outcome = await rig.run(plan, name, 'apply', stage, how);
  expect(rig.machines.get(name)?.performed).toHaveLength(before);
  return outcome;
}

/** Sets one field. */
export const put =
  (name: string, to: Json): Change =>
  (value) => {
    value[name] = to;
  };

/** Sets one field of the certificate's profile. */
export const putInProfile =
  (name: string, to: Json): Change =>
  (value) => {
    const { profile = (value.profiles as { [ref: string]: Json } | undefined)?.new } = value;
    (profile as { [name: string]: Json })[name] = to;
  };
