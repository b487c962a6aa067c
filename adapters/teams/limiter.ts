import { LIMITS } from '../../cards/limits.ts';
import { createTurns } from '../../src/domain/calls/rates.ts';
import { CertopsError } from '../../src/domain/errors.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';

const LONGEST_WAIT_MS = 3_000;
/**
 * A caller who was told of a longer wait keeps to it; but a conversation is closed for no longer than this before Teams
 * is asked again.
 */
const LONGEST_CLOSED_MS = 600_000;

interface Limiter {
  /** Resolves when a call may go there. Throws CertopsError `ChatBusy` when that is more than three seconds away. */
  turn(conversation: string): Promise<void>;
  /**
   * Teams itself has asked to wait, which applies to all calls to that conversation: it also counts those sent
   * meanwhile.
   */
  refused(conversation: string, retryAfterMs: number): void;
}

/** How many conversations are remembered as closed; beyond that, those that are open again are dropped. */
const MOST_CLOSED = 2_000;

/**
 * Keeps below the limits, so that Teams has no reason to refuse for longer than it says. By the steady clock: if the
 * clock could be set back, every call would wait until it had caught up.
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
