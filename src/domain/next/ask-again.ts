import { notAskedYet } from '../inventory/named.ts';
import { hostsIn } from '../plan/scope.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { lookAt } from './look-at.ts';
import type { Action, Moment } from './moment.ts';
import { isUnderWay, ordersOf } from './stages.ts';

/**
 * Once all are looked at: a second look at a master that is to let workers in again and was not asked about their own
 * certificates, because nothing was known of them when it was looked at. Null: the looks suffice, or there was a second
 * one, whatever it brought.
 */
export function askMastersAgain(rotation: RotationState, { farm }: Moment): readonly Action[] | null {
  const { wish, looks } = rotation;
  if (wish.kind !== 'rotate-master') return null;
  for (const { name, roles } of hostsIn(farm, wish)) {
    if (!roles.includes('master')) continue;
    const orders = ordersOf(rotation, name).filter(({ kind }) => kind === 'look');
    const last = orders.at(-1);
    if (last === undefined) continue;
    if (isUnderWay(last)) return [];
    const isFirst = last.outcome === 'looked' && orders.filter(({ outcome }) => outcome === 'looked').length === 1;
    if (isFirst && notAskedYet(looks, name).length > 0) return [lookAt(name)];
  }
  return null;
}
