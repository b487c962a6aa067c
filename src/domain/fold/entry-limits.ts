import type { RunnerEntry } from '../journal/entries.ts';
import { type HostHead, NEW_HOST } from '../journal/host-head.ts';
import type { Envelope } from '../letters/protocol.ts';
import { type FarmState, SCAN } from '../rotation/farm-state.ts';
import type { Data, HostName, Instant } from '../values.ts';

const KI = 1024;
const MI = KI * KI;

/**
 * Longest line of each type accepted from a runner, in characters. A look takes some 3,000, plus 220 for each binding
 * and each certificate left behind; with the maximum of everything that is read, below two million. `accepted` holds
 * its order, with strings nested in strings.
 */
export const ENTRY_LIMITS: { readonly [type in RunnerEntry['type']]: number } = {
  accepted: 6 * MI,
  armed: 4 * KI,
  switched: 4 * KI,
  refused: 256 * KI,
  started: MI,
  done: MI,
  proved: MI,
  failed: 256 * KI,
  undone: MI,
  finished: 4 * MI,
};

/**
 * How much is taken from one machine in an hour, in characters: some ten thousand looks. A runner with more to catch up
 * on sends the rest in later hours; a thief of its key cannot fill disk and memory before people are told.
 */
export const TAKEN_AN_HOUR = 32 * MI;

/**
 * The limit per UTC day of the bot. More than an honest runner can be made to say: sixty refusals a minute, provoked by
 * somebody who writes into its queue, are some 90 million characters.
 */
export const TAKEN_A_DAY = 4 * TAKEN_AN_HOUR;

/** Above this people are told. A day of looks is far below a million, and so is a rotation of fifty machines. */
export const MUCH_A_DAY = 16 * MI;

/** A line also costs its signature, and a report the line it becomes. */
const AROUND_AN_ENTRY = 256;
const A_REPORT = KI;
/** Cost of reading a journal again from its first line: nobody loses it a thousand times an hour. */
export const A_JOURNAL_ANEW = 32 * KI;
/**
 * Cost of learning that a bot's journal was restored from a copy: it begins an epoch, which nobody does every minute.
 */
export const A_CUT_SHORT = MI;

type Accepted = Extract<RunnerEntry, { type: 'accepted' }>;

/** A signed envelope, and the entry in it. */
export interface Signed {
  readonly envelope: Envelope;
  readonly entry: RunnerEntry;
}

/**
 * How much of a machine's room these lines take. `isForeign`: whether the line at that place is about an order that was
 * not signed by this bot.
 */
export function weightOf(
  entries: readonly Signed[],
  state: Pick<FarmState, 'rotations' | 'hosts'>,
  host: HostName,
  isForeign: (at: number) => boolean,
): number {
  const returned = new Set<RunnerEntry['n']>();
  return entries.reduce((sum, { envelope: { body }, entry }, at) => {
    const isFirst = entry.type === 'accepted' && !returned.has(entry.n) && !isForeign(at);
    const echo = isFirst ? echoOf(entry, state, host) : 0;
    if (echo > 0) returned.add(entry.n);
    return sum + body.length - echo + AROUND_AN_ENTRY;
  }, A_REPORT);
}

/**
 * Length of our own order coming back for the first time: no more than this bot wrote itself. In a wave of hundreds of
 * workers their master is given, and returns, as many orders, each with its slice of the plan. A journal that lost the
 * order knows it by its signature, and the first time by its number, since a runner's accepted numbers only grow.
 */
function echoOf(
  { n, rotation, order }: Accepted,
  { rotations, hosts }: Pick<FarmState, 'rotations' | 'hosts'>,
  host: HostName,
): number {
  const orders = Object.hasOwn(rotations, rotation) ? (rotations[rotation]?.orders ?? []) : [];
  const given = orders.find((one) => one.host === host && one.n === n);
  const isEcho =
    given === undefined
      ? rotation !== SCAN && n > (hosts[host]?.returned ?? 0)
      : given.acceptedAt === null && given.envelope?.body === order.body;
  return isEcho ? JSON.stringify(order.body).length : 0;
}

/** The same head after these lines came from its machine: which of our orders need not come again. */
export function withReturned(head: HostHead, entries: readonly Signed[], isForeign: (at: number) => boolean): HostHead {
  const { returned = 0 } = head;
  const highest = entries.reduce(
    (most, { entry }, at) => (entry.type === 'accepted' && !isForeign(at) ? Math.max(most, entry.n) : most),
    returned,
  );
  return highest === returned ? head : { ...head, returned: highest };
}

const hourOf = (at: Instant): string => at.slice(0, 13);
const dayOf = (hour: string): string => hour.slice(0, 10);

/** How much was taken from a machine on the day of `at`. */
export const saidToday = ({ taken }: HostHead, at: Instant): number =>
  dayOf(taken.hour) === dayOf(at) ? taken.today : 0;

/** How much may still be taken from a machine at this moment, within its hour and its day. */
export const roomOf = (head: HostHead, at: Instant): number => {
  const { hour, characters } = head.taken;
  return Math.min(TAKEN_AN_HOUR - (hour === hourOf(at) ? characters : 0), TAKEN_A_DAY - saidToday(head, at));
};

/** The same head after taking `weight` more. */
export function withTaken(head: HostHead | undefined, weight: number, at: Instant): HostHead {
  const known = head ?? NEW_HOST;
  const hour = hourOf(at);
  const before = known.taken.hour === hour ? known.taken.characters : 0;
  return { ...known, taken: { hour, characters: before + weight, today: saidToday(known, at) + weight } };
}

const MOST_NAMES = 8;
const MOST_CHARACTERS = 120;

/** What is kept of data about nothing of ours: enough to recognise it. */
export const cut = (data: Data): Data =>
  Object.fromEntries(
    Object.entries(data)
      .filter(([, value]) => typeof value !== 'object' || value === null)
      .slice(0, MOST_NAMES)
      .map(([name, value]) => [name, typeof value === 'string' ? value.slice(0, MOST_CHARACTERS) : value]),
  );
