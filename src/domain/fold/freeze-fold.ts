import { frozenNow } from '../approval/freeze.ts';
import type { BotEntry } from '../journal/entries.ts';
import { change, type FarmState } from '../rotation/farm-state.ts';
import type { Instant } from '../values.ts';
import { toAllBy } from './last-hour.ts';
import { overtaken } from './resolve-fold.ts';

/** A freeze also marks the orders that are out for the open rotation: see `overtaken`. */
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
