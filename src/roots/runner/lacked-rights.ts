import type { RunnerDeps } from '../../app/runner/deps.ts';
import { EVENTS, tellEventLog } from '../../app/runner/event-log.ts';
import type { Clock } from '../../ports/clock.ts';
import { rightLine } from '../sayings/rights.ts';
import { watchForChange } from './watch-for-change.ts';

/** What Redis does not let a runner do. */
export type Lacked = 'orders-refused' | 'reports-refused';

type Told = Pick<RunnerDeps, 'host' | 'log'> & { readonly config: { readonly host: string } };

/**
 * Tells whenever what Redis refuses changes, and at once if it refuses something already: the first letters may go out
 * before this begins. Returns what ends the watch.
 */
export function watchRights(
  lacked: () => readonly Lacked[],
  told: Told,
  clock?: Pick<Clock, 'sleep'>,
): () => Promise<void> {
  if (lacked().length > 0) tellOfRights(lacked(), told);
  return watchForChange(
    () => lacked().join(),
    () => tellOfRights(lacked(), told),
    clock,
  );
}

/**
 * Tells the runner's own log and its event log what Redis refuses it from now on, with what gives it the right, or that
 * nothing is refused any more. Where its reports are refused, the bot hears nothing at all, and calls it silent.
 */
export function tellOfRights(lacked: readonly Lacked[], { config: { host: name }, ...deps }: Told): void {
  if (lacked.length === 0) deps.log.info({}, 'redis refuses this runner nothing any more');
  for (const code of lacked) {
    const line = rightLine(code, name);
    deps.log.warn({ code }, line);
    tellEventLog(deps, EVENTS.lacksRight, line);
  }
}
