import { createMemorySigner } from '../../adapters/memory/signer.ts';
import type { Envelope, MadeRef, Order } from '../../src/domain/letters/protocol.ts';
import {
  type CertificateProfile,
  type Plan,
  type PlanHeader,
  type PlannedCheck,
  type PlannedStep,
  writePlan,
} from '../../src/domain/plan/plan.ts';
import type { HostName, Json } from '../../src/domain/values.ts';
import type { Signer } from '../../src/ports/journal.ts';
import { createCertificateMaker, type Twist } from '../app/runner/certificates.ts';
import { type E2e, MASTER } from './rig.ts';

type Loose = { [name: string]: Json };
type Change = (value: Loose) => void;

export interface Forgery {
  readonly header?: Change;
  readonly step?: (step: Loose, params: Loose) => void;
  readonly check?: (check: Loose, params: Loose) => void;
}

/** A plan that a bot with a valid key made up: all hashes are right. */
export function forgedPlan(plan: Plan, host: string, stage: string, how: Forgery): Plan {
  const copy = JSON.parse(JSON.stringify({ header: plan.header, slices: plan.slices })) as {
    header: PlanHeader;
    slices: {
      host: string;
      stages: { [stage: string]: { steps: PlannedStep[]; checks: PlannedCheck[] } };
    }[];
  };
  how.header?.(copy.header as unknown as Loose);
  for (const slice of copy.slices) {
    const work = slice.host === host ? slice.stages[stage] : undefined;
    // A stage that has only checks: its steps would be refused first.
    if (how.check !== undefined) work?.steps.splice(0);
    for (const step of work?.steps ?? []) how.step?.(step as unknown as Loose, step.params as Loose);
    for (const check of work?.checks ?? []) how.check?.(check as unknown as Loose, check.params as Loose);
  }
  return writePlan(copy.header, copy.slices as never);
}

/** An order as the bot would write it, and as nobody has sent it. */
export function orderFor(rig: E2e, plan: Plan, host: string, stage: string, how: Partial<Order> = {}): Order {
  const index = plan.slices.findIndex((slice) => slice.host === host);
  return {
    v: 1,
    farm: rig.farm.name,
    host: host as HostName,
    n: (rig.state().hosts[host]?.n ?? 0) + 1,
    rotation: plan.header.id,
    kind: 'apply',
    stage,
    digest: plan.digest,
    header: plan.lines[0] ?? null,
    slice: plan.lines[index + 1] ?? null,
    lineHashes: plan.lineHashes,
    refs: {},
    issued: new Date(rig.now()).toISOString(),
    startBy: new Date(rig.now() + 60_000).toISOString(),
    timeLimitMs: 60_000,
    ...how,
  };
}

const make = createCertificateMaker();

/** As if the master's runner were taken over: it signs that it made this certificate under this very plan. */
export function madeUnder(rig: E2e, plan: Plan, twist: Twist, signer: Signer = rig.signerOf(MASTER)): MadeRef {
  const made = make(plan.header.profiles.new as CertificateProfile, rig.now(), twist);
  const entry = {
    type: 'done',
    n: 1,
    rotation: plan.header.id,
    digest: plan.digest,
    step: `${MASTER}/create/create-certificate`,
    facts: {},
    made,
    changed: true,
  };
  const at = new Date(rig.now()).toISOString();
  const line = { stream: `runner/${MASTER}`, seq: 3, prev: 'ab'.repeat(32), at, entry };
  return { ...made, host: MASTER as HostName, seq: 3, report: signer.sign('entry', JSON.stringify(line)) };
}

export const stranger = (): Signer => createMemorySigner();

/** Signed, then changed on the way. */
export const altered = (letter: Envelope): Envelope => ({ ...letter, body: letter.body.replace('"n":', '"n": ') });
