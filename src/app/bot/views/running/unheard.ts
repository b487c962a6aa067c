import { begun, isArmedOrder, isOverdue } from '../../../../domain/next/stages.ts';
import type { Plan } from '../../../../domain/plan/plan.ts';
import { CONTAIN, followStages, isArmed, makesBinding, switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../../domain/values.ts';
import type { RunningView } from '../../../../domain/views/view.ts';

/**
 * Whether workers may be cut off, or connected again, without anybody here having heard of it: a machine has its order
 * in the outage, and it cannot be heard. null: what was heard last still holds. `waiting` is what holds up the work.
 */
export function unheardOf(
  rotation: RotationState,
  waiting: Message | null,
): NonNullable<RunningView['unheard']> | null {
  const { plan } = rotation;
  const orders = unheardOrders(rotation, waiting);
  if (plan === null || orders.length === 0) return null;
  const master = switchStage(plan);
  const isHeldByMaster = orders.some(({ kind, stage }) => kind === 'apply' && stage === master?.name);
  const goesBack = isHeldByMaster && isArmed(plan) && !makesBinding(plan) && rotation.turned === null;
  return { all: waiting?.id === 'waiting.queue', master: goesBack ? (master?.hosts[0] ?? null) : null };
}

/** What holds up the work where a machine has not answered this order. */
export function notAnswering(order: OrderState): Message {
  const { isUnread, host, silentSince } = order;
  const hosts = [host];
  if (isUnread === true) return { id: 'waiting.unread', data: { hosts } };
  return { id: isOverdue(order) ? 'waiting.overdue' : 'waiting.silent', data: { hosts, since: silentSince ?? '' } };
}

/** Orders of the outage whose machines cannot be heard: what each asks for may have been done. */
export function unheardOrders({ plan, ...rest }: RotationState, waiting: Message | null): readonly OrderState[] {
  if (plan === null || waiting === null) return [];
  return ofOutage({ plan, ...rest }, plan).filter((order) => isUnheard(order, waiting));
}

/** Machines in the midst of their part of the outage: a stop may reach them only after their restart has begun. */
export function inOutage(rotation: RotationState): readonly HostName[] {
  if (rotation.plan === null) return [];
  return ofOutage(rotation, rotation.plan)
    .filter(({ kind, host, stage }) => kind === 'apply' && begun(rotation, host, stage ?? ''))
    .map(({ host }) => host);
}

function ofOutage(rotation: RotationState, plan: Plan): readonly OrderState[] {
  const outage = [CONTAIN, switchStage(plan)?.name, ...followStages(plan).map(({ name }) => name)];
  return rotation.orders.filter((order) => outage.includes(order.stage ?? '') && mayAct(rotation, order));
}

/** What is held until the master switches does nothing before that. */
const mayAct = (rotation: RotationState, order: OrderState): boolean =>
  (order.kind === 'apply' || order.kind === 'undo') &&
  (order.status === 'sent' || order.status === 'accepted') &&
  !order.seen &&
  !isArmedOrder(rotation, order);

const ABOUT_SOME: readonly string[] = [
  'waiting.order',
  'waiting.unwritable',
  'waiting.orders-refused',
  'waiting.orders-not-writable',
];

function isUnheard(order: OrderState, waiting: Message): boolean {
  if (waiting.id === 'waiting.queue') return true;
  // One that has taken its order reports what it does, and has done no more than that.
  if (order.silentSince !== null) return !(isOverdue(order) && order.status === 'accepted');
  const { hosts = [waiting.data.host] } = waiting.data as { readonly hosts?: readonly unknown[] };
  return ABOUT_SOME.includes(waiting.id) && order.status === 'sent' && hosts.includes(order.host);
}
