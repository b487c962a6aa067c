import { type Farm, hostsWith } from '../farm/farm.ts';
import type { Looks } from '../machine/host-facts.ts';
import { packageTeller } from '../machine/package-teller.ts';
import type { HostName } from '../values.ts';
import type { Wish } from './wish.ts';

/**
 * The master whose runner waits for packages before an outage of this kind; null: the farm does not wait, nobody could
 * see packages, or nothing would be spared.
 */
export function drainTeller(
  farm: Farm,
  { kind, compromised }: Pick<Wish, 'kind' | 'compromised'>,
  looks: Looks,
): HostName | null {
  // Workers that a master no longer trusts are cut off already.
  const hasOutage = kind === 'rotate-master' || (kind === 'rotate-worker' && !compromised);
  const masters = hostsWith(farm, 'master').map(({ name }) => name);
  return hasOutage && farm.drain.limitMs > 0 ? packageTeller(looks, masters) : null;
}
