import { contains, makesBinding, masterOf } from '../../../../domain/plan/plan-phases.ts';
import type { RotationState } from '../../../../domain/rotation/rotation.ts';
import type { ConsoleView } from '../../../../domain/views/view.ts';
import { gapOf, wasRefused, workersOf } from '../evidence/gaps.ts';
import { masterBack, masterLengths, masterSwitch } from '../evidence/master-switch.ts';
import { isOfWorkers } from '../evidence/own-certificates.ts';

type Timeline = NonNullable<ConsoleView['timeline']>;
type Lane = Timeline['lanes'][number];
type Kind = Lane['segments'][number]['kind'];
interface Mark {
  readonly at: number | null;
  readonly kind: Kind;
}

/** Lanes that show who was cut off and when, from the first change of the cutover on; null before that. */
export function timelineOf(rotation: RotationState, now: number): Timeline | null {
  if (isOfWorkers(rotation)) return ownTimeline(rotation, now);
  const swap = masterSwitch(rotation);
  const host = rotation.plan === null ? null : masterOf(rotation.plan);
  if (rotation.plan === null || host === null || rotation.gate === null || swap === null) return null;
  const start = swap.from;
  const end = rotation.closed === null ? now : Date.parse(rotation.closed.at);
  const segments = segmentsFrom(start, end);
  const isUnbound = makesBinding(rotation.plan);
  const back = masterBack(rotation);
  const restarting = swap.to === null && back.to === null && rotation.closed === null;
  const master: Lane = {
    host,
    segments: segments([
      { at: swap.cut, kind: 'restart' },
      { at: swap.to, kind: 'connected' },
      { at: back.cut, kind: 'restart' },
      { at: back.to, kind: 'connected' },
    ]),
    ms: masterLengths(rotation, restarting ? now : null),
    open: restarting,
  };
  const lanes = workersOf(rotation).map((host): Lane => {
    const gap = gapOf(rotation, host, now);
    return {
      host,
      segments: segments([
        // Nothing was bound, and nobody has seen whether the worker still held a connection.
        { at: isUnbound ? start : null, kind: 'unknown' },
        { at: wasRefused(rotation, host) ? start : null, kind: 'cut' },
        { at: gap.cutAt, kind: 'cut' },
        { at: gap.forthAt, kind: 'connected' },
        { at: gap.backCutAt, kind: 'cut' },
        { at: gap.unwatchedAt, kind: 'unknown' },
        { at: gap.backAt, kind: 'connected' },
      ]),
      ms: gap.ms,
      open: gap.open,
    };
  });
  return {
    rotation: rotation.id,
    // From the same zero as the lanes, though the limit counts from when the workers were cut off.
    limitMs: rotation.plan.header.gap.limitMs + Math.max(0, (swap.cut ?? start) - start),
    nowMs: rotation.closed === null ? Math.max(0, now - start) : null,
    // A machine that is both shows its worker, which is cut off for longer than its master restarts.
    lanes: lanes.some(({ host }) => host === master.host) ? lanes : [master, ...lanes],
  };
}

/** No master switches: shows each worker's own restart, from the first of them on. */
function ownTimeline(rotation: RotationState, now: number): Timeline | null {
  const gaps = workersOf(rotation).map((host) => gapOf(rotation, host, now));
  const cuts = gaps.flatMap(({ cutAt }) => cutAt ?? []);
  if (rotation.plan === null || cuts.length === 0) return null;
  const start = Math.min(...cuts);
  const isContained = contains(rotation.plan);
  const segments = segmentsFrom(start, rotation.closed === null ? now : Date.parse(rotation.closed.at));
  const lanes = gaps.map(({ host, cutAt, forthAt, backCutAt, backAt, ms, open }): Lane => {
    const marks: readonly Mark[] = [
      { at: wasRefused(rotation, host) ? start : null, kind: 'cut' },
      // One whose key is contained is cut off long before its own restart.
      { at: cutAt, kind: isContained ? 'cut' : 'restart' },
      { at: forthAt, kind: 'connected' },
      { at: backCutAt, kind: 'restart' },
      { at: backAt, kind: 'connected' },
    ];
    return { host, segments: segments(marks), ms, open };
  });
  return {
    rotation: rotation.id,
    // Each worker has a limit of its own; the one of the last to begin is drawn.
    limitMs: rotation.plan.header.gap.limitMs + Math.max(...cuts) - start,
    ...(isContained ? { contains: true as const } : {}),
    nowMs: rotation.closed === null ? Math.max(0, now - start) : null,
    lanes,
  };
}

/** The segments between the marks that were reached, counted from `start`, when all were connected. */
function segmentsFrom(start: number, end: number): (marks: readonly Mark[]) => Lane['segments'] {
  const to = (at: number): number => Math.max(0, Math.min(at, end) - start);
  return (marks) => {
    const reached = marks.flatMap(({ at, kind }) => (at === null ? [] : [{ at, kind }]));
    return [{ at: start, kind: 'connected' as const }, ...reached].map(({ at, kind }, index, all) => ({
      fromMs: to(at),
      toMs: to(all[index + 1]?.at ?? end),
      kind,
    }));
  };
}
