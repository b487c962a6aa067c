import type { Plan, PlannedCheck } from '../plan/plan.ts';
import { DRAIN, phaseOf } from '../plan/plan-phases.ts';
import { checkParams } from '../plan/step-params.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Cause, Work } from './moment.ts';

/** Codes with which a wait ends if packages still run, or cannot be seen any more, at the limit. */
const STILL: readonly string[] = ['PackagesRun', 'PackagesUnseen', 'TimeIsOver'];

/** Nothing went wrong: packages run longer than the plan allows to wait, and a person decides. */
export const asksAboutPackages = ({ stage, code }: Pick<Cause, 'stage' | 'code'>): boolean =>
  stage === DRAIN && STILL.includes(code);

/** One wait: for all packages, or for those of one worker that switches by itself. */
export interface Wait {
  /** The waiting machine: a master. */
  readonly host: HostName;
  readonly check: string;
  /** The one worker it is about; null: several, or all. */
  readonly worker: HostName | null;
  readonly limitMs: number;
}

/** Derived from its key, the plan: otherwise two hundred workers would each search two hundred checks. */
const WAITS = new WeakMap<Plan, readonly Wait[]>();

/** What a plan waits for before an outage; none if packages could not be seen, or nobody waits for them. */
export function waitsOf(plan: Plan): readonly Wait[] {
  const waits =
    WAITS.get(plan) ??
    plan.slices.flatMap(({ stages }) =>
      (stages[DRAIN]?.checks ?? []).filter(({ kind }) => kind === 'packages-end').map(waitOf),
    );
  WAITS.set(plan, waits);
  return waits;
}

function waitOf(check: PlannedCheck): Wait {
  const { limitMs, workers } = checkParams('packages-end', check);
  return { host: check.host, check: check.id, limitMs, worker: workers.length === 1 ? (workers[0] ?? null) : null };
}

/**
 * How far a wait is, by its orders, oldest first. An open question is `unknown`, even while packages are checked again;
 * it is good once decided to go on, or if the outage began anyway; decided to wait longer, it is to be ordered anew.
 * Between workers that switch one by one, a failure here turns nobody back: a person is asked.
 */
export function drainWork(
  rotation: RotationState,
  { worker }: Pick<Wait, 'worker'>,
  orders: readonly OrderState[],
  work: Work,
): Work {
  const order = orders.at(-1);
  if (order === undefined || work === 'good') return work;
  const at = rotation.orders.indexOf(order);
  if (work === 'failed' && hasBegun(rotation, rotation.orders.slice(at), worker)) return 'good';
  if (askedBy(rotation, orders) !== undefined) return 'unknown';
  const decided = rotation.resolved[order.host];
  // A count, because the clock may have been set back between the two.
  const choice = decided !== undefined && decided.orders > at ? decided.choice : null;
  if (choice === 'go-on') return 'good';
  if (work !== 'failed') return work;
  if (choice === 'look-again') return 'none';
  return choice !== null || hasBegun(rotation) ? 'unknown' : work;
}

/** The order of a wait whose end people are asked about; undefined: none, or somebody has decided. */
export function askedBy(rotation: RotationState, orders: readonly OrderState[]): OrderState | undefined {
  const decided = Math.max(0, ...orders.map(({ host }) => rotation.resolved[host]?.orders ?? 0));
  const held = orders.findLastIndex(({ outcome }) => outcome === 'applied' || outcome === 'unchanged');
  return orders.slice(held + 1).find((order) => rotation.orders.indexOf(order) >= decided && asks(rotation, order));
}

/**
 * Whether people are asked about the end of a wait: if packages are in the way or, once the outage has begun, however
 * it ended.
 */
const asks = (rotation: RotationState, { status, code }: OrderState): boolean =>
  (status === 'finished' || status === 'refused') &&
  (asksAboutPackages({ stage: DRAIN, code: code ?? '' }) || hasBegun(rotation));

/**
 * Whether the outage has begun, or has since the given orders; with `worker`, that worker's own. Armed followers still
 * wait: only the lead counts.
 */
export function hasBegun(
  { plan, orders }: RotationState,
  since: readonly OrderState[] = orders,
  worker: HostName | null = null,
): boolean {
  const cutover = plan === null ? undefined : phaseOf(plan, 'cutover');
  const stages = cutover?.stages.map(({ name }) => name).filter((name) => name !== DRAIN) ?? [];
  const names = cutover?.armed === true ? stages.slice(0, 1) : stages;
  return since.some(
    ({ kind, stage, host }) => kind === 'apply' && names.includes(stage ?? '') && (worker === null || host === worker),
  );
}

/** How long packages are waited for, as approved. Milliseconds; null: the plan waits for none. */
export const drainLimitMs = ({ plan }: RotationState): number | null =>
  plan === null ? null : (waitsOf(plan)[0]?.limitMs ?? null);
