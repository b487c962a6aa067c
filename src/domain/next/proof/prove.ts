import type { HostLook } from '../../machine/host-facts.ts';
import type { Proof } from '../../machine/proof-roles.ts';
import type { PlanSlice } from '../../plan/plan.ts';
import { keeps, retires } from '../../plan/plan-phases.ts';
import { lastLookOrder, type OrderState, type RotationState } from '../../rotation/rotation.ts';
import type { HostName } from '../../values.ts';
import { lookAt } from '../look-at.ts';
import type { Action, Cause, Moment } from '../moment.ts';
import { byHost, cutOffHosts, isUnderWay, LAPSES_ALLOWED, silentCode } from '../stages.ts';
import { notTaken, takesNone } from '../takes-none.ts';
import { isToCome } from '../to-come.ts';
import { withoutEchoes } from './doubts.ts';
import { askerOf, HEARTBEATS_MS, onlineWitness } from './online-witness.ts';
import { judgeSlice, targetOf, unsteady } from './proof.ts';

/** How long a machine that does not match yet, or cannot be looked at, is looked at again: services need to settle. */
const AGREE_WITHIN_MS = 30_000;
const LOOK_AGAIN_AFTER_MS = 1_000;
/** Each pause is twice the previous one, up to these: for a machine to match, and for a worker's next heartbeat. */
const AGREE_PAUSE_MS = 4_000;
const ASK_AGAIN_AFTER_MS = 10_000;

interface Proving {
  readonly actions: readonly Action[];
  readonly proofs: readonly Proof[];
  readonly doubts: readonly Cause[];
  readonly settled: boolean;
}

/**
 * The final look from every machine except those left behind: newer than the last change and than the last decision of
 * people, for which an older look may have waited for hours.
 */
export function prove(
  rotation: RotationState,
  moment: Moment,
  direction: 'forth' | 'back',
  left: readonly string[] = leftBehind(rotation),
): Proving {
  const plan = rotation.plan;
  if (plan === null || (!keeps(plan) && !retires(plan) && targetOf(rotation, direction) === null))
    return { actions: [], proofs: [], doubts: [], settled: true };
  const looks = looksSinceChange(rotation);
  const found = plan.slices
    .filter(({ host, stages }) => !left.includes(host) && (!retires(plan) || stages.retire !== undefined))
    .map((slice) =>
      proveOne(rotation, moment, {
        host: slice.host,
        looks: looks.get(slice.host) ?? [],
        judge: (look) => proofOf(rotation, slice, look, direction),
      }),
    );
  const proofs = found.flatMap(({ proof }) => proof ?? []);
  const seen = found.flatMap(({ doubt }) => doubt ?? []);
  const doubts = direction === 'back' ? withoutEchoes(seen, plan.slices, left) : seen;
  const actions = found.flatMap(({ action }) => action ?? []);
  const waiting = found.some((one) => one.waiting);
  if (actions.length === 0 && !waiting && doubts.length === 0) {
    const late = lateOnline(rotation, moment, { left, looks });
    return { actions: late.actions, proofs, doubts, settled: !late.waiting };
  }
  return { actions, proofs, doubts, settled: actions.length === 0 && !waiting };
}

interface Looked {
  readonly host: HostName;
  /** Those that count, oldest first. */
  readonly looks: readonly OrderState[];
  /** null: nothing to judge by yet. */
  readonly judge: (look: HostLook) => Proof | null;
}

interface Standing {
  readonly action?: Action;
  readonly proof?: Proof;
  readonly doubt?: Cause;
  readonly waiting?: true;
}

/** What these looks show of one machine: that it is as it should be, that it is not, or that it is not known yet. */
export function proveOne(rotation: RotationState, moment: Moment, { host, looks, judge }: Looked): Standing {
  const order = looks.at(-1);
  const isDue = order === undefined || (order.status === 'lapsed' && mayLapse(looks));
  const full = isDue ? takesNone(moment, host) : notTaken(moment, order);
  if (full !== null) return { doubt: { host, stage: null, step: null, ...full } };
  if (isDue) return { action: lookAt(host) };
  if (isUnderWay(order)) return { waiting: true };
  if (order.status !== 'finished') return { doubt: unanswered(host, order) };
  // A failed look brought nothing: what is kept for this machine may be older than the last change.
  const look = order.outcome === 'looked' ? rotation.proofs[host] : undefined;
  const proof = look === undefined ? null : judge(look);
  if (proof?.proved) return { proof };
  const isEarly = moment.now < (firstIssued(looks, moment) ?? moment.now) + AGREE_WITHIN_MS;
  // An outage may have held up looks for that long: no person is asked about one handshake that timed out.
  if (isEarly || looks.filter(({ status }) => status === 'finished').length === 1) {
    const isTime = isPast(order, pauseAfter(looks.length, AGREE_PAUSE_MS), moment);
    return { waiting: true, ...(isTime ? { action: lookAt(host) } : {}) };
  }
  if (proof === null) return { doubt: unanswered(host, order) };
  return { doubt: doubt(host, 'NotProved', { against: proof.against }) };
}

/**
 * All are proved, but SSISDB may still add to it: if a worker's heartbeats can be seen there, the next ones are waited
 * for. That only strengthens the proof; if none comes, the card says so.
 */
function lateOnline(
  rotation: RotationState,
  moment: Moment,
  { left, looks }: { readonly left: readonly string[]; readonly looks: ReturnType<typeof looksSinceChange> },
): { readonly actions: readonly Action[]; readonly waiting: boolean } {
  const off = [...left, ...cutOffHosts(rotation)];
  const late = onlineWitness(rotation).filter(({ host, online }) => !online && !off.includes(host));
  const waiting = late.some(
    ({ restartedAt }) => !isToCome(restartedAt, moment) && moment.now < restartedAt + HEARTBEATS_MS,
  );
  const asker = askerOf(rotation);
  const order = asker === null ? null : lastLookOrder(rotation, asker);
  if (!waiting || asker === null || order === null) return { actions: [], waiting: false };
  const asked = looks.get(asker)?.length ?? 1;
  const isOld = isPast(order, pauseAfter(asked, ASK_AGAIN_AFTER_MS), moment);
  return { actions: isOld ? [lookAt(asker)] : [], waiting };
}

function proofOf(rotation: RotationState, slice: PlanSlice, look: HostLook, direction: 'forth' | 'back'): Proof | null {
  const proof = judgeSlice(rotation, look, slice, direction);
  if (proof === null) return null;
  const against = [...proof.against, ...unsteady(rotation, slice, look)];
  return { ...proof, proved: against.length === 0, against };
}

/** Machines that people decided to leave behind. */
export const leftBehind = (rotation: RotationState): readonly string[] =>
  Object.keys(rotation.resolved).filter((host) => rotation.resolved[host]?.choice === 'leave-behind');

function looksSinceChange(rotation: RotationState): ReadonlyMap<string, readonly OrderState[]> {
  const last = rotation.orders.findLastIndex((order) => order.kind === 'apply' || order.kind === 'undo');
  const decided = Object.values(rotation.resolved).map(({ choice, orders }) => (choice === 'look-again' ? 0 : orders));
  const looks = rotation.orders
    .slice(Math.max(last + 1, rotation.resolve?.look ?? 0, ...decided))
    .filter((order) => order.kind === 'look');
  return byHost(looks);
}

const pauseAfter = (looks: number, mostMs: number): number => Math.min(LOOK_AGAIN_AFTER_MS * 2 ** (looks - 1), mostMs);

const isPast = ({ issued }: OrderState, ms: number, moment: Moment): boolean =>
  isToCome(Date.parse(issued), moment) || moment.now > Date.parse(issued) + ms;

/** When the first of these looks was ordered that is not in the future by the current clock; undefined: none. */
const firstIssued = (looks: readonly OrderState[], moment: Moment): number | undefined =>
  looks.map(({ issued }) => Date.parse(issued)).find((at) => !isToCome(at, moment));

const mayLapse = (looks: readonly OrderState[]): boolean =>
  looks.filter((one) => one.status === 'lapsed').length < LAPSES_ALLOWED;

function unanswered(host: HostName, order: OrderState): Cause {
  if (order.silentSince !== null) return doubt(host, silentCode(order));
  if (order.code !== null) return doubt(host, order.code, order.data);
  return doubt(host, order.status === 'lapsed' ? 'OrderLapsed' : 'StateUnknown');
}

const doubt = (host: HostName, code: string, data: Cause['data'] = {}): Cause => ({
  host,
  stage: null,
  step: null,
  code,
  data,
});
