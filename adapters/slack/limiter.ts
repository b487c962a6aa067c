import { LIMITS } from '../../cards/limits.ts';
import { createTurns, evenly } from '../../src/domain/calls/rates.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import { busy, type CallContext } from './errors.ts';

/**
 * With what is asked before a post, and the post itself, a call still ends within half a minute. A change of a card
 * does not wait here at all: it would be sent with an older state than it could have then.
 */
const LONGEST_WAIT_MS = 3_000;
const UPDATE = 'chat.update';

export interface Limiter {
  /** Resolves when a call may go out. Throws CertopsError `ChatBusy` when it has to wait for longer than it may. */
  turn(context: CallContext): Promise<void>;
  /** Slack itself has asked to wait, and means every call that it counts together with this one. */
  refused(context: CallContext, retryAfterMs: number): void;
}

/**
 * Keeps below Slack's rates, of the methods that are called in a row. By the steady clock: one that is set back would
 * hold every call until it has caught up.
 */
export function createLimiter(clock: SteadyClock): Limiter {
  const counted = new Map(
    Object.entries(LIMITS.slack.rates).map(([method, rate]) => [
      method,
      { each: rate.each, turns: createTurns([evenly(rate)]), closed: new Map<string, number>() },
    ]),
  );

  const placeOf = (each: string, { channel = '' }: CallContext): string => (each === 'channel' ? channel : '');

  return {
    turn: async (context) => {
      const row = counted.get(context.method);
      if (row === undefined) return;
      const now = clock.steady();
      const place = placeOf(row.each, context);
      const wait = Math.max(row.turns.wait(place, now), Math.ceil((row.closed.get(place) ?? now) - now));
      if (wait > (context.method === UPDATE ? 0 : LONGEST_WAIT_MS)) throw busy(context, wait);
      row.closed.delete(place);
      row.turns.take(place, now + wait);
      if (wait > 0) await clock.sleep(wait);
    },
    refused: (context, retryAfterMs) => {
      const row = counted.get(context.method);
      row?.closed.set(placeOf(row.each, context), clock.steady() + retryAfterMs);
    },
  };
}
