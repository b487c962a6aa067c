import { A_CUT_SHORT, roomOf, type Signed } from '../../../domain/fold/entry-limits.ts';
import type { BotEntry } from '../../../domain/journal/entries.ts';
import { NEW_HOST } from '../../../domain/journal/host-head.ts';
import type { Report } from '../../../domain/letters/protocol.ts';
import type { FarmState } from '../../../domain/rotation/farm-state.ts';
import { instantOf } from '../../../domain/time.ts';
import { type HostName, isRefusal, type Refusal } from '../../../domain/values.ts';
import type { Desk } from '../desk.ts';
import { lostAmong, type OwnOrders } from '../own-orders.ts';
import { untaken } from './untaken.ts';

export const NOT_SIGNED_HERE = 'OrderNotSignedHere';

/** Whether the runner names a position of this bot's own journal that the journal does not have. */
export function remembersMore(desk: Desk, host: string): boolean {
  const bot = desk.presence[host]?.bot ?? null;
  return bot !== null && !desk.knows(bot);
}

export const ownOrders = ({ farm, publicKey }: Desk, host: HostName): OwnOrders => ({
  farm: farm.name,
  host,
  publicKey,
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
export function cutShort(desk: Desk, state: FarmState, heard: Heard): readonly BotEntry[] {
  const { report, fresh, isTimely } = heard;
  const { host } = report;
  const bot = desk.presence[host]?.bot ?? null;
  if (bot === null || !remembersMore(desk, host) || isRefusal(fresh)) return [];
  const lost = lostAmong(fresh, ownOrders(desk, host), desk.knows);
  if (lost !== null) return [{ type: 'cut-short', host, ...lost }];
  const known = state.hosts[host] ?? NEW_HOST;
  if (!isTimely || report.entries.length > 0 || report.from !== known.seq + 1) return [];
  const { now } = desk.moment();
  const told = untaken(state, host, NOT_SIGNED_HERE, now);
  const isFull = roomOf(known, instantOf(now)) < A_CUT_SHORT;
  if (isFull || state.unclosed.length > 0) return told;
  const { epoch, seq, n, rotation } = bot;
  return [{ type: 'cut-short', host, epoch, seq, n, rotation, unproved: true }, ...told];
}
