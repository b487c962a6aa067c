import { believedN } from '../fold/heard-numbers.ts';
import { readsOpen } from '../journal/bot-head.ts';
import { type BotHead, type Order, PROTOCOL } from '../letters/protocol.ts';
import type { Moment } from '../next/moment.ts';
import type { HostPresence } from '../presence/presence.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { instantOf } from '../time.ts';
import type { HostName, RotationId } from '../values.ts';

/**
 * A runner may know a higher number than a bot whose journal was restored from a copy. If our number is so high that
 * the runner would refuse it, somebody had the bot's key and used the numbers up; then we count on from the runner's
 * own.
 */
export function nextN(
  state: Pick<FarmState, 'hosts'>,
  presence: { readonly [host: string]: Pick<HostPresence, 'lastN'> },
  host: HostName,
): number {
  const known = state.hosts[host]?.n ?? 0;
  const said = presence[host]?.lastN;
  if (said !== undefined && known >= said + PROTOCOL.orderNumbersAhead) return said + 1;
  return believedN(known, said ?? 0) + 1;
}

interface LookAsked {
  readonly host: HostName;
  readonly rotation: RotationId;
  readonly startWithinMs: number;
  readonly timeLimitMs: number;
}

/** A look, ready to sign; every other order says more. */
export const lookOrder = (
  state: FarmState,
  moment: Moment,
  { host, rotation, startWithinMs, timeLimitMs }: LookAsked,
): Order => ({
  v: 1,
  farm: moment.farm.name,
  host,
  n: nextN(state, moment.presence, host),
  rotation,
  kind: 'look',
  stage: null,
  digest: null,
  header: null,
  slice: null,
  lineHashes: [],
  refs: {},
  ...headFor(state, moment, host),
  ...openFor(state, moment, host),
  issued: instantOf(moment.now),
  startBy: instantOf(moment.now + startWithinMs),
  timeLimitMs,
});

/**
 * What an order to this host says about the bot's journal, if its runner reads that: as its reports tell or, before the
 * first one, as recorded.
 */
export function headFor(
  { epoch, hosts }: FarmState,
  { head, presence }: Moment,
  host: HostName,
): { readonly bot?: BotHead } {
  const hello = presence[host];
  const reads = hello === undefined ? hosts[host]?.readsHead === true : hello.bot !== undefined;
  return head !== undefined && reads ? { bot: { epoch, ...head } } : {};
}

/** What an order to this host says about open rotations, if its runner has told us that it reads this. */
function openFor(state: FarmState, { presence }: Moment, host: HostName): { readonly open?: readonly RotationId[] } {
  return readsOpen(presence[host]?.boot ?? '') ? { open: openIn(state) } : {};
}

/** Rotations that may still change something: closed ones are never ordered again, forward or back. */
const openIn = ({ unclosed, rotations }: FarmState): readonly RotationId[] =>
  unclosed.filter((id) => rotations[id]?.gate?.how === 'approved');
