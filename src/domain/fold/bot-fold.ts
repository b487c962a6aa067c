import { sharing } from '../equal.ts';
import { saysHead } from '../journal/bot-head.ts';
import type { BotEntry } from '../journal/entries.ts';
import { NEW_HOST } from '../journal/host-head.ts';
import { type Plan, readPlan } from '../plan/plan.ts';
import { plainWish } from '../plan/wish.ts';
import { change, type FarmState, initialFarmState, withRotation } from '../rotation/farm-state.ts';
import { carriedBy } from '../rotation/maker.ts';
import { noteKey, type OrderState, type RotationState } from '../rotation/rotation.ts';
import { type QuietWord, toldKey } from '../rotation/standing-word.ts';
import type { Instant, RotationId } from '../values.ts';
import { foldFreeze } from './freeze-fold.ts';
import { foldHeard } from './heard-fold.ts';
import { foldCutShort, foldForgotten, foldUntaken } from './heard-numbers.ts';
import { known } from './known-entries.ts';
import { toAllBy, withOneMore } from './last-hour.ts';
import { rejoinAfterEnd } from './rejoin-fold.ts';
import { afterLook, foldAsked, lookedBy, seenOrders, settledBy, voidedBy } from './resolve-fold.ts';
import { withSilence } from './silence-fold.ts';
import { withoutOldTrails } from './trail.ts';

/** Folds one recorded entry into the farm's state. Pure. Entries come from our own journal and are trusted. */
export function foldEntry(state: FarmState, entry: BotEntry, at: Instant): FarmState {
  switch (entry.type) {
    case 'requested':
      return {
        ...withRotation(state, begin(entry, at)),
        nextNumber: state.nextNumber + 1,
        order: [...state.order, entry.id],
        unclosed: [...state.unclosed, entry.id],
        open: entry.dry ? state.open : entry.id,
      };
    case 'heard':
      return foldHeard(state, entry, at);
    case 'forgotten':
      return foldForgotten(state, entry, at);
    case 'cut-short':
      return foldCutShort(state, entry, at);
    case 'untaken':
      return foldUntaken(state, entry, at);
    case 'ordered':
    case 'unwritten':
      return {
        ...change(state, entry.id, ({ orders }) => ({ orders: [...orders, orderOf(entry, at)] })),
        hosts: {
          ...state.hosts,
          [entry.host]: {
            ...(state.hosts[entry.host] ?? NEW_HOST),
            n: entry.n,
            ...(entry.type === 'ordered' && saysHead(entry.order) ? { readsHead: true } : {}),
          },
        },
      };
    case 'reminding':
      return { ...state, reminding: { ...entry, at } };
    case 'snoozed':
      return { ...state, snooze: { ...entry, at }, toAll: toAllBy(state, entry, at) };
    case 'nagging':
      return { ...state, nagging: { ...entry, at } };
    case 'quiet':
    case 'well':
      return foldQuiet(state, { ...entry, at });
    case 'sample-asked':
      return { ...state, sample: { ...entry, at }, toAll: toAllBy(state, entry, at) };
    case 'reminded':
      return { ...state, reminded: [...state.reminded, entry].slice(-400) };
    case 'frozen':
    case 'unfrozen':
      return foldFreeze(state, entry, at);
    case 'closed':
      return rejoinAfterEnd(
        {
          ...withoutOldTrails(
            change(state, entry.id, () => ({ closed: { outcome: entry.outcome, at, data: entry.data } })),
            entry.id,
          ),
          unclosed: state.unclosed.filter((id) => id !== entry.id),
          open: state.open === entry.id ? null : state.open,
        },
        entry.id,
        at,
      );
    case 'posted':
      return foldPosted(state, entry, at);
    case 'planned': {
      const plan = sharing(readPlan(entry.lines), newestPlan(state));
      const carried = carriedBy(state, plan);
      return change(state, entry.id, ({ made }) => {
        return { plan, plannedAt: at, replaces: entry.replaces, made: { ...made, ...carried } };
      });
    }
    case 'resolve-asked': {
      const asked = change(state, entry.id, (rotation) => foldAsked(rotation, entry, at));
      if (entry.choice !== 'look-again') return asked;
      return { ...asked, lookedAgain: withOneMore(state.lookedAgain, entry.by.id, at) };
    }
    default:
      return change(state, entry.id, (rotation) => foldRotation(rotation, entry, at));
  }
}

/** The newest plan so far: much of the next one says the same of the same machines. */
function newestPlan({ order, rotations }: FarmState): Plan | null {
  const id = order.findLast((one) => rotations[one]?.plan != null);
  return id === undefined ? null : (rotations[id]?.plan ?? null);
}

function orderOf(entry: Extract<BotEntry, { type: 'ordered' | 'unwritten' }>, at: Instant): OrderState {
  const { host, n, kind, stage, only = null, startBy, timeLimitMs } = entry;
  const isWritten = entry.type === 'ordered';
  return {
    host,
    n,
    kind,
    stage,
    only,
    issued: at,
    startBy,
    timeLimitMs,
    envelope: isWritten ? entry.order : null,
    status: isWritten ? 'sent' : 'refused',
    acceptedAt: null,
    finishedAt: isWritten ? null : at,
    outcome: null,
    code: isWritten ? null : entry.code,
    data: isWritten ? {} : entry.data,
    failedStep: null,
    armedAt: null,
    switchedAt: null,
    silentSince: null,
    seen: false,
  };
}

const KEPT_WORDS = 20;

function foldQuiet(state: FarmState, word: QuietWord): FarmState {
  const { what, subjects } = word;
  const others = state.quiet.filter((one) => one.what !== what || !subjects.includes(one.subject));
  const quiet = word.type === 'well' ? [] : subjects.map((subject) => quietOf(word, subject));
  return { ...state, quiet: [...others, ...quiet], quietWords: [...state.quietWords, word].slice(-KEPT_WORDS) };
}

const quietOf = (
  { what, since, refuses }: Extract<QuietWord, { type: 'quiet' }>,
  subject: string,
): FarmState['quiet'][number] => ({ what, subject, since, ...(refuses === undefined ? {} : { refuses }) });

/** A post that belongs to no rotation is a message about the farm, posted once in each channel. */
function foldPosted(state: FarmState, entry: Extract<BotEntry, { type: 'posted' }>, at: Instant): FarmState {
  const { id, platform, channel, message, again = false, calls = false } = entry;
  if (state.rotations[id] === undefined)
    return {
      ...state,
      told: [...state.told, toldKey(platform, channel, id)].slice(-1000),
      words: [...state.words, { platform, channel, key: id, message, at }].slice(-100),
    };
  return change(state, id, (rotation) => ({
    posted: [...rotation.posted, { platform, channel, message, again, calls }],
  }));
}

/** Entries that change one rotation and nothing else in the farm. */
type OfRotation = Exclude<
  Extract<BotEntry, { readonly id: RotationId }>,
  { type: 'requested' | 'planned' | 'ordered' | 'unwritten' | 'posted' | 'closed' | 'resolve-asked' }
>;

function foldRotation(rotation: RotationState, entry: OfRotation, at: Instant): Partial<RotationState> {
  switch (entry.type) {
    case 'refused':
      return {};
    case 'voted': {
      const { by, vote, reason, digest, platform } = entry;
      return { votes: [...rotation.votes, { by, vote, reason, digest, at, platform }] };
    }
    case 'gate-closed':
      return { gate: { how: entry.how, at, ...(entry.counted === undefined ? {} : { counted: entry.counted }) } };
    case 'noting':
    case 'noted': {
      const key = noteKey(entry.platform, entry.place, entry.note);
      const { attempts = 0, calls = false } = rotation.notes[key] ?? {};
      const note =
        entry.type === 'noting'
          ? { attempts: attempts + 1, calls: calls || entry.calls === true, message: null }
          : { attempts, calls, message: entry.message };
      return { notes: { ...rotation.notes, [key]: note } };
    }
    case 'scheduled': {
      const { from, until, held } = entry;
      // Checks start over for a new start time.
      return { start: { from, until, held, at, checks: {} } };
    }
    case 'rechecked': {
      const { mark, moved, unseen, refused = null } = entry;
      if (rotation.start === null) return {};
      const checks = { ...rotation.start.checks, [mark]: { at, moved, unseen, refused } };
      return { start: { ...rotation.start, checks } };
    }
    case 'begun':
      return { begunAt: at };
    case 'reviewed':
      return { reviewed: { by: entry.by, note: entry.note, at } };
    case 'stop-asked':
      return { stop: { by: entry.by, at, reason: entry.reason ?? '' } };
    case 'turned':
      return { turned: entry.cause };
    case 'silent':
    case 'lapsed':
      return { orders: rotation.orders.map((order) => withSilence(order, entry)) };
    case 'resolved':
      return {
        resolve: afterLook(rotation, entry),
        voided: voidedBy(rotation, entry, at),
        lookedAgain: lookedBy(rotation, entry, at),
        orders: entry.choice === 'look-again' ? seenOrders(rotation, entry.hosts) : rotation.orders,
        ...settledBy(rotation, entry, at),
      };
  }
}

const begin = (entry: Extract<BotEntry, { type: 'requested' }>, at: Instant): RotationState => ({
  id: entry.id,
  wish: { ...plainWish(entry.kind), ...entry.wish },
  dry: entry.dry,
  by: entry.by,
  reason: entry.reason,
  origin: entry.origin,
  at,
  looks: {},
  proofs: {},
  earlier: {},
  plan: null,
  plannedAt: null,
  replaces: null,
  votes: [],
  gate: null,
  start: null,
  begunAt: null,
  stop: null,
  cutShort: null,
  turned: null,
  orders: [],
  steps: {},
  unclocked: [],
  made: {},
  resolve: null,
  voided: null,
  lookedAgain: null,
  resolved: {},
  leftOut: {},
  posted: [],
  notes: {},
  rejoined: {},
  reviewed: null,
  closed: null,
  trail: [],
});

/** The shape `openJournal` wants. */
export const foldBot = (
  state: FarmState,
  recorded: { readonly line: { readonly at: Instant; readonly entry: BotEntry } },
): FarmState => foldEntry(state, known(recorded.line.entry, 'bot'), recorded.line.at);

/**
 * All that `openJournal` wants, for one journal: until the last line is read, the state is changed in place, and pure
 * from then on.
 */
export const replayedBot = () => ({
  initial: { ...initialFarmState, rotations: {}, isReplay: true },
  fold: foldBot,
  replayed: (state: FarmState): FarmState => ({ ...state, isReplay: false }),
});
