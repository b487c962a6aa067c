import { groupBy } from '../group-by.ts';
import { CONTAIN, contains, DRAIN, followStages, keeps, switchStage } from '../plan/plan-phases.ts';
import { stepParams } from '../plan/step-params.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import { timeOf } from '../time.ts';
import type { HostName, Instant } from '../values.ts';
import { askedBy, drainWork, hasBegun, type Wait, waitsOf } from './drain.ts';
import type { Work } from './moment.ts';

/** How many times an order nobody began is issued before it counts as failed. */
export const LAPSES_ALLOWED = 3;

/** Derived from its key, the array, and gone with it: otherwise two hundred hosts would each search all orders. */
const BY_HOST = new WeakMap<readonly OrderState[], ReadonlyMap<string, readonly OrderState[]>>();

/** All orders of one host, oldest first. */
export function ordersOf({ orders }: RotationState, host: string): readonly OrderState[] {
  const index = BY_HOST.get(orders) ?? byHost(orders);
  BY_HOST.set(orders, index);
  return index.get(host) ?? [];
}

export const byHost = (orders: readonly OrderState[]): ReadonlyMap<string, readonly OrderState[]> =>
  groupBy(orders, ({ host }) => host);

/** The newest order of this kind for a host in a stage; undefined: there was none. */
export const latestOrder = (
  rotation: RotationState,
  host: string,
  stage: string | null,
  kind: OrderState['kind'],
): OrderState | undefined => ordersOf(rotation, host).findLast((order) => order.stage === stage && order.kind === kind);

/** How far a host is in a stage on the way forth. One that a look showed to be as planned is done, whatever it said. */
export function forthWork(rotation: RotationState, host: string, stage: string): Work {
  if (rotation.resolved[host]?.choice === 'leave-behind') return 'left';
  if (stage === DRAIN) return drainedWork(rotation);
  const order = latestOrder(rotation, host, stage, 'apply');
  const work = workOf(rotation, order, FORTH);
  return order?.seen === true && (work === 'unknown' || work === 'silent') ? 'good' : work;
}

const FORTH = ['applied', 'unchanged'];

/** The orders of one wait, oldest first; each is for all waits, or for those it names. */
function waitOrders(rotation: RotationState, { host, check }: Wait): readonly OrderState[] {
  const all = ordersOf(rotation, host).filter(
    ({ kind, stage, only }) => kind === 'apply' && stage === DRAIN && (only === null || only.includes(check)),
  );
  if (!all.some(({ isOvertaken }) => isOvertaken === true) || hasBegun(rotation)) return all;
  // After a freeze or a request to put all back, a look that was already out must not start the outage: whoever froze
  // the farm was told that it waits for a decision, and the other request wants no outage.
  return all.filter(({ isOvertaken }, at) => isOvertaken !== true || askedBy(rotation, all.slice(0, at)) === undefined);
}

/** The newest order of a wait, also while people are asked about an earlier one: see `tellingOrder`. */
export const waitOrder = (rotation: RotationState, wait: Wait): OrderState | undefined =>
  waitOrders(rotation, wait).at(-1);

/** The order that shows the state of a wait: the one people are asked about, else the newest. */
export function tellingOrder(rotation: RotationState, wait: Wait): OrderState | undefined {
  const orders = waitOrders(rotation, wait);
  return askedBy(rotation, orders) ?? orders.at(-1);
}

/** How far one wait for packages is. */
export function waitWork(rotation: RotationState, wait: Wait): Work {
  if (wait.worker !== null && rotation.leftOut[wait.worker] !== undefined) return 'left';
  const orders = waitOrders(rotation, wait);
  return drainWork(rotation, wait, orders, workOf(rotation, orders.at(-1), FORTH));
}

/** When waits that people were asked about, but did not decide about, were seen to be over. */
export const endedByThemselves = (rotation: RotationState): readonly Instant[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan)).flatMap((wait) => {
    const orders = waitOrders(rotation, wait);
    const last = orders.at(-1);
    const isOver = last !== undefined && workOf(rotation, last, FORTH) === 'good' && last.finishedAt !== null;
    return isOver && askedBy(rotation, orders.slice(0, -1)) !== undefined ? [last.finishedAt] : [];
  });

/** Waits that a runner is working on. */
export const waitsUnderWay = (
  rotation: RotationState,
): readonly { readonly worker: HostName | null; readonly order: OrderState }[] =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan)).flatMap((wait) => {
    const order = waitOrder(rotation, wait);
    return order?.status === 'accepted' && order.silentSince === null ? [{ worker: wait.worker, order }] : [];
  });

const WORST_FIRST: readonly Work[] = ['failed', 'unknown', 'silent', 'under-way', 'none', 'left'];

/** The state of all waits together: that of the worst one. */
function drainedWork(rotation: RotationState): Work {
  const works = (rotation.plan === null ? [] : waitsOf(rotation.plan)).map((wait) => waitWork(rotation, wait));
  const worst = WORST_FIRST.find((work) => works.includes(work)) ?? 'good';
  return worst === 'none' && works.includes('good') ? 'under-way' : worst;
}

/** Its runner's journal shows no order of this plan, whatever was sent to it: it may have lost its journal since. */
export const hasNothingToUndo = ({ status, code }: OrderState): boolean =>
  status === 'refused' && code === 'NothingToUndo';

/**
 * Whether people have decided to put its machine back since this order was given. A count, because the clock may have
 * been set back between the two.
 */
export function isBackDecidedSince(rotation: RotationState, order: OrderState): boolean {
  const settled = rotation.resolved[order.host];
  return settled?.choice === 'put-all-back' && rotation.orders.indexOf(order) < settled.orders;
}

/** How far a host is in a stage on the way back. none: it is to be told, or told again. */
export function backWork(rotation: RotationState, host: string, stage: string): Work {
  if (rotation.resolved[host]?.choice === 'leave-behind') return 'left';
  const order = latestOrder(rotation, host, stage, 'undo');
  // If any step was begun there all the same, a look tells.
  if (order !== undefined && hasNothingToUndo(order)) return 'good';
  const work = workOf(rotation, order, ['put-back', 'unchanged']);
  // A person asked to try again although the host says it is done, because its look did not match.
  if (order !== undefined && isBackDecidedSince(rotation, order) && work !== 'under-way') return 'none';
  if (work !== 'unknown' && work !== 'silent' && work !== 'failed') return work;
  if (order?.seen === true) return 'good';
  return work === 'failed' ? 'unknown' : work;
}

/** Why an apply lapsed that is not given again: it does not reach its machine, or that takes none. */
const NOT_AGAIN: readonly (string | null)[] = ['JournalNotWritable', 'OrdersRefused', 'OrdersNotWritable'];

function workOf(rotation: RotationState, order: OrderState | undefined, good: readonly string[]): Work {
  if (order === undefined) return 'none';
  switch (order.status) {
    case 'lapsed': {
      if (order.kind === 'apply' && NOT_AGAIN.includes(order.code)) return 'failed';
      const part = (order.only ?? []).join();
      const lapses = ordersOf(rotation, order.host).filter(
        ({ stage, kind, status, only }) =>
          stage === order.stage && kind === order.kind && status === 'lapsed' && (only ?? []).join() === part,
      );
      return lapses.length < LAPSES_ALLOWED ? 'none' : 'failed';
    }
    case 'refused':
      return 'failed';
    case 'finished':
      if (order.outcome === 'unknown') return 'unknown';
      if (rotation.turned === null && hasStayed(order)) return 'failed';
      return good.includes(order.outcome ?? '') ? 'good' : 'failed';
    default:
      return openWork(rotation, order);
  }
}

/** For an order that is out. A host that has switched or failed under an armed order has no more to report for now. */
function openWork(rotation: RotationState, order: OrderState): Work {
  if (order.switchedAt !== null) return order.code === null ? 'good' : 'failed';
  if (hasFallen(order)) return 'failed';
  if (order.silentSince !== null) return 'silent';
  return isArmedOrder(rotation, order) ? 'armed' : 'under-way';
}

/** It held its order, and was released before it had followed. */
export const hasStayed = ({ armedAt, switchedAt, status, outcome }: OrderState): boolean =>
  armedAt !== null && switchedAt === null && status === 'finished' && outcome === 'unchanged';

const hasFallen = (order: OrderState): boolean => order.armedAt !== null && order.code !== null;

/** Put back by its own runner, which nobody had to order. */
export const isSelfUndone = (apply: OrderState | undefined): boolean =>
  apply?.status === 'finished' && apply.outcome === 'put-back';

/** Armed and not begun: it may wait for as long as it takes. */
export const isArmedOrder = (rotation: RotationState, order: OrderState): boolean =>
  order.status === 'accepted' && order.armedAt !== null && !begun(rotation, order.host, order.stage ?? '');

/** Held by its host after it was proved, or put back there: nothing is under way, and no end is due. */
export const isHeld = (order: OrderState): boolean =>
  order.status === 'accepted' && (order.switchedAt !== null || hasFallen(order));

/** Its machine speaks, and has reported nothing of it for longer than it may take. */
export const isOverdue = ({ silentSince, isOverdue: is }: OrderState): boolean => silentSince !== null && is === true;

/** The code for a machine that has not answered an order. */
export function silentCode(order: OrderState): string {
  const { kind, isUnread, unwritten = null } = order;
  if (isUnread === true) return 'EntryNotUnderstood';
  if (unwritten === null) return isOverdue(order) ? 'OrderOverdue' : 'RunnerSilent';
  return kind === 'look' ? 'JournalNotWritable' : 'OutcomeNotWritten';
}

/** The code for a look that has ended and brought nothing. */
export const codeOfLook = (order: OrderState): string =>
  order.silentSince !== null
    ? silentCode(order)
    : (order.code ?? (order.status === 'lapsed' ? 'OrderLapsed' : 'LookFailed'));

/** Sent or accepted, and its runner is neither silent nor only holds it. */
export const isUnderWay = (order: OrderState): boolean =>
  (order.status === 'sent' || order.status === 'accepted') && order.silentSince === null && !isHeld(order);

/** Whether any step of the stage was begun on the host, so that something may have changed there. */
export function begun(rotation: RotationState, host: string, stage: string): boolean {
  const slice = rotation.plan?.slices.find((one) => one.host === host);
  const steps = slice?.stages[stage]?.steps ?? [];
  return steps.some((step) => rotation.steps[host]?.[step.id] !== undefined);
}

/** Workers whose old certificates no master trusts any more: they are cut off until they present another one. */
export function containedHosts({ plan, steps }: RotationState): readonly HostName[] {
  if (plan === null || !contains(plan)) return [];
  const masters = plan.slices.filter(({ stages }) => stages[CONTAIN] !== undefined);
  return plan.header.wish.workers.filter((worker) =>
    masters.every(({ host, stages }) =>
      stages[CONTAIN]?.steps.some(
        (step) =>
          step.kind === 'distrust-certificate' &&
          stepParams('distrust-certificate', step).worker === worker &&
          steps[host]?.[step.id]?.state === 'done',
      ),
    ),
  );
}

/** Whether a wave has stopped and what was proved is kept, unless a person chose to put all back. */
export function isKept({ plan, turned, resolved }: RotationState): boolean {
  if (plan === null || turned === null || !keeps(plan)) return false;
  // Nobody goes back to a certificate that no master may trust again.
  if (contains(plan)) return true;
  const inWave = followStages(plan).some(({ name }) => name === turned.stage);
  return inWave && !Object.values(resolved).some(({ choice }) => choice === 'put-all-back');
}

/** In a stopped wave, the workers that are, or stay, on their old certificate. */
export function withdrawn(rotation: RotationState): readonly HostName[] {
  const { plan } = rotation;
  if (plan === null || !isKept(rotation)) return [];
  return followStages(plan).flatMap(({ name, hosts }) =>
    hosts.filter((host) => ['failed', 'none'].includes(forthWork(rotation, host, name))),
  );
}

/** Workers that stay cut off: contained, and without a new certificate. */
export const cutOffHosts = (rotation: RotationState): readonly HostName[] =>
  withdrawn(rotation).filter((host) => containedHosts(rotation).includes(host));

/** Whether the master has switched, or may have: it neither refused its order to switch nor let it lapse. */
export function mayHaveSwitched(rotation: RotationState): boolean {
  const lead = rotation.plan === null ? undefined : switchStage(rotation.plan);
  if (lead === undefined) return false;
  return lead.hosts.some((host) => {
    const status = latestOrder(rotation, host, lead.name, 'apply')?.status ?? 'lapsed';
    return begun(rotation, host, lead.name) || (status !== 'refused' && status !== 'lapsed');
  });
}

/** When the workers were cut off: when the master's restart began, corrected for its skew; null before. */
export function cutAt(rotation: RotationState): number | null {
  const plan = rotation.plan;
  if (plan === null) return null;
  const stage = switchStage(plan);
  const host = stage?.hosts[0];
  if (stage === undefined || host === undefined) return null;
  const steps = plan.slices.find((slice) => slice.host === host)?.stages[stage.name]?.steps ?? [];
  const restart = steps.find((step) => step.kind === 'restart-service');
  return restart === undefined ? null : timeOf(rotation.steps[host]?.[restart.id]?.startedAt);
}
