import type { CutShortEntry } from '../journal/bot-head.ts';
import type { BotEntry, RunnerEntry } from '../journal/entries.ts';
import { NEW_HOST } from '../journal/host-head.ts';
import type { JournalLine } from '../letters/protocol.ts';
import { change, type FarmState, SCAN } from '../rotation/farm-state.ts';
import type { OrderState } from '../rotation/rotation.ts';
import type { HostName, Instant, RotationId } from '../values.ts';
import { A_CUT_SHORT, A_JOURNAL_ANEW, cut, withTaken } from './entry-limits.ts';

type Accepted = Extract<RunnerEntry, { type: 'accepted' }>;
export type Heard = Extract<BotEntry, { type: 'heard' }>;

/** What a runner says it accepted. */
export function foldTaken(
  state: FarmState,
  { host, foreign }: Heard,
  line: JournalLine<RunnerEntry> & { readonly entry: Accepted },
  at: Instant,
): FarmState {
  if (foreign?.includes(line.seq) === true) return numberBefore(state, line.entry);
  return numberAbove(unremembered(state, host, line, at), host, line.entry);
}

/** Whether this journal has that order. Looks of a scan count as known; anything else under that id does not. */
export function isRemembered(
  { rotations }: Pick<FarmState, 'rotations'>,
  host: HostName,
  { n, rotation, kind }: Accepted,
): boolean {
  const orders = rotations[rotation]?.orders ?? [];
  return rotation === SCAN ? kind === 'look' : orders.some((order) => order.host === host && order.n === n);
}

/**
 * Signed by this bot and accepted by the runner, but not in this journal: the journal was cut short, or somebody else
 * has the key.
 */
function unremembered(
  state: FarmState,
  host: HostName,
  { seq, entry }: { readonly seq: number; readonly entry: Accepted },
  at: Instant,
): FarmState {
  if (isRemembered(state, host, entry)) return state;
  const { n, rotation, kind } = entry;
  const missing = told(state, { host, seq, n, rotation }, at);
  // A runner that knows more than this journal about a rotation, or about a later one, knows how it went on.
  return cutShort(missing, host, (id) => id === rotation || (kind !== 'look' && numberIn(rotation) > numberIn(id)));
}

function told(
  state: FarmState,
  { host, seq, n, rotation }: { host: HostName; seq: number; n: number; rotation: RotationId },
  at: Instant,
): FarmState {
  const code = 'OrderNotRemembered';
  // A bot that hears a runner's whole journal again needs to say so only once.
  if (state.strange.some((one) => one.code === code && one.host === host && one.at === at)) return state;
  const strange = { host, seq, code, data: cut({ n, rotation }), at };
  return { ...state, strange: [...state.strange, strange].slice(-200) };
}

/** The journal was restored from a copy: what is open in it may have ended long ago. */
export function foldCutShort(
  state: FarmState,
  { host, seq, epoch, n, rotation, unproved }: CutShortEntry,
  at: Instant,
): FarmState {
  const hosts = { ...state.hosts, [host]: withTaken(state.hosts[host], A_CUT_SHORT, at) };
  const begun = { ...state, epoch: Math.max(state.epoch, epoch) + 1, hosts };
  if (unproved === true) return begun;
  const nextNumber = isNear(state, rotation) ? numberIn(rotation) + 1 : state.nextNumber;
  const next = { ...begun, cutShortAt: at, nextNumber };
  return cutShort(told(next, { host, seq, n, rotation }, at), host, () => true);
}

const cutShort = (state: FarmState, host: HostName, which: (id: RotationId) => boolean): FarmState =>
  state.unclosed.filter(which).reduce((sofar, id) => change(sofar, id, () => ({ cutShort: host })), state);

/** How many rotations a copy may lack: a compromised machine must not use up all numbers. */
const NUMBERS_AHEAD = 1000;

/** An id of this farm that this journal has not assigned yet, but may have before it was cut short. */
function isNear({ order, nextNumber }: FarmState, id: RotationId): boolean {
  const last = order.at(-1);
  const isOurs = last === undefined || farmIn(last) === farmIn(id);
  return isOurs && numberIn(id) >= nextNumber && numberIn(id) <= nextNumber + NUMBERS_AHEAD;
}

const farmIn = (id: RotationId): string => id.replace(/-\d+$/u, '');
const numberIn = (id: RotationId): number => Number(/-(\d{1,9})$/u.exec(id)?.[1] ?? 0);

/** No farm has this many requests: a runner naming a higher one is not believed, or rotation ids would run out. */
const MOST_NUMBERS = 100_000_000;

/**
 * A farm issues some thousand orders a year. Far less than the jump runners accept between two orders
 * (`orderNumbersAhead`).
 */
const ORDERS_AHEAD = 100_000;

/** Whether a runner claims more orders than this journal can lack. */
export const isTooHigh = (known: number, said: number): boolean => said > known + ORDERS_AHEAD;

/**
 * How much of a runner's claimed last order number is believed: a thief of its key could use up all numbers with one
 * message. A journal that really lacks more catches up step by step, with each refused order.
 */
export const believedN = (known: number, said: number): number => Math.max(known, Math.min(said, known + ORDERS_AHEAD));

/** How high a bot may have numbered rotations under a key that is gone: a farm has some dozen a year. */
const FIRST_NUMBERS = 10_000;

/** A bot that lost its key along with its journal does not reuse rotation numbers, just like one that kept its key. */
const numberBefore = (state: FarmState, { rotation: id }: Accepted): FarmState =>
  state.order.length > 0 || numberIn(id) > FIRST_NUMBERS
    ? state
    : { ...state, nextNumber: Math.max(state.nextNumber, numberIn(id) + 1) };

/**
 * An accepted order ends the chances of those before it: a runner accepts no lower number any more. A bot that lost its
 * journal must reuse neither order nor rotation numbers.
 */
function numberAbove(state: FarmState, host: HostName, { n, rotation: id }: Accepted): FarmState {
  const known = state.hosts[host] ?? NEW_HOST;
  const isOvertaken = (order: OrderState): boolean => order.host === host && order.n < n && order.status === 'sent';
  const next = {
    ...state,
    nextNumber: Math.max(state.nextNumber, numberIn(id) < MOST_NUMBERS ? numberIn(id) + 1 : 0),
    hosts: { ...state.hosts, [host]: { ...known, n: believedN(known.n, n) } },
  };
  return changeOrders(next, isOvertaken, { status: 'lapsed', silentSince: null });
}

/** A runner journal that is gone cannot tell how an accepted order ended; orders it never saw may still be accepted. */
export function foldForgotten(
  state: FarmState,
  { host, seq }: Extract<BotEntry, { type: 'forgotten' }>,
  at: Instant,
): FarmState {
  const known = withTaken(state.hosts[host], A_JOURNAL_ANEW, at);
  const code = 'RunnerJournalLost';
  const next = {
    ...state,
    hosts: { ...state.hosts, [host]: { ...known, seq: 0, hash: null, first: null } },
    strange: [...state.strange, { host, seq, code, data: {}, at }].slice(-200),
  };
  const isOpen = (order: OrderState): boolean => order.host === host && order.status === 'accepted';
  return changeOrders(next, isOpen, {
    status: 'finished',
    outcome: 'unknown',
    code,
    finishedAt: at,
    silentSince: null,
  });
}

/** What a runner said that is too much, or backed by nothing. Told once a day. */
export function foldUntaken(
  state: FarmState,
  { host, code }: Extract<BotEntry, { type: 'untaken' }>,
  at: Instant,
): FarmState {
  const { seq } = state.hosts[host] ?? NEW_HOST;
  const others = state.untaken.filter((one) => one.host !== host || one.code !== code);
  return { ...state, untaken: [...others, { host, seq, code, data: {}, at }] };
}

/** Changes orders of open rotations. */
function changeOrders(state: FarmState, which: (order: OrderState) => boolean, how: Partial<OrderState>): FarmState {
  return state.unclosed.reduce((sofar, id) => {
    const rotation = sofar.rotations[id];
    if (rotation === undefined || !rotation.orders.some(which)) return sofar;
    const orders = rotation.orders.map((order) => (which(order) ? { ...order, ...how } : order));
    return change(sofar, id, () => ({ orders }));
  }, state);
}
