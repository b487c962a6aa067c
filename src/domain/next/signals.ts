import type { Say } from '../letters/protocol.ts';
import { followStages, isArmed, switchStage } from '../plan/plan-phases.ts';
import { isHeard } from '../presence/presence.ts';
import type { FarmState } from '../rotation/farm-state.ts';
import { isPlanned, type OrderState, type Planned, type RotationState } from '../rotation/rotation.ts';
import type { RotationId } from '../values.ts';
import { applyLimitMs } from './advance.ts';
import { areEnough, followers, stragglers } from './armed-hosts.ts';
import { causeOf } from './cause/cause.ts';
import { leftToProve } from './forth.ts';
import { isLeftAsItIs, isWayBackLost } from './lost-way-back.ts';
import type { Moment, Work } from './moment.ts';
import { prove } from './proof/prove.ts';
import { returnOf } from './silent-master.ts';
import { forthWork, isArmedOrder, isHeld, latestOrder } from './stages.ts';
import { byTurn } from './turns.ts';

/** What the bot tells the holder of an armed order, again and again while it holds. */
interface Said {
  readonly order: OrderState;
  readonly say: Say;
}

const PASSES: readonly Work[] = ['good', 'left', 'failed', 'silent'];

/**
 * The signals of an armed cutover. `wait`, while the master switches and the canary is proved. `go`, to whoever may
 * follow: as many at once as approved, in turns, and all once the master is no longer held. `confirm`, to the master
 * once all have followed, or shortly before it would go back if the missing ones may be left behind; and to followers
 * once the last look has proved everything, since until then they go back with it. It also releases those that still
 * hold their orders in the end. On the way back there are no signals: orders do it, and whoever has switched follows
 * the master.
 */
export function signals(rotation: RotationState, moment: Moment): readonly Said[] {
  if (!isPlanned(rotation)) return [];
  const { plan } = rotation;
  const lead = switchStage(plan);
  if (lead === undefined || !isArmed(plan)) return [];
  const leads = lead.hosts.flatMap((host) => latestOrder(rotation, host, lead.name, 'apply') ?? []);
  if (rotation.closed !== null) return afterClose(rotation, moment, leads);
  if (leads.length === 0 || causeOf(rotation, moment) !== null) return [];
  const follow = followStages(plan);
  const open = leads.filter(isHeld);
  const isFree = open.length === 0;
  const late = isFree ? stragglers(rotation, plan, moment, { leads, limitMs: applyLimitMs(rotation) }) : [];
  const hasSwitched = lead.hosts.every((host) => forthWork(rotation, host, lead.name) === 'good');
  if (!hasSwitched) return follow.flatMap((stage) => waitingIn(rotation, stage.name, stage.hosts, 'wait'));
  const going = follow.flatMap((stage): readonly Said[] => {
    const works = stage.hosts.map((host) => ({ host, work: forthWork(rotation, host, stage.name) }));
    // Waiting hosts are cut off; once the master stays, waiting gains nothing, not even for the canary.
    const mayAll = isFree || works.slice(0, stage.canary).every(({ work }) => work === 'good' || work === 'left');
    const eligible = (mayAll ? stage.hosts : stage.hosts.slice(0, stage.canary)).filter((one) => !late.includes(one));
    const busy = works.filter(({ work }) => work === 'under-way').length;
    const places = isFree ? stage.hosts.length : Math.max(0, stage.concurrency - busy);
    const waiting = waitingIn(rotation, stage.name, eligible, 'go').map(({ order }) => order.host);
    const turns = byTurn(rotation, moment, { stage, waiting, places, leads });
    const free = waitingIn(rotation, stage.name, turns, 'go').slice(0, places);
    const rest = stage.hosts.filter((host) => !late.includes(host) && !free.some(({ order }) => order.host === host));
    const ended = waitingIn(rotation, stage.name, late, 'confirm');
    return [...free, ...ended, ...waitingIn(rotation, stage.name, rest, 'wait')];
  });
  const works = follow.flatMap((stage) => stage.hosts.map((host) => forthWork(rotation, host, stage.name)));
  const isThrough = works.every((work) => PASSES.includes(work));
  const ended = isThrough || areEnough(rotation, plan, moment) ? open : [];
  const released = isThrough && isFree ? release(rotation, moment) : [];
  return [...going, ...[...ended, ...released].map((order): Said => ({ order, say: 'confirm' }))];
}

/** Followers still held, once there is nothing left for which they might have to go back. */
function release(rotation: Planned, moment: Moment): readonly OrderState[] {
  const { settled, doubts } = prove(rotation, moment, 'forth', leftToProve(rotation));
  return settled && doubts.length === 0 ? followers(rotation).filter(isHeld) : [];
}

/**
 * The newest rotation in which a master was told to switch; empty: none. Earlier rotations get no signals any more:
 * where their followers belong is up to this one.
 */
export function lastSwitched({ order, rotations }: Pick<FarmState, 'order' | 'rotations'>): readonly RotationId[] {
  const id = order.findLast((one) => {
    const rotation = rotations[one];
    const lead = rotation?.plan == null ? undefined : switchStage(rotation.plan);
    if (rotation === undefined || lead === undefined) return false;
    return lead.hosts.some((host) => latestOrder(rotation, host, lead.name, 'apply') !== undefined);
  });
  return id === undefined ? [] : [id];
}

/**
 * After the close some followers still hold their orders: those that were left behind, came back and have followed, or
 * failed at it. They are released, except where the master did not stay (or was put back by hand since): then they go
 * back with it. Also except hosts that hold nothing yet, since once released they would not follow, and hosts that no
 * longer know the order. A master with nothing to go back to stays; if one was left because it was silent, nobody is
 * released who may have to go back with it.
 */
function afterClose(rotation: Planned, moment: Moment, leads: readonly OrderState[]): readonly Said[] {
  const { closed, turned } = rotation;
  const hasStayed = leads.every(
    ({ host, stage, status }) => status === 'finished' && forthWork(rotation, host, stage ?? '') === 'good',
  );
  const isForth = closed?.outcome === 'proved' || closed?.outcome === 'left-behind';
  const stays = turned === null ? hasStayed : isLeftAsItIs(rotation) && leads.every((lead) => isToStay(rotation, lead));
  if (!isForth || leads.length === 0 || !stays) return [];
  const hears = ({ host, n }: OrderState): boolean => {
    const hello = moment.presence[host];
    return isHeard(hello, moment.now) && hello !== undefined && hello.lastN >= n;
  };
  return followers(rotation)
    .filter((order) => isHeld(order) && hears(order))
    .map((order) => ({ order, say: 'confirm' }));
}

/** One that was silent when left goes back by itself unless it was confirmed, and its workers follow. */
const isToStay = (rotation: Planned, { host, status }: OrderState): boolean =>
  isWayBackLost(rotation, host) || (status === 'finished' && returnOf(rotation, host) === 'stays');

function waitingIn(rotation: RotationState, stage: string, hosts: readonly string[], say: Say): readonly Said[] {
  return hosts.flatMap((host): readonly Said[] => {
    const order = latestOrder(rotation, host, stage, 'apply');
    // One that failed before its first step is held too, but goes nowhere any more.
    return order !== undefined && isArmedOrder(rotation, order) && !isHeld(order) ? [{ order, say }] : [];
  });
}
