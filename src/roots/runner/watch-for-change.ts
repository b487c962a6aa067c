import type { Clock } from '../../ports/clock.ts';
import { systemClock } from '../program/system-clock.ts';

const POLL_MS = 500;

/**
 * Calls `changed` when this is not as it was: somebody at this machine has paused or resumed the runner, or Redis has
 * begun or ceased to refuse its orders. Until its next hello the bot would refuse requests for a runner that takes
 * orders again. Returns what ends the watch.
 */
export function watchForChange(
  look: () => boolean | string,
  changed: () => void,
  clock: Pick<Clock, 'sleep'> = systemClock,
): () => Promise<void> {
  const ending = new AbortController();
  let was = look();
  void (async () => {
    while (!ending.signal.aborted) {
      await clock.sleep(POLL_MS, ending.signal).catch(() => {});
      const is = look();
      if (is !== was && !ending.signal.aborted) changed();
      was = is;
    }
  })();
  return async () => ending.abort();
}
