import { LIMITS } from '../../cards/limits.ts';
import { createTurns } from '../../src/domain/calls/rates.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';

const LONGEST_WAIT_MS = 3_000;
/** Whoever was told of a longer wait keeps to it; that a conversation is closed is asked again after so much. */
const LONGEST_CLOSED_MS = 600_000;

export interface Limiter {
  /** Resolves when a call may go there. Throws CertopsError `ChatBusy` when that is more than some seconds away. */
  turn(conversation: string): Promise<void>;
  /** Teams itself has asked to wait, and means whoever speaks there: what comes all the same is counted, too. */
  refused(conversation: string, retryAfterMs: number): void;
}

/** So many conversations are remembered as closed; those that are open again go first. */
const MOST_CLOSED = 2_000;

/**
 * Keeps below the limits, so that Teams has no reason to refuse for longer than it says. By the steady clock: one that
 * is set back would hold every call until it has caught up.
 */
export function createLimiter(clock: SteadyClock): Limiter {
  const turns = createTurns(LIMITS.teams);
  const closed = new Map<string, number>();
  return {
    turn: async (conversation) => {
      const now = clock.steady();
      const wait = Math.max(turns.wait(conversation, now), Math.ceil((closed.get(conversation) ?? now) - now));
      if (wait > LONGEST_WAIT_MS) {
        throw new CertopsError('ChatBusy', { platform: 'teams', channel: conversation, retryAfterMs: wait });
      }
      turns.take(conversation, now + wait);
      if (wait > 0) await clock.sleep(wait);
    },
    refused: (conversation, retryAfterMs) => {
      const now = clock.steady();
      if (closed.size >= MOST_CLOSED) for (const [one, until] of closed) if (until <= now) closed.delete(one);
      closed.set(
        conversation,
        Math.max(closed.get(conversation) ?? 0, now + Math.min(retryAfterMs, LONGEST_CLOSED_MS)),
      );
    },
  };
}
