import { isDiskFull } from '../errors.ts';
import type { RunnerEntry } from '../journal/entries.ts';
import { change, type FarmState } from '../rotation/farm-state.ts';
import { startedAt, type TrailEntry } from '../rotation/rotation.ts';
import type { HostName, Instant, RotationId } from '../values.ts';

/** What a channel's journal shows of an entry; the rest is elsewhere in the fold. */
export function trailOf(
  { when, host }: { readonly when: Instant; readonly host: HostName },
  entry: RunnerEntry,
): TrailEntry {
  const data = {
    n: entry.n,
    ...('changed' in entry ? { changed: entry.changed } : {}),
    ...('step' in entry && entry.step !== null ? { step: entry.step } : {}),
    ...('kind' in entry ? { kind: entry.kind, stage: entry.stage } : {}),
    ...('goesBackAt' in entry ? { goesBackAt: entry.goesBackAt } : {}),
    ...('outcome' in entry ? { outcome: entry.outcome } : {}),
    ...('direction' in entry ? { direction: entry.direction } : {}),
    ...('code' in entry ? { code: entry.code } : {}),
    ...(entry.type === 'failed' && isDiskFull(entry.data) ? { full: true } : {}),
  };
  return { at: when, host, code: `runner.${entry.type}`, data };
}

/**
 * The console shows the trail of the newest rotation that began. Once one has ended, nobody reads those of earlier ones
 * any more, nor its own if it never began; with fifty workers each has a thousand lines.
 */
export function withoutOldTrails(state: FarmState, ended: RotationId): FarmState {
  const rotation = state.rotations[ended];
  if (rotation === undefined) return state;
  const old = startedAt(rotation) === null ? [ended] : state.order.slice(0, state.order.indexOf(ended));
  return old
    .filter((id) => state.rotations[id]?.trail.length !== 0)
    .reduce((sofar, id) => change(sofar, id, () => ({ trail: [] })), state);
}
