import { PROTOCOL } from '../letters/protocol.ts';
import type { Instant } from '../values.ts';
import type { FarmState } from './farm-state.ts';

/**
 * Whether the newest look at a machine was taken after `since`, an instant of the bot's own clock. A look is timed by
 * its machine: what is known of that clock is taken off, never more than is true; of one of which nothing is known,
 * as much as a clock may be wrong.
 */
export function isLookedSince(
  { latest, hosts }: Pick<FarmState, 'latest' | 'hosts'>,
  host: string,
  since: Instant,
): boolean {
  const at = Date.parse(latest[host]?.at ?? '');
  return at - (hosts[host]?.skew?.ms ?? PROTOCOL.clockToleranceMs) > Date.parse(since);
}
