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
 * Fields of known types that were added with a mark: whoever does not know them reads something else in their entry.
 * Those that the first version has need none.
 */
const UNDERSTOOD: readonly string[] = [];

/**
 * An entry of our own journal that this version knows. What a newer one wrote may take back what stands before it, so
 * nobody goes on without it. A field that is added to a known type is harmless to whoever leaves it out, or is named in
 * the entry's `needs` as `type.field`. Throws `EntryOfNewerVersion`.
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
