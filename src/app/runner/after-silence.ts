import { type AcceptedOrder, openOrders, type RunnerState } from '../../domain/fold/runner-fold.ts';
import type { RunnerEntry } from '../../domain/journal/entries.ts';
import type { Journal } from '../../ports/journal.ts';

/** A machine that was going back when its journal ended, more recently than this, goes on with that at once. */
const AT_ONCE_MS = 300_000;
/** The bot, if it is there, answers much sooner. */
const SHORTEST_WAIT_MS = 3_000;
/** The longest wait for the bot's word, reached an hour after the journal's end. */
const LONGEST_WAIT_MS = 60_000;
const SHARE = 60;

/**
 * How long a runner that starts waits for the bot's word before it goes on with what its journal shows as open. Its
 * folder may have been restored from a copy made in the middle of a rotation, and going on would undo what was proved
 * since. A runner that was merely off waits too, the longer it was off the longer, since nobody else can tell the two
 * apart.
 */
export function waitAfterSilence({ state, read, head }: Journal<RunnerState, RunnerEntry>, now: number): number {
  const last = read(head().seq).at(-1)?.line.at;
  const atRisk = openOrders(state()).filter(isAtRisk);
  if (last === undefined || atRisk.length === 0) return 0;
  const silence = now - Date.parse(last);
  if (silence <= AT_ONCE_MS && atRisk.every(({ failed }) => failed !== null)) return 0;
  // Silence is normal while a switch is held, so the wait must not outlast the time at which it goes back.
  const due = openOrders(state()).map(({ switched }) => Date.parse(switched?.goesBackAt ?? '') - now);
  const wait = Math.max(SHORTEST_WAIT_MS, Math.min(LONGEST_WAIT_MS, silence / SHARE));
  return Math.min(wait, ...due.filter((ms) => ms > 0));
}

/** An armed order, or one that has followed, goes by what the master presents now, not by what it once did. */
const isAtRisk = ({ kind, armedAt, failed }: AcceptedOrder): boolean =>
  kind !== 'look' && (armedAt === null || failed !== null);

/**
 * Ends everything that the journal shows as open when the bot knows more of it: what came of it is recorded nowhere
 * here.
 */
export function endsOfCutShort(state: RunnerState, found: number, wanted: number): readonly RunnerEntry[] {
  const open = openOrders(state).filter(({ kind }) => kind !== 'look');
  return open.flatMap(({ n, rotation }): readonly RunnerEntry[] => [
    { type: 'failed', n, rotation, step: null, code: 'RunnerJournalCutShort', data: { found, wanted } },
    { type: 'finished', n, rotation, outcome: 'unknown', look: null, facts: {} },
  ]);
}
