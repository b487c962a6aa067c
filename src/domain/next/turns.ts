import { PROTOCOL } from '../letters/protocol.ts';
import { ARMED } from '../orders/armed.ts';
import type { StageHead } from '../plan/plan.ts';
import type { OrderState, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Moment } from './moment.ts';
import { forthWork, latestOrder } from './stages.ts';
import { isToCome } from './to-come.ts';

/**
 * Within this time a host that can go has been told twice to go, has begun, and the bot has heard of it; its runner
 * merges reports for that long. Milliseconds.
 */
export const MOVES_WITHIN_MS = 2 * ARMED.sayEveryMs + PROTOCOL.mergeFollowingMs;

/**
 * The `waiting` hosts in the order in which they are told to go. One that was told and does not move, because it cannot
 * see its master or is paused, makes room for the next and gets another turn after the others; otherwise those that are
 * cut off would wait for it. `leads`: the orders of those that switched first.
 */
export function byTurn(
  rotation: RotationState,
  moment: Moment,
  { stage, waiting, places, leads }: Turns,
): readonly HostName[] {
  const begun = stage.hosts.filter((host) => forthWork(rotation, host, stage.name) !== 'armed');
  const { now, since } = moment;
  const moves = [...leads, ...begun].flatMap((one) => movesOf(rotation, stage, one));
  const openedAt = Math.max(since, ...moves.filter((at) => !isToCome(at, moment)));
  // Hosts after it in the stage that have gone were told later; or at the same time and were only heard earlier,
  // unless they began so long after the last move that whoever was told with it had moved as well.
  const toldWithin = stage.concurrency > 1 ? MOVES_WITHIN_MS : 0;
  const known = [...moves, ...begun.map((host) => beganAt(rotation, stage, host))];
  const isToldLater = (began: number): boolean =>
    began + toldWithin <= openedAt ||
    (began <= openedAt && began - Math.max(since, ...known.filter((at) => at < began)) >= MOVES_WITHIN_MS);
  const lastBegun = stage.hosts.findLastIndex(
    (host) => begun.includes(host) && isToldLater(beganAt(rotation, stage, host)),
  );
  const isPassedBy = (host: HostName): boolean => stage.hosts.indexOf(host) < lastBegun;
  const queue = [...waiting.filter((host) => !isPassedBy(host)), ...waiting.filter(isPassedBy)];
  if (queue.length === 0) return [];
  const turns = Math.max(0, Math.floor((now - openedAt) / MOVES_WITHIN_MS));
  const skipped = (turns * places) % queue.length;
  return [...queue.slice(skipped), ...queue.slice(0, skipped)];
}

interface Turns {
  readonly stage: StageHead;
  readonly waiting: readonly HostName[];
  readonly places: number;
  readonly leads: readonly OrderState[];
}

/**
 * When it was first heard to be at this stage. -Infinity: it is through, and nobody knows since when; Infinity: it was
 * never at it, as one that fell silent before. Milliseconds since 1970.
 */
function beganAt(rotation: RotationState, { name }: StageHead, host: HostName): number {
  const { plan, steps } = rotation;
  const ids = plan?.slices.find((slice) => slice.host === host)?.stages[name]?.steps.map(({ id }) => id) ?? [];
  const states = ids.flatMap((id) => steps[host]?.[id] ?? []);
  if (states.length > 0) return Math.min(...states.map(({ startedAt, at }) => Date.parse(startedAt ?? at)));
  return forthWork(rotation, host, name) === 'good' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** When it was heard moving, or having moved. Milliseconds since 1970. */
function movesOf(rotation: RotationState, { name }: StageHead, one: OrderState | HostName): readonly number[] {
  const order = typeof one === 'string' ? latestOrder(rotation, one, name, 'apply') : one;
  if (order === undefined) return [];
  const steps = Object.values(rotation.steps[order.host] ?? {}).map(({ at }) => at);
  return [...steps, order.switchedAt, order.finishedAt].flatMap((at) => (at === null ? [] : [Date.parse(at)]));
}
