import { LIMITS } from '../../cards/limits.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { Clock } from '../../src/ports/clock.ts';

const REMEMBERED = Math.max(...LIMITS.teams.map(({ messages }) => messages));
const LONGEST_WAIT_MS = 3_000;
const MOST = 2_000;

export interface Limiter {
  /** Resolves when a call may go there. Throws CertopsError `ChatBusy` when that is more than some seconds away. */
  turn(conversation: string): Promise<void>;
}

/** Keeps below the limits, so that Teams has no reason to refuse for longer than it says. */
export function createLimiter(clock: Clock): Limiter {
  const made = new Map<string, number[]>();

  function waitOf(times: readonly number[], now: number): number {
    const waits = LIMITS.teams.map(
      ({ messages, seconds }) => (times.at(-messages) ?? Number.NEGATIVE_INFINITY) + seconds * 1000 - now,
    );
    return Math.max(0, ...waits);
  }

  return {
    turn: async (conversation) => {
      if (!made.has(conversation) && made.size >= MOST) made.delete(made.keys().next().value ?? '');
      const times = made.get(conversation) ?? [];
      made.set(conversation, times);
      const now = clock.now();
      const wait = waitOf(times, now);
      if (wait > LONGEST_WAIT_MS) {
        throw new CertopsError('ChatBusy', { platform: 'teams', channel: conversation, retryAfterMs: wait });
      }
      // The place in the row is taken before the wait: whoever comes next counts it.
      times.push(now + wait);
      if (times.length > REMEMBERED) times.shift();
      if (wait > 0) await clock.sleep(wait);
    },
  };
}
