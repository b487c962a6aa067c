import type { AcceptedOrder } from '../../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../../domain/journal/entries.ts';
import { type Followed, followedOf } from '../../../domain/orders/armed.ts';
import type { HostName, RotationId, Thumbprint } from '../../../domain/values.ts';
import type { Recorded } from '../../../ports/journal.ts';
import { readHold } from '../held/holds.ts';
import { isCutOff, type SeenHere } from './status-lines.ts';
import type { OwnStage } from './undo-here.ts';

/**
 * The two certificates of a master between which this machine's worker moves when a rotation is put back here, by what
 * was begun and what is held. null: it moves between none, or its master is put back here too.
 */
export function movedBack(
  stages: readonly OwnStage[],
  open: readonly AcceptedOrder[],
  own: { readonly farm: string; readonly host: HostName },
): Followed | null {
  if (stages.some(({ work }) => work.steps.some(({ kind }) => kind === 'bind-port'))) return null;
  const begun = stages.map(({ work, letter }) => followedOf(work, letter.refs));
  const held = open.map((order) => readHold(order, own)?.followed ?? null);
  return [...begun, ...held].find((followed) => followed !== null) ?? null;
}

/**
 * What its master presents that cuts off a worker which moves back: the certificate that it comes from, or a third one.
 * null: nothing, since the master presents the old one. `unseen`: nobody knows, and that must keep no one from putting
 * a machine back.
 */
export function cutOffBy({ old, next }: Followed, presented: Thumbprint | null): 'next' | 'another' | 'unseen' | null {
  if (presented === null) return 'unseen';
  if (presented === old) return null;
  return presented === next ? 'next' : 'another';
}

/** Whether the journal shows that a setting was written here for a rotation. */
export const wrotePin = (lines: readonly Recorded<RunnerEntry>[], rotation: RotationId): boolean =>
  lines.some(
    ({ line: { entry } }) =>
      entry.type === 'started' && entry.rotation === rotation && entry.step.endsWith('/write-setting'),
  );

/**
 * Why an undo by hand is not proved, by what its master presents now. `wrote`: as `wrotePin`; what it does not show is
 * never put back, so no further try helps.
 */
export function whyNotProved(
  master: SeenHere['master'],
  moved: Followed | null,
  wrote: boolean,
): 'UndoneAndCutOff' | 'NotUndoneAndCutOff' | 'UndoNotProved' {
  if (!isCutOff(master)) return 'UndoNotProved';
  if (master.accepts === moved?.old) return 'UndoneAndCutOff';
  return wrote ? 'UndoNotProved' : 'NotUndoneAndCutOff';
}
