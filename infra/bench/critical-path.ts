import { RUNNING, STOPPED } from './bare.ts';
import type { BotRecord, Call } from './recording.ts';

/** The calls that a host made for one order. */
export interface OrderCalls {
  readonly order: BotRecord;
  readonly calls: readonly Call[];
}

/**
 * Groups a rotation's calls by order, from its last vote to its end. Orders come in the order in which they were sent.
 */
export function callsByOrder(records: readonly BotRecord[], calls: readonly Call[]): readonly OrderCalls[] {
  const from = records.findLast(({ type }) => type === 'voted')?.at ?? 0;
  const to = records.findLast(({ type }) => type === 'closed')?.at ?? Number.POSITIVE_INFINITY;
  const orders = records.filter(({ type, at }) => type === 'ordered' && at >= from);
  const found = new Map<BotRecord, Call[]>(orders.map((order) => [order, []]));
  for (const call of calls) {
    const order = orders.findLast(({ host, at }) => host === call.host && at <= call.wall);
    if (order !== undefined && call.wall <= to) found.get(order)?.push(call);
  }
  return [...found].map(([order, own]) => ({ order, calls: own }));
}

/**
 * The length of the longest chain of these calls: a call depends on every call that ended before it started, and on
 * nothing else. `sc stop` and `sc start` last until the service is seen in that state. Records in the event log do not
 * count: nobody waits for them. Milliseconds.
 */
export function criticalPath(calls: readonly Call[]): number {
  const sorted = withServices([...calls].sort((one, other) => one.from - other.from)).filter(
    ({ tool, to }) => tool !== 'eventcreate' && Number.isFinite(to),
  );
  const ends: number[] = [];
  for (const [place, call] of sorted.entries()) {
    const before = sorted.slice(0, place).flatMap(({ to }, at) => (to <= call.from ? [ends[at] ?? 0] : []));
    ends.push(Math.max(0, ...before) + call.to - call.from);
  }
  return Math.max(0, ...ends);
}

function withServices(sorted: readonly Call[]): readonly Call[] {
  return sorted.flatMap((call, place) => {
    const [verb = '', service = ''] = call.args;
    if (call.tool !== 'sc') return [call];
    const isThere = (state: number): Call | undefined =>
      sorted.slice(place).find((later) => later.args[1] === service && later.state === state);
    if (verb === 'stop') return [{ ...call, to: isThere(STOPPED)?.to ?? call.to }];
    if (verb === 'start') return [{ ...call, to: isThere(RUNNING)?.to ?? call.to }];
    return [call];
  });
}

/** How long these take when at most `sideBySide` run at a time, each starting as soon as an earlier one ends. */
export function makespan(lengths: readonly number[], sideBySide: number): number {
  const free = Array.from({ length: Math.min(sideBySide, lengths.length) }, () => 0);
  for (const length of lengths) {
    const first = free.indexOf(Math.min(...free));
    free[first] = (free[first] ?? 0) + length;
  }
  return Math.max(0, ...free);
}

interface Waves {
  readonly concurrency: number;
  /** `count` hosts of this stage go first. */
  readonly canary: { readonly stage: string; readonly count: number };
}

/** The least time a rotation could take, by its tools alone: stage after stage, the canary first, then waves. */
export function criticalPathOfRotation(orders: readonly OrderCalls[], { concurrency, canary }: Waves): number {
  const stages = new Map<string, number[]>();
  for (const { order, calls } of orders) {
    // Looks are sent all at once and have no stage; a stage is sent wave by wave.
    const key = order.stage === null ? `${order.kind} ${order.at}` : `${order.kind} ${order.stage}`;
    stages.set(key, [...(stages.get(key) ?? []), criticalPath(calls)]);
  }
  return [...stages].reduce((sum, [key, lengths]) => {
    if (key.startsWith('look')) return sum + Math.max(...lengths);
    const first = key === `apply ${canary.stage}` ? canary.count : 0;
    return sum + makespan(lengths.slice(0, first), concurrency) + makespan(lengths.slice(first), concurrency);
  }, 0);
}
