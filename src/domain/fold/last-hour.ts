import type { BotEntry } from '../journal/entries.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { HOUR_MS } from '../time.ts';
import type { Instant } from '../values.ts';

/** With one more that counts for an hour against how often its person may do so. */
export const withOneMore = (counted: FarmState['toAll'], by: string, at: Instant): FarmState['toAll'] => [
  ...counted.filter((one) => Date.parse(at) - Date.parse(one.at) < HOUR_MS),
  { by, at },
];

/** With one more word that goes to all channels of the farm. */
export const toAllBy = (
  { toAll }: FarmState,
  { by }: Extract<BotEntry, { type: 'frozen' | 'unfrozen' | 'snoozed' | 'sample-asked' }>,
  at: Instant,
): FarmState['toAll'] => withOneMore(toAll, by.id, at);
