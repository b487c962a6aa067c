import { openIds } from '../../../domain/drive/drive.ts';
import {
  A_CUT_SHORT,
  A_JOURNAL_ANEW,
  ENTRY_LIMITS,
  MUCH_A_DAY,
  roomOf,
  type Signed,
  saidToday,
  weightOf,
} from '../../../domain/fold/entry-limits.ts';
import { isTooHigh } from '../../../domain/fold/heard-numbers.ts';
import type { BotEntry, RunnerEntry } from '../../../domain/journal/entries.ts';
import { type HostHead, NEW_HOST } from '../../../domain/journal/host-head.ts';
import { parseRunnerEntry } from '../../../domain/journal/runner-entries.ts';
import { checkHere, type SignatureCheck } from '../../../domain/letters/envelope.ts';
import type { Envelope, Report } from '../../../domain/letters/protocol.ts';
import { ownKeyNotes } from '../../../domain/letters/unknown-keys.ts';
import type { HostPresence } from '../../../domain/presence/presence.ts';
import { meet, metAnew, notUnderstood } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { sha256 } from '../../../domain/sha256.ts';
import { DAY_MS } from '../../../domain/time.ts';
import { type HostName, isRefusal, type Refusal, refuse } from '../../../domain/values.ts';
import type { Signer } from '../../../ports/journal.ts';
import type { Log } from '../../../ports/log.ts';
import type { PostOffice } from '../../../ports/post-office.ts';
import type { Desk } from '../desk.ts';
import { foreignAmong, lostAmong, type OwnOrders } from '../own-orders.ts';
import { createInOrder } from './in-order.ts';
import { keysNamedBy, type OpenReport, openReport, type UnreadReport } from './open-report.ts';

interface TakerDeps {
  readonly signer: Signer;
  readonly office: PostOffice;
  readonly log: Log;
  /** If left out, this thread checks. */
  readonly check?: SignatureCheck;
}

/**
 * Takes the letters of the `reports` queue for one farm: verifies each, records what is new, and acknowledges. Several
 * are verified in parallel, and those of one machine are then taken in the order in which they came; none waits for
 * another machine's, which may be long.
 */
export function createTaker(desk: Desk, deps: TakerDeps): (letter: unknown) => Promise<Refusal | null> {
  const { check = checkHere } = deps;
  const rows = new Map<string, ReturnType<typeof createInOrder>>();
  return async (letter) => {
    const signedBy = keysNamedBy(desk, letter)[0] ?? '';
    const inOrder = rows.get(signedBy) ?? createInOrder();
    rows.set(signedBy, inOrder);
    const opened = await inOrder(openReport(desk, letter, check));
    if (isRefusal(opened)) return opened;
    return 'why' in opened ? takeUnread(desk, opened) : take(desk, deps, opened);
  };
}

/**
 * Known entries are ignored and a gap repeats the last acknowledgement, so lost, doubled and reordered letters are one
 * case. A journal that was wiped or cut short is recorded as forgotten and read again from its first line.
 */
async function take(desk: Desk, deps: TakerDeps, opened: OpenReport): Promise<Refusal | null> {
  const report = { ...opened.report, notes: ownKeyNotes(opened.report.notes, desk.publicKey) };
  // Must come first: if the clock was set back, this corrects when each host was heard.
  const { now } = desk.moment();
  const earlier = desk.presence[report.host];
  const { skew } = head(desk, report.host);
  const known = skew?.boot === report.boot ? skew.ms : null;
  const { presence, isTimely, isTwo } = meet(earlier, report, now, known);
  desk.presence[report.host] = presence;
  const before = head(desk, report.host);
  const odd = (state: FarmState): readonly BotEntry[] => [
    ...tooHigh(state, report, desk.moment().now),
    ...(isTwo ? untaken(state, report.host, 'TwoSpeakAsOne', desk.moment().now) : []),
  ];
  // A hello without news, as most letters are: nothing to record.
  if (
    report.entries.length === 0 &&
    report.from === before.seq + 1 &&
    odd(desk.state()).length === 0 &&
    !remembersMore(desk, report.host)
  )
    return null;
  const { upTo, broken, isTooMuch } = await desk.hear<Taken>(report.host, (state) => {
    const known = state.hosts[report.host] ?? NEW_HOST;
    const isLost = isOther(opened, known, isTimely);
    const from = isLost ? NEW_HOST : known;
    const fresh = newEntries(opened, from);
    const said = isRefusal(fresh) || fresh.length === 0 ? 0 : weightOf(fresh, state, report.host);
    const much = tooMuch(fresh, known, said + (isLost ? A_JOURNAL_ANEW : 0), desk.moment().now);
    if (much !== null) {
      const entries = untaken(state, report.host, much.code, desk.moment().now);
      return { entries, answer: { upTo: known.seq, broken: much, isTooMuch: true } };
    }
    const forgot: readonly BotEntry[] = [
      ...saysMuch(state, report.host, said, desk.moment().now),
      ...cutShort(desk, deps, state, { report, fresh, isTimely }),
      ...odd(state),
      ...(isLost ? [{ type: 'forgotten' as const, host: report.host, boot: report.boot, seq: known.seq }] : []),
    ];
    if (isRefusal(fresh)) {
      const told = isOfOtherVersion(fresh) ? untaken(state, report.host, fresh.code, desk.moment().now) : [];
      return { entries: [...forgot, ...told], answer: { upTo: from.seq, broken: fresh } };
    }
    if (fresh.length === 0) return { entries: forgot, answer: { upTo: from.seq, broken: null } };
    desk.presence[report.host] = metAnew(desk.presence[report.host] ?? presence, report, now);
    const { host, boot } = report;
    const skewMs = desk.presence[host]?.skew.ms ?? null;
    const strangers = foreignAmong(fresh, from.seq + 1, state, ownOrders(desk, deps, host));
    const foreign = strangers.length === 0 ? {} : { foreign: strangers };
    return {
      entries: [
        ...forgot,
        ...(strangers.length === 0 ? [] : untaken(state, host, NOT_SIGNED_HERE, desk.moment().now)),
        { type: 'heard', host, boot, skewMs, entries: fresh.map(({ envelope }) => envelope), ...foreign },
      ],
      answer: { upTo: from.seq + fresh.length, broken: null },
    };
  });
  const heard = desk.presence[report.host];
  if (broken !== null && isOfOtherVersion(broken) && heard !== undefined)
    desk.presence[report.host] = notUnderstood(heard);
  if (broken !== null) deps.log.warn({ host: report.host, ...broken }, 'a runner journal does not fit');
  if (isTooMuch === true) {
    // A runner that is not listened to does not count as heard either.
    if (desk.presence[report.host] === presence) restore(desk, report.host, earlier);
    return broken;
  }
  await acknowledge(desk, deps, report, upTo);
  return broken;
}

/**
 * The runner is there, but what it says is not understood: it does not count as silent, and is asked for nothing. A
 * letter that was held back or repeated says nothing about a runner that has been understood since.
 */
async function takeUnread(desk: Desk, { name, why }: UnreadReport): Promise<Refusal> {
  const { now } = desk.moment();
  const earlier = desk.presence[name.host];
  const hello = { ...name, v: 1 as const, lastN: earlier?.lastN ?? 0, from: 0, entries: [], notes: [] };
  const { presence } = meet(earlier, hello, now);
  const isNews = presence.clock === Date.parse(name.clock);
  desk.presence[name.host] = isNews ? notUnderstood(presence) : presence;
  if (!isNews) return why;
  const wanted = (state: FarmState): readonly BotEntry[] => untaken(state, name.host, why.code, now);
  if (wanted(desk.state()).length > 0)
    await desk.hear(name.host, (state) => ({ entries: wanted(state), answer: null }));
  return why;
}

/** It is signed, but does not look like any entry of this version. */
const isOfOtherVersion = ({ code }: Refusal): boolean => code === 'EntryNotUnderstood' || code === 'LineNotUnderstood';

interface Taken {
  readonly upTo: number;
  readonly broken: Refusal | null;
  readonly isTooMuch?: true;
}

const TOLD_AGAIN_AFTER_MS = DAY_MS;

/**
 * Why none of this is taken: an entry is longer than any of its kind can be, or this is more than an hour has room for.
 */
function tooMuch(fresh: readonly Signed[] | Refusal, known: HostHead, weight: number, now: number): Refusal | null {
  if (isRefusal(fresh) && fresh.code === 'RunnerEntryTooLong') return fresh;
  const room = roomOf(known, new Date(now).toISOString());
  return weight > 0 && weight > room ? refuse('RunnerSaysTooMuch', { weight, room }) : null;
}

/** All of it is still taken, but the day's room will not last: somebody should find out why. */
function saysMuch(state: FarmState, host: HostName, weight: number, now: number): readonly BotEntry[] {
  const before = saidToday(state.hosts[host] ?? NEW_HOST, new Date(now).toISOString());
  return weight > 0 && before + weight > MUCH_A_DAY ? untaken(state, host, 'RunnerSaysMuch', now) : [];
}

/** Its order number is believed only as far as it can be true: see `nextN`. */
const tooHigh = (state: FarmState, { host, lastN }: Report, now: number): readonly BotEntry[] =>
  isTooHigh(state.hosts[host]?.n ?? 0, lastN) ? untaken(state, host, 'RunnerNumberTooHigh', now) : [];

/** Said once a day, however often it happens. */
function untaken(state: FarmState, host: HostName, code: string, now: number): readonly BotEntry[] {
  const isTold = state.untaken.some(
    (one) => one.host === host && one.code === code && now - Date.parse(one.at) < TOLD_AGAIN_AFTER_MS,
  );
  return isTold ? [] : [{ type: 'untaken', host, code }];
}

function restore(desk: Desk, host: HostName, earlier: HostPresence | undefined): void {
  if (earlier === undefined) delete desk.presence[host];
  else desk.presence[host] = earlier;
}

const NOT_SIGNED_HERE = 'OrderNotSignedHere';

/** Whether the runner names a position of this bot's own journal that the journal does not have. */
function remembersMore(desk: Desk, host: string): boolean {
  const bot = desk.presence[host]?.bot ?? null;
  return bot !== null && !desk.knows(bot);
}

const ownOrders = (desk: Desk, { signer }: TakerDeps, host: HostName): OwnOrders => ({
  farm: desk.farm.name,
  host,
  publicKey: signer.publicKey,
});

interface Heard {
  readonly report: Report;
  readonly fresh: readonly Signed[] | Refusal;
  readonly isTimely: boolean;
}

/**
 * This bot's own journal lacks what the runner has received from it. An order that the bot has signed shows that, and
 * comes among the lines that the journal lacks as well. If all of these are heard and none shows it, either another key
 * was lost with the journal, or the claim is false; then nothing comes of it, except that the runner takes orders
 * again.
 */
function cutShort(desk: Desk, deps: TakerDeps, state: FarmState, heard: Heard): readonly BotEntry[] {
  const { report, fresh, isTimely } = heard;
  const { host } = report;
  const bot = desk.presence[host]?.bot ?? null;
  if (bot === null || !remembersMore(desk, host) || isRefusal(fresh)) return [];
  const lost = lostAmong(fresh, ownOrders(desk, deps, host), desk.knows);
  if (lost !== null) return [{ type: 'cut-short', host, ...lost }];
  const known = state.hosts[host] ?? NEW_HOST;
  if (!isTimely || report.entries.length > 0 || report.from !== known.seq + 1) return [];
  const { now } = desk.moment();
  const told = untaken(state, host, NOT_SIGNED_HERE, now);
  const isFull = roomOf(known, new Date(now).toISOString()) < A_CUT_SHORT;
  if (isFull || openIds(state).length > 0) return told;
  const { epoch, seq, n, rotation } = bot;
  return [{ type: 'cut-short', host, epoch, seq, n, rotation, unproved: true }, ...told];
}

/**
 * Whether this is another journal than before: it begins with another line, goes on from another one, or, in a hello
 * that nothing has overtaken, is shorter than it was.
 */
function isOther({ report, line }: OpenReport, known: HostHead, isTimely: boolean): boolean {
  if (report.entries.length === 0) return isTimely && report.from <= known.seq;
  const at = (seq: number): Envelope | undefined => report.entries[seq - report.from];
  const differs = (envelope: Envelope | undefined, hash: string | null): boolean =>
    envelope !== undefined && hash !== null && sha256(JSON.stringify(envelope)) !== hash;
  if (differs(at(1), known.first) || differs(at(known.seq), known.hash)) return true;
  const next = at(known.seq + 1);
  const following = next === undefined ? null : line(next);
  return known.hash !== null && following !== null && !isRefusal(following) && following.prev !== known.hash;
}

const head = (desk: Desk, host: string): HostHead => desk.state().hosts[host] ?? NEW_HOST;

/** The entries after those known, each signed by this host and chained to the one before. */
function newEntries({ report, unsigned, line: read }: OpenReport, known: HostHead): readonly Signed[] | Refusal {
  if (report.from > known.seq + 1) return [];
  const fresh: Signed[] = [];
  let { hash, seq } = known;
  for (const envelope of report.entries.slice(known.seq + 1 - report.from)) {
    const refused = unsigned(envelope);
    if (refused !== null) return refused;
    const line = read(envelope);
    if (isRefusal(line)) return line;
    const entry: RunnerEntry | Refusal = parseRunnerEntry(line.entry);
    if (isRefusal(entry)) return entry;
    const limit = ENTRY_LIMITS[entry.type];
    const found = envelope.body.length;
    if (found > limit) return refuse('RunnerEntryTooLong', { type: entry.type, found, limit });
    if (line.seq !== seq + 1) return refuse('RunnerJournalGap', { found: line.seq, wanted: seq + 1 });
    if (hash !== null && line.prev !== hash) return refuse('RunnerJournalBroken', { seq: line.seq });
    seq = line.seq;
    hash = sha256(JSON.stringify(envelope));
    fresh.push({ envelope, entry });
  }
  return fresh;
}

async function acknowledge(desk: Desk, deps: TakerDeps, report: Report, upTo: number): Promise<void> {
  const body = JSON.stringify({ v: 1, farm: desk.farm.name, host: report.host, boot: report.boot, upTo });
  try {
    await deps.office.toHost(report.host, await deps.signer.signBeside('ack', body));
  } catch {
    // The runner sends the same entries again, and gets this answer again.
  }
}
