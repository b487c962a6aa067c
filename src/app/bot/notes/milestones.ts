import { endedByThemselves, forthWork, ordersOf } from '../../../domain/next/stages.ts';
import type { StageHead } from '../../../domain/plan/plan.ts';
import { followStages, makesBinding, masterOf, phaseOf } from '../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { Data, Message } from '../../../domain/values.ts';
import type { RunningView } from '../../../domain/views/view.ts';
import { gapOf, workersOf } from '../views/evidence/gaps.ts';
import { masterSwitch } from '../views/evidence/master-switch.ts';
import { say } from '../views/notices.ts';
import { type DueNote, note } from './note.ts';

/** Milestones reached within this many milliseconds are said, and always the last one. */
const NEWS_MS = 60_000;

interface Milestone {
  readonly at: number;
  readonly note: DueNote;
}

/** How far a rotation is, in a few words; once it goes back, why. */
export function progress(rotation: RotationState, view: RunningView, now: number): readonly DueNote[] {
  const { id, why, direction } = view;
  if (direction === 'back')
    return [note('going-back', [...(why === null ? [] : [why]), say('note.going-back', { id })])];
  const all = [
    started(rotation, view),
    prepared(rotation),
    waited(rotation),
    switched(rotation),
    canary(rotation),
    connected(rotation),
  ];
  const reached = all.flatMap((one) => one ?? []);
  return reached.filter(({ at }, index) => index === reached.length - 1 || now - at < NEWS_MS).map((one) => one.note);
}

function started(rotation: RotationState, view: RunningView): Milestone {
  const data = { id: rotation.id, by: view.approvedBy.map(({ name }) => name), hosts: view.rows.length };
  const hosts = view.rows.length - view.rows.filter(({ what }) => what.id === 'row.holds-none').length;
  return { at: Date.parse(view.startedAt), note: note('started', [begun(view, { ...data, hosts })]) };
}

function begun({ wish, rows, cutBefore }: RunningView, data: Data): Message {
  if (wish.kind === 'rotate-worker' && wish.compromised)
    return say('note.started-contain', { ...data, names: [...wish.workers] });
  if (wish.kind === 'retire') return say('note.retire-started', data);
  const workers = rows.filter(({ role }) => role === 'worker').map(({ host }) => host);
  if (wish.kind === 'reconnect') return say('note.reconnect-started', { ...data, hosts: workers });
  return say('note.started', {
    ...data,
    hosts: rows.length,
    cutOffAlready: cutBefore !== undefined && workers.length > 0,
  });
}

function prepared(rotation: RotationState): Milestone | null {
  const { plan } = rotation;
  const stages = plan === null ? [] : (phaseOf(plan, 'prepare')?.stages ?? []);
  const at = passedAt(rotation, stages);
  if (plan === null || at === null) return null;
  const taken = plan.header.existing !== undefined;
  const data = {
    hosts: plan.slices.length,
    workers: workersOf(rotation).length,
    request: plan.header.kind,
    of: rotation.wish.of,
    taken,
    cutOffAlready: makesBinding(plan) && workersOf(rotation).length > 0,
  };
  return { at, note: note('prepared', [say('note.prepared', data)]) };
}

/** Packages that people were asked about have ended by themselves. */
function waited(rotation: RotationState): Milestone | null {
  const [first] = endedByThemselves(rotation);
  if (first === undefined) return null;
  return { at: Date.parse(first), note: note('packages-ended', [say('note.packages-ended', { id: rotation.id })]) };
}

function switched(rotation: RotationState): Milestone | null {
  const to = masterSwitch(rotation)?.to ?? null;
  if (to === null || rotation.plan === null) return null;
  const data = { host: masterOf(rotation.plan), workers: workersOf(rotation).length, of: rotation.wish.of };
  return { at: to, note: note('switched', [say('note.switched', data)]) };
}

/** Not worth a note where the canary is the only worker. */
function canary(rotation: RotationState): Milestone | null {
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  const first = stages.map((stage) => ({ ...stage, hosts: stage.hosts.slice(0, stage.canary) }));
  const hosts = first.flatMap((stage) => stage.hosts);
  const at = passedAt(rotation, first);
  if (hosts.length === 0 || at === null || hosts.length === workersOf(rotation).length) return null;
  const left = workersOf(rotation).length - hosts.length;
  return { at, note: note('canary', [say('note.canary', { hosts, left })]) };
}

function connected(rotation: RotationState): Milestone | null {
  const stages = rotation.plan === null ? [] : followStages(rotation.plan);
  const at = passedAt(rotation, stages);
  if (at === null) return null;
  // A worker whose service is off has followed, and is not connected.
  const back = workersOf(rotation)
    .map((host) => gapOf(rotation, host, at))
    .filter(({ forthAt }) => forthAt !== null);
  const gaps = back.flatMap(({ ms }) => ms.slice(0, 1));
  const isAll = stages.every((stage) => stage.hosts.every((host) => forthWork(rotation, host, stage.name) === 'good'));
  // Workers left behind are on the card, with what to do about them.
  if (!isAll || gaps.length === 0) return null;
  const data = { workers: back.length, measured: gaps.length, minMs: Math.min(...gaps), maxMs: Math.max(...gaps) };
  return { at, note: note('connected', [say('note.connected', data)]) };
}

/** When the last host of these stages was through, in milliseconds since 1970; null if not all are. */
function passedAt(rotation: RotationState, stages: readonly StageHead[]): number | null {
  const works = stages.flatMap((stage) => stage.hosts.map((host) => ({ host, stage: stage.name })));
  if (works.length === 0) return null;
  const ended = works.map(({ host, stage }) => {
    const order = ordersOf(rotation, host).findLast((one) => one.kind === 'apply' && one.stage === stage);
    const isThrough = ['good', 'left'].includes(forthWork(rotation, host, stage));
    return isThrough ? Date.parse(order?.switchedAt ?? order?.finishedAt ?? rotation.at) : null;
  });
  return ended.some((at) => at === null) ? null : Math.max(...ended.map((at) => at ?? 0));
}
