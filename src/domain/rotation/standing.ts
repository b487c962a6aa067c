import type { HostLook, WorkerLook } from '../machine/host-facts.ts';
import { presentedIn } from '../machine/presented.ts';
import { type Instant, parseThumbprint } from '../values.ts';
import type { Apart } from './apart.ts';

/** A value that a machine's looks have shown, and the first look of the unbroken series to show it. */
interface Known {
  readonly value: string;
  readonly since: Instant;
}

/** What a machine has presented and pinned, and since when. null: no look has shown any. */
export interface Standing {
  readonly presents: Known | null;
  readonly pins: Known | null;
  /** null or left out: it has not been seen running without a connection. */
  readonly apart?: Apart | null;
}

/**
 * The state of a machine after one more look; returns the same record if nothing is new. A master that did not answer
 * still counts as presenting what it did.
 */
export function standingAfter(before: Standing | undefined, look: HostLook): Standing {
  const known = (was: Known | null | undefined, value: string | null): Known | null => {
    if (value === null || value === was?.value) return was ?? null;
    return { value, since: look.at };
  };
  const presents = known(before?.presents, presentedIn([look]));
  const pins = known(before?.pins, pinsAndTrusts(before?.pins ?? null, look.worker));
  if (before !== undefined && presents === before.presents && pins === before.pins) return before;
  return { presents, pins, apart: before?.apart ?? null };
}

/**
 * A look that cannot tell whether the same pin is trusted changes nothing; otherwise each such look would start over.
 */
function pinsAndTrusts(before: Known | null, worker: WorkerLook | null): string | null {
  if (worker === null) return null;
  const pin = pinOf(worker);
  return worker.trustsPinned === null && before?.value.startsWith(`${pin} `) ? null : `${pin} ${worker.trustsPinned}`;
}

export const pinOf = ({ masterThumbprint }: WorkerLook): string =>
  parseThumbprint(masterThumbprint) ?? masterThumbprint;
