import { frozenNow } from '../../../domain/approval/freeze.ts';
import { changedBy, goneSince, isWayBackOver } from '../../../domain/follow-up/rollback.ts';
import { isPaused } from '../../../domain/next/armed-hosts.ts';
import { next } from '../../../domain/next/index.ts';
import { isUnsent } from '../../../domain/next/lapsed.ts';
import { stalledBack } from '../../../domain/next/silence.ts';
import { isArmedOrder, isHeld, waitsUnderWay } from '../../../domain/next/stages.ts';
import { handedNone } from '../../../domain/next/takes-none.ts';
import { notWritable } from '../../../domain/next/unwritten-ends.ts';
import type { RotationKind } from '../../../domain/plan/wish.ts';
import { isWaiting, type OrderState, type RotationState, startedAt } from '../../../domain/rotation/rotation.ts';
import { refusedStart, startOf } from '../../../domain/rotation/start.ts';
import { instantOf } from '../../../domain/time.ts';
import type { HostName, Message } from '../../../domain/values.ts';
import type { CardView, ClosedView } from '../../../domain/views/view.ts';
import { changesOf } from '../../../plans/changes.ts';
import { existingOf } from '../../../plans/existing-of.ts';
import { pinsUntold } from '../../../plans/pinned-keys.ts';
import { warningsOf } from '../../../plans/warnings.ts';
import type { Desk } from '../desk.ts';
import { closedView, FORTH } from './closed/closed-view.ts';
import { OF_MASTER } from './closed/since-undone.ts';
import { stillThereOf } from './compromised.ts';
import { masterEnds } from './plan/master-ends.ts';
import { namedAccounts } from './plan/named-accounts.ts';
import { otherBuilds } from './plan/other-builds.ts';
import { planView } from './plan/plan-view.ts';
import { reconnectView } from './plan/reconnect-view.ts';
import { retireView } from './plan/retire-view.ts';
import { shortWindow } from './plan/short-window.ts';
import { slowLooks } from './plan/slow-looks.ts';
import { meanwhileOn } from './running/meanwhile.ts';
import { needsPersonView } from './running/needs-person-view.ts';
import { runningView } from './running/running-view.ts';
import { notAnswering } from './running/unheard.ts';

/** The card of a rotation as it is now; null while there is nothing to show yet. */
export function cardOf(desk: Desk, rotation: RotationState, queueUp: boolean): CardView | null {
  const moment = desk.moment();
  const { now } = moment;
  const closed = closedView(desk.farm, rotation, now, () => stillThereOf(desk, rotation));
  if (closed !== null) return asStandsNow(desk, rotation, closed);
  if (rotation.plan === null) return null;
  if (rotation.dry || startedAt(rotation) === null) {
    const here = { farm: desk.farm, state: desk.state(), now };
    const changes = namedAccounts(changesOf(rotation.plan), Object.values(rotation.looks));
    const warned = { changes, warnings: [...frozen(desk, rotation, now), ...otherBuilds(desk, rotation)] };
    const retire = retireView(here, rotation, warned);
    if (retire !== null) return retire;
    const warnings = [
      ...warned.warnings,
      ...masterEnds(here, rotation),
      ...shortWindow(here, rotation),
      ...slowLooks(rotation),
      ...warningsOf(desk.farm, rotation.looks, rotation.wish),
      ...goneWarning(desk, rotation),
      ...pinsUntold(rotation.plan, rotation.looks),
    ];
    const existing = existingOf(desk.farm, rotation.plan.header, rotation.looks);
    const parts = { changes, warnings, existing };
    const reconnect = reconnectView(here, rotation, parts);
    if (reconnect !== null) return reconnect;
    return planView(here, rotation, parts);
  }
  const assessment = next(rotation, moment);
  return (
    needsPersonView(desk.farm, rotation, assessment, now) ??
    runningView(rotation, assessment, waiting(desk, rotation, queueUp), now)
  );
}

function goneWarning({ farm, state }: Desk, { wish }: RotationState): readonly Message[] {
  const hosts = goneSince(state(), wish, farm);
  return hosts.length === 0 ? [] : [{ id: 'warning.gone-since', data: { hosts, of: wish.of } }];
}

const OLD_STAYS = 'next.old-stays';

/** What a later rotation may have done since: who does not follow the master now, for example, its own card tells. */
const DONE_SINCE: { readonly [kind in RotationKind]?: readonly string[] } = {
  'rotate-master': OF_MASTER,
  reconnect: ['next.reconnect-rest'],
  retire: ['next.retire-again', 'why.host.todo', 'next.retire-stays'],
};

/**
 * With what other requests and the farm file have to do with it: nobody goes back to what has been removed since, nor
 * past a later rotation; and a rollback names those that stayed out of it.
 */
function asStandsNow(desk: Desk, rotation: RotationState, { rollBack, ...closed }: ClosedView): ClosedView {
  const stayed = FORTH.includes(closed.outcome) ? goneWarning(desk, rotation) : [];
  const next = [...closed.next, ...stayed];
  if (isWayBackOver(desk.state(), rotation, desk.farm))
    return { ...closed, next: next.filter(({ id }) => id !== OLD_STAYS) };
  return { ...closed, ...(rollBack === undefined ? {} : { rollBack }), next };
}

/** Shown again: what a later rotation has changed is told as it was when this one ended, and by which. */
export function asOfItsEnd(desk: Desk, rotation: RotationState, view: CardView | null): CardView | null {
  const by = view?.kind === 'closed' && speaksOfNow(view) ? changedBy(desk.state(), rotation) : null;
  if (view?.kind !== 'closed' || by === null) return view;
  const gone = [OLD_STAYS, ...(DONE_SINCE[view.wish.kind] ?? [])];
  const next = [{ id: 'next.changed-since', data: { by } }, ...view.next.filter(({ id }) => !gone.includes(id))];
  return { ...view, undone: true, presented: null, goodUntil: null, daysLeft: null, next };
}

/** What a removal has removed is gone for good. */
const speaksOfNow = ({ wish, tookMs, outcome, next }: ClosedView): boolean =>
  wish.kind !== 'retire' || (tookMs !== null && (outcome !== 'proved' || next.length > 0));

/** Tells an approver why the last approval does not count yet, or why the start comes so late. */
function frozen(desk: Desk, rotation: RotationState, now: number): readonly Message[] {
  const { farm } = desk;
  const { when } = rotation.wish;
  const freeze = frozenNow(desk.state(), now);
  // One that waits for its start names the freeze beside it.
  if (freeze === null || isWaiting(rotation)) return [];
  const data = { by: freeze.by.name, until: freeze.until };
  if (refusedStart(farm, when, freeze, now)?.code === 'frozen') return [{ id: 'warning.frozen', data }];
  const free = startOf(farm, when, now);
  const moves = free !== null && free.from < Date.parse(freeze.until);
  return moves ? [{ id: 'warning.frozen-moves', data }] : [];
}

/** What holds up the work right now, if anything does. */
function waiting(desk: Desk, rotation: RotationState, queueUp: boolean): Message | null {
  if (!queueUp) return { id: 'waiting.queue', data: { refuses: desk.refusal() } };
  const full = fullHosts(desk, rotation);
  const silent = rotation.orders.find((order) => order.silentSince !== null && order.unwritten == null);
  if (silent !== undefined && rotation.turned === null) return notAnswering(silent);
  const [first] = full;
  if (first !== undefined) {
    // With several reasons, the words that fit all of them.
    const reason = full.every((one) => one.reason === first.reason) ? first.reason : '';
    return {
      id: 'waiting.unwritable',
      data: { hosts: full.map(({ host }) => host), reason, begun: full.some(({ begun }) => begun) },
    };
  }
  const refused = busyHosts(rotation).filter((host) => handedNone(desk.moment(), host) !== null);
  if (refused.length > 0) return { id: 'waiting.orders-refused', data: { hosts: refused } };
  const unsent = openOrders(rotation).filter((order) => isUnsent(order, desk.moment()));
  if (unsent.length > 0)
    return { id: 'waiting.orders-not-writable', data: { hosts: [...new Set(unsent.map(({ host }) => host))] } };
  const paused = pausedFollowers(desk, rotation);
  if (paused.length > 0) return { id: 'waiting.paused', data: { hosts: paused } };
  const stalled = stalledBack(rotation, desk.moment());
  if (stalled !== null) {
    const { hosts, at, again } = stalled;
    return { id: 'waiting.put-back', data: { hosts, until: instantOf(at), again, ...meanwhileOn(rotation, hosts) } };
  }
  const drains = waitsUnderWay(rotation);
  if (drains.length > 0 && rotation.turned === null) {
    const ends = drains.map(({ order }) => Date.parse(order.acceptedAt ?? order.issued) + order.timeLimitMs);
    const heldUp = drains.flatMap(({ worker }) => worker ?? []);
    const off = [...new Set(drains.map(({ order }) => order.host))].filter((host) => isPaused(desk.moment(), host));
    const data = { until: instantOf(Math.max(...ends)), heldUp };
    return { id: 'waiting.packages', data: off.length === 0 ? data : { ...data, refusing: off } };
  }
  const unheard = rotation.orders.find(
    (order) => order.status === 'sent' && desk.moment().now - Date.parse(order.issued) > 10_000,
  );
  return unheard === undefined ? null : { id: 'waiting.order', data: { host: unheard.host } };
}

const openOrders = ({ orders }: RotationState): readonly OrderState[] =>
  orders.filter(({ status }) => status === 'sent' || status === 'accepted');

/** Those that hold their orders and would not follow, because somebody has paused them. */
const pausedFollowers = (desk: Desk, rotation: RotationState): readonly HostName[] =>
  rotation.turned !== null
    ? []
    : openOrders(rotation)
        .filter((order) => isArmedOrder(rotation, order) && isPaused(desk.moment(), order.host))
        .map(({ host }) => host);

/** Machines that have something to do. */
const busyHosts = (rotation: RotationState): readonly HostName[] => [
  ...new Set(openOrders(rotation).map(({ host }) => host)),
];

/** Those that say that they cannot write their journals; `begun`: they may have begun. */
function fullHosts(desk: Desk, rotation: RotationState) {
  const moment = desk.moment();
  return busyHosts(rotation).flatMap((host) => {
    const why = notWritable(moment, host);
    const begun = openOrders(rotation).some(
      (order) => order.host === host && order.status === 'accepted' && !isHeld(order),
    );
    return why === null ? [] : [{ host, reason: why.data.reason ?? '', begun }];
  });
}
