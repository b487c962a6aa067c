import { next } from '../../../../domain/next/index.ts';
import type { FarmState } from '../../../../domain/rotation/farm-state.ts';
import { type RotationState, startedAt } from '../../../../domain/rotation/rotation.ts';
import type { Instant, Message } from '../../../../domain/values.ts';
import type { ConsoleView } from '../../../../domain/views/view.ts';
import type { Desk } from '../../desk.ts';
import { startsLine } from '../how-far.ts';
import { runnersToSee } from '../runner-lines.ts';
import { certificatesOf } from './certificate-ages.ts';
import { consoleHost } from './console-host.ts';
import { journalOf } from './journal-lines.ts';
import { openRotations } from './open-rotations.ts';
import { timelineOf } from './timeline.ts';

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
    waits: waits(state, now),
    runners: runnersToSee(desk),
    open: openRotations(desk).map(({ id, state }) => ({ id, state })),
    certificates: certificatesOf(state, rotation, hosts),
    timeline: rotation === null ? null : timelineOf(rotation, now),
    journal: journalOf(rotation),
  };
}

/** The newest rotation that has begun: picture, lanes and journal are about it. */
const newestRotation = (state: FarmState): RotationState | null => {
  const id = state.order.findLast((one) => hasBegun(state.rotations[one]));
  return id === undefined ? null : (state.rotations[id] ?? null);
};

const hasBegun = (rotation: RotationState | undefined): boolean =>
  rotation !== undefined && startedAt(rotation) !== null;

/** What was approved and begins later. */
function waits(state: FarmState, now: number): Message | null {
  const open = state.open === null ? undefined : state.rotations[state.open];
  return open === undefined ? null : startsLine(open, now);
}

/** How old the picture is: the oldest of the newest looks; null while runners report what they do. */
function lookedAt(state: FarmState, rotation: RotationState | null): Instant | null {
  if (rotation !== null && rotation.closed === null) return null;
  return Object.values(state.latest).reduce<Instant | null>(
    (oldest, { at }) => (oldest === null || at < oldest ? at : oldest),
    null,
  );
}
