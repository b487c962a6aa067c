import { LIMITS } from '../../cards/limits.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import { createTurns } from '../../src/domain/rates.ts';
import type { Clock } from '../../src/ports/clock.ts';

const LONGEST_WAIT_MS = 3_000;

export interface Limiter {
  /** Resolves when a call may go there. Throws CertopsError `ChatBusy` when that is more than some seconds away. */
  turn(conversation: string): Promise<void>;
}

/** Keeps below the limits, so that Teams has no reason to refuse for longer than it says. */
export function createLimiter(clock: Clock): Limiter {
  const turns = createTurns(LIMITS.teams);
  return {
    turn: async (conversation) => {
      const now = clock.now();
      const wait = turns.wait(conversation, now);
      if (wait > LONGEST_WAIT_MS) {
        throw new CertopsError('ChatBusy', { platform: 'teams', channel: conversation, retryAfterMs: wait });
      }
      turns.take(conversation, now + wait);
      if (wait > 0) await clock.sleep(wait);
    },
  };
}
