import { RUNNING, STOPPED } from './bare.ts';
import { callsByOrder, type OrderCalls } from './critical-path.ts';
import type { BotRecord, Call } from './recording.ts';

/** One thing that a bare script does on a machine. */
export type Action =
  | { readonly do: 'run'; readonly tool: string; readonly args: readonly string[]; readonly code: number }
  /** Polled until it holds, however often the product polled. */
  | { readonly do: 'until-state'; readonly service: string; readonly state: number }
  | { readonly do: 'until-done'; readonly tool: string; readonly args: readonly string[] }
  | { readonly do: 'nothing' };

export interface Item {
  readonly action: Action;
  /** Indexes of the items that had ended before this one started: it waits for these, and for nothing else. */
  readonly after: readonly number[];
}

/** What the machines do between two barriers, independently of each other. */
export interface Group {
  readonly kind: string;
  readonly stage: string | null;
  readonly hosts: readonly { readonly host: string; readonly items: readonly Item[] }[];
}

/**
 * The tool calls of one rotation as a bare script would make them: the same calls, in parallel where they ran in
 * parallel, with a barrier wherever the bot sent orders. Waiting is left out: a service is polled until it is in its
 * state, and a call that failed and was retried is repeated until it works.
 */
export function planReplay(records: readonly BotRecord[], calls: readonly Call[]): readonly Group[] {
  const groups = new Map<string, { kind: string; stage: string | null; hosts: Map<string, readonly Call[]> }>();
  for (const { order, calls: own, stage } of behindBarriers(callsByOrder(records, calls))) {
    // Orders from one append share one time, and so one barrier.
    const key = `${order.at} ${order.kind} ${stage}`;
    const group = groups.get(key) ?? { kind: order.kind, stage, hosts: new Map() };
    group.hosts.set(order.host, own);
    groups.set(key, group);
  }
  return [...groups.values()].map(({ kind, stage, hosts }) => ({
    kind,
    stage,
    hosts: [...hosts].map(([host, own]) => ({ host, items: itemsOf(own) })),
  }));
}

interface Part extends OrderCalls {
  readonly stage: string | null;
}

/**
 * In an armed cutover the workers get their orders before the master gets its own. What they did until then is one
 * part; what they did afterwards, following the master, is another, with the canary's before the others'.
 */
function behindBarriers(orders: readonly OrderCalls[]): readonly Part[] {
  const lead = orders.findLast(({ order }) => order.kind === 'apply' && order.stage === MASTER);
  const since = lead?.order.at ?? 0;
  const isHeld = ({ order }: OrderCalls): boolean =>
    order.stage === WORKERS && order.kind === 'apply' && order.at < since;
  const following = orders.filter(isHeld).map(({ order, calls }): Part => {
    return { order: { ...order, at: since }, stage: WORKERS, calls: calls.filter(({ wall }) => wall >= since) };
  });
  const stoppedAt = ({ calls }: OrderCalls): number => calls.find(isOf('stop'))?.wall ?? Number.POSITIVE_INFINITY;
  const [first, ...others] = following.toSorted((one, other) => stoppedAt(one) - stoppedAt(other));
  const started = first?.calls.findLast(isOf('start'))?.wall ?? Number.POSITIVE_INFINITY;
  const hasCanary = others.every((one) => stoppedAt(one) > started);
  // A different time makes a separate barrier.
  const rest = others.map((one) => (hasCanary ? { ...one, order: { ...one.order, at: since + 0.5 } } : one));
  return orders.flatMap((one): readonly Part[] => {
    if (isHeld(one)) return [{ ...one, stage: 'armed', calls: one.calls.filter(({ wall }) => wall < since) }];
    const part = { ...one, stage: one.order.stage };
    return one === lead && first !== undefined ? [part, first, ...rest] : [part];
  });
}

const MASTER = 'master';
const WORKERS = 'workers';
const isOf =
  (verb: string) =>
  ({ tool, args }: Call): boolean =>
    tool === 'sc' && args[0] === verb;

/** A record in the event log: nobody waits for it. */
const isAside = ({ tool }: Call): boolean => tool === 'eventcreate';

export function itemsOf(calls: readonly Call[]): readonly Item[] {
  const sorted = [...calls].sort((one, other) => one.from - other.from);
  const wanted = new Map<string, number>();
  return sorted.map((call, place) => ({
    action: actionOf(call, wanted, sorted.slice(place + 1)),
    after: sorted.slice(0, place).flatMap((before, at) => (before.to <= call.from && !isAside(before) ? [at] : [])),
  }));
}

/** `wanted`: services that were told to stop or start and have not been seen in that state yet. */
function actionOf(call: Call, wanted: Map<string, number>, later: readonly Call[]): Action {
  const { tool, args, code } = call;
  const [verb = '', service = ''] = args;
  if (tool === 'sc' && verb === 'stop') wanted.set(service, STOPPED);
  if (tool === 'sc' && verb === 'start') wanted.set(service, RUNNING);
  const state = wanted.get(service);
  if (tool === 'sc' && verb === 'queryex' && state !== undefined) {
    if (call.state !== state) return { do: 'nothing' };
    wanted.delete(service);
    return { do: 'until-state', service, state };
  }
  if (tool === 'netsh' && ['add', 'update'].includes(args[1] ?? '') && !args.includes('help')) {
    const again = later.some((other) => other.tool === tool && sameArgs(other.args, args));
    if (code !== 0 && again) return { do: 'nothing' };
    if (code === 0) return { do: 'until-done', tool, args };
  }
  return { do: 'run', tool, args, code };
}

const sameArgs = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((arg, at) => arg === other[at]);

/** The certificate that the recorded rotation bound: 40 hexadecimal digits. */
export function boundThumbprint(calls: readonly Call[]): string | null {
  const bound = calls.findLast(({ tool, args }) => tool === 'netsh' && args.some((arg) => arg.startsWith('certhash=')));
  return bound?.args.find((arg) => arg.startsWith('certhash='))?.slice('certhash='.length) ?? null;
}

/** Replaces every occurrence, keeping its upper or lower case. */
export const withThumbprint = (text: string, old: string, now: string): string =>
  text.replace(new RegExp(old, 'giu'), (found) =>
    found === found.toLowerCase() ? now.toLowerCase() : now.toUpperCase(),
  );
