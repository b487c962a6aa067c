import { refuseLarge } from '../domain/orders/order-size.ts';
import type { Plan } from '../domain/plan/plan.ts';
import type { RotationKind } from '../domain/plan/wish.ts';
import { isRefusal, type Refusal, refuse } from '../domain/values.ts';
import { type Draft, type PlanRequest, planFrom } from './draft.ts';
import { refuseUnpinned } from './pinned-keys.ts';
import { draftReconnect } from './reconnect.ts';
import { draftRetire } from './retire.ts';
import { draftRollbackWorker } from './rollback-worker.ts';
import { draftRotateMaster } from './rotate-master.ts';
import { draftRotateWorker } from './rotate-worker.ts';

export type { PlanRequest } from './draft.ts';

/** One planner per kind of rotation. A kind that is not here cannot be asked for. */
const PLANNERS: { readonly [kind in RotationKind]?: (request: PlanRequest) => Draft | Refusal } = {
  'rotate-master': draftRotateMaster,
  'rotate-worker': draftRotateWorker,
  reconnect: draftReconnect,
  retire: draftRetire,
};

/** The plan that a request asks for, or what prevents it. */
export async function planRotation(request: PlanRequest): Promise<Plan | Refusal> {
  const draft = draftOf(request);
  if (isRefusal(draft)) return draft;
  const plan = await planFrom(draft, request.looks);
  return refuseLarge(plan) ?? plan;
}

/** What would prevent an existing plan if it were made now; null: nothing. Pure. */
export function refusedNow(request: PlanRequest): Refusal | null {
  const draft = draftOf(request);
  return isRefusal(draft) ? draft : null;
}

/** A master in a cutover that nobody finished presents what it may not present for long: it is no base for a plan. */
function refusePassing({ looks }: PlanRequest): Refusal | null {
  for (const { host, unconfirmed } of Object.values(looks))
    if (unconfirmed !== undefined) return refuse('MasterNotConfirmed', { host, ...unconfirmed });
  return null;
}

function draftOf(request: PlanRequest): Draft | Refusal {
  const { use, of, kind } = request.wish;
  if (use !== null && request.compromised?.includes(use)) return refuse('CertificateCompromised', { thumbprint: use });
  const passing = refusePassing(request);
  if (passing !== null) return passing;
  const planner = of !== null && kind === 'rotate-worker' ? draftRollbackWorker : PLANNERS[kind];
  const draft = planner?.(request) ?? refuse('RotationNotServed', { kind });
  return isRefusal(draft) ? draft : (refuseUnpinned(request, draft) ?? draft);
}
