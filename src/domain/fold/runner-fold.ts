import { type KnownHead, withHead } from '../journal/bot-head.ts';
import type { RunnerEntry, RunnerOutcome } from '../journal/entries.ts';
import { withOver } from '../journal/over.ts';
import type { Envelope, JournalLine, OrderKind } from '../letters/protocol.ts';
import type { MadeCertificate } from '../plan/plan.ts';
import { sha256 } from '../sha256.ts';
import type { Data, Digest, Facts, Instant, RotationId, Thumbprint } from '../values.ts';
import { known } from './known-entries.ts';
import {
  type DoneAway,
  type PastUse,
  type Replaced,
  withBack,
  withCalled,
  withDistrusted,
  withdrawnBy,
  withReplaced,
  withUnused,
  withUses,
} from './scale-out-past.ts';

type Started = Extract<RunnerEntry, { type: 'started' }>;

/** One accepted order. */
export interface AcceptedOrder {
  readonly n: number;
  readonly rotation: RotationId;
  readonly kind: OrderKind;
  readonly stage: string | null;
  readonly digest: Digest | null;
  readonly seq: number;
  readonly at: Instant;
  readonly bodyHash: Digest;
  /** Kept while the order is open: a restarted runner works from it. */
  readonly envelope: Envelope | null;
  /** Since when the order is held until the master switches; null: not armed. */
  readonly armedAt: Instant | null;
  /** Set once the order has switched; it is still held until confirmed. */
  readonly switched: { readonly at: Instant; readonly goesBackAt: Instant | null } | null;
  readonly failed: { readonly code: string; readonly data: Data } | null;
  readonly outcome: RunnerOutcome | null;
}

/** What this machine has done on one planned step, under one digest. */
export interface StepPast {
  /** Facts before the step first touched anything: what an undo aims for. */
  readonly first: Facts;
  /** Every certificate made for this step; more than one if a runner died between making and import. */
  readonly made: readonly MadeCertificate[];
  /** Facts when it was last found at its goal; null since it was begun anew. */
  readonly done: Facts | null;
  readonly started: {
    readonly seq: number;
    readonly at: Instant;
    readonly n: number;
    readonly direction: Started['direction'];
    readonly before: Facts;
    readonly goal: Facts;
  };
}

/** `seq`: position of the refusal in the journal. */
type RefusedOrder = Pick<AcceptedOrder, 'n' | 'rotation' | 'seq'> & { readonly code: string };

export interface DigestPast {
  readonly digest: Digest;
  readonly rotation: RotationId;
  /** The rotation is over: nothing is done or undone under this digest any more, except by a person at this machine. */
  readonly isOver: boolean;
  readonly steps: { readonly [step: string]: StepPast };
  /** Certificates named by accepted apply orders. */
  readonly refs: { readonly [name: string]: MadeCertificate };
}

/** The fold of a runner's own journal. */
export interface RunnerState {
  readonly lastN: number;
  /** Where the bot's journal stood at the newest order that said so; null: none did. */
  readonly bot: KnownHead | null;
  /** The newest orders, oldest first; includes all open ones. */
  readonly orders: readonly AcceptedOrder[];
  /**
   * The newest orders of this runner that it refused, oldest first: the bot has given them up, even if they arrive
   * again.
   */
  readonly refused: readonly RefusedOrder[];
  /** The newest plans this machine has worked on, oldest first. */
  readonly pasts: readonly DigestPast[];
  /** Certificates Scale Out has used on this machine, newest last: the only ones ever removed. */
  readonly uses: readonly PastUse[];
  /** Certificates that lie here unused and were never seen in use, with the time since when. */
  readonly unused: readonly PastUse[];
  /**
   * Certificates that must never be used here again: no longer trusted or replaced because their keys are compromised,
   * or removed by a request of its own.
   */
  readonly distrusted: readonly Thumbprint[];
  /** Those of `distrusted` that were replaced by a stage that may still be put back. */
  readonly replaced: readonly Replaced[];
  /** Master certificates that plans have called compromised, replaced here or not. */
  readonly called: readonly Thumbprint[];
}

export const initialRunnerState: RunnerState = {
  lastN: 0,
  bot: null,
  orders: [],
  refused: [],
  pasts: [],
  uses: [],
  unused: [],
  distrusted: [],
  replaced: [],
  called: [],
};

const KEPT_ORDERS = 40;
const KEPT_PASTS = 8;

/** The shape `openJournal` wants. Pure. */
export function foldRunner(before: RunnerState, { line }: { readonly line: JournalLine<RunnerEntry> }): RunnerState {
  const { seq, at } = line;
  const entry = known(line.entry, 'runner');
  const unused = withUnused(before.unused, entry, at);
  const state = { ...before, uses: withUses(before.uses, entry, at), unused, ...withDistrusted(before, entry) };
  switch (entry.type) {
    case 'accepted': {
      const order = orderOf(entry, { seq, at });
      const lastN = Math.max(state.lastN, entry.n);
      const orders = newest([...state.orders, order]);
      const next = { ...state, lastN, bot: withHead(state.bot, entry), orders, pasts: withOver(state.pasts, entry) };
      if (entry.kind !== 'apply' || entry.digest === null) return next;
      const called = withCalled(state.called, entry.order.body);
      return onPast({ ...next, called }, { digest: entry.digest, rotation: entry.rotation }, (past) => ({
        refs: { ...past.refs, ...refsOf(entry.order) },
      }));
    }
    case 'started':
      return onPast(state, entry, ({ steps }) => {
        const { step, direction, before, goal, made: one } = entry;
        // If it began on the way back (restarting what was never touched), its goal is what was there before.
        const { first = direction === 'forth' ? before : goal, made = [] } = steps[step] ?? {};
        const now: StepPast = {
          first,
          made: one === null ? made : withMade(made, one),
          done: null,
          started: { seq, at, n: entry.n, direction, before, goal },
        };
        return { steps: { ...steps, [step]: now } };
      });
    case 'failed':
      return onOrder(state, entry.n, (order) => ({
        failed: order.failed ?? { code: entry.code, data: entry.data },
      }));
    case 'armed':
      return onOrder(state, entry.n, () => ({ armedAt: at }));
    case 'switched':
      return onOrder(state, entry.n, () => ({ switched: { at, goesBackAt: entry.goesBackAt } }));
    case 'finished': {
      const next = { ...state, ...doneAwayAfter(state, entry) };
      return onOrder(next, entry.n, () => ({ outcome: entry.outcome, envelope: null }));
    }
    case 'refused': {
      const { n, rotation, code } = entry;
      if (n === null || rotation === null) return state;
      return { ...state, refused: [...state.refused, { n, rotation, seq, code }].slice(-KEPT_ORDERS) };
    }
    case 'done':
      return onPast(state, entry, ({ steps }) => {
        const past = steps[entry.step];
        return past === undefined ? {} : { steps: { ...steps, [entry.step]: { ...past, done: entry.facts } } };
      });
    case 'undone':
    case 'proved':
      return state;
  }
}

/** What was put back is in use here again, whether by an order or by hand under the order that had replaced it. */
function doneAwayAfter(state: RunnerState, entry: Extract<RunnerEntry, { type: 'finished' }>): DoneAway {
  const { n, outcome } = entry;
  const order = state.orders.find((one) => one.n === n);
  if (outcome === 'put-back')
    return withBack(
      state,
      (one) => one.n === n || (order?.digest != null && one.digest === order.digest && one.stage === order.stage),
    );
  return order === undefined ? state : withReplaced(state, withdrawn(state, entry), order);
}

/** What a rotation has taken out of use here, once that is final. */
function withdrawn(
  { orders, pasts, called }: RunnerState,
  { n, outcome }: Extract<RunnerEntry, { type: 'finished' }>,
): readonly Thumbprint[] {
  const order = orders.find((one) => one.n === n);
  if (order?.kind !== 'apply' || order.envelope === null || outcome !== 'applied') return [];
  // It ends because it is being undone: what it replaced is about to come back.
  const isUndone = orders.some(
    ({ kind, rotation, stage, ...later }) =>
      kind === 'undo' && later.n > n && rotation === order.rotation && stage === order.stage,
  );
  const steps = pasts.find(({ digest }) => digest === order.digest)?.steps ?? {};
  return isUndone ? [] : withdrawnBy(order.envelope.body, steps, called);
}

/** An order as it is right after being accepted. */
export const orderOf = (
  { n, rotation, kind, stage, digest, order }: Extract<RunnerEntry, { type: 'accepted' }>,
  { seq, at }: Pick<JournalLine<RunnerEntry>, 'seq' | 'at'>,
): AcceptedOrder => ({
  n,
  rotation,
  kind,
  stage,
  digest,
  seq,
  at,
  bodyHash: sha256(order.body),
  envelope: order,
  armedAt: null,
  switched: null,
  failed: null,
  outcome: null,
});

/** What this machine did under a digest; undefined: nothing. */
export const pastOf = (state: RunnerState, digest: Digest): DigestPast | undefined =>
  state.pasts.find((past) => past.digest === digest);

/** Orders accepted and not finished, oldest first. */
export const openOrders = (state: RunnerState): readonly AcceptedOrder[] =>
  state.orders.filter((order) => order.outcome === null);

const newest = (orders: readonly AcceptedOrder[]): readonly AcceptedOrder[] =>
  orders.length <= KEPT_ORDERS
    ? orders
    : orders.filter((order, index) => order.outcome === null || index >= orders.length - KEPT_ORDERS);

const withMade = (made: readonly MadeCertificate[], one: MadeCertificate): readonly MadeCertificate[] =>
  made.some(({ thumbprint }) => thumbprint === one.thumbprint) ? made : [...made, one];

/** The body was verified and parsed before the order was accepted. */
function refsOf(order: Envelope): { readonly [name: string]: MadeCertificate } {
  const { refs } = JSON.parse(order.body) as { readonly refs: { readonly [name: string]: MadeCertificate } };
  return Object.fromEntries(Object.entries(refs).map(([name, { thumbprint, der }]) => [name, { thumbprint, der }]));
}

function onOrder(state: RunnerState, n: number, how: (order: AcceptedOrder) => Partial<AcceptedOrder>): RunnerState {
  return { ...state, orders: state.orders.map((order) => (order.n === n ? { ...order, ...how(order) } : order)) };
}

function onPast(
  state: RunnerState,
  { digest, rotation }: Pick<DigestPast, 'digest' | 'rotation'>,
  how: (past: DigestPast) => Partial<DigestPast>,
): RunnerState {
  const was = pastOf(state, digest) ?? { digest, rotation, isOver: false, steps: {}, refs: {} };
  const others = state.pasts.filter((past) => past.digest !== digest);
  return { ...state, pasts: [...others, { ...was, ...how(was) }].slice(-KEPT_PASTS) };
}
