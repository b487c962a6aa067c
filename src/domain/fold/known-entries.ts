import { CertopsError } from '../errors.ts';
import type { BotEntry, RunnerEntry } from '../journal/entries.ts';
import { ENTRY_LIMITS } from './entry-limits.ts';

const OF_BOT: { readonly [type in BotEntry['type']]: true } = {
  requested: true,
  planned: true,
  refused: true,
  voted: true,
  'gate-closed': true,
  scheduled: true,
  rechecked: true,
  begun: true,
  turned: true,
  'stop-asked': true,
  posted: true,
  noting: true,
  noted: true,
  reviewed: true,
  ordered: true,
  unwritten: true,
  heard: true,
  frozen: true,
  unfrozen: true,
  forgotten: true,
  'cut-short': true,
  untaken: true,
  silent: true,
  lapsed: true,
  'resolve-asked': true,
  resolved: true,
  closed: true,
  reminding: true,
  snoozed: true,
  quiet: true,
  well: true,
  nagging: true,
  'sample-asked': true,
  reminded: true,
};

/**
 * Fields added to known types with a mark, because readers that do not know them would misread the entry. The first
 * version's fields need no mark.
 */
const UNDERSTOOD: readonly string[] = [];

/**
 * Passes an entry of our own journal that this version knows. An entry from a newer version may revoke what precedes
 * it, so it must not be skipped. A field added to a known type is either harmless when ignored, or named in the entry's
 * `needs` as `type.field`. Throws CertopsError `EntryOfNewerVersion`.
 */
export const known = <E extends BotEntry | RunnerEntry>(entry: E, whose: 'bot' | 'runner'): E => {
  if (!Object.hasOwn(whose === 'bot' ? OF_BOT : ENTRY_LIMITS, entry.type))
    throw new CertopsError('EntryOfNewerVersion', { type: entry.type });
  const { needs = [] } = entry as { readonly needs?: unknown };
  const unknown = Array.isArray(needs) ? needs.find((name) => !UNDERSTOOD.includes(name)) : needs;
  if (unknown !== undefined)
    throw new CertopsError('EntryOfNewerVersion', { type: entry.type, needs: String(unknown) });
  return entry;
};
