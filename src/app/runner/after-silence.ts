import { type AcceptedOrder, openOrders, type RunnerState } from '../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../domain/journal/entries.ts';
import type { Journal } from '../../ports/journal.ts';

/** A journal that ends no longer ago is gone on with at once: nobody has put a folder back in that time. */
const AT_ONCE_MS = 300_000;
/** An hour after its end the bot's word is waited for so long. */
const LONGEST_WAIT_MS = 60_000;
const SHARE = 60;

/**
 * How long a runner that starts waits for the bot's word before it goes on with what its journal shows as open. Its
 * folder may have been put back from a copy of the middle of a rotation, and going on would undo what was proved since.
 * One that was merely off waits as well, the longer the longer it was off; nobody else can tell the two apart.
 */
export function waitAfterSilence({ state, read, head }: Journal<RunnerState, RunnerEntry>, now: number): number {
  const last = read(head().seq).at(-1)?.line.at;
  if (last === undefined || !openOrders(state()).some(isAtRisk)) return 0;
  const silence = now - Date.parse(last);
  if (silence <= AT_ONCE_MS) return 0;
  // A switch is followed by silence as long as it is held: what may be over in a blink costs no time limit.
  const due = openOrders(state()).map(({ switched }) => Date.parse(switched?.goesBackAt ?? '') - now);
  return Math.min(LONGEST_WAIT_MS, silence / SHARE, ...due.filter((ms) => ms > 0));
}

/** Whoever is armed, or has followed, goes by what the master presents now, and not by what it was. */
const isAtRisk = ({ kind, armedAt, failed }: AcceptedOrder): boolean =>
  kind !== 'look' && (armedAt === null || failed !== null);

/** The end of all that a journal shows as open which the bot knows more of: what came of it stands nowhere here. */
export function endsOfCutShort(state: RunnerState, found: number, wanted: number): readonly RunnerEntry[] {
  const open = openOrders(state).filter(({ kind }) => kind !== 'look');
  return open.flatMap(({ n, rotation }): readonly RunnerEntry[] => [
    { type: 'failed', n, rotation, step: null, code: 'RunnerJournalCutShort', data: { found, wanted } },
    { type: 'finished', n, rotation, outcome: 'unknown', look: null, facts: {} },
  ]);
}
