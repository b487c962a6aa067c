import { type AcceptedOrder, openOrders, pastOf } from '../../../domain/fold/runner-fold.ts';
import { parseOrder } from '../../../domain/letters/letters.ts';
import { PROTOCOL, type Say } from '../../../domain/letters/protocol.ts';
import { parseEndpoint } from '../../../domain/machine/endpoint.ts';
import {
  ARMED,
  aloneAt,
  type Decision,
  decide,
  type Followed,
  followedOf,
  type HeldSwitch,
  hear,
  NEW_WATCH,
  type Part,
  partOf,
  see,
  seenAs,
  type Watch,
} from '../../../domain/orders/armed.ts';
import { readWork } from '../../../domain/orders/order-work.ts';
import { type HostName, isRefusal } from '../../../domain/values.ts';
import type { RunnerDeps } from '../deps.ts';
import { failureOf } from '../failure.ts';

const LONGEST_REST_MS = 60_000;

/** What is known about a held order without asking anybody. */
interface Hold {
  readonly n: number;
  readonly part: Part;
  readonly followed: Followed | null;
  /** The longest that a master waits to be confirmed, in milliseconds. */
  readonly limitMs: number;
  /** Ids of its steps. */
  readonly steps: readonly string[];
  /** The stage of the master that it follows, or that it is. */
  readonly leadStage: string | undefined;
  watch: Watch;
}

export interface Holds {
  /** null for an order that is carried out at once. */
  of(order: AcceptedOrder): Hold | null;
  /** What to do with a held order now; a paused runner begins nothing. */
  decide(order: AcceptedOrder, hold: Hold): Decision;
  /** Whether one of its steps was begun, by whatever order. */
  hasBegun(order: AcceptedOrder, hold: Hold): boolean;
  hear(n: number, say: Say, issued: number): void;
  /** The master on this machine has ended its part, so what was seen of it before is out of date. */
  unsee(): void;
  /** Watches while anything is held, and looks at once; calls `changed` when something may have to be done. */
  start(): void;
  stop(): Promise<void>;
  /** Resolves when a look has followed everything that was heard. */
  idle(): Promise<void>;
}

/** What an accepted order holds; null if it is carried out at once. */
export function readHold(order: AcceptedOrder, own: { readonly farm: string; readonly host: HostName }): Hold | null {
  if (order.kind !== 'apply' || order.envelope === null) return null;
  const letter = parseOrder(order.envelope.body);
  const work = isRefusal(letter) ? letter : readWork(letter, own);
  if (isRefusal(letter) || isRefusal(work)) return null;
  const part = partOf(work);
  if (part === null) return null;
  const followed = part === 'follow' ? followedOf(work, letter.refs) : null;
  const { limitMs } = work.header.gap;
  const steps = work.steps.map(({ id }) => id);
  return { n: order.n, part, followed, limitMs, steps, leadStage: work.phase.stages[0]?.name, watch: NEW_WATCH };
}

/**
 * The armed orders of this machine. A follower sees what the master presents by handshakes of its own, so it needs
 * neither bot nor queue to know what to do. What was begun is in the journal, and the rest is seen again.
 */
export function createHolds(deps: RunnerDeps, changed: () => void): Holds {
  const { journal, clock, host, config, log } = deps;
  const known = new Map<number, Hold | null>();
  /** When a master goes back, or is no longer held, by the steady clock. */
  const due = new Map<number, number>();
  const stopping = new AbortController();
  let wake = new AbortController();
  let running: Promise<void> | null = null;
  let isPaused = false;
  let awake: { readonly rest: Promise<void>; readonly lieDown: () => void } | null = null;

  function of(order: AcceptedOrder): Hold | null {
    const hold = known.has(order.n) ? known.get(order.n) : readHold(order, config);
    known.set(order.n, hold ?? null);
    return hold ?? null;
  }

  const held = (): readonly { order: AcceptedOrder; hold: Hold }[] => {
    const open = openOrders(journal.state());
    for (const n of known.keys()) {
      if (open.some((order) => order.n === n)) continue;
      known.delete(n);
      due.delete(n);
    }
    return open.flatMap((order) => {
      const hold = of(order);
      return hold === null ? [] : [{ order, hold }];
    });
  };

  /**
   * Set once, when this runner first asks: the journal has the time by the wall clock, which may be set at any time, so
   * no more than the limit is ever left. null if nothing is due by itself.
   */
  function dueOf({ n, switched }: AcceptedOrder, { part, limitMs }: Hold): number | null {
    if (switched === null || part === 'follow') return null;
    const mostMs = switched.goesBackAt === null ? limitMs + ARMED.endsAfterMs : limitMs;
    const until = switched.goesBackAt === null ? Date.parse(switched.at) + mostMs : Date.parse(switched.goesBackAt);
    const at = due.get(n) ?? clock.steady() + Math.min(mostMs, until - clock.now());
    due.set(n, at);
    return at;
  }

  function switchOf(order: AcceptedOrder, hold: Hold): HeldSwitch | null {
    if (order.switched === null) return null;
    const at = dueOf(order, hold);
    return order.switched.goesBackAt === null ? { goesBackAt: null, endsAt: at } : { goesBackAt: at };
  }

  const pastUnder = ({ digest }: AcceptedOrder) => (digest === null ? undefined : pastOf(journal.state(), digest));
  const hasBegun = (order: AcceptedOrder, { steps }: Hold): boolean =>
    steps.some((id) => pastUnder(order)?.steps[id] !== undefined);

  function decideOne(order: AcceptedOrder, hold: Hold): Decision {
    const begun = hasBegun(order, hold);
    const isOver = pastUnder(order)?.isOver === true;
    const state = { part: hold.part, begun, switched: switchOf(order, hold), failed: order.failed !== null, isOver };
    const decision = decide(state, hold.watch, clock.steady());
    return decision === 'forth' && hold.part === 'follow' && !begun && isPaused ? 'hold' : decision;
  }

  async function look(hold: Hold): Promise<void> {
    if (hold.followed === null) return;
    try {
      const endpoint = parseEndpoint(await host.setting('worker', 'MasterEndpoint'));
      if (endpoint === null) return;
      const { thumbprint } = await host.handshake({ ...endpoint, servername: endpoint.host });
      hold.watch = see(hold.watch, seenAs(hold.followed, thumbprint), clock.steady());
    } catch (error) {
      // The file may be just being written: the next look will tell.
      log.warn({ code: failureOf(error).code }, 'what the master presents could not be seen');
      hold.watch = see(hold.watch, 'other', clock.steady());
    }
  }

  /** Milliseconds until something may have to be done even if nothing is seen or heard. */
  function dueIn(all: readonly { order: AcceptedOrder; hold: Hold }[]): number {
    const now = clock.steady();
    const times = all.map(({ order, hold }) =>
      hold.part === 'follow'
        ? Math.min(now + ARMED.watchEveryMs, after(now, aloneAt(hold.watch)))
        : after(now, dueOf(order, hold) ?? Number.POSITIVE_INFINITY),
    );
    return Math.max(1, Math.min(LONGEST_REST_MS, ...times.map((at) => at - now)));
  }

  async function loop(): Promise<void> {
    for (;;) {
      const all = held();
      if (all.length === 0 || stopping.signal.aborted) return;
      isPaused = (await deps.paused?.().catch(() => true)) ?? false;
      await Promise.all(all.map(({ hold }) => look(hold)));
      if (stopping.signal.aborted) return;
      changed();
      if (!wake.signal.aborted) lieDown();
      const wait = dueIn(held());
      await clock.sleep(wait, wake.signal).catch(() => {});
      if (wake.signal.aborted) wake = new AbortController();
    }
  }

  function rouse(): void {
    if (awake !== null) return;
    let done = (): void => {};
    const rest = new Promise<void>((resolve) => {
      done = resolve;
    });
    awake = { rest, lieDown: done };
  }

  function lieDown(): void {
    awake?.lieDown();
    awake = null;
  }

  function start(): void {
    if (stopping.signal.aborted || held().length === 0) return;
    rouse();
    // What is held has changed, and with it the time of the next look.
    if (running !== null) wake.abort();
    running ??= loop().finally(() => {
      running = null;
      lieDown();
      start();
    });
  }

  return {
    of,
    decide: decideOne,
    hasBegun,
    hear(n, say, issued) {
      // The signal may come before anything was looked at here.
      const order = openOrders(journal.state()).find((one) => one.n === n);
      const hold = order === undefined ? null : of(order);
      if (hold === null) return;
      // If it was dated by a clock that was set back since, the newest word would mute all that come after it.
      const latest = clock.now() + PROTOCOL.clockToleranceMs;
      const watch = hold.watch.issued > latest && issued <= latest ? { ...hold.watch, issued: 0 } : hold.watch;
      hold.watch = hear(watch, say, issued, clock.steady());
      start();
    },
    unsee() {
      for (const hold of known.values()) if (hold !== null) hold.watch = see(hold.watch, 'other', clock.steady());
    },
    start,
    async stop() {
      stopping.abort();
      wake.abort();
      await running;
    },
    async idle() {
      while (awake !== null) await awake.rest;
    },
  };
}

const after = (now: number, at: number): number => (at > now ? at : Number.POSITIVE_INFINITY);
