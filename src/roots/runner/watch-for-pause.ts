import type { Clock } from '../../ports/clock.ts';
import { systemClock } from '../program/system-clock.ts';

const POLL_MS = 500;

/**
 * Calls `changed` when somebody at this machine has paused or resumed the runner, which is only a file: until its next
 * hello the bot would refuse requests for a runner that takes orders again. Returns what ends the watch.
 */
export function watchForPause(
  isPaused: () => boolean,
  changed: () => void,
  clock: Pick<Clock, 'sleep'> = systemClock,
): () => Promise<void> {
  const ending = new AbortController();
  let was = isPaused();
  void (async () => {
    while (!ending.signal.aborted) {
      await clock.sleep(POLL_MS, ending.signal).catch(() => {});
      const is = isPaused();
      if (is !== was && !ending.signal.aborted) changed();
      was = is;
    }
  })();
  return async () => ending.abort();
}
