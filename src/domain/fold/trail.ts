import type { RunnerEntry } from '../journal/entries.ts';
import type { TrailEntry } from '../rotation/rotation.ts';
import type { HostName, Instant } from '../values.ts';

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
  };
  return { at: when, host, code: `runner.${entry.type}`, data };
}
