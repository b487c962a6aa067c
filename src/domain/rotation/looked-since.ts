import { PROTOCOL } from '../letters/protocol.ts';
import type { HostName, Instant } from '../values.ts';
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

/** Machines whose journal was lost, as when it was put back from a copy, and that were not looked at since. */
export const lostUnseen = (state: FarmState): readonly HostName[] =>
  state.strange
    .filter(({ host, code, at }) => code === 'RunnerJournalLost' && !isLookedSince(state, host, at))
    .map(({ host }) => host);
