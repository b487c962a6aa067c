import { type DigestPast, pastOf, type RunnerState } from '../../../domain/fold/runner-fold.ts';
import { lastGate } from '../../../domain/gate/last-gate.ts';
import { type Order, PROTOCOL } from '../../../domain/letters/protocol.ts';
import { followedOf, partOf } from '../../../domain/orders/armed.ts';
import { type OrderWork, readWork } from '../../../domain/orders/order-work.ts';
import { stepParams } from '../../../domain/plan/step-params.ts';
import { instantOf } from '../../../domain/time.ts';
import { type Facts, isRefusal, type Refusal, type Role, refuse } from '../../../domain/values.ts';
import { checkOf } from '../../../steps/index.ts';
import { movedFact } from '../../../steps/moved.ts';
import { parseStepOf, partOfWork } from '../change/job.ts';
import type { RunnerDeps } from '../deps.ts';
import { failureOf } from '../failure.ts';
import { readOwnFacts } from './own-facts.ts';

/**
 * The part of point 5 of the protocol that needs the clock, but no look at the machine; farm, host and n were judged
 * before.
 */
export function judgeLetter(order: Order, deps: RunnerDeps): OrderWork | Refusal | null {
  const { config, clock } = deps;
  const now = clock.now();
  const { issued } = order;
  if (now < Date.parse(issued) - PROTOCOL.issuedToleranceMs)
    return refuse('OrderTooEarly', { issued, now: instantOf(now) });
  const late = refuseLate(order, now);
  if (late !== null) return late;
  switch (order.kind) {
    case 'look':
    case 'stop':
      return null;
    case 'apply':
    case 'undo': {
      const work = readWork(order, config);
      if (isRefusal(work)) return work;
      return refusePart(order, work) ?? (order.kind === 'apply' ? partOfWork(work, order.only) : work);
    }
  }
}

/**
 * A way back needs no new votes, so it is limited to what this runner's own journal shows: a plan of which an order was
 * accepted here, whose rotation is not over. Nor is anything begun again under a rotation that is over.
 */
function judgePast({ kind, rotation }: Order, { digest }: OrderWork, state: RunnerState): Refusal | null {
  const past = pastOf(state, digest);
  if (past?.isOver === true) return refuse('RotationIsOver', { rotation });
  return kind === 'undo' && past === undefined ? refuse('NothingToUndo', { rotation }) : null;
}

/**
 * The bot takes a letter dated after this limit, from a runner that does not know the order, as word that it is void.
 */
export const refuseLate = ({ startBy }: Order, now: number): Refusal | null =>
  now > Date.parse(startBy) + PROTOCOL.startByToleranceMs
    ? refuse('OrderExpired', { startBy, now: instantOf(now) })
    : null;

/**
 * Looks at the machine for an apply order: the last gate, and whether every fact that the approval rests on is as
 * planned, unless the step was begun under this digest. Everything is read in parallel. An undo needs none of the
 * looks: it is accepted even when facts have moved, and moves only what this runner's own journal shows.
 */
export async function judgeOnMachine(
  order: Order,
  work: OrderWork,
  deps: RunnerDeps,
  state: RunnerState,
): Promise<ReadonlyMap<string, Facts> | Refusal> {
  const { host, config, clock } = deps;
  const seen = new Map<string, Facts>();
  const refused = judgePast(order, work, state);
  if (refused !== null) return refused;
  host.forget();
  if (order.kind === 'undo') return seen;
  const past = pastOf(state, work.digest);
  const look = async (planned: OrderWork['steps'][number]): Promise<Refusal | null> => {
    const { step, params } = parseStepOf(planned, order.refs);
    const begun = past?.steps[planned.id];
    const facts = await step.observe(host, params, begun?.made.at(-1) ?? null);
    seen.set(planned.id, facts);
    return begun === undefined ? movedFact(step, planned, facts) : null;
  };
  try {
    const [own, ...moved] = await Promise.all([
      readOwnFacts(host, work, past, { ...state, farm: config.farm, now: clock.now() }),
      ...work.steps.map((planned) => look(planned)),
      ...(work.steps.some(({ id }) => past?.steps[id]?.started.direction === 'forth') ? [] : work.checks).map(
        (planned) => unprovable(planned, order, deps),
      ),
    ]);
    const gate = lastGate({ work, refs: order.refs, config, own });
    const refusal = gate ?? judgeArmed(work, order) ?? moved.find((one) => one !== null);
    if (refusal != null) return refusal;
    for (const role of rolesToWrite(work, past)) await host.tryRoomForCopy(role);
    return seen;
  } catch (error) {
    const { code, data } = failureOf(error);
    return refuse(code, data);
  }
}

/** Whose settings this work is about to change; not those that it has begun to. */
const rolesToWrite = ({ steps }: OrderWork, past: DigestPast | undefined): readonly Role[] => [
  ...new Set(
    steps.flatMap((step) =>
      step.kind === 'write-setting' && past?.steps[step.id] === undefined
        ? [stepParams('write-setting', step).role]
        : [],
    ),
  ),
];

/**
 * For how long, and how often, an address that does not answer is asked again: it may be for a moment. Milliseconds.
 */
const ANSWERS_WITHIN_MS = 10_000;
const ASK_AGAIN_MS = 1_000;

/** Finds a check that could not hold after any change: nothing is begun that could be proved neither forth nor back. */
async function unprovable(
  planned: OrderWork['checks'][number],
  { refs }: Order,
  { host, clock }: Pick<RunnerDeps, 'host' | 'clock'>,
): Promise<Refusal | null> {
  const check = checkOf(planned);
  const params = check.parse(planned.params, refs);
  for (const begun = clock.steady(); ; await clock.sleep(ASK_AGAIN_MS)) {
    const found = await check.standsInWay?.(host, params);
    if (found == null) return null;
    if (clock.steady() - begun >= ANSWERS_WITHIN_MS) return refuse('AddressSilent', { step: planned.id, ...found });
  }
}

/**
 * Only something that stands alone may be done in part: taking back the trust in a certificate, a wait for packages in
 * a stage that changes nothing, and, where workers are cut off already, the trust in those that have a new certificate.
 */
function refusePart({ kind, only }: Order, { header, steps, checks }: OrderWork): Refusal | null {
  if (only === undefined) return null;
  const kindOf = new Map([...steps, ...checks].map((planned) => [planned.id, planned.kind]));
  const isOfTrust = kind === 'undo' || (header.kind === 'rotate-worker' && header.wish.compromised && steps.length > 0);
  const allowed = isOfTrust ? 'trust-certificate' : steps.length === 0 ? 'packages-end' : null;
  const wrong = only.find((id) => kindOf.get(id) !== allowed);
  if (wrong === undefined && only.length > 0) return null;
  return refuse('PartNotAllowed', { kind, step: wrong ?? null });
}

/** A follower must know between which two certificates it moves. */
const judgeArmed = (work: OrderWork, { refs }: Order): Refusal | null =>
  partOf(work) === 'follow' && followedOf(work, refs) === null
    ? refuse('NothingToFollow', { stage: work.stage })
    : null;
