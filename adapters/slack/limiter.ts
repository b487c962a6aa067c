import { LIMITS } from '../../cards/limits.ts';
import { createTurns, evenly } from '../../src/domain/calls/rates.ts';
import type { SteadyClock } from '../../src/ports/clock.ts';
import { busy, type CallContext } from './errors.ts';

/**
 * With the questions before a post, and the post itself, a call still ends within half a minute. An update does not
 * wait here at all: by the time it was sent, its state could be out of date.
 */
const LONGEST_WAIT_MS = 3_000;
const UPDATE = 'chat.update';

export interface Limiter {
  /** Resolves when a call may go out. Throws CertopsError `ChatBusy` when it would have to wait too long. */
  turn(context: CallContext): Promise<void>;
  /** Slack itself has asked to wait, which applies to every call that it counts together with this one. */
  refused(context: CallContext, retryAfterMs: number): void;
}

/**
 * Keeps below Slack's rates, for the methods that are called in a row. By the steady clock: if the clock could be set
 * back, every call would wait until it had caught up.
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
