import { createRefusals, type Refusals } from '../../../domain/calls/refusals.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { NEW_HOST } from '../../../domain/journal/host-head.ts';
import { checkHere, type SignatureCheck } from '../../../domain/letters/envelope.ts';
import type { Report } from '../../../domain/letters/protocol.ts';
import { ownKeyNotes } from '../../../domain/letters/unknown-keys.ts';
import { type HostPresence, meet, notUnderstood } from '../../../domain/presence/presence.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { type HostName, isRefusal, type Refusal } from '../../../domain/values.ts';
import type { SteadyClock } from '../../../ports/clock.ts';
import type { Signer } from '../../../ports/journal.ts';
import type { Log } from '../../../ports/log.ts';
import type { PostOffice } from '../../../ports/post-office.ts';
import type { Desk } from '../desk.ts';
import { remembersMore } from './cut-short.ts';
import { createInOrder } from './in-order.ts';
import { keysNamedBy, type OpenReport, openReport, type UnreadReport } from './open-report.ts';
import { isOfOtherVersion, type MetReport, oddities, type Taken, toRecord } from './record-report.ts';
import { untaken } from './untaken.ts';

export interface TakerDeps {
  readonly signer: Signer;
  readonly office: PostOffice;
  readonly clock: Pick<SteadyClock, 'steady'>;
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
  const { check = checkHere, clock, log } = deps;
  const misfits = createRefusals(clock, (data) => log.warn(data, 'a runner journal does not fit'));
  const rows = new Map<string, ReturnType<typeof createInOrder>>();
  return async (letter) => {
    const signedBy = keysNamedBy(desk, letter)[0] ?? '';
    const inOrder = rows.get(signedBy) ?? createInOrder();
    rows.set(signedBy, inOrder);
    const opened = await inOrder(openReport(desk, letter, check));
    if (isRefusal(opened)) return opened;
    return 'why' in opened ? takeUnread(desk, opened) : take(desk, { ...deps, misfits }, opened);
  };
}

/**
 * Known entries are ignored and a gap repeats the last acknowledgement, so lost, doubled and reordered letters are one
 * case. A journal that was wiped or cut short is recorded as forgotten and read again from its first line.
 */
async function take(
  desk: Desk,
  deps: TakerDeps & { readonly misfits: Refusals },
  opened: OpenReport,
): Promise<Refusal | null> {
  const report = { ...opened.report, notes: ownKeyNotes(opened.report.notes, desk.publicKey) };
  // Must come first: if the clock was set back, this corrects when each host was heard.
  const { now } = desk.moment();
  const earlier = desk.presence[report.host];
  const { skew, seq } = desk.state().hosts[report.host] ?? NEW_HOST;
  const known = skew?.boot === report.boot ? skew.ms : null;
  const met = meet(earlier, report, now, known);
  desk.presence[report.host] = met.presence;
  const heard: MetReport = { ...opened, ...met, report, now };
  // A hello without news, as most letters are: nothing to record.
  const isNews = report.entries.length > 0 || report.from !== seq + 1;
  if (!isNews && oddities(desk, desk.state(), heard).length === 0 && !remembersMore(desk, report.host)) return null;
  const { upTo, broken, isTooMuch } = await desk.hear<Taken>(report.host, (state) => toRecord(desk, state, heard));
  const present = desk.presence[report.host];
  if (broken !== null && isOfOtherVersion(broken) && present !== undefined)
    desk.presence[report.host] = notUnderstood(present);
  if (broken !== null) deps.misfits(broken.code, { host: report.host, data: broken.data }, report.host);
  if (isTooMuch === true) {
    // A runner that is not listened to does not count as heard either.
    if (present === met.presence) restore(desk, report.host, earlier);
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

function restore(desk: Desk, host: HostName, earlier: HostPresence | undefined): void {
  if (earlier === undefined) delete desk.presence[host];
  else desk.presence[host] = earlier;
}

async function acknowledge(desk: Desk, deps: TakerDeps, report: Report, upTo: number): Promise<void> {
  const body = JSON.stringify({ v: 1, farm: desk.farm.name, host: report.host, boot: report.boot, upTo });
  try {
    await deps.office.toHost(report.host, await deps.signer.signBeside('ack', body));
  } catch {
    // The runner sends the same entries again, and gets this answer again.
  }
}
