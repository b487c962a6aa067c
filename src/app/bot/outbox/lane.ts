import type { SteadyClock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import { createPauses, type Paced } from './pauses.ts';

/** Something that one place lacks: a card, its newest state, a note. Run until it is no longer open. */
export interface Task extends Paced {
  run(): Promise<void>;
}

export interface Lane {
  /** Something may have changed. */
  poke(): void;
  /** Since when nothing new gets through, in milliseconds since 1970; null if no failure is known. */
  failingSince(): number | null;
  /** Whether something got through since the lane last failed, or was made: that nothing failed is no proof. */
  isProved(): boolean;
  /** Resolves when the call in hand has ended, or has had time to. */
  stop(): Promise<void>;
}

interface LaneOptions {
  readonly name: string;
  /** What is open now, most urgent first. */
  readonly tasks: () => readonly Task[];
  /** Pauses use its steady time: the wall clock, set back, would mute the place until it has caught up. */
  readonly clock: SteadyClock;
  readonly log: Log;
  /** A call has failed. */
  readonly failed: () => void;
}

const LAST_CALL_MS = 5_000;

/**
 * One place's work, one call at a time, so that trouble there holds up nobody elsewhere. What has waited longest goes
 * first, so that a card that keeps changing does not keep the rest from their turn.
 */
export function createLane({ name, tasks, clock, log, failed }: LaneOptions): Lane {
  const pauses = createPauses({ name, clock, log, failed });
  let stopped = false;
  let wake: () => void = () => {};
  const running = work();

  async function work(): Promise<void> {
    while (!stopped) {
      const now = clock.steady();
      const pausedFor = pauses.pausedUntil() - now;
      if (pausedFor > 0) {
        await rest(pausedFor);
        continue;
      }
      const open = listed();
      const [task] = open
        .filter((one) => pauses.readyAt(one) <= now)
        .sort((a, b) => pauses.waitingSince(a) - pauses.waitingSince(b));
      if (task !== undefined) await attempt(task);
      else {
        const first = Math.min(...open.map(pauses.readyAt));
        await rest(open.length === 0 ? null : first - now);
      }
    }
  }

  /** A list that cannot be made is our own fault; the lane lives on, and looks again at the next change. */
  function listed(): readonly Task[] {
    try {
      const open = tasks();
      pauses.listed(open);
      return open;
    } catch (error) {
      log.warn({ place: name, error: String(error) }, 'what a place lacks cannot be told');
      return [];
    }
  }

  async function attempt(task: Task): Promise<void> {
    try {
      await task.run();
      pauses.taken(task);
    } catch (error) {
      if (!stopped) pauses.postpone(task, error);
    }
  }

  /** Sleeps until poked, or for this long at most; null: only until poked. */
  async function rest(ms: number | null): Promise<void> {
    const waker = new AbortController();
    wake = () => waker.abort();
    await (ms === null
      ? new Promise<void>((resolve) => waker.signal.addEventListener('abort', () => resolve(), { once: true }))
      : clock.sleep(Math.max(1, ms), waker.signal).catch(() => {}));
  }

  return {
    // While a task runs there is nobody to wake: what is open is listed again after it.
    poke: () => wake(),
    failingSince: pauses.failingSince,
    isProved: pauses.isProved,
    async stop() {
      stopped = true;
      wake();
      const over = new AbortController();
      await Promise.race([running, clock.sleep(LAST_CALL_MS, over.signal).catch(() => {})]);
      over.abort();
    },
  };
}
