import { frozenNow } from '../approval/freeze.ts';
import { foldEntry } from '../fold/bot-fold.ts';
import { certificatesAsked, derOf } from '../inventory/named.ts';
import type { BotEntry, RecheckMark } from '../journal/entries.ts';
import { BODY_LIMITS } from '../letters/envelope.ts';
import type { Envelope, Order } from '../letters/protocol.ts';
import { datesFor } from '../letters/refused-date.ts';
import { type Action, type Moment, next } from '../next/index.ts';
import { ordersOf } from '../next/stages.ts';
import { type Plan, refsIn } from '../plan/plan.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { instantOf } from '../time.ts';
import type { HostName, RotationId } from '../values.ts';
import { lookOrder } from './new-order.ts';

/** An order nobody accepted by then is void. Milliseconds after it was issued. */
const START_WITHIN_MS = 60_000;
/** A rotation that asks for more than this in one go points to a bug in `next`, not to more work. */
const ROUNDS = 50;

export interface Driven {
  readonly state: FarmState;
  readonly entries: readonly BotEntry[];
  /** Rotations whose looks are all in. The plan is made outside, since planning reads through steps. */
  readonly toPlan: readonly RotationId[];
  /** Waiting rotations that were looked at again; compared outside for the same reason. */
  readonly toRecheck: readonly Recheck[];
}

export interface Recheck {
  readonly id: RotationId;
  readonly mark: RecheckMark;
}

/** Done elsewhere, by code that can read through steps. */
type Outside = Extract<Action, { do: 'plan' | 'recheck' }>;

/**
 * Asks `next` until nothing more comes, and turns its actions into entries. Pure, except for the signature. A fault in
 * one rotation ends only that rotation: the farm hears, votes and stops as before.
 */
export function drive(state: FarmState, moment: Moment, signOrder: (body: string) => Envelope): Driven {
  const entries: BotEntry[] = [];
  const toPlan: RotationId[] = [];
  const toRecheck: Recheck[] = [];
  let folded = state;
  const at = instantOf(moment.now);
  const record = (entry: BotEntry): void => {
    folded = foldEntry(folded, entry, at);
    entries.push(entry);
  };

  function driveOne(id: RotationId): void {
    for (let round = 0; round < ROUNDS; round += 1) {
      const rotation = folded.rotations[id];
      if (rotation === undefined) break;
      const { actions } = next(rotation, { ...moment, freeze: frozenNow(folded, moment.now) });
      const fresh = actions.filter((action): action is Exclude<Action, Outside> => !isOutside(action));
      for (const action of actions.filter(isOutside))
        if (action.do === 'plan') toPlan.push(id);
        else toRecheck.push({ id, mark: action.mark });
      if (fresh.length === 0) break;
      for (const action of fresh)
        record(action.do === 'entry' ? action.entry : ordered(writeOrder(action, folded, id, moment), signOrder));
    }
  }

  for (const id of state.unclosed) {
    try {
      driveOne(id);
    } catch (error) {
      for (const entry of entriesOfFault(folded.rotations[id], id, String(error))) record(entry);
    }
  }
  return { state: folded, entries, toPlan, toRecheck };
}

const isOutside = (action: Action): action is Outside => action.do === 'plan' || action.do === 'recheck';

/** An order that is too large for a letter is recorded as one that could not be written. */
function ordered(order: Order, signOrder: (body: string) => Envelope): BotEntry {
  const { rotation: id, host, n, kind, stage, only, startBy, timeLimitMs } = order;
  const head = { id, host, n, kind, stage, ...(only === undefined ? {} : { only }), startBy, timeLimitMs };
  const body = JSON.stringify(order);
  if (body.length <= BODY_LIMITS.order) return { type: 'ordered', ...head, order: signOrder(body) };
  const data = { found: body.length, limit: BODY_LIMITS.order };
  return { type: 'unwritten', ...head, code: 'OrderTooLarge', data };
}

/**
 * Before approval nothing was changed, so it is refused. Later all is put back; if that fails too, people have to look.
 */
function entriesOfFault(rotation: RotationState | undefined, id: RotationId, reason: string): readonly BotEntry[] {
  const code = 'RotationFaulty';
  const data = { reason: reason.slice(0, 200) };
  if (rotation?.plan == null || rotation.gate?.how !== 'approved')
    return [
      { type: 'refused', id, code, data },
      { type: 'closed', id, outcome: 'refused', data: { ...data, code } },
    ];
  if (rotation.turned === null)
    return [{ type: 'turned', id, cause: { host: null, stage: null, step: null, code, data } }];
  const left = rotation.plan.slices.map(({ host }) => host);
  return [{ type: 'closed', id, outcome: 'left-behind', data: { ...data, code, left } }];
}

function writeOrder(action: Extract<Action, { do: 'order' }>, state: FarmState, id: RotationId, moment: Moment): Order {
  const rotation = state.rotations[id];
  const plan = action.kind === 'look' ? null : (rotation?.plan ?? null);
  const index = plan?.slices.findIndex((slice) => slice.host === action.host) ?? -1;
  const asked = rotation === undefined ? [] : certificatesAsked(state, rotation, action.host);
  const { host, timeLimitMs } = action;
  return {
    ...lookOrder(state, moment, { host, rotation: id, startWithinMs: START_WITHIN_MS, timeLimitMs }),
    ...datesFor(moment.now, rotation === undefined ? 0 : aheadOf(rotation, host), START_WITHIN_MS),
    kind: action.kind,
    stage: action.stage,
    digest: plan?.digest ?? null,
    header: plan?.lines[0] ?? null,
    slice: index < 0 ? null : (plan?.lines[index + 1] ?? null),
    lineHashes: plan?.lineHashes ?? [],
    refs: plan === null || index < 0 ? {} : refsFor(plan, { index, stage: action.stage }, rotation),
    ...(action.kind === 'look' && asked.length > 0 ? { certificates: asked } : {}),
    ...(action.only === undefined ? {} : { only: action.only }),
  };
}

/** From what the runner said about its clock when it refused an order of this rotation. */
const aheadOf = (rotation: RotationState, host: HostName): number =>
  ordersOf(rotation, host).findLast(({ aheadMs }) => aheadMs !== undefined)?.aheadMs ?? 0;

/**
 * The certificates that this host's work in this stage refers to, as far as they are made or existed: no machine is
 * sent what it does not need. A master trusts hundreds in one stage, and waits for packages hundreds of times in
 * another.
 */
function refsFor(
  { header, slices }: Plan,
  { index, stage }: { readonly index: number; readonly stage: string | null },
  rotation: RotationState | undefined,
): Order['refs'] {
  const named = new Set(refsIn(slices[index]?.stages[stage ?? '']));
  const made = Object.entries(rotation?.made ?? {}).map(
    ([ref, { certificate, host, seq, report }]) => [ref, { ...certificate, host, seq, report }] as const,
  );
  const taken = Object.entries(header.existing ?? {}).flatMap(([ref, { thumbprint, host }]) => {
    const der = derOf(rotation?.looks ?? {}, thumbprint);
    return der === null ? [] : [[ref, { thumbprint, der, host }] as const];
  });
  // If a runner made an existing certificate, send the maker's report along.
  return Object.fromEntries([...taken, ...made].filter(([ref]) => named.has(ref)));
}
