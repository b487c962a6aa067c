import { approvalsMissing, openGate, votesAt } from '../approval/approval.ts';
import { staleUnder } from '../approval/stale.ts';
import type { Resolve } from '../journal/resolve.ts';
import { PROTOCOL } from '../letters/protocol.ts';
import { unnamedKey, unpinnedKey } from '../letters/unknown-keys.ts';
import { keeps } from '../plan/plan-phases.ts';
import { hostsIn } from '../plan/scope.ts';
import { isRefusedOrders } from '../presence/orders-refused.ts';
import { isNotUnderstood, mayStillSpeak } from '../presence/presence.ts';
import { refusedEnd } from '../rotation/refused-end.ts';
import { isPlanned, type OrderState, type Planned, type RotationState } from '../rotation/rotation.ts';
import { startIfLifted, startUnder } from '../rotation/start.ts';
import { instantOf } from '../time.ts';
import { type Data, type HostName, isRefusal } from '../values.ts';
import { askMastersAgain } from './ask-again.ts';
import { back } from './back.ts';
import { causeOf } from './cause/cause.ts';
import { asksAboutPackages } from './drain.ts';
import { end } from './end.ts';
import { forth } from './forth.ts';
import { assessKeep } from './keep.ts';
import { hasLapsed, isUnsent, lapse } from './lapsed.ts';
import { lookAt } from './look-at.ts';
import type { Action, Assessment, Cause, Moment } from './moment.ts';
import { withNotRemembered } from './not-remembered.ts';
import { heldUp } from './packages/left-out.ts';
import { unwatched, watchedPackages } from './packages/watched-packages.ts';
import { prove } from './proof/prove.ts';
import { refusedChoice } from './refused-choice.ts';
import { unanswered } from './silence.ts';
import { silentMasters } from './silent-master.ts';
import { codeOfLook, isUnderWay, LAPSES_ALLOWED, ordersOf } from './stages.ts';
import { clockOff } from './start/clock-off.ts';
import { factsDigest } from './start/facts-digest.ts';
import { untimely } from './start/untimely.ts';
import { beforeStart } from './start/waiting.ts';
import { notTaken } from './takes-none.ts';
import { unwrittenEnds } from './unwritten-ends.ts';

export type { Action, Assessment, Cause, Moment } from './moment.ts';
export { lastSwitched, signals } from './signals.ts';

const NOTHING: Assessment = { direction: 'forth', cause: null, actions: [], attention: [] };

/**
 * What to do about one rotation now. Pure: takes the fold of the journal, and the moment. The caller records each entry
 * and order and asks again until nothing more comes.
 */
export function next(rotation: RotationState, moment: Moment): Assessment {
  if (rotation.closed !== null) return NOTHING;
  if (rotation.cutShort !== null)
    return { ...NOTHING, actions: refused(rotation, 'BotJournalCutShort', { host: rotation.cutShort }) };
  const heard = clocks(rotation, moment);
  if (heard.length > 0) return { ...NOTHING, actions: heard };
  if (rotation.plan === null && rotation.stop !== null)
    return { ...NOTHING, actions: [end(rotation, 'withdrawn', {})] };
  if (rotation.plan === null) return { ...NOTHING, actions: looking(rotation, moment) };
  if (rotation.dry) return { ...NOTHING, actions: [end(rotation, 'planned', {})] };
  if (rotation.gate === null) return { ...NOTHING, actions: gate(rotation, moment) };
  if (rotation.gate.how !== 'approved') return { ...NOTHING, actions: [end(rotation, rotation.gate.how, {})] };
  const early = beforeStart(rotation, moment);
  if (early !== null) return { ...NOTHING, actions: early };
  if (rotation.resolve !== null) {
    const actions = resolving(rotation, moment);
    if (actions.length > 0) return { ...assess(rotation, moment), actions };
  }
  const found = assess(rotation, moment);
  return {
    ...found,
    ...unwatched(rotation, moment, found),
    actions: [...found.actions, ...watchedPackages(rotation, moment, found)],
  };
}

function assess(rotation: RotationState, moment: Moment): Assessment {
  const found = assessPlan(rotation, moment);
  return { ...found, ...untimely(rotation, moment, found.attention), ...lostOf(rotation, moment, found.attention) };
}

function lostOf(
  rotation: RotationState,
  moment: Moment,
  attention: readonly Cause[],
): Pick<Assessment, 'lost' | 'lostAt'> | undefined {
  const silent = attention.length === 0 ? [] : silentMasters(rotation, moment);
  const lost = silent.filter(({ lostAt }) => lostAt <= moment.now).map(({ host }) => host);
  if (lost.length > 0) return { lost };
  const [first] = silent.map(({ lostAt }) => lostAt).sort((a, b) => a - b);
  return first === undefined ? undefined : { lostAt: instantOf(first) };
}

function assessPlan(rotation: RotationState, moment: Moment): Assessment {
  if (!isPlanned(rotation)) return NOTHING;
  const found = keeps(rotation.plan) ? assessKeep(rotation, moment) : assessWhole(rotation, moment);
  return { ...found, attention: withNotRemembered(rotation, found.attention) };
}

/** A plan that goes forth, or back, as a whole. */
function assessWhole(rotation: Planned, moment: Moment): Assessment {
  const cause = causeOf(rotation, moment);
  if (cause === null) return { direction: 'forth', cause: null, ...forth(rotation, moment) };
  if (rotation.turned === null) {
    const entry = { type: 'turned', id: rotation.id, cause } as const;
    return { direction: 'back', cause, actions: [{ do: 'entry', entry }], attention: [] };
  }
  return { direction: 'back', cause, ...back(rotation, moment, cause) };
}

/** Silence and lapse, for every order that is out. */
function clocks(rotation: RotationState, moment: Moment): readonly Action[] {
  const unwritten = unwrittenEnds(rotation, moment);
  if (unwritten.length > 0) return unwritten.map((entry) => ({ do: 'entry', entry }));
  return rotation.orders.flatMap((order): readonly Action[] => {
    // A silent host that speaks again without having begun may be asked again.
    if (hasLapsed(order, moment)) return [{ do: 'entry', entry: lapse(rotation, order, moment) }];
    const isUnread = isNotUnderstood(moment.presence[order.host]);
    const found = unanswered(rotation, order, moment);
    // It was silent, and speaks again with another version.
    const before = isUnread && isWithoutAnswer(order) && order.isUnread !== true ? order.silentSince : null;
    const at = found === null ? before : instantOf(found.since);
    if (at === null) return [];
    const { id } = rotation;
    const how = isUnread ? { unread: true as const } : found?.isOverdue === true ? { overdue: true as const } : {};
    return [{ do: 'entry', entry: { type: 'silent', id, host: order.host, since: at, ...how } }];
  });
}

/** Its result is unknown, and only its runner can tell. */
const isWithoutAnswer = ({ status }: OrderState): boolean => status === 'sent' || status === 'accepted';

function looking(rotation: RotationState, moment: Moment): readonly Action[] {
  const actions: Action[] = [];
  let missing = 0;
  for (const { name: host } of hostsIn(moment.farm, rotation.wish)) {
    if (rotation.looks[host] !== undefined) continue;
    missing += 1;
    const key = unpinnedKey(moment.presence[host]);
    if (key !== null) return refused(rotation, 'BotKeyNotPinned', { host, key });
    if (isRefusedOrders(moment.presence[host])) return refused(rotation, 'OrdersRefused', { host });
    const looks = ordersOf(rotation, host).filter((one) => one.kind === 'look');
    const order = looks.at(-1);
    const full = order === undefined ? null : notTaken(moment, order);
    if (full !== null) return refused(rotation, full.code, { ...full.data, host });
    if (order !== undefined && isUnsent(order, moment)) return refused(rotation, 'OrdersNotWritable', { host });
    const again = order?.status === 'lapsed' && looks.length < LAPSES_ALLOWED;
    if (order === undefined || again) actions.push(lookAt(host));
    else if (!isUnderWay(order)) return refusedLook(rotation, moment, host, order);
  }
  return missing === 0 ? (askMastersAgain(rotation, moment) ?? [{ do: 'plan' }]) : actions;
}

const OF_TWO_VERSIONS: readonly string[] = ['OrderNotUnderstood', 'EntryNotUnderstood'];

function refusedLook(
  rotation: RotationState,
  { presence, unnamed, now }: Moment,
  host: HostName,
  order: OrderState,
): readonly Action[] {
  const key = order.silentSince === null ? null : unnamedKey(unnamed, host, now);
  if (key !== null) return refused(rotation, 'RunnerKeyNotNamed', { host, key });
  const code = order.silentSince !== null && isNotUnderstood(presence[host]) ? 'EntryNotUnderstood' : codeOfLook(order);
  const version = presence[host]?.version;
  const said = OF_TWO_VERSIONS.includes(code) && version !== undefined ? { version } : {};
  return refused(rotation, code, { ...order.data, ...said, host });
}

const refused = (rotation: RotationState, code: string, data: Data): readonly Action[] => [
  { do: 'entry', entry: { type: 'refused', id: rotation.id, code, data } },
  end(rotation, 'refused', refusedEnd(code, data)),
];

function gate(rotation: RotationState, moment: Moment): readonly Action[] {
  const { plan } = rotation;
  const open = openGate(moment.farm, rotation);
  if (open === null || plan === null) return [];
  const counted = votesAt(rotation, open).map(({ by }) => by.id);
  const shut = (how: 'approved' | 'denied' | 'lapsed' | 'withdrawn'): readonly Action[] => [
    { do: 'entry', entry: { type: 'gate-closed', id: rotation.id, how, ...(how === 'approved' ? { counted } : {}) } },
  ];
  if (rotation.stop !== null) return shut('withdrawn');
  if (votesAt(rotation, open).some((vote) => vote.vote === 'deny')) return shut('denied');
  // Votes rest on policy and people too: if the farm file changed, a new plan is needed rather than a lapse.
  const stale = staleUnder(moment.farm, plan, rotation);
  if (stale !== null) return refused(rotation, stale.code, stale.data);
  // The last suitable window may close while people decide. A freeze that covers it may be lifted before that.
  // A request is over once it is so by the bot's clock and by those of the machines.
  const now = Math.min(moment.now, clockOff(moment)?.theirs ?? moment.now);
  const asked = { now, freeze: moment.freeze ?? null };
  const start = startUnder(moment.farm, rotation, asked);
  if (isRefusal(start) && startIfLifted(moment.farm, rotation, asked) === null)
    return refused(rotation, start.code, start.data);
  if (approvalsMissing(rotation, open) === 0) return shut('approved');
  // A clock that was just set may be corrected in a moment, and a lapse cannot be undone.
  const isSettled = moment.now - moment.since > PROTOCOL.silentAfterMs;
  return now >= open.lapsesAt && isSettled ? shut('lapsed') : [];
}

/**
 * A person has chosen what to do about unknown machines: look again, or a choice with a gate of its own. A look ends
 * before votes count, and votes rest on the facts seen: if anything else becomes unknown, or the rotation turns, nobody
 * has voted on that.
 */
function resolving(rotation: RotationState, moment: Moment): readonly Action[] {
  const asked = rotation.resolve;
  if (asked === null) return [];
  const found = assess({ ...rotation, resolve: null }, moment);
  const seen = { ...found, ...lostOf(rotation, moment, found.attention) };
  const question = {
    asked,
    seen,
    unknown: hostsOf(seen.attention),
    isStale: asked.facts !== null && asked.facts !== factsDigest(rotation, seen),
    // A machine not heard yet may be paused, or resumed: that alone makes nothing stale.
    isDeaf: rotation.plan?.slices.some(({ host }) => mayStillSpeak(moment, host)) ?? false,
  };
  return asked.look === null ? choosing(rotation, moment, question) : lookingAgain(rotation, moment, question);
}

/** What a person has chosen, against what is seen now. */
interface Question {
  readonly asked: Resolve;
  readonly seen: Assessment;
  readonly unknown: readonly HostName[];
  /** What was seen when it was asked has changed. */
  readonly isStale: boolean;
  readonly isDeaf: boolean;
}

function lookingAgain(rotation: RotationState, moment: Moment, question: Question): readonly Action[] {
  const { asked, seen, unknown, isStale, isDeaf } = question;
  // To wait longer for packages, nothing is looked at now: the wait itself looks.
  if (seen.attention.length > 0 && seen.attention.every(asksAboutPackages))
    return voided(rotation, asked, 'look-again', unknown);
  const { actions, proofs, settled } = prove(rotation, moment, seen.direction);
  if (actions.length > 0 || !settled || isDeaf) return actions;
  const found = proofs.filter(({ host }) => unknown.includes(host)).map(({ host }) => host);
  if (found.length > 0) return voided(rotation, asked, 'look-again', found);
  return isStale ? voided(rotation, asked, asked.choice) : resolved(rotation, 'look-again');
}

function choosing(rotation: RotationState, moment: Moment, question: Question): readonly Action[] {
  const { asked, seen, unknown, isStale, isDeaf } = question;
  const open = openGate(moment.farm, rotation);
  if (open === null) return [];
  const isOver = votesAt(rotation, open).some((vote) => vote.vote === 'deny') || moment.now >= open.lapsesAt;
  if (isDeaf) return isOver ? resolved(rotation, asked.choice) : [];
  if (isStale || refusedChoice(rotation, asked.choice, seen, asked.hosts) !== null)
    return voided(rotation, asked, asked.choice);
  if (isOver) return resolved(rotation, asked.choice);
  if (approvalsMissing(rotation, open) > 0) return [];
  const all = asked.choice === 'leave-out' ? heldUp(rotation) : unknown;
  return resolved(rotation, asked.choice, asked.hosts ?? all);
}

/** It is decided so about these machines; without any, nothing comes of it. */
const resolved = (
  { id }: RotationState,
  choice: Resolve['choice'],
  hosts: readonly HostName[] = [],
  more: { readonly void?: true } = {},
): readonly Action[] => [{ do: 'entry', entry: { type: 'resolved', id, choice, hosts, ...more } }];

/** The same, and votes that were given on it count no more. */
const voided = (
  rotation: RotationState,
  { digest }: Resolve,
  choice: Resolve['choice'],
  hosts: readonly HostName[] = [],
): readonly Action[] => resolved(rotation, choice, hosts, digest === null ? {} : { void: true });

const hostsOf = (causes: readonly Cause[]): readonly HostName[] =>
  causes.flatMap((cause) => (cause.host === null ? [] : [cause.host]));
