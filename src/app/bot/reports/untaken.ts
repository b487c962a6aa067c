import { MUCH_A_DAY, roomOf, type Signed, saidToday } from '../../../domain/fold/entry-limits.ts';
import { isTooHigh } from '../../../domain/fold/heard-numbers.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { type HostHead, NEW_HOST } from '../../../domain/journal/host-head.ts';
import type { Report } from '../../../domain/letters/protocol.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { DAY_MS, instantOf } from '../../../domain/time.ts';
import { type HostName, isRefusal, type Refusal, refuse } from '../../../domain/values.ts';

const TOLD_AGAIN_AFTER_MS = DAY_MS;

/**
 * Why none of this is taken: an entry is longer than any of its kind can be, or this is more than an hour has room for.
 */
export function tooMuch(
  fresh: readonly Signed[] | Refusal,
  known: HostHead,
  weight: number,
  now: number,
): Refusal | null {
  if (isRefusal(fresh) && fresh.code === 'RunnerEntryTooLong') return fresh;
  const room = roomOf(known, instantOf(now));
  return weight > 0 && weight > room ? refuse('RunnerSaysTooMuch', { weight, room }) : null;
}

/** All of it is still taken, but the day's room will not last: somebody should find out why. */
export function saysMuch(state: FarmState, host: HostName, weight: number, now: number): readonly BotEntry[] {
  const before = saidToday(state.hosts[host] ?? NEW_HOST, instantOf(now));
  return weight > 0 && before + weight > MUCH_A_DAY ? untaken(state, host, 'RunnerSaysMuch', now) : [];
}

/** Its order number is believed only as far as it can be true: see `nextN`. */
export const tooHigh = (state: FarmState, { host, lastN }: Report, now: number): readonly BotEntry[] =>
  isTooHigh(state.hosts[host]?.n ?? 0, lastN) ? untaken(state, host, 'RunnerNumberTooHigh', now) : [];

/** Said once a day, however often it happens. */
export function untaken(state: FarmState, host: HostName, code: string, now: number): readonly BotEntry[] {
  const isTold = state.untaken.some(
    (one) => one.host === host && one.code === code && now - Date.parse(one.at) < TOLD_AGAIN_AFTER_MS,
  );
  return isTold ? [] : [{ type: 'untaken', host, code }];
}
