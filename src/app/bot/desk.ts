import { frozenNow } from '../../domain/approval/freeze.ts';
import { type Driven, drive, type Recheck } from '../../domain/drive/drive.ts';
import type { Farm, Person } from '../../domain/farm/farm.ts';
import { foldEntry } from '../../domain/fold/bot-fold.ts';
import type { BotEntry } from '../../domain/journal/entries.ts';
import type { BotHead } from '../../domain/letters/protocol.ts';
import type { Unnamed } from '../../domain/letters/unknown-keys.ts';
import type { Moment } from '../../domain/next/index.ts';
import { type Outage, seeOutage } from '../../domain/next/outage.ts';
import { type HostPresence, isHeard } from '../../domain/presence/presence.ts';
import { owedAnew } from '../../domain/request/anew.ts';
import type { FarmState } from '../../domain/rotation/farm-state.ts';
import { instantOf } from '../../domain/time.ts';
import type { HostName, RotationId } from '../../domain/values.ts';
import type { SteadyClock } from '../../ports/clock.ts';
import type { Journal, Signer } from '../../ports/journal.ts';
import type { Log } from '../../ports/log.ts';
import type { BotPostOffice, PostOffice } from '../../ports/post-office.ts';
import { createClockWatch } from './clock-watch.ts';
import { createJournalUnwritable, type JournalUnwritable } from './journal-unwritable.ts';
import { createOwnHead } from './own-head.ts';
import { createRecordTogether, type Decide } from './record-together.ts';
import { createOrderSender } from './send-orders.ts';
import { createSignalSender } from './send-signals.ts';

interface DeskDeps {
  readonly farm: Farm;
  readonly journal: Journal<FarmState, BotEntry>;
  /** This bot's version, with its build mark. */
  readonly version: string;
  readonly signer: Signer;
  readonly office: PostOffice & Pick<BotPostOffice, 'refusal' | 'refusalOf'>;
  readonly clock: SteadyClock;
  readonly log: Log;
}

export interface Desk {
  /** As in its file, with the current members of the groups that a chat feeds. */
  readonly farm: Farm;
  /** This bot's version, with its build mark. */
  readonly version: string;
  /** The public half of the key that this bot signs with. */
  readonly publicKey: string;
  /** Replaces the farm by the same one with other people in its groups. */
  regroup(farm: Farm): void;
  readonly presence: { [host: string]: HostPresence };
  /** Notes a letter in the name of this machine under a key that the farm file does not name. */
  unnamed(host: HostName, key: string): void;
  /** Machines whose own runner last reported for another farm, and when; only those that the signature shows. */
  readonly elsewhere: { [host: string]: { readonly farm: string; readonly at: number } };
  state(): FarmState;
  moment(): Moment;
  /** The word of a Redis that refuses every write, or whose certificate is not trusted; null: neither is known. */
  refusal(): string | null;
  /** That with which it refuses to hand out what another bot took for this farm; null: none is known. */
  refusalOfBox(): string | null;
  /** Whether the journal can be written, once it could not; null: nothing is known against it. */
  unwritable(): JournalUnwritable | null;
  /** Whether this bot's journal has the position that a runner remembers. */
  knows(head: BotHead): boolean;
  /**
   * Records what `decide` wants and, in the same append, everything that follows from it; then sends the orders. Only
   * one fsync lies between a click and its first letter.
   */
  commit<T>(decide: Decide<T>): Promise<T>;
  /** The same for what runners report: everything that waits for a write is recorded in one, and followed up once. */
  hear<T>(host: HostName, decide: Decide<T>): Promise<T>;
  /** Whether Redis has taken each order of this rotation, as last sent; without an answer within a second: no. */
  taken(id: RotationId): Promise<boolean>;
  /** Acts on what time or a hello has brought, and re-sends orders that nobody has answered. */
  tick(): Promise<void>;
  /** Called after each change, and once a second while a rotation is open or a request has to be made again. */
  onChange(listener: () => void): void;
  /** Called when runners say something else of themselves, or one is heard no more: no journal has that. */
  onHeard(listener: () => void): void;
  /** Called for each rotation whose looks are all in. */
  onPlan(listener: (id: RotationId) => void): void;
  /** Called for each waiting rotation that was looked at again. */
  onRecheck(listener: (wanted: Recheck) => void): void;
}

/** A farm's desk, and the person speaking, as that farm's file knows them. */
export interface Member {
  readonly desk: Desk;
  readonly person: Person;
}

/** No rotation is open and none is requested: nothing follows, so the journal alone folds what is recorded. */
const isIdle = (state: FarmState, entries: readonly BotEntry[]): boolean =>
  state.unclosed.length === 0 && entries.every(({ type }) => type !== 'requested');
type Follows = Omit<Driven, 'state'>;
const NOTHING: Follows = { entries: [], toPlan: [], toRecheck: [] };

/** Another one as soon as there is something else to show of what runners say of themselves. */
const markOf = (hosts: Farm['hosts'], presence: { readonly [host: string]: HostPresence }, now: number): string =>
  JSON.stringify(
    hosts.map(({ name }) => {
      const hello = presence[name];
      return hello === undefined ? null : [isHeard(hello, now), hello.version, hello.notes.map(({ code }) => code)];
    }),
  );

const foldAll = (state: FarmState, entries: readonly BotEntry[], now: number): FarmState =>
  entries.reduce((sofar, entry) => foldEntry(sofar, entry, instantOf(now)), state);

/** One farm's desk: its journal, its runners' presence, and the loop that turns state into orders. */
export function createDesk(deps: DeskDeps): Desk {
  const { journal, signer, office, clock, log } = deps;
  let { farm } = deps;
  let outage: Outage | null = null;
  let isFirst = true;
  const presence: { [host: string]: HostPresence } = {};
  const watch = createClockWatch(presence, deps);
  let unnamed: Unnamed = {};
  let wasFrozen = false;
  let lastHeard = '';
  let wasUnwritable = false;
  const orders = createOrderSender({ state: () => journal.state(), office, clock, log });
  const sendSignals = createSignalSender(deps);
  const unwritable = createJournalUnwritable(clock);
  const listeners: (() => void)[] = [];
  const hearers: (() => void)[] = [];
  const planners: ((id: RotationId) => void)[] = [];
  const checkers: ((wanted: Recheck) => void)[] = [];

  function moment(state = journal.state()): Moment {
    const { now, steady, since } = watch();
    outage = seeOutage(outage, state, { now, steady, isFirst });
    isFirst = false;
    const freeze = frozenNow(state, now);
    return { now, since, farm, presence, unnamed, unsent: orders.unsent(), head: journal.head(), freeze, outage };
  }

  /**
   * Records entries, and follows up on them; at a tick it follows up even without any. A thousand clicks on something
   * already decided cost next to nothing.
   */
  async function append<T>(decide: Decide<T>, byTime = false): Promise<T> {
    const appended = journal.append((state) => {
      const { now } = moment(state);
      const wanted = decide(state);
      const isOver = (wanted.entries.length === 0 && !byTime) || isIdle(state, wanted.entries);
      const folded = isOver ? state : foldAll(state, wanted.entries, now);
      const follows = isOver ? NOTHING : drive(folded, moment(folded), (body) => signer.sign('order', body));
      const all = [...wanted.entries, ...follows.entries];
      return { entries: all, answer: { ...follows, answer: wanted.answer, entries: all, isOver } };
    });
    const { answer, entries, toPlan, toRecheck, isOver } = await appended.catch((error: unknown) => {
      unwritable.failed(error);
      throw error;
    });
    if (entries.length > 0) unwritable.written();
    if (!isOver || entries.length > 0) passOn({ entries, toPlan, toRecheck });
    return answer;
  }

  /** What was recorded goes out to the runners, and to whoever listens here. */
  function passOn({ entries, toPlan, toRecheck }: Follows): void {
    for (const entry of entries) if (entry.type === 'ordered') orders.send(entry);
    sendSignals(journal.state(), moment());
    for (const id of toPlan) for (const planner of planners) planner(id);
    for (const wanted of toRecheck) for (const checker of checkers) checker(wanted);
    if (entries.length > 0) for (const listener of listeners) listener();
  }

  async function tick(): Promise<void> {
    const isUnwritable = unwritable.known()?.isOver === false;
    if (isUnwritable !== wasUnwritable) for (const listener of listeners) listener();
    wasUnwritable = isUnwritable;
    orders.sendAgain();
    await append(() => ({ entries: [], answer: null }), true);
    // A freeze lapses by time alone, which has to be told; a request that has to be made again waits for a hello.
    const isFrozen = frozenNow(journal.state(), clock.now()) !== null;
    const isOwed = owedAnew(journal.state(), clock.now()) !== null;
    if (journal.state().unclosed.length > 0 || isOwed || isFrozen !== wasFrozen)
      for (const listener of listeners) listener();
    wasFrozen = isFrozen;
    tellIfHeardOtherwise();
  }

  function tellIfHeardOtherwise(): void {
    const heard = markOf(farm.hosts, presence, clock.now());
    if (heard !== lastHeard) for (const hearer of hearers) hearer();
    lastHeard = heard;
  }

  return {
    get farm() {
      return farm;
    },
    version: deps.version,
    publicKey: signer.publicKey,
    regroup(next) {
      farm = next;
      for (const listener of listeners) listener();
    },
    presence,
    unnamed(host, key) {
      if (farm.hosts.some(({ name }) => name === host)) unnamed = { ...unnamed, [host]: { key, at: clock.now() } };
    },
    elsewhere: {},
    state: () => journal.state(),
    moment,
    refusal: () => office.refusal(),
    refusalOfBox: () => office.refusalOf(farm.name),
    unwritable: unwritable.known,
    knows: createOwnHead(journal),
    commit: (decide) => append(decide),
    taken: orders.taken,
    hear: createRecordTogether((decide) => append(decide)),
    tick,
    onChange: (listener) => listeners.push(listener),
    onHeard: (listener) => hearers.push(listener),
    onPlan: (listener) => planners.push(listener),
    onRecheck: (listener) => checkers.push(listener),
  };
}
