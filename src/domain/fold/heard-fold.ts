import { sharing } from '../equal.ts';
import type { RunnerEntry, TurnCause } from '../journal/entries.ts';
import { type HostHead, NEW_HOST } from '../journal/host-head.ts';
import type { JournalLine } from '../letters/protocol.ts';
import type { HostLook } from '../machine/host-facts.ts';
import { change, type FarmState, SCAN } from '../rotation/farm-state.ts';
import type { RotationState } from '../rotation/rotation.ts';
import { sha256 } from '../sha256.ts';
import { instantOf } from '../time.ts';
import type { HostName, Instant } from '../values.ts';
import { cut, weightOf, withReturned, withTaken } from './entry-limits.ts';
import { foldTaken, type Heard } from './heard-numbers.ts';
import { known } from './known-entries.ts';
import { withLook } from './look-fold.ts';
import { rejoinAfterLook } from './rejoin-fold.ts';
import { foldSpoken, type Spoken } from './spoken-fold.ts';
import { trailOf } from './trail.ts';
import { withoutLook } from './unnamed-order.ts';

/** What a runner signed is recorded in any state of the rotation, because it happened. */
export function foldHeard(state: FarmState, heard: Heard, at: Instant): FarmState {
  const lines = heard.entries.map((envelope) => {
    const line = JSON.parse(envelope.body) as JournalLine<RunnerEntry>;
    return { envelope, line, entry: known(line.entry, 'runner') };
  });
  const isForeign = (place: number): boolean => heard.foreign?.includes(lines[place]?.line.seq ?? 0) === true;
  const weight = weightOf(lines, state, heard.host, isForeign);
  const weighed = withReturned(withTaken(state.hosts[heard.host], weight, at), lines, isForeign);
  const skew = heard.skewMs === null ? weighed.skew : { boot: heard.boot, ms: heard.skewMs };
  const withHead = (farm: FarmState, head: HostHead): FarmState => ({
    ...farm,
    hosts: { ...farm.hosts, [heard.host]: head },
  });
  let next = state;
  // Written together with the first line: copying the map of thousands of machines is most of the work.
  let head: HostHead | null = { ...weighed, skew };
  for (const { envelope, line } of lines) {
    const known: HostHead = head ?? next.hosts[heard.host] ?? NEW_HOST;
    if (line.seq <= known.seq) continue;
    const hash = sha256(JSON.stringify(envelope));
    const first = line.seq === 1 ? hash : known.first;
    next = withHead(next, { ...known, seq: line.seq, hash, first });
    head = null;
    if (line.entry.type === 'accepted') next = foldTaken(next, heard, { ...line, entry: line.entry }, at);
    const when = instantOf(Date.parse(line.at) - (heard.skewMs ?? 0));
    const { host, boot, skewMs } = heard;
    next = foldRunnerEntry(next, { host, line, envelope, when, isClocked: skewMs !== null, at, boot });
  }
  return head === null ? next : withHead(next, head);
}

/** Entries whose times delimit a gap. */
const TIMED: readonly RunnerEntry['type'][] = ['started', 'proved'];

/** No rotation has this many, even with thousands of machines; one machine's runner could go on for ever. */
const MOST_LINES = 100_000;

/** A look that belongs to no rotation: only what it saw is kept. */
function foldScan(state: FarmState, spoken: Spoken, entry: RunnerEntry): FarmState {
  const look = lookIn(state, spoken, entry);
  return look === null ? state : rejoinAfterLook(withLook(state, spoken.host, look), spoken.host, spoken.at);
}

/** The host in a look is overridden: a runner speaks only for its own machine. */
const lookIn = ({ latest }: FarmState, { host }: Spoken, entry: RunnerEntry): HostLook | null =>
  entry.type !== 'finished' || entry.look === null ? null : sharing({ ...entry.look, host }, latest[host]);

function foldRunnerEntry(state: FarmState, spoken: Spoken): FarmState {
  const entry = spoken.line.entry;
  const id = entry.rotation;
  // A runner's value: `constructor` would be found in every object.
  const rotation = id === null || !Object.hasOwn(state.rotations, id) ? undefined : state.rotations[id];
  if (id === null || rotation === undefined || !isOurs(rotation, spoken.host, entry)) {
    if (id === SCAN) return foldScan(state, spoken, entry);
    if (entry.type !== 'refused' || isOvertakenOfOurs(state, spoken.host, entry.data)) return state;
    const { host, line, at } = spoken;
    const strange = { host, seq: line.seq, code: entry.code, data: cut(entry.data), at };
    return { ...withoutLook(state, spoken, entry), strange: [...state.strange, strange].slice(-200) };
  }
  const look = lookIn(state, spoken, entry);
  const next = change(state, id, (was) => ({
    ...foldSpoken(was, { ...spoken, look }, entry),
    ...(spoken.isClocked || !TIMED.includes(entry.type) || was.unclocked.includes(spoken.host)
      ? {}
      : { unclocked: [...was.unclocked, spoken.host] }),
    trail: was.trail.length < MOST_LINES ? [...was.trail, trailOf(spoken, entry)] : was.trail,
  }));
  return look === null ? next : rejoinAfterLook(withLook(next, spoken.host, look), spoken.host, spoken.at);
}

/**
 * Whether the entry is about an order of this rotation, under its plan: a bot that lost its journal may have reused an
 * old id.
 */
function isOurs(rotation: RotationState, host: HostName, entry: RunnerEntry): boolean {
  if ((entry.type === 'started' || entry.type === 'done') && entry.digest !== rotation.plan?.digest) return false;
  return rotation.orders.some((order) => order.host === host && order.n === entry.n);
}

/** Our own order, re-sent until a later one overtook it: nothing to tell people about. */
function isOvertakenOfOurs(state: FarmState, host: HostName, { n, rotation }: TurnCause['data']): boolean {
  const orders = (typeof rotation === 'string' ? state.rotations[rotation]?.orders : undefined) ?? [];
  return orders.some(
    (order) => order.host === host && order.n === n && (order.status === 'sent' || order.status === 'lapsed'),
  );
}
