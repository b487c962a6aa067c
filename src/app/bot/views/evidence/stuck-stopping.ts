import { latestOrder, ordersOf } from '../../../../domain/next/stages.ts';
import { switchStage } from '../../../../domain/plan/plan-phases.ts';
import type { OrderState, RotationState } from '../../../../domain/rotation/rotation.ts';
import type { HostName } from '../../../../domain/values.ts';

/**
 * Nobody knows when such a service ends, nor whether its process connects, or serves, until then. One that hangs while
 * starting does neither.
 */
const isStuck = (order: OrderState | undefined): boolean =>
  order?.code === 'ServiceStuckStopping' && order.data?.found !== 'start-pending';

export const isStuckStopping = (rotation: RotationState, host: HostName, stage: string | null): boolean =>
  ordersOf(rotation, host).some((one) => one.stage === stage && isStuck(one));

/** The same by what it was told last in any of its stages. */
export function isStuckNow(rotation: RotationState, host: HostName): boolean {
  const orders = ordersOf(rotation, host).filter(({ kind }) => kind === 'apply' || kind === 'undo');
  return orders.some((order) => isStuck(order) && orders.findLast(({ stage }) => stage === order.stage) === order);
}

/** The same of the master's on its way forth: whoever follows it may still be connected to that process. */
export const isMasterStuck = (rotation: RotationState): boolean => isStuck(leadOrder(rotation, 'apply'));

/** The same on its way back, so what that took is no length of a restart. */
export const isMasterStuckBack = (rotation: RotationState): boolean =>
  isStuck(leadOrder(rotation, 'undo') ?? leadOrder(rotation, 'apply'));

function leadOrder(rotation: RotationState, kind: 'apply' | 'undo'): OrderState | undefined {
  const stage = rotation.plan === null ? undefined : switchStage(rotation.plan);
  const [host] = stage?.hosts ?? [];
  return stage === undefined || host === undefined ? undefined : latestOrder(rotation, host, stage.name, kind);
}
