import { next } from '../../../domain/next/index.ts';
import type { FarmState, RotationState } from '../../../domain/rotation.ts';
import type { Instant } from '../../../domain/values.ts';
import type { ConsoleView } from '../../../domain/view.ts';
import type { Desk } from '../desk.ts';
import { certificatesOf } from './certificate-ages.ts';
import { consoleHost } from './console-host.ts';
import { gapOf, masterSwitch, workersOf } from './gaps.ts';
import { journalOf } from './journal-lines.ts';

/** What the web console shows beside the chat, from the journal and the newest looks alone. */
export function consoleView(desk: Desk): ConsoleView {
  const state = desk.state();
  const rotation = newestRotation(state);
  const { farm } = desk;
  const { now } = desk.moment();
  const direction = rotation === null ? 'forth' : next(rotation, desk.moment()).direction;
  const hosts = farm.hosts.map((host) => consoleHost(desk, rotation, host, direction));
  return {
    farm: farm.name,
    endpoint: `${farm.endpoint.host}:${farm.endpoint.port}`,
    quorum: farm.approval.quorum,
    approvers: farm.approval.approvers.length,
    hosts,
    lookedAt: lookedAt(state, rotation),
    certificates: certificatesOf(state, rotation, hosts),
    timeline: rotation === null ? null : timelineOf(rotation, now),
    journal: journalOf(rotation),
  };
}

/** The newest rotation that was approved: what picture, lanes and journal are about. */
const newestRotation = (state: FarmState): RotationState | null => {
  const id = state.order.findLast((one) => state.rotations[one]?.gate?.how === 'approved');
  return id === undefined ? null : (state.rotations[id] ?? null);
};

/** How old the picture is: the oldest of the newest looks; null while runners tell what they do. */
function lookedAt(state: FarmState, rotation: RotationState | null): Instant | null {
  if (rotation !== null && rotation.closed === null) return null;
  return Object.values(state.latest).reduce<Instant | null>(
    (oldest, { at }) => (oldest === null || at < oldest ? at : oldest),
    null,
  );
}

function timelineOf(rotation: RotationState, now: number): ConsoleView['timeline'] {
  const swap = masterSwitch(rotation);
  if (rotation.plan === null || rotation.gate === null || swap === null) return null;
  // Zero is the first change of the cutover; the workers are cut off a moment later, by the restart.
  const start = swap.from;
  const end = rotation.closed === null ? now : Date.parse(rotation.closed.at);
  const to = (at: number): number => Math.max(0, at - start);
  const master = {
    host: rotation.plan.header.profile.host,
    segments: [
      { fromMs: 0, toMs: to(swap.cut ?? swap.from), kind: 'connected' as const },
      { fromMs: to(swap.cut ?? swap.from), toMs: to(swap.to ?? end), kind: 'restart' as const },
      ...(swap.to === null ? [] : [{ fromMs: to(swap.to), toMs: to(end), kind: 'connected' as const }]),
    ],
    totalMs: swap.to === null ? null : swap.to - (swap.cut ?? swap.from),
    open: swap.to === null && rotation.closed === null,
  };
  const lanes = workersOf(rotation)
    .filter((host) => host !== master.host)
    .map((host) => {
      const gap = gapOf(rotation, host, now);
      const marks = [
        { at: gap.cutAt, kind: 'cut' as const },
        { at: gap.forthAt, kind: 'connected' as const },
        { at: gap.backCutAt, kind: 'cut' as const },
        { at: gap.backAt, kind: 'connected' as const },
      ].flatMap(({ at, kind }) => (at === null ? [] : [{ at, kind }]));
      const segments = [{ at: start, kind: 'connected' as const }, ...marks].map((mark, index, all) => ({
        fromMs: to(mark.at),
        toMs: to(all[index + 1]?.at ?? end),
        kind: mark.kind,
      }));
      return {
        host,
        segments,
        totalMs: gap.ms.length === 0 ? null : gap.ms.reduce((a, b) => a + b, 0),
        open: gap.open,
      };
    });
  return {
    rotation: rotation.id,
    startedAt: new Date(start).toISOString(),
    // From the same zero as the lanes, though the limit counts from the moment the workers were cut off.
    limitMs: rotation.plan.header.gap.limitMs + to(swap.cut ?? swap.from),
    nowMs: rotation.closed === null ? to(now) : null,
    lanes: [master, ...lanes],
  };
}
