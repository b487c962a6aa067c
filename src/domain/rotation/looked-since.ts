import { PROTOCOL } from '../letters/protocol.ts';
import type { Instant } from '../values.ts';
import type { FarmState } from './farm-state.ts';

/**
 * Whether the newest look at a machine was taken after `since`, by the bot's own clock. A look carries its machine's
 * time: the known skew, which never exceeds the true one, is subtracted; if none is known, as much as a clock may be
 * wrong.
 */
export function isLookedSince(
  { latest, hosts }: Pick<FarmState, 'latest' | 'hosts'>,
  host: string,
  since: Instant,
): boolean {
  const at = Date.parse(latest[host]?.at ?? '');
  return at - (hosts[host]?.skew?.ms ?? PROTOCOL.clockToleranceMs) > Date.parse(since);
}
