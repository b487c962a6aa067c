import type { Farm } from '../farm/farm.ts';
import type { HostName, RotationId } from '../values.ts';
import type { FarmState } from './farm-state.ts';
import type { RotationState } from './rotation.ts';

/** Rotations that are not over; `begun`: a machine was told to change something, and may hold it still. */
export function openIn(state: FarmState): readonly { readonly id: RotationId; readonly begun: boolean }[] {
  return open(state).map(({ id, orders }) => ({ id, begun: orders.some(({ kind }) => kind !== 'look') }));
}

/**
 * Machines of a rotation that has begun, and that the farm file does not have: whatever they say would be refused, and
 * they would pass for silent; also such as it has told nothing yet, for it will. null: there are none. One that was
 * not begun is asked for anew instead.
 */
export function unservedBy(
  state: FarmState,
  farm: Farm,
): { readonly id: RotationId; readonly hosts: readonly HostName[] } | null {
  const names = new Set(farm.hosts.map(({ name }) => name));
  for (const { id, orders, plan } of open(state)) {
    const told = orders.flatMap(({ kind, host }) => (kind === 'look' ? [] : [host]));
    const meant = told.length === 0 ? [] : [...told, ...(plan?.slices ?? []).map(({ host }) => host)];
    const left = meant.filter((host) => !names.has(host));
    if (left.length > 0) return { id, hosts: [...new Set(left)] };
  }
  return null;
}

const open = ({ order, rotations }: FarmState): readonly RotationState[] =>
  order.flatMap((id) => {
    const rotation = rotations[id];
    return rotation === undefined || rotation.closed !== null ? [] : [rotation];
  });
