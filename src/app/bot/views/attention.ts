import type { TurnCause } from '../../../domain/journal/entries.ts';
import { asksAboutPackages } from '../../../domain/next/drain.ts';
import type { Assessment } from '../../../domain/next/index.ts';
import { backWork, isKept } from '../../../domain/next/stages.ts';
import type { RotationState } from '../../../domain/rotation/rotation.ts';
import type { HostName, Message } from '../../../domain/values.ts';
import { say } from './notices.ts';

/** The line that says what a person is asked. Packages that still run are not machines in an unknown state. */
export function needsPersonLine(rotation: RotationState, assessment: Assessment): Message {
  const { id } = rotation;
  const { attention } = assessment;
  return attention.every(asksAboutPackages)
    ? say('summary.packages', { id, unseen: areUnseen(attention) })
    : say('summary.needs-person', { id, hosts: hostsIn(attention), paused: arePaused(rotation, assessment) });
}

/** The machines that ask for attention, each once. */
export const hostsIn = (attention: readonly TurnCause[]): readonly HostName[] => [
  ...new Set(attention.flatMap(({ host }) => host ?? [])),
];

/** Whether nobody has seen a package run: then there may be none, or many. */
export const areUnseen = (attention: readonly TurnCause[]): boolean =>
  attention.every(({ code }) => code !== 'PackagesRun');

/** Whether all that it asks about are machines that somebody keeps from being put back. */
export const arePaused = (rotation: RotationState, { direction, attention }: Assessment): boolean =>
  (direction === 'back' || isKept(rotation)) &&
  attention.every(
    ({ code, host, stage }) => code === 'RunnerPaused' && backWork(rotation, host ?? '', stage ?? '') === 'none',
  );
