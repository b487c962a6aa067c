import type { BotEntry } from '../journal/entries.ts';
import type { RotationState } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';

/** A second look takes nobody's decision away that waits for votes. */
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

/** What was decided, of each host that it is about. */
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

/** What is out looks at what was so before that. */
export const overtaken = ({ orders }: Pick<RotationState, 'orders'>): Pick<RotationState, 'orders'> => ({
  orders: orders.map((one) =>
    one.status === 'sent' || one.status === 'accepted' ? { ...one, isOvertaken: true } : one,
  ),
});

/** What was known of these machines is settled by that look; what they are told later is not, nor how it ends. */
export const seenOrders = ({ orders }: RotationState, hosts: readonly HostName[]): RotationState['orders'] =>
  orders.map((order) => (hosts.includes(order.host) ? { ...order, seen: true } : order));

/**
 * A look that has settled nothing leaves the decision that waits; what it did settle, nobody need decide as it was
 * asked.
 */
export const afterLook = (
  { resolve }: RotationState,
  { choice, hosts }: Extract<BotEntry, { type: 'resolved' }>,
): RotationState['resolve'] =>
  choice === 'look-again' && hosts.length === 0 && resolve?.digest != null ? { ...resolve, look: null } : null;

/** A look that has settled nothing, and after which people are asked as before. */
export const lookedBy = (
  { lookedAgain }: RotationState,
  { choice, hosts, void: isVoid }: Extract<BotEntry, { type: 'resolved' }>,
  at: Instant,
): RotationState['lookedAgain'] =>
  lookedAgain === null || choice !== 'look-again' || hosts.length > 0 || isVoid === true
    ? null
    : { by: lookedAgain.by, at };
