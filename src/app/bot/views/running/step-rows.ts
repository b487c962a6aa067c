import { waitsOf } from '../../../../domain/next/drain.ts';
import {
  backWork,
  begun,
  forthWork,
  hasStayed,
  isKept,
  latestOrder,
  waitWork,
} from '../../../../domain/next/stages.ts';
import type { PlanSlice, StageHead } from '../../../../domain/plan/plan.ts';
import { DRAIN, followStages } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState, StepState } from '../../../../domain/rotation/rotation.ts';
import type { HostName, Instant } from '../../../../domain/values.ts';
import type { RowState, StepRow } from '../../../../domain/views/view.ts';

/** Planned steps are numbered in the order of the plan; the final look has the last number. */
interface Numbered {
  readonly steps: number;
  readonly done: number;
  readonly rows: readonly StepRow[];
}

/** *Every step*: one row for each stage and wave, folded over the hosts that go together. */
export function numberSteps(rotation: RotationState, direction: 'forth' | 'back', startedAt: number): Numbered {
  const plan = rotation.plan;
  if (plan === null) return { steps: 0, done: 0, rows: [] };
  const rows: StepRow[] = [];
  let number = 0;
  let done = 0;
  for (const { name, hosts } of plan.header.phases.flatMap(({ stages }) => stages.flatMap(wavesOf))) {
    const ids = hosts.flatMap((host) => numberedIds(plan.slices, host, name));
    done += ids.filter(({ host, id }) => isDone(rotation, host, id, name)).length;
    const from = number + 1;
    number += ids.length;
    rows.push({
      number: from === number ? `${from}` : `${from}–${number}`,
      hosts,
      state: waveState(rotation, hosts, name),
      what: { id: `progress.${name}`, data: { count: hosts.length, steps: ids.length } },
      atMs: lastAt(rotation, ids, name, startedAt),
    });
  }
  number += 1;
  rows.push({
    number: `${number}`,
    hosts: [],
    state: rotation.closed === null ? (done === number - 1 ? 'running' : 'waiting') : 'good',
    what: { id: 'progress.final-look', data: { count: plan.slices.length } },
    atMs: null,
  });
  return { steps: number, done, rows: direction === 'forth' ? rows : [...rows.slice(0, -1), ...backRows(rotation)] };
}

/** A stage's canary, if it has one, and the hosts after it. */
function wavesOf({ name, canary, hosts }: StageHead) {
  const first = canary < hosts.length ? hosts.slice(0, canary) : [];
  const rest = hosts.filter((host) => !first.includes(host));
  return [first, rest].filter((wave) => wave.length > 0).map((wave) => ({ name, hosts: wave }));
}

/** Both stages are back when the rehearsal's binding is gone: one row. */
const toldAs = (stage: string): string => (stage === 'rehearse-end' ? 'rehearse' : stage);

function backRows(rotation: RotationState): StepRow[] {
  const undone = rotation.orders.flatMap(({ kind, host, stage }) =>
    kind === 'undo' && stage !== null ? [{ host, stage }] : [],
  );
  return [...new Set(undone.map(({ stage }) => toldAs(stage)))].map((told): StepRow => {
    const orders = undone.filter(({ stage }) => toldAs(stage) === told);
    const works = orders.map(({ host, stage }) => backWork(rotation, host, stage));
    const state: RowState = works.some((work) => work === 'unknown' || work === 'silent')
      ? 'unknown'
      : works.every((work) => work === 'good' || work === 'left')
        ? 'good'
        : 'running';
    const hosts = [...new Set(orders.map(({ host }) => host))];
    return { number: '↩', hosts, state, what: { id: 'progress.back', data: { stage: told } }, atMs: null };
  });
}

/** What is numbered: a host's steps in a stage, or its checks where the stage only looks. */
export function numberedIds(
  slices: readonly PlanSlice[],
  host: HostName,
  stage: string,
): readonly { readonly host: HostName; readonly id: string }[] {
  const { steps = [], checks = [] } = slices.find((slice) => slice.host === host)?.stages[stage] ?? {};
  return (steps.length > 0 ? steps : checks).map(({ id }) => ({ host, id }));
}

/** Done and proved, or a wait for packages that somebody decided to end. */
export function isDone(rotation: RotationState, host: string, id: string, stage: string): boolean {
  const state = rotation.steps[host]?.[id]?.state;
  // A stopped wave takes back what it prepared for the others: that is progress, not a step back.
  const switched = rotation.plan !== null && followStages(rotation.plan).some(({ name }) => name === stage);
  const isPast = state === 'undone' && isKept(rotation) && !switched;
  return state === 'done' || state === 'proved' || isPast || (stage === DRAIN && isWaitOver(rotation, id));
}

const isWaitOver = (rotation: RotationState, check: string): boolean =>
  (rotation.plan === null ? [] : waitsOf(rotation.plan)).some(
    (wait) => wait.check === check && waitWork(rotation, wait) === 'good',
  );

function waveState(rotation: RotationState, hosts: readonly HostName[], stage: string): RowState {
  // Whoever was armed and then released has done nothing of this.
  if (hosts.some((host) => isReleased(rotation, host, stage))) return 'waiting';
  const works = hosts.map((host) => forthWork(rotation, host, stage));
  if (works.some((work) => work === 'failed')) return 'bad';
  if (works.some((work) => work === 'unknown' || work === 'silent')) return 'unknown';
  if (works.every((work) => work === 'good' || work === 'left')) return 'good';
  return works.every((work) => work === 'none' || work === 'armed') ? 'waiting' : 'running';
}

function isReleased(rotation: RotationState, host: HostName, stage: string): boolean {
  const order = latestOrder(rotation, host, stage, 'apply');
  return order !== undefined && hasStayed(order) && !begun(rotation, host, stage);
}

/** When it was done; of what was taken back, only when that was is known. */
export const doneAt = (step: StepState | undefined): Instant | undefined =>
  step === undefined || step.state === 'undone' ? undefined : step.at;

function lastAt(
  rotation: RotationState,
  ids: readonly { host: HostName; id: string }[],
  stage: string,
  startedAt: number,
): number | null {
  const times = ids.map(({ host, id }) =>
    isDone(rotation, host, id, stage) ? doneAt(rotation.steps[host]?.[id]) : undefined,
  );
  if (times.some((at) => at === undefined)) return null;
  const last = Math.max(...times.map((at) => Date.parse(at ?? ''))) - startedAt;
  // The clock was set back meanwhile, so nobody knows how long it took.
  return last < 0 ? null : last;
}
