import { type AcceptedOrder, openOrders, type RunnerState } from '../../../domain/fold/runner-fold.ts';
import { usedBefore } from '../../../domain/fold/scale-out-past.ts';
import { keyIdOf } from '../../../domain/letters/envelope.ts';
import { parseOrder } from '../../../domain/letters/letters.ts';
import type { HostLook, PinnedKeys } from '../../../domain/machine/host-facts.ts';
import { type HostName, isRefusal } from '../../../domain/values.ts';
import type { Ended } from '../change/run-apply.ts';
import type { RunnerDeps } from '../deps.ts';
import { lookWithLeftovers } from './leftovers.ts';
import { lookAtNamed } from './look-at-named.ts';

/**
 * Everything that a look at this machine tells, with the certificates that its order names. Throws what reading throws.
 */
export async function lookAround(
  { journal, host, config, signer }: RunnerDeps,
  { envelope }: AcceptedOrder,
): Promise<Ended & { look: HostLook }> {
  const letter = envelope === null ? null : parseOrder(envelope.body);
  const asked = letter === null || isRefusal(letter) ? [] : (letter.certificates ?? []);
  const [look, named] = await Promise.all([
    lookWithLeftovers(host, config, journal.state),
    lookAtNamed(host, asked, config.allowedCertificates, usedBefore(journal.state())),
  ]);
  const own = { ...unconfirmedOf(journal.state()), pins: pinsOf(config, signer.keyId) };
  return { outcome: 'looked', look: { ...look, ...named, ...own }, facts: {} };
}

/** Whatever it presents now, it may present something else in a moment. */
function unconfirmedOf(state: RunnerState): Pick<HostLook, 'unconfirmed'> {
  for (const { rotation, switched } of openOrders(state))
    if (switched?.goesBackAt != null) return { unconfirmed: { rotation, goesBackAt: switched.goesBackAt } };
  return {};
}

/** Ids instead of keys: those who compare them have the keys, and every look may carry two hundred. */
export const pinsOf = ({ hostKeys, masterHost }: RunnerDeps['config'], own: string): PinnedKeys => ({
  own,
  master: masterHost,
  runners: Object.entries(hostKeys).map(([host, keys]) => ({ host: host as HostName, keys: keys.map(keyIdOf) })),
});
