import type { StageHead } from '../plan/plan.ts';
import type { Planned, RotationState } from '../rotation/rotation.ts';
import type { HostName } from '../values.ts';
import type { Progress } from './advance.ts';
import { openWaits } from './cause/cause.ts';
import { type Wait, waitsOf } from './drain.ts';
import type { Action, Moment, Work } from './moment.ts';
import { isDue, isOver, waitAction } from './packages/waits.ts';
import { forthWork, isUnderWay, waitOrder, waitWork } from './stages.ts';
import { isToCome } from './to-come.ts';

/** A wait longer than this no longer takes a place from others. Milliseconds. */
const HELD_UP_MS = 10_000;

const PASSES: readonly Work[] = ['good', 'left', 'failed'];

/**
 * Workers that switch by themselves: the canary, then as many at once as the stage allows. Before a worker is told to
 * switch, the master's runner shows that no package runs there; the others go on meanwhile. If packages could not be
 * seen when the plan was made, there is nothing to show.
 */
export function advanceWave(rotation: Planned, moment: Moment, stage: StageHead): Progress {
  const { concurrency, canary, name } = stage;
  const waits = new Map(waitsOf(rotation.plan).map((wait) => [wait.worker, wait]));
  const works = stage.hosts.map((host) => ({ host, work: forthWork(rotation, host, name), wait: waits.get(host) }));
  const isProved = works.slice(0, canary).every(({ work }) => work === 'good' || work === 'left');
  const open = (isProved ? works : works.slice(0, canary)).filter(({ work }) => work === 'none');
  const busy = works.filter(({ work }) => work === 'under-way').length;
  const free = Math.max(0, concurrency - busy);
  const ready = open.filter(({ wait }) => wait === undefined || isOver(rotation, moment, wait)).slice(0, free);
  const waited = open.flatMap(({ wait }) => (wait === undefined || isOver(rotation, moment, wait) ? [] : [wait]));
  const young = waited.filter((wait) => isYoung(rotation, moment, wait)).length;
  const due = waited.filter((wait) => isDue(rotation, wait)).slice(0, Math.max(0, free - ready.length - young));
  const actions = [...ready.map(({ host }) => switchOrder(rotation, host, name)), ...due.map(waitAction)];
  const isWaiting = waited.some((wait) => waitWork(rotation, wait) === 'under-way');
  // Asked only when nobody can go on, so that the question is about all that are held up.
  const attention = actions.length === 0 && busy === 0 && !isWaiting ? openWaits(rotation) : [];
  return { actions, attention, done: works.every(({ work }) => PASSES.includes(work)) };
}

const switchOrder = (rotation: Planned, host: HostName, stage: string): Action => ({
  do: 'order',
  host,
  kind: 'apply',
  stage,
  timeLimitMs: rotation.plan.header.gap.limitMs,
});

function isYoung(rotation: RotationState, moment: Moment, wait: Wait): boolean {
  const order = waitOrder(rotation, wait);
  if (order === undefined || !isUnderWay(order)) return false;
  const issued = Date.parse(order.issued);
  return moment.now - issued <= HELD_UP_MS && !isToCome(issued, moment);
}
