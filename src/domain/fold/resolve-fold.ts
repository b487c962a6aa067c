import type { BotEntry } from '../journal/entries.ts';
import type { Voided } from '../journal/resolve.ts';
import { seenBack } from '../rotation/as-before.ts';
import type { RotationState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';

/** Looking again does not discard a decision that is waiting for votes. */
export function foldAsked(
  { resolve, proofs, orders }: RotationState,
  { choice, by, digest, facts = digest, hosts }: Extract<BotEntry, { type: 'resolve-asked' }>,
  at: Instant,
): Partial<RotationState> {
  const asked = { choice, by, hosts: hosts ?? null, digest, facts, at };
  const out = choice === 'put-all-back' ? overtaken({ orders }) : {};
  if (choice !== 'look-again') return { resolve: { ...asked, look: null }, voided: null, ...out };
  const looking = resolve?.digest == null ? asked : resolve;
  return { resolve: { ...looking, look: orders.length }, lookedAgain: { by, at: null }, proofs: {}, earlier: proofs };
}

/** Records what was decided for each host concerned. */
export function settledBy(
  { resolved, leftOut, resolve, orders }: RotationState,
  { choice, hosts }: Extract<BotEntry, { type: 'resolved' }>,
  at: Instant,
): Pick<RotationState, 'resolved' | 'leftOut'> {
  const of = <T>(what: T) => Object.fromEntries(hosts.map((host) => [host, what]));
  if (choice !== 'leave-out')
    return { resolved: { ...resolved, ...of({ choice, at, orders: orders.length }) }, leftOut };
  return { resolved, leftOut: resolve === null ? leftOut : { ...leftOut, ...of(resolve.by) } };
}

/** Orders already out rest on what was so before that decision. */
export const overtaken = ({ orders }: Pick<RotationState, 'orders'>): Pick<RotationState, 'orders'> => ({
  orders: orders.map((one) =>
    one.status === 'sent' || one.status === 'accepted' ? { ...one, isOvertaken: true } : one,
  ),
});

/**
 * That look settles what was known about these machines, but not orders sent to them later, nor how those end. One that
 * stands as before is put back, whatever its runner could not tell.
 */
export function seenOrders(rotation: RotationState, hosts: readonly HostName[]): RotationState['orders'] {
  const back = hosts.flatMap((host) => {
    const look = rotation.proofs[host];
    return look === undefined ? [] : seenBack(rotation, look);
  });
  return rotation.orders.map((order) => {
    if (!hosts.includes(order.host)) return order;
    return { ...order, seen: true, ...(back.includes(order) ? { outcome: 'put-back', seenBack: true } : {}) };
  });
}

/**
 * A look that settled nothing keeps the pending decision; one that settled something voids it, since the question has
 * changed.
 */
export const afterLook = (
  { resolve }: RotationState,
  { choice, hosts }: Extract<BotEntry, { type: 'resolved' }>,
): RotationState['resolve'] =>
  choice === 'look-again' && hosts.length === 0 && resolve?.digest != null ? { ...resolve, look: null } : null;

/** Set when a look settled nothing and people are asked as before. */
export const lookedBy = (
  { lookedAgain }: RotationState,
  { choice, hosts, void: isVoid }: Extract<BotEntry, { type: 'resolved' }>,
  at: Instant,
): RotationState['lookedAgain'] =>
  lookedAgain === null || choice !== 'look-again' || hosts.length > 0 || isVoid === true
    ? null
    : { by: lookedAgain.by, at };

/**
 * To wait longer for packages nothing is looked at: what is seen has not changed, and one person's word ends the
 * question.
 */
export function voidedBy(
  { resolve, lookedAgain, orders }: RotationState,
  { choice, hosts, void: isVoid }: Extract<BotEntry, { type: 'resolved' }>,
  at: Instant,
): Voided | null {
  if (isVoid !== true || resolve === null) return null;
  const isWait = choice === 'look-again' && hosts.length > 0 && resolve.look === orders.length;
  return { ...resolve, at, ...(isWait && lookedAgain !== null ? { waits: lookedAgain.by } : {}) };
}
