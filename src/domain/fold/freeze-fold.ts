import { frozenNow } from '../approval/freeze.ts';
import type { BotEntry } from '../journal/entries.ts';
import { change, type FarmState } from '../rotation/farm-state.ts';
import { HOUR_MS } from '../time.ts';
import type { Instant } from '../values.ts';
import { overtaken } from './resolve-fold.ts';

export function foldFreeze(
  state: FarmState,
  entry: Extract<BotEntry, { type: 'frozen' | 'unfrozen' }>,
  at: Instant,
): FarmState {
  const { by, reason } = entry;
  const { open } = state;
  return {
    ...(entry.type === 'frozen' && open !== null ? change(state, open, overtaken) : state),
    freeze: entry.type === 'frozen' ? { until: entry.until, by, reason, at } : null,
    freezeWord: { ...entry, at, before: frozenNow(state, Date.parse(at)) },
    toAll: toAllBy(state, entry, at),
  };
}

/** With one more word that goes to all channels of the farm. */
export const toAllBy = (
  { toAll }: FarmState,
  { by }: Extract<BotEntry, { type: 'frozen' | 'unfrozen' | 'snoozed' | 'sample-asked' }>,
  at: Instant,
): FarmState['toAll'] => withOneMore(toAll, by.id, at);

/** With one more that counts for an hour. */
export const withOneMore = (counted: FarmState['toAll'], by: string, at: Instant): FarmState['toAll'] => [
  ...counted.filter((one) => Date.parse(at) - Date.parse(one.at) < HOUR_MS),
  { by, at },
];
