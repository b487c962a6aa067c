import type { Json } from '../values.ts';

/**
 * Writes that somebody at the door was turned away: once a minute, code and reason, since whoever has no token may
 * knock as often as they like.
 */
export type Refusals = (code: string, data?: { readonly [name: string]: Json }) => void;

const EVERY_MS = 60_000;

/**
 * `more` in a line: so many of its kind were not written since the line before. Codes and reasons are ours, so there
 * are few.
 */
export function createRefusals(clock: { steady(): number }, platform: string, write: (data: object) => void): Refusals {
  const last = new Map<string, { readonly at: number; more: number }>();
  return (code, data = {}) => {
    const now = clock.steady();
    // Whoever knocks without a token hides nobody whose token is not good.
    const kind = `${code} ${String(data.reason ?? '')}`;
    const before = last.get(kind);
    if (before !== undefined && now - before.at < EVERY_MS) {
      before.more += 1;
      return;
    }
    last.set(kind, { at: now, more: 0 });
    const more = before?.more ?? 0;
    write({ platform, code, ...data, ...(more === 0 ? {} : { more }) });
  };
}
