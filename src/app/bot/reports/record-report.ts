import { A_JOURNAL_ANEW, type Signed, weightOf } from '../../../domain/fold/entry-limits.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { NEW_HOST } from '../../../domain/journal/host-head.ts';
import { type Met, metAnew } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { isRefusal, type Refusal } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { foreignAmong } from '../own-orders.ts';
import type { Decide } from '../record-together.ts';
import { cutShort, NOT_SIGNED_HERE, ownOrders } from './cut-short.ts';
import { isAnotherJournal, newEntries } from './new-entries.ts';
import type { OpenReport } from './open-report.ts';
import { saysMuch, tooHigh, tooMuch, untaken } from './untaken.ts';

/** A report whose machine has been met. */
export interface MetReport extends OpenReport, Met {
  /** Milliseconds since 1970 at which it was met: recording it may have to wait for the disk. */
  readonly now: number;
}

export interface Taken {
  readonly upTo: number;
  readonly broken: Refusal | null;
  readonly isTooMuch?: true;
}

/** What is strange about a report whatever its entries say: its numbers are too high, or two runners speak as one. */
export function oddities(desk: Desk, state: FarmState, { report, isTwo }: MetReport): readonly BotEntry[] {
  const { now } = desk.moment();
  return [...tooHigh(state, report, now), ...(isTwo ? untaken(state, report.host, 'TwoSpeakAsOne', now) : [])];
}

/** What a report adds to the bot's journal, held against what is recorded by the time that it can be. */
export function toRecord(desk: Desk, state: FarmState, heard: MetReport): ReturnType<Decide<Taken>> {
  const { report, isTimely } = heard;
  const { host, boot } = report;
  const { now } = desk.moment();
  const known = state.hosts[host] ?? NEW_HOST;
  const isLost = isAnotherJournal(heard, known, isTimely);
  const from = isLost ? NEW_HOST : known;
  const fresh = newEntries(heard, from);
  const first = from.seq + 1;
  const foreign = isRefusal(fresh) ? [] : foreignAmong(fresh, first, state, ownOrders(desk, host));
  const isForeign = (at: number): boolean => foreign.includes(first + at);
  const said = isRefusal(fresh) || fresh.length === 0 ? 0 : weightOf(fresh, state, host, isForeign);
  const much = tooMuch(fresh, known, said + (isLost ? A_JOURNAL_ANEW : 0), now);
  if (much !== null) {
    const entries = untaken(state, host, much.code, now);
    return { entries, answer: { upTo: known.seq, broken: much, isTooMuch: true } };
  }
  const beside: readonly BotEntry[] = [
    ...saysMuch(state, host, said, now),
    ...cutShort(desk, state, { report, fresh, isTimely }),
    ...oddities(desk, state, heard),
    ...(isLost ? [{ type: 'forgotten' as const, host, boot, seq: known.seq }] : []),
  ];
  if (isRefusal(fresh)) {
    const told = isOfOtherVersion(fresh) ? untaken(state, host, fresh.code, now) : [];
    return { entries: [...beside, ...told], answer: { upTo: from.seq, broken: fresh } };
  }
  if (fresh.length === 0) return { entries: beside, answer: { upTo: from.seq, broken: null } };
  desk.presence[host] = metAnew(desk.presence[host] ?? heard.presence, report, heard.now);
  return {
    entries: [...beside, ...heardOf(desk, state, heard, { fresh, foreign })],
    answer: { upTo: from.seq + fresh.length, broken: null },
  };
}

interface News {
  readonly fresh: readonly Signed[];
  /** Numbers of the lines about orders that were not signed here. */
  readonly foreign: readonly number[];
}

function heardOf(desk: Desk, state: FarmState, { report }: MetReport, { fresh, foreign }: News): readonly BotEntry[] {
  const { host, boot } = report;
  const skewMs = desk.presence[host]?.skew.ms ?? null;
  const entries = fresh.map(({ envelope }) => envelope);
  if (foreign.length === 0) return [{ type: 'heard', host, boot, skewMs, entries }];
  return [
    ...untaken(state, host, NOT_SIGNED_HERE, desk.moment().now),
    { type: 'heard', host, boot, skewMs, entries, foreign },
  ];
}

/** It is signed, but does not look like any entry of this version. */
export const isOfOtherVersion = ({ code }: Refusal): boolean =>
  code === 'EntryNotUnderstood' || code === 'LineNotUnderstood';
