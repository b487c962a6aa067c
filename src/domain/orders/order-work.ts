import { inTable } from '../in-table.ts';
import type { Order } from '../letters/protocol.ts';
import { digestOfHashes, type PhaseHead, type PlanHeader, type PlannedCheck, type PlannedStep } from '../plan/plan.ts';
import { parseHeader, parseSlice } from '../plan/plan-shape.ts';
import { isCheckKind, isStepKind, readCheckParams, readStepParams } from '../plan/step-params.ts';
import { sha256 } from '../sha256.ts';
import { type Digest, type HostName, isRefusal, type Refusal, refuse } from '../values.ts';

/** What an order asks of this host: one stage of an approved plan, verified to be part of it. */
export interface OrderWork {
  readonly digest: Digest;
  readonly header: PlanHeader;
  readonly phase: PhaseHead;
  readonly stage: string;
  readonly steps: readonly PlannedStep[];
  readonly checks: readonly PlannedCheck[];
}

/**
 * Reads the plan from an order and checks everything that needs no look at the machine: the digest over header, own
 * line and the hashes of the rest; that plan, line and every step are for this farm, rotation and host; that every step
 * and check of the line is of a known kind with strict parameters; that the stage is in the header.
 */
export function readWork(order: Order, own: Own): OrderWork | Refusal {
  const known = read.get(order);
  if (known !== undefined && known.farm === own.farm && known.host === own.host) return known.work;
  const work = readAnew(order, own);
  read.set(order, { farm: own.farm, host: own.host, work });
  return work;
}

interface Own {
  readonly farm: string;
  readonly host: HostName;
}

/** An order is read when it arrives, and again when it is judged, held and carried out. */
const read = new WeakMap<Order, Own & { readonly work: OrderWork | Refusal }>();

function readAnew(order: Order, own: Own): OrderWork | Refusal {
  const { digest, header: headerLine, slice: sliceLine, stage: stageName } = order;
  if (digest === null || headerLine === null || sliceLine === null || stageName === null) {
    return refuse('OrderIncomplete', { kind: order.kind });
  }
  const [headerHash, ...sliceHashes] = order.lineHashes;
  if (
    headerHash !== sha256(headerLine) ||
    !sliceHashes.includes(sha256(sliceLine)) ||
    digestOfHashes(order.lineHashes) !== digest
  ) {
    return refuse('DigestDiffers', { digest });
  }
  const header = parseHeader(headerLine);
  if (isRefusal(header)) return header;
  const slice = parseSlice(sliceLine);
  if (isRefusal(slice)) return slice;
  if (header.farm !== own.farm) return refuse('OtherFarm', { found: header.farm });
  if (header.id !== order.rotation) return refuse('OtherRotation', { found: header.id, wanted: order.rotation });
  if (slice.host !== own.host) return refuse('OtherHost', { found: slice.host });
  const wrong = Object.values(slice.stages)
    .flatMap(({ steps, checks }) => [...steps, ...checks])
    .map(wrongIn(own.host));
  const refusal = wrong.find((found) => found !== null);
  if (refusal !== undefined && refusal !== null) return refusal;
  const phase = header.phases.find((one) => one.stages.some(({ name }) => name === stageName));
  const isMine = phase?.stages.some(({ name, hosts }) => name === stageName && hosts.includes(own.host)) ?? false;
  const stage = inTable(slice.stages, stageName);
  if (phase === undefined || stage === undefined || !isMine) return refuse('StageNotInPlan', { stage: stageName });
  return { digest, header, phase, stage: stageName, steps: stage.steps, checks: stage.checks };
}

/** Judges planned steps or checks; remembers ids, because two steps with one id would share a past. */
function wrongIn(host: HostName): (planned: PlannedStep | PlannedCheck) => Refusal | null {
  const seen = new Set<string>();
  return (planned) => {
    const { id, kind, params } = planned;
    if (seen.has(id)) return refuse('StepTwice', { step: id });
    seen.add(id);
    if (planned.host !== host) return refuse('StepForOtherHost', { step: id, found: planned.host });
    const isStep = 'expected' in planned;
    if (isStep && isStepKind(kind)) return within(id, readStepParams(kind, params));
    if (!isStep && isCheckKind(kind)) return within(id, readCheckParams(kind, params));
    return refuse('KindUnknown', { step: id, kind });
  };
}

const within = (step: string, read: unknown): Refusal | null =>
  isRefusal(read) ? refuse(read.code, { ...read.data, step }) : null;
