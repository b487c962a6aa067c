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
 * An entry of our own journal that this version knows. What a newer one wrote may take back what stands before it, so
 * nobody goes on without it: throws `EntryOfNewerVersion`.
 */
export const known = <E extends BotEntry | RunnerEntry>(entry: E, whose: 'bot' | 'runner'): E => {
  if (Object.hasOwn(whose === 'bot' ? OF_BOT : ENTRY_LIMITS, entry.type)) return entry;
  throw new CertopsError('EntryOfNewerVersion', { type: entry.type });
};
