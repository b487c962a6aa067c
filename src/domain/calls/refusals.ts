import type { Data } from '../values.ts';

/**
 * Logs that something was turned away: once a minute per code and reason, since anybody may knock as often as they
 * like, and a log of limited size must not lose its history to that. `of`: counted apart from others; it must not be
 * made up by the caller.
 */
export type Refusals = (code: string, data?: Data, of?: string) => void;

const EVERY_MS = 60_000;

/**
 * `more` in a line: how many of its kind were dropped since the previous line. Codes and reasons are ours, so there are
 * few.
 */
export function createRefusals(clock: { steady(): number }, write: (data: object) => void): Refusals {
  const last = new Map<string, { readonly at: number; more: number }>();
  return (code, data = {}, of = '') => {
    const now = clock.steady();
    // Callers without a token must not hide those with a bad one.
    const kind = `${code} ${String(data.reason ?? '')} ${of}`;
    const before = last.get(kind);
    if (before !== undefined && now - before.at < EVERY_MS) {
      before.more += 1;
      return;
    }
    last.set(kind, { at: now, more: 0 });
    const more = before?.more ?? 0;
    write({ code, ...data, ...(more === 0 ? {} : { more }) });
  };
}
