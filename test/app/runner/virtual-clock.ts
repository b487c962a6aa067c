import type { SteadyClock } from '../../../src/ports/clock.ts';

export interface VirtualClock extends SteadyClock {
  /** Time passes until then. */
  set(now: number): void;
  /** Somebody puts the clock on the wall forward, or back; no time passes. */
  step(ms: number): void;
}

const BEGIN = Date.parse('2026-11-24T12:00:00.000Z');

/**
 * A clock that jumps to the next sleeper once nothing else is left to do: hours pass in no time, always the same way.
 */
export function createVirtualClock(): VirtualClock {
  let now = BEGIN;
  let offMs = 0;
  let isPumping = false;
  let sleepers: { at: number; wake: () => void }[] = [];

  function pump(): void {
    const next = sleepers.reduce<(typeof sleepers)[number] | null>(
      (first, one) => (first === null || one.at < first.at ? one : first),
      null,
    );
    if (next === null) {
      isPumping = false;
      return;
    }
    sleepers = sleepers.filter((one) => one !== next);
    now = Math.max(now, next.at);
    next.wake();
    setImmediate(pump);
  }

  return {
    now: () => now + offMs,
    // as in a real process, it tells no time of day: whoever takes one clock for the other is found out
    steady: () => now - BEGIN + 60_000,
    set(to) {
      now = to - offMs;
    },
    step(ms) {
      offMs += ms;
    },
    sleep(ms, signal) {
      return new Promise((resolve, reject) => {
        if (signal?.aborted) return reject(new Error('aborted'));
        const end = (): void => {
          sleepers = sleepers.filter((one) => one !== sleeper);
          reject(new Error('aborted'));
        };
        const wake = (): void => {
          signal?.removeEventListener('abort', end);
          resolve();
        };
        const sleeper = { at: now + ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', end, { once: true });
        if (!isPumping) {
          isPumping = true;
          setImmediate(pump);
        }
      });
    },
  };
}
