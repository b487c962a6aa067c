import type { PhaseHead, StageHead } from '../plan/plan.ts';
import { DRAIN, retires, switchStage, wayBackTo } from '../plan/plan-phases.ts';
import { isAwaited, isHeard } from '../presence/presence.ts';
import type { OrderState, Planned, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import { applyLimitMs } from './advance.ts';
import { whyUnready } from './armed-hosts.ts';
import { failure } from './cause/failure.ts';
import { end, endWhy } from './end.ts';
import { isLeftAsItIs } from './lost-way-back.ts';
import type { Action, Cause, Moment, Round } from './moment.ts';
import { judgeMasterBack } from './proof/proof.ts';
import { leftBehind, prove, proveOne } from './proof/prove.ts';
import {
  backWork,
  begun,
  hasNothingToUndo,
  isArmedOrder,
  isBackDecidedSince,
  isSelfUndone,
  isUnderWay,
  LAPSES_ALLOWED,
  latestOrder,
  ordersOf,
} from './stages.ts';
import { notTaken, takesNone } from './takes-none.ts';

/**
 * Back to the old certificate: the cutover first, master before workers, then what prepare brought. A host's own order
 * is settled before it is undone; the master waits only for its own order.
 */
export function back(rotation: Planned, moment: Moment, cause: Cause): Round {
  if (isLeftAsItIs(rotation)) return leaveAll(rotation, moment, cause);
  const actions: Action[] = stopsFor(rotation, moment);
  const attention: Cause[] = [];
  const phases = [...rotation.plan.header.phases].reverse();
  for (const phase of phases) {
    const stages = phase.undoOrder === 'same' ? phase.stages : [...phase.stages].reverse();
    for (const stage of stages) {
      const state = retreat(rotation, moment, phase, stage);
      actions.push(...state.actions);
      attention.push(...state.attention);
      if (!state.done) return { actions, attention: actions.length === 0 && !state.waiting ? attention : [] };
    }
  }
  if (attention.length > 0) return { actions, attention };
  return finish(rotation, moment, cause);
}

/**
 * A master without a way back stays where it is, and so does everybody: orders under way finish, all hosts are looked
 * at, and those not proved to be on the new certificate are named.
 */
function leaveAll(rotation: Planned, moment: Moment, cause: Cause): Round {
  const stops = stopsFor(rotation, moment);
  if (stops.length > 0 || rotation.orders.some((order) => order.kind !== 'look' && isUnderWay(order)))
    return { actions: stops, attention: [] };
  const { actions, proofs, settled } = prove(rotation, moment, 'forth', []);
  if (!settled) return { actions, attention: [] };
  const left = rotation.plan.slices.flatMap(({ host }) => (proofs.some((one) => one.host === host) ? [] : [host]));
  const outcome = left.length === 0 ? 'proved' : 'left-behind';
  return { actions: [end(rotation, outcome, { ...endWhy(cause), left })], attention: [] };
}

interface Retreat extends Round {
  readonly waiting: boolean;
  readonly done: boolean;
}

function retreat(rotation: Planned, moment: Moment, phase: PhaseHead, stage: StageHead): Retreat {
  const steps = stage.hosts.map((host) => stepBack(rotation, moment, { phase, stage, host }));
  const actions = steps.flatMap((one) => (one.is === 'told' ? [one.action] : []));
  const attention = steps.flatMap((one) => (one.is === 'asked-about' ? [one.cause] : []));
  const waiting = steps.some((one) => one.is === 'awaited');
  const held = attention.length > 0 && holdsUp(rotation, phase, stage);
  return { actions, attention, waiting, done: actions.length === 0 && !waiting && !held };
}

/**
 * Nobody follows a master in an unknown state, and trust is not taken from a worker that may need it; apart from that,
 * an unknown worker holds nobody up.
 */
const holdsUp = ({ plan }: Planned, phase: PhaseHead, stage: StageHead): boolean =>
  stage === switchStage(plan) || (phase.name === 'cutover' && phase.onFailure === 'stop-keep');

interface Place {
  readonly phase: PhaseHead;
  readonly stage: StageHead;
  readonly host: HostName;
}

/** What one machine does next on the way back from one stage. */
type StepBack =
  | { readonly is: 'settled' }
  | { readonly is: 'awaited' }
  | { readonly is: 'told'; readonly action: Action }
  | { readonly is: 'asked-about'; readonly cause: Cause };

const SETTLED = { is: 'settled' } as const;
const AWAITED = { is: 'awaited' } as const;

function stepBack(rotation: Planned, moment: Moment, { phase, stage, host }: Place): StepBack {
  const order = latestOrder(rotation, host, stage.name, 'apply');
  const isBusy = order !== undefined && isUnderWay(order);
  // The change in hand is finished; what is gone stays gone.
  if (phase.name === 'retire') return isBusy ? AWAITED : SETTLED;
  if (!needsUndo(rotation, phase, stage, host)) return SETTLED;
  if (isBusy) return AWAITED;
  const work = backWork(rotation, host, stage.name);
  switch (work) {
    case 'under-way': {
      const undo = latestOrder(rotation, host, stage.name, 'undo');
      const full = undo === undefined ? null : notTaken(moment, undo);
      return full === null ? AWAITED : { is: 'asked-about', cause: { host, stage: stage.name, step: null, ...full } };
    }
    case 'none': {
      const why = heldBack(rotation, moment, { host, stage: stage.name });
      if (why === 'awaited') return AWAITED;
      if (why !== null) return { is: 'asked-about', cause: why };
      const timeLimitMs = applyLimitMs(rotation);
      return { is: 'told', action: { do: 'order', host, kind: 'undo', stage: stage.name, timeLimitMs } };
    }
    case 'silent':
    case 'unknown':
      return { is: 'asked-about', cause: failure(rotation, host, stage.name, 'undo') };
    case 'left':
      return SETTLED;
    default:
      return standing(rotation, moment, { phase, stage, host });
  }
}

/**
 * A master that knows of nothing to put back may present the new certificate all the same: its runner may have lost its
 * journal. Workers go back only once a look taken since shows that it does not.
 */
function standing(rotation: Planned, moment: Moment, { stage, host }: Place): StepBack {
  const undo = latestOrder(rotation, host, stage.name, 'undo');
  const old = wayBackTo(rotation);
  if (old === null || undo === undefined || !hasNothingToUndo(undo) || stage !== switchStage(rotation.plan))
    return SETTLED;
  const settled = rotation.resolved[host];
  const decided = settled?.choice === 'put-all-back' ? settled.orders : 0;
  const looks = rotation.orders
    .slice(Math.max(decided, rotation.orders.indexOf(undo)))
    .filter((order) => order.host === host && order.kind === 'look');
  const { action, waiting, doubt } = proveOne(rotation, moment, {
    host,
    looks,
    judge: (look) => judgeMasterBack(rotation, look, old),
  });
  if (action !== undefined) return { is: 'told', action };
  if (waiting) return AWAITED;
  return doubt === undefined ? SETTLED : { is: 'asked-about', cause: doubt };
}

function needsUndo(rotation: Planned, phase: PhaseHead, stage: StageHead, host: HostName): boolean {
  const first = switchStage(rotation.plan);
  // A stage that only looks has nothing to undo.
  if (stage.name === DRAIN) return false;
  const order = latestOrder(rotation, host, stage.name, 'apply');
  // What the final look found wrong since, such as a stopped service, the same undo mends.
  const selfUndone = order !== undefined && isSelfUndone(order) && !isBackDecidedSince(rotation, order);
  const disarmed = order?.armedAt != null && !begun(rotation, host, stage.name);
  const touched = order !== undefined && order.status !== 'refused' && order.status !== 'lapsed' && !disarmed;
  if (phase.name === 'cutover' && first !== undefined && stage !== first) {
    // Workers were cut off as soon as the master began: each is brought back, by the best witness its host has.
    return first.hosts.some((master) => begun(rotation, master, first.name)) || (touched && !selfUndone);
  }
  return touched && !selfUndone;
}

const UNTOUCHED = { actions: [], doubts: [], settled: true } as const;

/**
 * Stop orders: the change in hand is finished, the rest of the order is not begun. One per order, repeated only if it
 * lapses.
 */
export function stopsFor(rotation: RotationState, moment: Moment): Action[] {
  return (
    rotation.orders
      .filter((order) => order.kind === 'apply')
      // A host that was silent and speaks again still holds its armed order.
      .filter((order) => isUnderWay(order) || (isArmedOrder(rotation, order) && speaks(rotation, moment, order.host)))
      .filter((order) => !isToldToStop(rotation, order))
      .map((order) => ({ do: 'order', host: order.host, kind: 'stop', stage: order.stage, timeLimitMs: 60_000 }))
  );
}

function isToldToStop(rotation: RotationState, { host, n }: OrderState): boolean {
  const stops = ordersOf(rotation, host).filter((one) => one.kind === 'stop' && one.n > n);
  return stops.length >= LAPSES_ALLOWED || stops.some(({ status }) => status !== 'lapsed');
}

/**
 * Why a machine that is to put something back is not told so yet: it has not been heard yet, or somebody is asked about
 * it. null: it is told.
 */
export function heldBack(
  rotation: RotationState,
  moment: Moment,
  { host, stage }: { readonly host: HostName; readonly stage: string },
): 'awaited' | Cause | null {
  const isSpeaking = speaks(rotation, moment, host);
  // A host known to be silent gets no order until it is heard, and the question about it stays the same.
  if (isSpeaking && isAwaited(moment, host)) return 'awaited';
  // It would refuse, or could not take it; it is put back once it can.
  const why = whyUnready(moment, host, takesNone);
  if (why !== null) return { host, stage, step: null, ...why };
  return isSpeaking ? null : silence(rotation, host, stage);
}

/** A silent machine is sent nothing: it is put back when it speaks again. */
function speaks(rotation: RotationState, moment: Moment, host: HostName): boolean {
  const quiet = ordersOf(rotation, host).some((order) => order.silentSince !== null);
  return !quiet || isHeard(moment.presence[host], moment.now);
}

const silence = (rotation: RotationState, host: HostName, stage: string): Cause => ({
  ...failure(rotation, host, stage),
  code: 'RunnerSilent',
});

function finish(rotation: Planned, moment: Moment, cause: Cause): Round {
  const left = leftBehind(rotation);
  // If no step was ever begun, there is nothing to prove, and what moved meanwhile is not ours to judge.
  const isTouched = Object.keys(rotation.steps).length > 0 && !retires(rotation.plan);
  const { actions, doubts, settled } = isTouched ? prove(rotation, moment, 'back') : UNTOUCHED;
  if (!settled || doubts.length > 0) return { actions, attention: settled ? doubts : [] };
  const outcome = cause.code === 'StopAsked' ? 'stopped' : 'put-back';
  return { actions: [end(rotation, outcome, { ...endWhy(cause), left })], attention: [] };
}
