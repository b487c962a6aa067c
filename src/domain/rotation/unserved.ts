import type { Farm } from '../farm/farm.ts';
import type { HostName, RotationId } from '../values.ts';
import type { FarmState } from './farm-state.ts';
import type { RotationState } from './rotation.ts';

/** Open rotations. `begun`: a machine was told to change something, and may still hold that order. */
export function openIn(state: FarmState): readonly { readonly id: RotationId; readonly begun: boolean }[] {
  return open(state).map(({ id, orders }) => ({ id, begun: orders.some(({ kind }) => kind !== 'look') }));
}

/**
 * Machines of a rotation under way that are not in the farm file: their reports would be refused, and they would pass
 * for silent. Includes those it has sent nothing yet, because it will. null: none. A rotation that was not begun is
 * requested again instead.
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

const open = ({ unclosed, rotations }: FarmState): readonly RotationState[] =>
  unclosed.flatMap((id) => rotations[id] ?? []);
